"""Agents look for entries: by what customers would ask, by words in the answer, or by leafing through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kb.answer.highlight import Span, spans
from kb.answer.match import Matcher
from kb.text import normalise
from kb.types import Candidate, Entry, Scope

#: Entries that a search finds at most.
MOST_FOUND = 100
#: An entry that shares no word with what was looked for must be at least this likely to be meant.
_LIKELY = 0.05


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found, and where the words that were looked for stand in it."""

    entry: Entry
    matched: str  # the phrasing that came closest
    confidence: float
    in_question: Sequence[Span]
    in_matched: Sequence[Span]
    in_answer: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the hits, best first, and how many there are in all (`MOST_FOUND` at most, unless one leafs through)."""

    total: int
    hits: Sequence[Hit]


def search(matcher: Matcher, text: str, scope: Scope, today: date, *, limit: int = 20, offset: int = 0) -> Page:
    """Find entries in `scope` for `text`; without text, all of them in order of id."""
    plain = normalise(text)
    words = _words(matcher, plain)
    if not words:
        entries = [e for e in matcher.knowledge.entries if e.served_on(today) and scope.admits(e)]
        return Page(len(entries), [_hit(Candidate(e, "", 0.0), ()) for e in entries[offset : offset + limit]])
    near = [_hit(c, words) for c in matcher.search(text, scope, today, limit=MOST_FOUND)]
    hits = [hit for hit in near if hit.in_matched or hit.in_question or hit.in_answer or hit.confidence >= _LIKELY]
    seen = {hit.entry.id for hit in hits}
    for entry in matcher.knowledge.entries:  # words that stand in the answer only
        if len(hits) >= MOST_FOUND:
            break
        if entry.id not in seen and plain in entry.answer.lower() and entry.served_on(today) and scope.admits(entry):
            hits.append(_hit(Candidate(entry, entry.question, 0.0), words))
    return Page(len(hits), hits[offset : offset + limit])


def _words(matcher: Matcher, plain: str) -> tuple[str, ...]:
    """The words worth marking: single characters only where nothing longer is said."""
    words = matcher.knowledge.words(plain)
    return tuple(word for word in words if len(word) > 1) or tuple(words)


def _hit(candidate: Candidate, words: Sequence[str]) -> Hit:
    entry = candidate.entry
    return Hit(
        entry=entry,
        matched=candidate.matched,
        confidence=candidate.confidence,
        in_question=spans(entry.question, words),
        in_matched=spans(candidate.matched, words),
        in_answer=spans(entry.answer, words),
    )
