"""Figures: what was asked, how much of it was answered and how well, and how soon people helped with the rest.

Counting is the store's; what it means is said here, by pure functions over what was counted.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from statistics import median
from typing import Any, Self

from kb.errors import InputError
from kb.ports import Clock
from kb.store.store import Store
from kb.types import DecisionKind, EntryId, Handled, Priority, Reason, ReleaseTally, ReplyKind, Tally, Turn

#: Choosing is answering soon: what is asked later is another matter.
CHOICE = timedelta(minutes=30)
LONGEST = 731  # days that can be looked at together
_YEARS = (2000, 2999)  # in which a day can be asked for
TOP = 20  # entries that answered most

_Z = 1.959963984540054  # of a 95 % interval


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the shop's, both ends included."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date, last: date) -> "Period":
        """Return the period; raises InputError when it has no day, too many, or lies where no shop has been."""
        if last < first:
            raise InputError("the first day of the period is after the last one")
        if (last - first).days >= LONGEST:
            raise InputError(f"a period has {LONGEST} days at most")
        if first.year < _YEARS[0] or last.year > _YEARS[1]:
            raise InputError(f"days are those of the years {_YEARS[0]} to {_YEARS[1]}")
        return cls(first, last)

    @classmethod
    def latest(cls, days: int, today: date) -> "Period":
        """Return the last `days` days, today included; raises InputError as `of` does."""
        if today.year < _YEARS[0]:
            return cls.of(today, today)
        return cls.of(today - timedelta(days=days - 1), today)

    @property
    def days(self) -> list[date]:
        """Every day, in order."""
        return [self.first + timedelta(days=step) for step in range((self.last - self.first).days + 1)]

    @property
    def before(self) -> "Period":
        """The period of the same length that ends where this one begins."""
        length = len(self.days)
        return Period(self.first - timedelta(days=length), self.first - timedelta(days=1))

    def spans(self, timezone: tzinfo) -> list[tuple[datetime, datetime]]:
        """Return when each day begins and ends; days on which the clock is changed are longer or shorter."""
        ends = [datetime.combine(day, time(), tzinfo=timezone) for day in (*self.days, self.last + timedelta(days=1))]
        return list(pairwise(ends))


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with the interval in which the true share lies with 95 % (Wilson 1927)."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The lower and the upper end."""
        if not self.of:
            return None
        p, n, z = self.count / self.of, self.of, _Z
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        low, high = self.interval or (None, None)
        return {"count": self.count, "of": self.of, "value": self.value, "low": low, "high": high}


@dataclass(slots=True)
class Day:
    """One day of one channel."""

    day: date
    channel: str
    questions: int = 0
    answered: int = 0  # directly
    clarified: int = 0  # the customer was asked back
    chosen: int = 0  # … and was answered by choosing one of the options
    handed_over: int = 0
    helpful: int = 0
    unhelpful: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter)  # why a person had to answer

    def __iadd__(self, other: "Day") -> Self:
        """Take another day's, or channel's, numbers in."""
        for name in NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.reasons.update(other.reasons)
        return self

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "day": self.day.isoformat(),
            "channel": self.channel,
            **{name: getattr(self, name) for name in NUMBERS},
            "reasons": {reason.value: count for reason, count in self.reasons.most_common()},
        }


NUMBERS = ("questions", "answered", "clarified", "chosen", "handed_over", "helpful", "unhelpful")


@dataclass(frozen=True, slots=True)
class Service:
    """How soon people helped with tickets of one priority; lengths in seconds."""

    priority: Priority
    tickets: int
    replied: int
    in_time: int  # first reply no later than it was due
    late: int  # the reply came late, or is due and hasn't come
    first_response: float | None  # median
    first_response_90: float | None  # nine of ten were no longer
    handling: float | None  # median, from claimed to closed
    handling_90: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """An entry that answered often."""

    entry_id: EntryId
    question: str
    hits: int
    helpful: int
    unhelpful: int


@dataclass(frozen=True, slots=True)
class Insight:
    """Everything that is to be known of a period."""

    period: Period
    promise: float
    days: tuple[Day, ...]  # by day, then channel; each day is there, with zeros when nothing was asked
    drafts: Mapping[ReplyKind, int]
    service: tuple[Service, ...]
    customers: Share  # direct answers that customers called helpful, of those they judged
    agents: Share  # drafts that agents sent, as they were or edited, of those they replied with
    releases: tuple[ReleaseTally, ...]
    top: tuple[Asked, ...]

    @property
    def total(self) -> Day:
        """All days and channels together."""
        return together(self.days, self.period.last, "")

    @property
    def by_day(self) -> list[Day]:
        """Each day, its channels together."""
        mine: defaultdict[date, list[Day]] = defaultdict(list)
        for one in self.days:
            mine[one.day].append(one)
        return [together(mine[day], day, "") for day in self.period.days]

    @property
    def by_channel(self) -> list[Day]:
        """Each channel, its days together, the busiest first."""
        names = sorted({one.channel for one in self.days if one.questions})
        found = [together((one for one in self.days if one.channel == name), self.period.last, name) for name in names]
        return sorted(found, key=lambda one: -one.questions)

    @property
    def deflection(self) -> Share:
        """Questions answered directly, of all."""
        return Share(self.total.answered, self.total.questions)

    @property
    def in_time(self) -> Share:
        """Tickets answered in time, of those that were answered or should have been."""
        return Share(sum(one.in_time for one in self.service), sum(one.in_time + one.late for one in self.service))

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "from": self.period.first.isoformat(),
            "to": self.period.last.isoformat(),
            "promise": self.promise,
            "total": {name: getattr(self.total, name) for name in NUMBERS},
            "reasons": {reason.value: count for reason, count in self.total.reasons.most_common()},
            "deflection": self.deflection.as_dict(),
            "customers": self.customers.as_dict(),
            "agents": self.agents.as_dict(),
            "in_time": self.in_time.as_dict(),
            "days": [one.as_dict() for one in self.days],
            "drafts": {kind.value: count for kind, count in self.drafts.items()},
            "service": [asdict(one) for one in self.service],
            "releases": [asdict(one) for one in self.releases],
            "top": [asdict(one) for one in self.top],
        }


class Figures:
    """Makes figures of what the store keeps."""

    def __init__(self, store: Store, clock: Clock, timezone: tzinfo, promise: float) -> None:
        """Days are those of the shop's time zone; `promise` is the share of direct answers that are to be right."""
        self._store = store
        self._clock = clock
        self._timezone = timezone
        self._promise = promise

    @property
    def today(self) -> date:
        """The shop's day."""
        return self._clock.now().astimezone(self._timezone).date()

    def channels(self) -> list[str]:
        """Return the channels that questions ever came by."""
        return self._store.insight.channels()

    def of(self, period: Period, channel: str | None = None) -> Insight:
        """Return the figures of a period, of one channel or (None) of all."""
        kept = self._store.insight
        spans = period.spans(self._timezone)
        since, until = spans[0][0], spans[-1][1]
        tallies = kept.tallies(spans, channel)
        chosen = choices(kept.turns(since, until, channel), since, until, self._timezone)
        tickets = kept.handled(since, until, channel)
        questions = {sourced.entry.id: sourced.entry.question for sourced in self._store.entries.all()}
        return Insight(
            period=period,
            promise=self._promise,
            days=tuple(by_day(period.days, tallies, chosen, "" if channel is None else channel)),
            drafts=drafts(tickets),
            service=tuple(service(tickets, self._clock.now())),
            customers=judged(tallies),
            agents=accepted(drafts(tickets)),
            releases=tuple(kept.releases(since, until, channel)),
            top=tuple(
                Asked(one.entry_id, questions.get(one.entry_id, ""), one.hits, one.helpful, one.unhelpful)
                for one in kept.top(since, until, TOP, channel)
            ),
        )


def by_day(
    days: Sequence[date], tallies: Sequence[Sequence[Tally]], chosen: Mapping[tuple[date, str], int], channel: str
) -> Iterable[Day]:
    """Put tallies together by day and channel; a day without questions is there once, under `channel`."""
    for day, asked in zip(days, tallies, strict=True):
        found: dict[str, Day] = {}
        for tally in asked:
            one = found.setdefault(tally.channel, Day(day, tally.channel))
            one.questions += tally.count
            one.helpful += tally.helpful
            one.unhelpful += tally.unhelpful
            match tally.decision:
                case DecisionKind.ANSWER:
                    one.answered += tally.count
                case DecisionKind.CLARIFY:
                    one.clarified += tally.count
                case DecisionKind.HANDOFF:
                    one.handed_over += tally.count
                    one.reasons[tally.reason] += tally.count
        for name, one in found.items():
            one.chosen = chosen.get((day, name), 0)
        yield from (found[name] for name in sorted(found)) if found else (Day(day, channel),)


def together(days: Iterable[Day], day: date, channel: str) -> Day:
    """Add days up."""
    whole = Day(day, channel)
    for one in days:
        whole += one
    return whole


def choices(turns: Sequence[Turn], since: datetime, until: datetime, timezone: tzinfo) -> dict[tuple[date, str], int]:
    """Count, by day and channel, questions back that the customer answered with one of the options."""
    found: Counter[tuple[date, str]] = Counter()
    for asked, then in pairwise(turns):
        if (
            asked.decision is DecisionKind.CLARIFY
            and since <= asked.at < until
            and then.conversation_id == asked.conversation_id
            and then.decision is DecisionKind.ANSWER
            and then.entry_id in asked.offered
            and then.at - asked.at <= CHOICE
        ):
            found[asked.at.astimezone(timezone).date(), asked.channel] += 1
    return dict(found)


def drafts(tickets: Sequence[Handled]) -> dict[ReplyKind, int]:
    """Count what agents made of the draft."""
    counted = Counter(ticket.reply_kind for ticket in tickets if ticket.reply_kind)
    return {kind: counted[kind] for kind in ReplyKind}


def judged(tallies: Sequence[Sequence[Tally]]) -> Share:
    """The share of direct answers that were right, as customers say."""
    direct = [tally for day in tallies for tally in day if tally.decision is DecisionKind.ANSWER]
    helpful, unhelpful = sum(one.helpful for one in direct), sum(one.unhelpful for one in direct)
    return Share(helpful, helpful + unhelpful)


def accepted(kinds: Mapping[ReplyKind, int]) -> Share:
    """The share of drafts that were right, as agents say by sending them."""
    return Share(kinds[ReplyKind.DRAFTED] + kinds[ReplyKind.EDITED], sum(kinds.values()))


def service(tickets: Sequence[Handled], now: datetime) -> list[Service]:
    """Say how soon people helped, by priority; one of which there is no ticket is left out."""
    mine: defaultdict[Priority, list[Handled]] = defaultdict(list)
    for ticket in tickets:
        mine[ticket.priority].append(ticket)
    return [_service(priority, mine[priority], now) for priority in Priority if mine[priority]]


def _service(priority: Priority, tickets: Sequence[Handled], now: datetime) -> Service:
    waits = [(one.replied_at - one.created_at).total_seconds() for one in tickets if one.replied_at]
    works = [
        (one.closed_at - one.claimed_at).total_seconds()
        for one in tickets
        if one.replied_at and one.closed_at and one.claimed_at
    ]
    # one that was closed or given back without a reply was no promise to the customer any more
    open_late = sum(not one.replied_at and not one.closed_at and one.due_at < now for one in tickets)
    in_time = sum(one.replied_at is not None and one.replied_at <= one.due_at for one in tickets)
    return Service(
        priority=priority,
        tickets=len(tickets),
        replied=len(waits),
        in_time=in_time,
        late=len(waits) - in_time + open_late,
        first_response=median(waits) if waits else None,
        first_response_90=_ninety(waits),
        handling=median(works) if works else None,
        handling_90=_ninety(works),
    )


def _ninety(lengths: Sequence[float]) -> float | None:
    """The length that nine of ten do not exceed (nearest rank)."""
    return sorted(lengths)[math.ceil(0.9 * len(lengths)) - 1] if lengths else None
