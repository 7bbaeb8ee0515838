from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kb import messages
from kb.answer.office import OfficeHours

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = OfficeHours.read("Mon-Fri 09:00-12:00 13:30-18:00; Sat 10:00-16:00")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in the week whose Monday is 16 November 2026."""
    return datetime(2026, 11, 15 + day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        pytest.param(at(1, 9), at(1, 12), id="on the stroke of the beginning"),
        pytest.param(at(3, 17, 59), at(3, 18), id="the last minute"),
        pytest.param(at(3, 12), None, id="on the stroke of the end"),
        pytest.param(at(3, 12, 30), None, id="at noon"),
        pytest.param(at(6, 10), at(6, 16), id="Saturday"),
        pytest.param(at(7, 11), None, id="Sunday"),
    ],
)
def test_people_are_there_in_their_hours_and_not_beside_them(now: datetime, until: datetime | None) -> None:
    assert WEEK.open_until(now) == until


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        pytest.param(at(2, 8), at(2, 9), id="before work"),
        pytest.param(at(2, 12, 30), at(2, 13, 30), id="at noon"),
        pytest.param(at(5, 20), at(6, 10), id="Friday night"),
        pytest.param(at(6, 16), at(8, 9), id="Saturday evening, to Monday"),
    ],
)
def test_who_comes_when_nobody_is_there_learns_when_somebody_will_be(now: datetime, opens: datetime) -> None:
    assert WEEK.opens(now) == opens


def test_a_shift_may_last_into_the_next_day() -> None:
    night = OfficeHours.read("Sun 22:00-06:00")
    assert night.open_until(at(8, 5, 59)) == at(8, 6)
    assert night.open_until(at(8, 6)) is None
    assert night.opens(at(8, 6)) == at(14, 22)
    assert night.week()[6] == [("22:00", "06:00")]


def test_a_day_may_last_until_midnight() -> None:
    assert OfficeHours.read("Mon-Sun 00:00-24:00").open_until(at(3, 12)) == at(4, 0)


def test_days_may_go_round_the_week() -> None:
    assert [bool(day) for day in OfficeHours.read("Sat-Mon 09:00-18:00").week()] == [True, *[False] * 4, True, True]


HOLIDAYS = OfficeHours.read(
    "Mon-Fri 09:00-18:00; 2026-11-16..2026-11-27 closed; 2026-11-21 Fri; 2026-11-22 22:00-02:00 08:00-10:00"
)


@pytest.mark.parametrize(
    ("now", "until", "opens"),
    [
        pytest.param(at(1, 10), None, at(6, 9), id="closed on a working day, open on the Saturday worked instead"),
        pytest.param(at(6, 10), at(6, 18), at(7, 8), id="a Saturday worked like a Friday"),
        pytest.param(at(7, 9), at(7, 10), at(7, 22), id="hours of its own"),
        pytest.param(at(8, 1), at(8, 2), at(15, 9), id="into the morning of a day that is closed, then a week on"),
    ],
)
def test_dates_go_before_their_weekdays(now: datetime, until: datetime | None, opens: datetime) -> None:
    assert (HOLIDAYS.open_until(now), HOLIDAYS.opens(now)) == (until, opens)


def test_only_a_day_that_is_usually_worked_is_one_of_rest() -> None:
    assert [HOLIDAYS.rests(at(day, 9).date()) for day in (1, 6, 7, 13, 15)] == [True, False, False, False, False]


def test_without_hours_nothing_is_said_of_them() -> None:
    unknown = OfficeHours.read("")
    assert not unknown
    assert unknown.opens(at(1, 9)) is None
    assert str(unknown) == ""


@pytest.mark.parametrize(
    "text",
    [
        "9-18",
        "Mon",
        "Mon 9",
        "Mon 09:00-09:00",
        "Mon 24:00-25:00",
        "Mon 08:00-24:30",
        "Moo 09:00-18:00",
        "Mon-Xyz 09:00-18:00",
        "Mon 09:00-12:00 11:00-18:00",
        "2026-02-30 closed",
        "2026-10-07..2026-10-01 closed",
        "2026-10-01",
        "2026-10-01 closed; 2026-10-01 09:00-12:00",
        "2026-10-01 09:00-12:00 11:00-18:00",
        "2026-10-01 closed 09:00-12:00",
        "2026-10-01..2027-12-31 closed",
    ],
)
def test_hours_that_cannot_be_read_are_refused_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"write hours as in `Mon-Fri"):
        OfficeHours.read(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Mon-Fri 09:00-12:00 13:30-18:00; Sat,Sun 10:00-16:00",
            "周一至周五 09:00–12:00、13:30–18:00，周六至周日 10:00–16:00",
        ),
        ("Mon-Sun 8:30-22:00", "每天 08:30–22:00"),
        ("Mon,Wed 09:00-18:00", "周一 09:00–18:00，周三 09:00–18:00"),
        ("", ""),
    ],
)
def test_hours_are_named_as_people_name_them(text: str, said: str) -> None:
    assert messages.widget.hours(OfficeHours.read(text).week()) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [(at(4, 9), "今天 09:00"), (at(5, 9), "明天 09:00"), (at(7, 9, 5), "周日 09:05"), (at(11, 9), "11月26日 09:00")],
)
def test_a_time_to_come_is_named_from_today(moment: datetime, said: str) -> None:
    assert messages.widget.moment(moment, at(4, 8)) == said
