"""When people are there to answer: hours of the week on the shop's clock, and days that are not like others."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIMES = re.compile(r"^([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?$")
_FORM = (
    "write hours as in `Mon-Fri 09:00-12:00 13:30-18:00; Sat,Sun 10:00-16:00`, and days that are not like others as in "
    "`2026-10-01..2026-10-07 closed; 2026-10-10 Fri; 2026-12-31 09:00-15:00`"
)
_CLOSED = "closed"
_MOST_DAYS = 366  # in one stretch of dates
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of a day; it may last into the next one."""

    day: int  # 0 is Monday
    begin: int  # minutes after midnight
    end: int  # minutes after the midnight on which its day began; above 1440 when it ends the day after

    def on(self, day: date, local: datetime) -> tuple[datetime, datetime]:
        """Return when the stretch begins and ends that starts on `day`, in the time zone of `local`."""
        midnight = datetime.combine(day, time(), local.tzinfo)
        return midnight + timedelta(minutes=self.begin), midnight + timedelta(minutes=self.end)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The hours in which customers' questions are answered by people; without any, nothing is known of them."""

    shifts: tuple[Shift, ...] = ()
    text: str = ""  # as it was set
    special: Mapping[date, tuple[Shift, ...]] = field(default_factory=dict)  # what stands for these days instead

    def __str__(self) -> str:
        """Return the hours as they were set."""
        return self.text

    def __bool__(self) -> bool:
        """Whether any hours are known."""
        return bool(self.shifts or any(self.special.values()))

    @classmethod
    def read(cls, text: str) -> "OfficeHours":
        """Read `Mon-Fri 09:00-18:00; Sat 10:00-16:00; 2026-10-01..2026-10-07 closed`; raises ValueError.

        A date that is closed, has hours of its own, or is worked like a weekday (调休) goes before its own weekday, and
        a single one before a stretch of dates.
        """
        parts = [part.split() for part in text.split(";") if part.strip()]
        weekly = [part for part in parts if not _DATE.match(part[0])]
        shifts = sorted((shift for part in weekly for shift in _shifts(part)), key=lambda one: (one.day, one.begin))
        for one, following in pairwise(shifts):
            if one.day == following.day and following.begin < one.end:
                raise ValueError(f"{_DAYS[one.day].title()} is covered twice; {_FORM}")
        stretches = [part for part in parts if _DATE.match(part[0]) and ".." in part[0]]
        single = [part for part in parts if _DATE.match(part[0]) and ".." not in part[0]]
        return cls(tuple(shifts), text.strip(), _special(stretches, shifts) | _special(single, shifts))

    def open_until(self, local: datetime) -> datetime | None:
        """Return when the stretch ends in which `local` lies, None when it lies in none."""
        return next((end for begin, end in self._around(local) if begin <= local < end), None)

    def opens(self, local: datetime) -> datetime | None:
        """Return the next beginning of a stretch after `local`, None when no hours are known."""
        return next((begin for begin, _ in self._around(local) if begin > local), None)

    def rests(self, day: date) -> bool:
        """Whether nobody works on a day on which people would work otherwise."""
        return self.special.get(day) == () and any(shift.day == day.weekday() for shift in self.shifts)

    def week(self) -> list[list[tuple[str, str]]]:
        """Return for each day from Monday on its stretches, as in ("09:00", "18:00")."""
        return [[(_clock(one.begin), _clock(one.end)) for one in self.shifts if one.day == day] for day in range(7)]

    def _around(self, local: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield every stretch from yesterday's to those of a week after the last day that is not like others."""
        today = local.date()
        last = max([today, *self.special]) + timedelta(days=7)
        for ahead in range(-1, (last - today).days + 1):
            day = today + timedelta(days=ahead)
            weekly = (shift for shift in self.shifts if shift.day == day.weekday())
            for shift in self.special.get(day, weekly):
                yield shift.on(day, local)


def _shifts(part: Sequence[str]) -> Iterator[Shift]:
    days, *times = part
    if not times:
        raise ValueError(_FORM)
    for day in _days(days):
        for one in times:
            yield _shift(day, one)


def _shift(day: int, text: str) -> Shift:
    found = _TIMES.match(text)
    if not found:
        raise ValueError(f"{text!r} is no stretch of time; {_FORM}")
    begin, end = (int(hour) * 60 + int(minute) for hour, minute in (found.groups()[:2], found.groups()[2:]))
    if begin >= _DAY_MINUTES or end > _DAY_MINUTES or begin == end:
        raise ValueError(f"{text!r} is no stretch of time; {_FORM}")
    return Shift(day, begin, end if end > begin else end + _DAY_MINUTES)


def _special(parts: Sequence[Sequence[str]], weekly: Sequence[Shift]) -> dict[date, tuple[Shift, ...]]:
    special: dict[date, tuple[Shift, ...]] = {}
    for days, *said in parts:
        for day in _dates(days):
            if day in special:
                raise ValueError(f"{day} is covered twice; {_FORM}")
            special[day] = _instead(day, said, weekly)
    return special


def _instead(day: date, said: Sequence[str], weekly: Sequence[Shift]) -> tuple[Shift, ...]:
    """What stands for one date: nothing, the hours of a weekday, or hours of its own."""
    if list(said) == [_CLOSED]:
        return ()
    if len(said) == 1 and said[0].lower() in _DAYS:
        return tuple(shift for shift in weekly if shift.day == _DAYS.index(said[0].lower()))
    shifts = sorted((_shift(day.weekday(), one) for one in said), key=lambda one: one.begin)
    if not shifts or any(following.begin < one.end for one, following in pairwise(shifts)):
        raise ValueError(f"{day} has no hours, or some of them twice; {_FORM}")
    return tuple(shifts)


def _dates(text: str) -> Iterator[date]:
    first, _, last = text.partition("..")
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError as error:
        raise ValueError(f"{text!r} is no date; {_FORM}") from error
    if not 0 <= (end - begin).days < _MOST_DAYS:
        raise ValueError(f"{text!r} ends before it begins, or lasts more than a year; {_FORM}")
    return (begin + timedelta(days=step) for step in range((end - begin).days + 1))


def _days(text: str) -> Iterator[int]:
    for one in text.lower().split(","):
        first, dash, last = one.partition("-")
        if first not in _DAYS or (dash and last not in _DAYS):
            raise ValueError(f"{one!r} is no day; {_FORM}")
        begin = _DAYS.index(first)
        length = (_DAYS.index(last) - begin) % 7 if dash else 0
        yield from ((begin + step) % 7 for step in range(length + 1))


def _clock(minutes: int) -> str:
    return f"{minutes // 60 if minutes <= _DAY_MINUTES else minutes // 60 - 24:02d}:{minutes % 60:02d}"
