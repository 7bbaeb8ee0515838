"""Which phrasings may ask the same: found through their vectors and cores, never by comparing all entries in pairs."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index.knowledge import matched_form
from kb.ingest.review.findings import Standing
from kb.ingest.review.same import Asked, take_apart
from kb.ports import Embedder, Vectors

#: From this cosine on a standard question is looked at beside another phrasing.
CLOSE = 0.66
#: So many of the closest phrasings are looked at for each standard question.
MOST = 24
_BLOCK = 512  # standard questions that are compared at a time


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to ask for an entry."""

    at: int  # position of its entry
    written: str
    text: str  # in matched form
    standard: bool


class Phrasings:
    """All phrasings of all entries with their vectors; those of one entry lie together, the standard question first."""

    def __init__(self, entries: Sequence[Standing], embedder: Embedder) -> None:
        """Read the entries; a phrasing with nothing to match in it is passed over."""
        self.entries = entries
        rows: list[Phrasing] = []
        for at, standing in enumerate(entries):
            seen: set[str] = set()
            for number, written in enumerate(standing.entry.phrasings):
                text = matched_form(written)
                if text and text not in seen:
                    seen.add(text)
                    rows.append(Phrasing(at, written, text, standard=not number))
        self.rows = rows
        self.owner = np.array([row.at for row in rows], np.int64)
        self.standard = np.array([row.standard for row in rows], bool)
        unique = {text: at for at, text in enumerate(dict.fromkeys(row.text for row in rows))}
        vectors = embedder.encode(list(unique))
        self.vectors: Vectors = vectors[[unique[row.text] for row in rows]] if rows else vectors
        self._asked: dict[int, Asked] = {}

    def asked(self, row: int) -> Asked:
        """A phrasing taken apart; remembered."""
        if row not in self._asked:
            self._asked[row] = take_apart(self.rows[row].written)
        return self._asked[row]

    def similarity(self, one: int, other: int) -> float:
        """Cosine of two rows."""
        return float(self.vectors[one] @ self.vectors[other])

    def by_text(self) -> dict[str, list[int]]:
        """Rows by matched form, those only that several entries share."""
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for at, row in enumerate(self.rows):
            rows[row.text].append(at)
        return {text: found for text, found in rows.items() if len(found) > 1}

    def blocks(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Standard questions, some at a time, and their cosines to all rows, 0 to those of their own entry."""
        standards = np.flatnonzero(self.standard)
        for start in range(0, len(standards), _BLOCK):
            some = standards[start : start + _BLOCK]
            cosines = self.vectors[some] @ self.vectors.T
            for at, row in enumerate(some.tolist()):
                cosines[at, self._own(row)] = 0.0
            yield some, cosines

    def _own(self, row: int) -> slice:
        owner = self.owner[row]
        return slice(int(np.searchsorted(self.owner, owner)), int(np.searchsorted(self.owner, owner, side="right")))

    def own(self, row: int) -> range:
        """The rows of the same entry."""
        found = self._own(row)
        return range(found.start, found.stop)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What is near: to each standard question, and to each phrasing."""

    pairs: tuple[tuple[int, int, float], ...]  # a standard question, another entry's phrasing, their cosine
    nearest: NDArray[np.int64]  # (rows,) another entry's standard question, -1 without
    cosine: NDArray[np.float32]  # (rows,) to it


def neighbours(phrasings: Phrasings) -> Neighbours:
    """Find what is near in one pass over the standard questions."""
    count = len(phrasings.rows)
    nearest = np.full(count, -1, np.int64)
    best = np.zeros(count, np.float32)
    pairs: list[tuple[int, int, float]] = []
    for standards, cosines in phrasings.blocks():
        top = cosines.argmax(axis=0)
        here = cosines[top, np.arange(count)]
        better = here > best
        best[better], nearest[better] = here[better], standards[top[better]]
        for at, row in enumerate(standards.tolist()):
            close = np.flatnonzero(cosines[at] >= CLOSE)
            if len(close) > MOST:
                close = close[np.argpartition(-cosines[at, close], MOST)[:MOST]]
            pairs.extend((row, other, float(cosines[at, other])) for other in close.tolist())
    return Neighbours(tuple(pairs), nearest, best)
