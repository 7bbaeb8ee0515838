"""A review of a plan: what is read, beside what stays, before it is written."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from kb.ingest.plan import Plan
from kb.ingest.problems import Problem
from kb.ingest.read import Reading
from kb.ingest.review.checks import Progress, review, superseded
from kb.ingest.review.findings import Finding, Weight
from kb.ingest.review.lists import Lists
from kb.ports import Embedder
from kb.types import EntryId, EntryState, SourcedEntry

#: Up to so many phrasings entries are compared with each other also where only the changed ones are reviewed.
COMPARED_UP_TO = 5_000


def review_plan(
    reading: Reading,
    plan: Plan,
    existing: Sequence[SourcedEntry],
    embedder: Callable[[], Embedder],
    *,
    today: date,
    lists: Lists,
    everything: bool,
    progress: Progress | None = None,
) -> list[Finding]:
    """Findings on all that was read, or on what the plan would write; `embedder` is only called when it is needed.

    What stands in the knowledge already is no reason not to write: findings on unchanged entries are notices.
    Writing must stay quick on large knowledge: there the entries to be written are looked at one by one, and compared
    with the others only in a review of `everything`.
    """
    written: frozenset[EntryId] = frozenset(item.entry.id for item in plan.put)
    if not everything and not written:
        return []
    gone = frozenset(plan.retire)
    rest = [known for known in existing if known.entry.id not in gone]
    compare = everything or _phrasings((*reading.entries, *rest)) <= COMPARED_UP_TO
    found = review(
        reading.entries,
        reading.places,
        rest,
        embedder() if compare else None,
        today=today,
        lists=lists,
        only=None if everything else written,
        progress=progress,
    )
    return [one if one.entry_id in written else replace(one, weight=Weight.NOTICE) for one in found]


def untold(problems: Sequence[Problem], findings: Sequence[Finding], *, everything: bool) -> tuple[Problem, ...]:
    """The problems that no finding tells better."""
    told = {(found.file, found.row) for found in findings}
    return tuple(one for one in problems if not (superseded(one.code) and (everything or (one.file, one.row) in told)))


def _phrasings(entries: Sequence[SourcedEntry]) -> int:
    return sum(1 + len(known.entry.variants) for known in entries if known.entry.state is not EntryState.RETIRED)
