"""Variants that ask for another entry."""

from collections.abc import Container, Iterable, Iterator, Sequence

import numpy as np

from kb.ingest.review.facts import SAME_ANSWER, alike
from kb.ingest.review.findings import Finding, FindingCode, finding
from kb.ingest.review.near import Neighbours, Phrasings
from kb.ingest.review.same import Asked, ask_the_same, asks_for, covered, differ_in_detail, name_others
from kb.types import EntryId

#: Below this cosine to another entry's standard question a variant is not looked at.
NEAR = 0.60
#: A phrasing of its own that is closer by this much shows that it is at home.
AT_HOME = 0.15
#: A variant strays when a phrasing of another entry is this close, and closer than any of its own by this much.
CLOSE = 0.70
AHEAD = 0.25
#: It strays as well when the other standard question says all of it, and its own phrasings no more than this.
OWN_COVERS = 0.6
_WORDS_ENOUGH = 4.0  # weight of a variant that says something by itself
_SAME_DETAIL = 0.8  # cosine to the other entry when number, size or model agree with that one only


def stray(phrasings: Phrasings, neighbours: Neighbours) -> list[int]:
    """Rows of variants that ask what another entry's standard question asks, rather than what their own entry does."""
    shared = {row for rows in phrasings.by_text().values() for row in rows}
    return [
        row
        for row in np.flatnonzero((neighbours.nearest >= 0) & (neighbours.cosine >= NEAR)).tolist()
        if row not in shared
        and not phrasings.rows[row].standard
        and _strays(phrasings, row, int(neighbours.nearest[row]), float(neighbours.cosine[row]))
    ]


def told(
    phrasings: Phrasings, neighbours: Neighbours, rows: Iterable[int], focus: Container[EntryId]
) -> Iterator[Finding]:
    """Word what strays, for entries in focus."""
    for row in rows:
        entry = phrasings.entries[phrasings.rows[row].at]
        target = phrasings.entries[phrasings.rows[int(neighbours.nearest[row])].at]
        if entry.entry.id in focus:
            yield finding(FindingCode.STRAY_VARIANT, entry, quotes=[phrasings.rows[row].written], other=target)


def _strays(phrasings: Phrasings, row: int, other: int, cosine: float) -> bool:
    own = [at for at in phrasings.own(row) if at != row]
    closest = max((phrasings.similarity(row, at) for at in own), default=1.0)
    if closest - cosine > AT_HOME or not _asks_for_it(phrasings, row, other, own, cosine=cosine, closest=closest):
        return False
    answers = [phrasings.entries[phrasings.rows[at].at].entry.answer for at in (row, other)]
    return alike(*answers) < SAME_ANSWER  # with one answer the entries are duplicates, and it is at home in both


def _asks_for_it(
    phrasings: Phrasings, row: int, other: int, own: Sequence[int], *, cosine: float, closest: float
) -> bool:
    variant, target = phrasings.asked(row), phrasings.asked(other)
    if name_others(variant, target):
        return False
    if ask_the_same(variant, target, cosine):
        return not any(ask_the_same(variant, phrasings.asked(at), 1.0) for at in own)
    if not asks_for(variant) or asks_for(variant) != asks_for(target):
        return False
    ours = [phrasings.asked(at) for at in own]
    theirs = max(phrasings.similarity(row, at) for at in phrasings.own(other))
    if _names_detail(variant) and all(differ_in_detail(variant, one) for one in ours):
        return theirs >= _SAME_DETAIL
    if theirs >= CLOSE and theirs - closest >= AHEAD:
        return covered(variant, target) > covered(variant, ours[0])
    return (
        theirs > closest
        and variant.weight >= _WORDS_ENOUGH
        and covered(variant, target) == 1
        and max(covered(variant, one) for one in ours) <= OWN_COVERS
    )


def _names_detail(asked: Asked) -> bool:
    return bool(asked.details.codes or asked.details.sizes or asked.details.quantities)
