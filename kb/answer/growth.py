"""The loop replayed: a knowledge base that is not complete, customers who ask, agents who reply, an editor who accepts.

Everything runs as it is served (responder, desk, backlog, store); only the people are made up. Customers who are asked
back choose the right option or ask again in other words, and dislike a wrong answer; agents send the right answer; the
editor knows what a gap is about from most of its questions, and accepts what at least two customers asked.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kb.answer.backlog import Backlog
from kb.answer.confidence import Calibration
from kb.answer.desk import Desk
from kb.answer.gaps import Gap
from kb.answer.match import Matcher
from kb.answer.measure import Figures, ask, figures
from kb.answer.policy import Policy
from kb.answer.reply import Reply
from kb.answer.respond import Asked, Responder
from kb.answer.tasks import Asked as Labelled
from kb.answer.tasks import Task
from kb.index.knowledge import Knowledge, matched_form
from kb.ports import Embedder
from kb.store.store import Store
from kb.types import (
    ConversationId,
    DecisionKind,
    Entry,
    EntryId,
    EntryState,
    ReleaseId,
    SourcedEntry,
)

_FIRST_DAY = datetime(2026, 1, 5, 1, tzinfo=UTC)
_BUSY = timedelta(minutes=4)  # that an agent takes for a ticket
_EVERY = timedelta(seconds=30)  # a customer comes
_ASKED_BY = 2  # customers, at least, whose question an editor answers for all
_NAME = "replay"


@dataclass(frozen=True, slots=True)
class Plan:
    """Who knows and asks what. Labels are the ids of the whole knowledge base's entries."""

    start: tuple[Entry, ...]  # what is known on the first day
    whole: tuple[Entry, ...]  # what there is to know, with as many variants each
    days: tuple[tuple[Labelled, ...], ...]  # what is asked, day by day
    exam: tuple[Labelled, ...]  # what is never asked in between, to measure with


@dataclass(frozen=True, slots=True)
class Day:
    """How it stood in the evening."""

    day: int  # 0 before anybody asked
    entries: int
    phrasings: int
    asked: int  # that day
    handed_over: int  # of these
    accepted: int  # gaps, that evening
    figures: Figures  # of the exam


def plan(
    entries: Sequence[Entry],
    *,
    share: float = 0.6,
    days: int = 6,
    k: int = 5,
    each: int = 8,
    exam: int = 5,
    seed: int = 0,
) -> Plan:
    """Start with `share` of the entries, `k` variants each; `each` others are asked, `exam` more kept to measure.

    Entries with fewer than `k` + 3 variants take no part.
    """
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    order = [entry for entry in sorted(entries, key=lambda one: one.id) if len(entry.variants) >= k + 3]
    rng.shuffle(order)
    whole: list[Entry] = []
    stream: list[Labelled] = []
    held: list[Labelled] = []
    for entry in order:
        variants = rng.sample(entry.variants, len(entry.variants))
        whole.append(replace(entry, variants=tuple(variants[:k]), answer=entry.answer or f"{entry.question}：……"))
        rest = variants[k:]
        asked = min(each, len(rest) * each // (each + exam))
        stream += [Labelled(text, entry.id) for text in rest[:asked]]
        held += [Labelled(text, entry.id) for text in rest[asked : asked + exam]]
    rng.shuffle(stream)
    known = round(len(whole) * share)
    return Plan(
        start=tuple(whole[:known]),
        whole=tuple(whole),
        days=tuple(tuple(stream[day::days]) for day in range(days)),
        exam=tuple(held),
    )


def full(what: Plan, embedder: Embedder, calibration: Calibration) -> Figures:
    """Measure the exam on the whole knowledge base: what the replay should come near to."""
    matcher = _matcher(what.whole, embedder, calibration)
    return figures("full", ask(matcher, Task(_NAME, what.whole, what.exam)))


def replay(
    what: Plan,
    embedder: Embedder,
    calibration: Calibration,
    *,
    progress: Callable[[Day], None] | None = None,
) -> list[Day]:
    """Let the days pass; the first of those returned is the evening before."""
    with Store.open("sqlite://") as store:
        shop = _Shop(store, what, embedder, calibration)
        found = []
        for day, asked in enumerate(((), *what.days)):
            found.append(shop.live_through(day, asked))
            if progress:
                progress(found[-1])
        return found


@dataclass
class _SetClock:
    at: datetime = _FIRST_DAY

    def now(self) -> datetime:
        return self.at


@dataclass
class _Shop:
    """One made-up shop; `entry_of` says which entry of the store answers a label by now."""

    store: Store
    what: Plan
    embedder: Embedder
    calibration: Calibration
    clock: _SetClock = field(default_factory=_SetClock)
    entry_of: dict[str, EntryId] = field(default_factory=dict)
    label_of: dict[str, str] = field(default_factory=dict)  # by matched form

    def __post_init__(self) -> None:
        policy = Policy()
        self.responder = Responder(self.store, self.clock, policy)
        self.desk = Desk(self.store, self.clock, policy)
        self.backlog = Backlog(self.store, self.clock, ZoneInfo("Asia/Shanghai"))
        self.answers = {entry.id: entry.answer for entry in self.what.whole}
        self._write([SourcedEntry(entry, _NAME) for entry in self.what.start])
        self.entry_of |= {entry.id: entry.id for entry in self.what.start}
        self.label_of |= {matched_form(asked.text): str(asked.entry) for day in self.what.days for asked in day}
        self.others: dict[str, Iterator[str]] = {
            label: iter([asked.text for day in self.what.days[::-1] for asked in day if asked.entry == label])
            for label in self.answers
        }

    def live_through(self, day: int, asked: Sequence[Labelled]) -> Day:
        """Ask all day, accept in the evening, measure at night."""
        self.clock.at = _FIRST_DAY + timedelta(days=day)
        matcher = self._matcher()
        handed_over = 0
        for number, one in enumerate(asked):
            handed_over += self._customer(matcher, ConversationId(f"day{day}-{number}"), one)
            self.clock.at += _EVERY
        accepted = sum(self._editor(gap) for gap in self.backlog.gaps(matcher)) if asked else 0
        matcher = self._matcher()
        exam = [Labelled(one.text, self.entry_of.get(str(one.entry))) for one in self.what.exam]
        measured = figures(f"day {day}", ask(matcher, Task(_NAME, (), tuple(exam))))
        knowledge = matcher.knowledge
        return Day(day, len(knowledge.entries), len(knowledge.phrasings), len(asked), handed_over, accepted, measured)

    def _matcher(self) -> Matcher:
        return _matcher([s.entry for s in self.store.entries.all()], self.embedder, self.calibration)

    def _customer(self, matcher: Matcher, conversation: ConversationId, asked: Labelled) -> bool:
        """Ask once, or twice when asked back in vain; say whether a person had to answer."""
        label = str(asked.entry)
        reply = self.responder.respond(matcher, Asked(asked.text, conversation))
        decision = reply.judgement.decision
        if decision.kind is DecisionKind.CLARIFY:
            if self.entry_of.get(label) in {option.entry.id for option in decision.options}:
                return False  # chosen from the options
            again = next(self.others[label], asked.text)
            self.clock.at += _EVERY
            reply = self.responder.respond(matcher, Asked(again, conversation))
            decision = reply.judgement.decision
        right = decision.best is not None and decision.best.entry.id == self.entry_of.get(label)
        if decision.kind is DecisionKind.ANSWER and not right:
            self.responder.feedback(reply.id, helpful=False, comment="")
        return self._agent(reply, self.answers[EntryId(label)])

    def _agent(self, reply: Reply, answer: str) -> bool:
        if reply.ticket is None:
            return False
        ticket = reply.ticket.id
        self.desk.claim(ticket, _NAME)
        self.clock.at += _BUSY
        self.desk.reply(ticket, _NAME, answer)
        self.desk.close(ticket, _NAME, "solved")
        return True

    def _editor(self, gap: Gap) -> bool:
        """Accept a gap that is about one thing, for most of its questions; a draft is made live as it is."""
        labels = Counter(label for one in gap.asked if (label := self.label_of.get(one.form)))
        if gap.count < _ASKED_BY or not labels:
            return False
        label, times = labels.most_common(1)[0]
        if times * 2 <= gap.count:
            return False
        if label in self.entry_of:
            self.backlog.accept_as_variants(gap, self.entry_of[label], _NAME)
            return True
        drafted = self.backlog.accept_as_entry(gap, _NAME, answer=self.answers[EntryId(label)])
        self._write([SourcedEntry(replace(drafted.entry, state=EntryState.LIVE), drafted.source)])
        self.entry_of[label] = drafted.entry.id
        return True

    def _write(self, put: Sequence[SourcedEntry]) -> None:
        entries = self.store.entries
        entries.apply(put, [], author=_NAME, now=self.clock.now(), expect=entries.revision())


def _matcher(entries: Sequence[Entry], embedder: Embedder, calibration: Calibration) -> Matcher:
    knowledge = Knowledge.build(entries, embedder)
    return Matcher(knowledge, embedder, calibration, calibration.limits, ReleaseId(_NAME))
