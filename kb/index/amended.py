"""An index that an edit adds a few vectors to: it stays as it is, and they are compared one by one beside it."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kb.index.patched import Patched
    from kb.ports import Rows, VectorIndex, Vectors

_MORE = 16  # asked of the index beyond what is wanted, for those that are gone


class Amended:
    """Searches the rows of a patched array, of which an index knows those that lie in its base."""

    def __init__(self, index: "VectorIndex", vectors: "Patched[np.float32]") -> None:
        """Take what searches `vectors.base`."""
        self.index = index
        self._vectors = vectors
        known = len(vectors.base)
        first = np.full(known, -1, np.int64)
        from_base = np.flatnonzero(vectors.place < known)[::-1]
        first[vectors.place[from_base]] = from_base  # of several rows with one text, the first
        beside = np.ones(len(vectors), bool)
        beside[first[first >= 0]] = False
        self._first = first
        self._beside: Rows = np.flatnonzero(beside)
        self._gone = int((first < 0).sum())

    @cached_property
    def _apart(self) -> "Vectors":
        return self._vectors.take(self._beside)

    def search(self, query: "Vectors", k: int) -> "tuple[Rows, Vectors]":
        """Return the rows nearest to `query` (dim,) and their inner products, closest first, at most `k` of each."""
        wanted = k + min(self._gone, _MORE)
        while True:
            found, near = self.index.search(query, wanted)
            rows = self._first.take(found)
            stay = rows >= 0
            if stay.sum() >= k or len(found) < wanted:
                break
            wanted *= 2
        return self._together(rows[stay], near[stay], query, k)

    def nearest(self, queries: "Vectors", k: int) -> "Sequence[Rows]":
        """Return the rows nearest to each of `queries` (n, dim), closest first or nearly so, at most `k` of each."""
        wanted = k + min(self._gone, _MORE)
        found: list[Rows] = []
        for query, rows in zip(queries, self.index.nearest(queries, wanted), strict=True):
            stay = self._first.take(rows)
            stay = stay[stay >= 0]
            if len(stay) < k and len(rows) == wanted:
                found.append(self.search(query, k)[0])
            elif self._may_be_near(query, stay, k):
                found.append(self._together(stay, self._vectors.take(stay) @ query, query, k)[0])
            else:
                found.append(stay[:k])
        return found

    def _may_be_near(self, query: "Vectors", rows: "Rows", k: int) -> bool:
        """Whether a row beside the index belongs among those that it found."""
        if not len(self._beside):
            return False
        furthest = (self._vectors.take(rows) @ query).min() if len(rows) >= k > 0 else -np.inf
        return bool((self._apart @ query).max() >= furthest)

    def _together(self, rows: "Rows", near: "Vectors", query: "Vectors", k: int) -> "tuple[Rows, Vectors]":
        rows = np.append(rows, self._beside)
        similarities: NDArray[np.float32] = np.append(near, self._apart @ query)
        order = np.argsort(-similarities, kind="stable")[:k]
        return rows[order], similarities[order]
