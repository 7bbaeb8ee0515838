"""Entries that ask the same: twice, nearly, or with answers that contradict each other."""

import re
from collections.abc import Container, Iterator
from itertools import combinations

from kb import messages
from kb.ingest.review.facts import SAME_ANSWER, Difference, alike, differences
from kb.ingest.review.findings import Finding, FindingCode, Standing, Weight, finding
from kb.ingest.review.near import Neighbours, Phrasings
from kb.ingest.review.same import ask_the_same
from kb.types import Entry, EntryId

_AND = re.compile("[与和及、/／ ]")


def shared(phrasings: Phrasings, focus: Container[EntryId]) -> Iterator[Finding]:
    """Texts that stand in several entries word for word; each is told once, at the later entry in focus."""
    told: set[tuple[EntryId, EntryId]] = set()
    for rows in phrasings.by_text().values():
        first, *later = rows
        for row in later:
            one, other = _order(phrasings, row, first, focus)
            if one is None:
                continue
            at, known = phrasings.entries[phrasings.rows[one].at], phrasings.entries[phrasings.rows[other].at]
            if not _may_meet(at, known) or (at.entry.id, known.entry.id) in told:
                continue
            if phrasings.rows[one].standard and phrasings.rows[other].standard:
                told.add((at.entry.id, known.entry.id))
                yield _together(FindingCode.SAME_QUESTION, at, known, at.entry.question, phrasings.asked(one).whether)
            else:
                yield finding(FindingCode.SHARED_PHRASING, at, quotes=[phrasings.rows[one].written], other=known)


def near(
    phrasings: Phrasings, neighbours: Neighbours, focus: Container[EntryId], astray: Container[int]
) -> Iterator[Finding]:
    """Entries of which one's standard question asks what a phrasing of the other asks; each pair once.

    A variant that is `astray` says nothing of its entry.
    """
    told: set[frozenset[int]] = set()
    exact = {
        frozenset((phrasings.rows[one].at, phrasings.rows[other].at))
        for rows in phrasings.by_text().values()
        for one, other in combinations(rows, 2)
    }
    for row, other, cosine in sorted(neighbours.pairs, key=lambda pair: -pair[2]):
        pair = frozenset((phrasings.rows[row].at, phrasings.rows[other].at))
        if pair in told or pair in exact or other in astray:
            continue
        if not ask_the_same(phrasings.asked(row), phrasings.asked(other), cosine):
            continue
        one, second = _order(phrasings, max(row, other), min(row, other), focus)
        if one is None:
            continue
        at, known = phrasings.entries[phrasings.rows[one].at], phrasings.entries[phrasings.rows[second].at]
        if not _may_meet(at, known) or _apart(at.entry, known.entry):
            continue
        told.add(pair)
        quote = "" if phrasings.rows[second].standard else phrasings.rows[second].written
        yield _together(FindingCode.NEAR_DUPLICATE, at, known, quote, phrasings.asked(row).whether)


def _order(phrasings: Phrasings, later: int, first: int, focus: Container[EntryId]) -> tuple[int | None, int]:
    """The row to tell it at, in focus, and the other one; None when neither is."""
    for one, other in ((later, first), (first, later)):
        if phrasings.entries[phrasings.rows[one].at].entry.id in focus:
            return one, other
    return None, first


def _may_meet(one: Standing, other: Standing) -> bool:
    """Whether a customer could be given either: products that differ keep them apart, and so do dates."""
    a, b = one.entry, other.entry
    if a.product and b.product and a.product != b.product:
        return False
    starts = [day for day in (a.valid_from, b.valid_from) if day]
    ends = [day for day in (a.valid_until, b.valid_until) if day]
    return not (starts and ends and max(starts) > min(ends))


def _apart(a: Entry, b: Entry) -> bool:
    """Whether their categories keep two questions apart."""
    return a.category != b.category and (_narrowed(a, b) or _narrowed(b, a))


def _narrowed(entry: Entry, other: Entry) -> bool:
    """Whether a question names its category and the other one doesn't: 玩具有质量问题… asks for toys only."""
    return any(
        len(name) > 1 and name in entry.question and name not in other.question for name in _AND.split(entry.category)
    )


def _together(code: FindingCode, at: Standing, other: Standing, quote: str, whether: bool) -> Finding:
    """Word what two entries with one question are: contradicting, the same, or of different answers."""
    ours, theirs = at.entry.answer, other.entry.answer
    found = differences(ours, theirs, whether=whether)
    if found:
        told = "；".join(map(_told, found))
        return finding(FindingCode.CONTRADICTION, at, quotes=[quote] if quote else [], other=other, differences=told)
    if code is FindingCode.NEAR_DUPLICATE and alike(ours, theirs) < SAME_ANSWER:
        code = FindingCode.OTHER_ANSWER
    return finding(code, at, Weight.NOTICE, quotes=[quote] if quote else [], other=other)


def _told(difference: Difference) -> str:
    label = messages.review.DIFFERENCES[difference.kind.value]
    return messages.review.DIFFERENCE.format(label=label, ours=difference.ours, theirs=difference.theirs)
