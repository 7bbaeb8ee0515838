from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.answer.insight import CHOICE, Day, Insight, Period, Share, accepted, by_day, choices, drafts, judged, service
from kb.errors import InputError
from kb.types import (
    ConversationId,
    DecisionKind,
    EntryId,
    Handled,
    Priority,
    Reason,
    ReplyKind,
    Tally,
    Turn,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 19)


def turn(minutes: float, decision: DecisionKind, entry: str = "", conversation: str = "c1") -> Turn:
    return Turn(
        ConversationId(conversation),
        "web",
        NOON + timedelta(minutes=minutes),
        decision,
        Reason.NOT_SURE_ENOUGH,
        EntryId(entry) if entry else None,
        (EntryId("a"), EntryId("b")),
    )


def handled(**minutes: float | None) -> Handled:
    def at(name: str) -> datetime | None:
        value = minutes.get(name)
        return None if value is None else NOON + timedelta(minutes=value)

    return Handled(
        "web",
        Reason.NOTHING_CLOSE,
        Priority.ORDINARY,
        NOON,
        NOON + timedelta(minutes=minutes.get("due") or 60),
        at("claimed"),
        at("replied"),
        at("closed"),
        ReplyKind.EDITED if minutes.get("replied") is not None else None,
    )


def test_the_last_seven_days_include_today() -> None:
    period = Period.latest(7, TODAY)
    assert (period.first, period.last, len(period.days)) == (date(2026, 11, 13), TODAY, 7)
    assert (period.before.first, period.before.last) == (date(2026, 11, 6), date(2026, 11, 12))


@pytest.mark.parametrize("first", [date(2026, 11, 20), date(2020, 1, 1)], ids=["after the last", "too long ago"])
def test_a_period_that_cannot_be_is_refused(first: date) -> None:
    with pytest.raises(InputError):
        Period.of(first, TODAY)


def test_a_day_is_the_shops() -> None:
    ((since, until),) = Period(TODAY, TODAY).spans(SHANGHAI)
    assert (since.astimezone(UTC).hour, until - since) == (16, timedelta(days=1))


def test_days_on_which_clocks_change_are_whole_and_do_not_overlap() -> None:
    spans = Period(date(2026, 3, 28), date(2026, 3, 30)).spans(ZoneInfo("Europe/Berlin"))
    lengths = [(until.astimezone(UTC) - since.astimezone(UTC)) / timedelta(hours=1) for since, until in spans]
    assert lengths == [24, 23, 24]
    assert spans[0][1] == spans[1][0]


def test_shares_have_wilsons_interval() -> None:
    low, high = Share(95, 100).interval or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.8882, 0.9785)  # as published for 95 of 100
    assert Share(0, 0).value is None
    assert Share(0, 0).interval is None


@given(st.integers(1, 10_000), st.data())
def test_an_interval_holds_its_share_and_lies_between_nothing_and_all(of: int, data: st.DataObject) -> None:
    share = Share(data.draw(st.integers(0, of)), of)
    low, high = share.interval or (2.0, -1.0)
    assert 0 <= low <= (share.value or 0) + 1e-12
    assert (share.value or 0) - 1e-12 <= high <= 1


def test_days_without_questions_are_there() -> None:
    tallies = [[], [Tally("web", DecisionKind.ANSWER, Reason.EXACT, 3, 2, 1)]]
    days = list(by_day([date(2026, 11, 18), TODAY], tallies, {(TODAY, "web"): 1}, ""))
    assert [(one.day.day, one.channel, one.questions, one.chosen) for one in days] == [
        (18, "", 0, 0),
        (19, "web", 3, 1),
    ]


def test_reasons_are_those_of_handing_over_only() -> None:
    tallies = [
        [
            Tally("web", DecisionKind.ANSWER, Reason.EXACT, 3, 0, 0),
            Tally("web", DecisionKind.CLARIFY, Reason.SAME_PHRASING, 2, 0, 0),
            Tally("web", DecisionKind.HANDOFF, Reason.COMPLAINT, 1, 0, 0),
        ]
    ]
    (day,) = by_day([TODAY], tallies, {}, "")
    assert (day.questions, day.answered, day.clarified, day.handed_over) == (6, 3, 2, 1)
    assert day.reasons == {Reason.COMPLAINT: 1}


@pytest.mark.parametrize(
    ("then", "counts"),
    [
        (turn(1, DecisionKind.ANSWER, "b"), True),
        (turn(1, DecisionKind.ANSWER, "c"), False),
        (turn(1, DecisionKind.HANDOFF), False),
        (turn(1, DecisionKind.ANSWER, "b", "c2"), False),
        (turn(CHOICE / timedelta(minutes=1) + 1, DecisionKind.ANSWER, "b"), False),
    ],
    ids=["one of the options", "something else", "no answer", "another conversation", "long after"],
)
def test_an_option_was_chosen_when_it_is_what_answered_next(then: Turn, counts: bool) -> None:
    since, until = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
    found = choices([turn(0, DecisionKind.CLARIFY), then], since, until, SHANGHAI)
    assert found == ({(TODAY, "web"): 1} if counts else {})
    assert choices([turn(0, DecisionKind.CLARIFY), then], until, until, SHANGHAI) == {}


def test_customers_judge_direct_answers_only() -> None:
    tallies = [
        [
            Tally("web", DecisionKind.ANSWER, Reason.EXACT, 9, 3, 1),
            Tally("web", DecisionKind.HANDOFF, Reason.COMPLAINT, 4, 0, 4),
        ]
    ]
    assert judged(tallies) == Share(3, 4)


def test_a_draft_that_was_edited_was_right_and_one_rewritten_was_not() -> None:
    assert accepted({ReplyKind.DRAFTED: 2, ReplyKind.EDITED: 1, ReplyKind.REWRITTEN: 3}) == Share(3, 6)
    assert drafts([handled(replied=1), handled()]) == {
        ReplyKind.DRAFTED: 0,
        ReplyKind.EDITED: 1,
        ReplyKind.REWRITTEN: 0,
    }


def test_a_reply_is_in_time_to_the_second() -> None:
    (one,) = service([handled(due=60, replied=60), handled(due=60, replied=60.1)], NOON)
    assert (one.tickets, one.replied, one.in_time, one.late) == (2, 2, 1, 1)


def test_who_still_waits_after_the_due_time_is_late_and_who_was_given_back_is_not() -> None:
    (one,) = service([handled(due=60), handled(due=60, closed=5), handled(due=240)], NOON + timedelta(hours=2))
    assert (one.tickets, one.replied, one.in_time, one.late) == (3, 0, 0, 1)
    assert one.first_response is None


def test_times_are_medians_and_nine_of_ten() -> None:
    tickets = [handled(claimed=1, replied=minute, closed=minute + 1) for minute in range(1, 11)]
    (one,) = service(tickets, NOON)
    assert (one.first_response, one.first_response_90) == (330, 540)
    assert (one.handling, one.handling_90) == (330, 540)


def insight(**fields: Any) -> Insight:
    values: dict[str, Any] = {
        "period": Period(date(2026, 11, 18), TODAY),
        "promise": 0.95,
        "days": (
            Day(date(2026, 11, 18), "web", questions=2, answered=1),
            Day(TODAY, "app", questions=5, answered=4),
            Day(TODAY, "web", questions=1),
        ),
        "drafts": {},
        "service": (),
        "customers": Share(0, 0),
        "agents": Share(0, 0),
        "releases": (),
        "top": (),
    }
    return Insight(**{**values, **fields})


def test_days_and_channels_add_up() -> None:
    whole = insight()
    assert (whole.total.questions, whole.deflection) == (8, Share(5, 8))
    assert [(one.day.day, one.questions) for one in whole.by_day] == [(18, 2), (19, 6)]
    assert [(one.channel, one.questions) for one in whole.by_channel] == [("app", 5), ("web", 3)]
    assert whole.as_dict()["total"]["questions"] == 8
