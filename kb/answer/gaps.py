"""Gaps in the knowledge: what customers asked in vain, put together by what they meant.

Everything here is plain values; `kb.answer.alike` says who asked the same, `kb.answer.backlog` is the editor's work.
"""

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from kb import messages
from kb.answer.alike import Chances
from kb.answer.guards import guard
from kb.answer.passages import citation
from kb.index.knowledge import matched_form
from kb.privacy import PersonalKind, mask
from kb.text import characters, fingerprint, normalise
from kb.types import Cited, DecisionKind, Entry, EntryId, Handling, Reason, ReplyKind, Trace

#: A question that follows a doubtful one so soon may be the same one in other words.
AGAIN = timedelta(minutes=10)
#: Minutes that a handed-over question costs, where no ticket in sight was ever worked on to its end.
USUAL_MINUTES = 5.0
#: A ticket that stayed open longer was not worked on all the time.
LONGEST_MINUTES = 60.0
#: Replies, entries and passages shown with a gap.
SHOWN = 3
#: Phrasings that a gap gives to an entry, the most typical ones.
MOST_VARIANTS = 40
RETURNED = "returned"  # a ticket's outcome when the agent gave the conversation back unsolved

_DOUBTFUL = (
    Reason.NOTHING_CLOSE,
    Reason.NOT_SURE_ENOUGH,
    Reason.TOO_CLOSE_TO_CALL,
    Reason.DETAIL_DIFFERS,
)
_MASKS = re.compile("|".join(re.escape(f"[{kind.value}]") for kind in PersonalKind))
_HOLE, _BODY = "\ue000", "\ue001"


class Why(StrEnum):
    """What shows that a question was asked in vain."""

    HANDED_OVER = "handed_over"
    DISLIKED = "disliked"
    REPHRASED = "rephrased"


@dataclass(frozen=True, slots=True)
class Vain:
    """A question asked in vain, without personal data."""

    text: str
    form: str  # in matched form
    at: datetime
    why: Why
    entry_id: EntryId | None = None  # the answer that was disliked
    handling: Handling | None = None

    @property
    def mark(self) -> str:
        """What the phrasing is remembered by."""
        return fingerprint(self.form)


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply that agents sent, without the frame of the draft and without personal data."""

    text: str
    times: int
    unedited: int  # of these, sent as drafted


@dataclass(frozen=True, slots=True)
class Near:
    """An entry close to a gap."""

    entry: Entry
    confidence: float  # mean over the questions


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask the same and that nobody could answer from the knowledge (知识缺口)."""

    id: str
    question: str  # the most typical one
    phrasings: tuple[str, ...]  # each once, the most typical one first
    asked: tuple[Vain, ...]  # in order of time
    minutes: float  # of agents' time
    nearest: tuple[Near, ...] = ()  # best first
    replies: tuple[Sent, ...] = ()  # best first
    proposed: EntryId | None = None  # whose variants these should be; none when they need an entry of their own
    passages: tuple[Cited, ...] = ()  # of documents, where the answer may stand; best first

    @property
    def count(self) -> int:
        """How often it was asked."""
        return len(self.asked)

    @property
    def marks(self) -> tuple[str, ...]:
        """What its phrasings are remembered by, in order of time."""
        return tuple(dict.fromkeys(one.mark for one in self.asked))

    def as_dict(self, timezone: ZoneInfo) -> dict[str, Any]:
        """Plain JSON values; days are those of `timezone`."""
        return {
            "id": self.id,
            "question": self.question,
            "count": self.count,
            "reasons": {why.value: number for why, number in self.reasons.items()},
            "first_day": self.asked[0].at.astimezone(timezone).date().isoformat(),
            "last_day": self.asked[-1].at.astimezone(timezone).date().isoformat(),
            "minutes": round(self.minutes, 1),
            "phrasings": list(self.phrasings),
            "nearest": [
                {"entry_id": near.entry.id, "question": near.entry.question, "confidence": round(near.confidence, 4)}
                for near in self.nearest
            ],
            "passages": [
                {
                    "passage_id": one.passage.id,
                    "citation": citation(one),
                    "text": one.excerpt,
                    "confidence": round(one.confidence, 4),
                }
                for one in self.passages
            ],
            "replies": [{"text": one.text, "times": one.times, "unedited": one.unedited} for one in self.replies],
            "proposed_entry": self.proposed,
        }

    @property
    def reasons(self) -> dict[Why, int]:
        """How often for which reason."""
        return dict(Counter(one.why for one in self.asked))


# --- what was asked in vain --------------------------------------------------------------------------------------


def asked_in_vain(traces: Sequence[Trace]) -> tuple[list[Vain], list[tuple[Vain, Vain]]]:
    """Return what certainly was asked in vain, and pairs that were if they turn out to ask the same.

    A pair is a question that was not answered and the next one in that conversation, soon after. A customer who chose
    an option, or asked exactly as an entry does, was helped; one who asked for a person instead was not: the question
    before was handed over, with what the agent did about it. `traces` come by conversation and in order.
    """
    certain = [vain for trace in traces if (why := _why(trace)) and (vain := _cleaned(trace, why))]
    pairs = []
    for first, again in pairwise(traces):
        together = first.conversation_id is not None and first.conversation_id == again.conversation_id
        if not together or first.reason not in _DOUBTFUL or again.at - first.at > AGAIN:
            continue
        if again.reason is Reason.ASKED_FOR_PERSON and first.decision is DecisionKind.CLARIFY:
            if one := _cleaned(first, Why.HANDED_OVER):
                certain.append(replace(one, handling=again.handling))
            continue
        if again.reason not in (*_DOUBTFUL, Reason.WITH_AGENT, Reason.CONFIDENT):
            continue
        one, two = _cleaned(first, Why.REPHRASED), _cleaned(again, Why.REPHRASED)
        if one and two and one.form != two.form:
            pairs.append((one, two))
    return certain, pairs


def rephrased(pairs: Sequence[tuple[Vain, Vain]], alike: Mapping[tuple[str, str], float], limit: float) -> list[Vain]:
    """Return the questions of those pairs that ask the same; `alike` holds the chance of two forms, sorted."""
    found: list[Vain] = []
    for one, two in pairs:
        first, second = sorted((one.form, two.form))
        if alike.get((first, second), 0.0) >= limit:
            found += [one, two]
    return found


def each_once(vain: Sequence[Vain]) -> list[Vain]:
    """Keep one of several reasons for the same question at the same moment, the first; in order of time."""
    once: dict[tuple[datetime, str], Vain] = {}
    for one in vain:
        once.setdefault((one.at, one.form), one)
    return sorted(once.values(), key=lambda one: (one.at, one.form))


def _why(trace: Trace) -> Why | None:
    if trace.decision is DecisionKind.HANDOFF and trace.reason is Reason.NOTHING_CLOSE:
        return Why.HANDED_OVER
    return Why.DISLIKED if trace.helpful is False else None


def _cleaned(trace: Trace, why: Why) -> Vain | None:
    """Without personal data; None for small talk, and for what a person must see whatever the knowledge holds."""
    text = " ".join(_MASKS.sub(" ", mask(trace.question)).split())
    form = matched_form(text)
    if len(characters(form)) < 2 or any(guard(normalise(said)) for said in (trace.question, text)):
        return None
    return Vain(text, form, trace.at, why, trace.entry_id if why is Why.DISLIKED else None, trace.handling)


# --- clusters ----------------------------------------------------------------------------------------------------


def groups(pairs: Chances, size: int, limit: float) -> list[list[int]]:
    """Put together what asks the same: 0 … `size` - 1, each in one group, the groups in order of their first.

    Agglomerative, by average linkage (Sokal & Michener 1958): two groups become one while the mean chance over all
    pairs between them is at least `limit`, the likeliest first; a pair that is missing counts 0, so that a chain of
    near misses does not hold. The outcome depends on nothing but the pairs.
    """
    near = from_both_sides(pairs, size)
    members = [[at] for at in range(size)]
    changes = [0] * size
    heap = [(-chance, a, b, 0, 0) for (a, b), chance in pairs.items() if chance >= limit]
    heapq.heapify(heap)
    while heap:
        _, a, b, seen_a, seen_b = heapq.heappop(heap)
        if changes[a] != seen_a or changes[b] != seen_b:
            continue
        members[a] += members[b]
        members[b] = []
        changes[a] += 1
        changes[b] += 1
        for other, total in near[b].items():
            del near[other][b]
            if other != a:
                near[a][other] = near[other][a] = near[a].get(other, 0.0) + total
        near[b] = {}
        for other, total in near[a].items():
            mean = total / (len(members[a]) * len(members[other]))
            if mean >= limit:
                low, high = min(a, other), max(a, other)
                heapq.heappush(heap, (-mean, low, high, changes[low], changes[high]))
    return sorted(sorted(group) for group in members if group)


def by_typicality(group: Sequence[int], near: Sequence[Mapping[int, float]], times: Sequence[int]) -> list[int]:
    """The members of a group, the medoid first: the one most likely to ask the same as all the others.

    Each question counts as often as it was asked, and is certain to ask the same as itself.
    """
    score = {at: times[at] + sum(near[at].get(other, 0.0) * times[other] for other in group) for at in group}
    return sorted(group, key=lambda at: (-score[at], -times[at], at))


def from_both_sides(pairs: Chances, size: int) -> list[dict[int, float]]:
    """For each of `size` questions the chances of those that it was compared with."""
    near: list[dict[int, float]] = [{} for _ in range(size)]
    for (a, b), chance in pairs.items():
        near[a][b] = near[b][a] = chance
    return near


# --- what it cost, and what agents replied -----------------------------------------------------------------------


def handling_minutes(handling: Handling | None) -> float | None:
    """Return the minutes from an agent's taking a ticket to the end of it, None when nobody has finished with it."""
    if handling is None or handling.claimed_at is None:
        return None
    end = handling.closed_at or handling.replied_at
    if end is None:
        return None
    return min(max((end - handling.claimed_at).total_seconds() / 60, 0.0), LONGEST_MINUTES)


def usual_minutes(vain: Sequence[Vain]) -> float:
    """Return what a question costs when nobody took the time: the median of those where it is known."""
    known = [minutes for one in vain if (minutes := handling_minutes(one.handling)) is not None]
    return median(known) if known else USUAL_MINUTES


def cost(asked: Sequence[Vain], usual: float) -> float:
    """Return the agents' minutes that these questions took."""
    known = [handling_minutes(one.handling) for one in asked]
    return sum(usual if minutes is None else minutes for minutes in known)


def replies(asked: Sequence[Vain]) -> tuple[Sent, ...]:
    """Return what agents sent, best first: a reply that was sent as drafted counts twice.

    The drafts' polite frame is taken off, and a reply that only says that somebody is looking is none.
    """
    sent: defaultdict[str, list[tuple[datetime, str, bool]]] = defaultdict(list)
    for one in asked:
        handling = one.handling
        if handling is None or not handling.reply or handling.outcome == RETURNED:
            continue
        body = reply_body(handling.reply)
        if body:
            drafted = handling.reply_kind is ReplyKind.DRAFTED
            sent[normalise(body)].append((handling.replied_at or one.at, body, drafted))
    ranked = sorted(
        sent.values(), key=lambda all_: (len(all_) + sum(drafted for *_, drafted in all_), max(all_)[0]), reverse=True
    )
    return tuple(Sent(max(all_)[1], len(all_), sum(drafted for *_, drafted in all_)) for all_ in ranked)


def reply_body(reply: str) -> str:
    """Take the draft's frame off a reply, and personal data out of it; "" when there is no answer in it."""
    text = reply.strip()
    if any(pattern.fullmatch(text) for pattern in _EMPTY_DRAFTS):
        return ""
    return mask(_SUFFIX.sub("", _PREFIX.sub("", text))).strip()


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.escape(template).replace(_HOLE, ".*?").replace(_BODY, ".*"), re.DOTALL)


_BEFORE, _BEHIND = messages.tickets.draft_answer(_HOLE, _BODY).split(_BODY)
_PREFIX = re.compile("^" + re.escape(_BEFORE).replace(_HOLE, ".*?"), re.DOTALL)
_SUFFIX = re.compile(re.escape(_BEHIND.strip()) + "$")
_EMPTY_DRAFTS = (
    _pattern(messages.tickets.draft_check(_HOLE)),
    _pattern(messages.tickets.draft_order(_HOLE)),
    _pattern(messages.tickets.draft_welcome(_HOLE)),
    _pattern(messages.tickets.DRAFT_WELCOME),
)


# --- an editor's three answers -----------------------------------------------------------------------------------


def proposed_entry(nearest: Sequence[Near], sent: Sequence[Sent], limit: float) -> EntryId | None:
    """The entry whose variants these questions should be, None when they need an entry of their own.

    It is one that agents answered with, as it stands, or one that is worth showing to the customer already.
    """
    for near in nearest:
        if sent and normalise(near.entry.answer) == normalise(sent[0].text):
            return near.entry.id
    return nearest[0].entry.id if nearest and nearest[0].confidence >= limit else None


def with_variants(entry: Entry, phrasings: Sequence[str]) -> Entry:
    """Add phrasings that the entry does not have yet."""
    have = {matched_form(text) for text in entry.phrasings}
    new = []
    for text in phrasings[:MOST_VARIANTS]:
        form = matched_form(text)
        if form not in have:
            have.add(form)
            new.append(text)
    return replace(entry, variants=(*entry.variants, *new))


def most_common_category(gap: Gap) -> str:
    """The category that the gap's tickets were filed under, else the nearest entry's."""
    filed = Counter(one.handling.category for one in gap.asked if one.handling and one.handling.category)
    if filed:
        return min(filed, key=lambda name: (-filed[name], name))
    return gap.nearest[0].entry.category if gap.nearest else ""
