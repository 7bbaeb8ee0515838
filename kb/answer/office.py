"""When people are there to answer: hours of the week on the shop's clock."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIMES = re.compile(r"^([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)$")
_FORM = "write hours as in `Mon-Fri 09:00-12:00 13:30-18:00; Sat,Sun 10:00-16:00`"
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of a weekday; it may last into the next day."""

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

    def __str__(self) -> str:
        """Return the hours as they were set."""
        return self.text

    def __bool__(self) -> bool:
        """Whether any hours are known."""
        return bool(self.shifts)

    @classmethod
    def read(cls, text: str) -> "OfficeHours":
        """Read `Mon-Fri 09:00-18:00; Sat 10:00-16:00`; raises ValueError."""
        shifts = [shift for part in text.split(";") if part.strip() for shift in _shifts(part)]
        shifts.sort(key=lambda one: (one.day, one.begin))
        for one, following in pairwise(shifts):
            if one.day == following.day and following.begin < one.end:
                raise ValueError(f"{_DAYS[one.day].title()} is covered twice; {_FORM}")
        return cls(tuple(shifts), text.strip())

    def open_until(self, local: datetime) -> datetime | None:
        """Return when the stretch ends in which `local` lies, None when it lies in none."""
        return next((end for begin, end in self._around(local) if begin <= local < end), None)

    def opens(self, local: datetime) -> datetime | None:
        """Return the next beginning of a stretch after `local`, None when no hours are known."""
        return next((begin for begin, _ in self._around(local) if begin > local), None)

    def week(self) -> list[list[tuple[str, str]]]:
        """Return for each day from Monday on its stretches, as in ("09:00", "18:00")."""
        return [[(_clock(one.begin), _clock(one.end)) for one in self.shifts if one.day == day] for day in range(7)]

    def _around(self, local: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield every stretch from yesterday's to those of the same day next week, in order."""
        for ahead in range(-1, 8):
            day = local.date() + timedelta(days=ahead)
            for shift in self.shifts:
                if shift.day == day.weekday():
                    yield shift.on(day, local)


def _shifts(part: str) -> Iterator[Shift]:
    days, *times = part.split()
    if not times:
        raise ValueError(_FORM)
    for day in _days(days):
        for one in times:
            found = _TIMES.match(one)
            if not found:
                raise ValueError(f"{one!r} is no stretch of time; {_FORM}")
            begin, end = (int(hour) * 60 + int(minute) for hour, minute in (found.groups()[:2], found.groups()[2:]))
            if begin >= _DAY_MINUTES or end > _DAY_MINUTES or begin == end:
                raise ValueError(f"{one!r} is no stretch of time; {_FORM}")
            yield Shift(day, begin, end if end > begin else end + _DAY_MINUTES)


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
