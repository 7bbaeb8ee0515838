"""Exact search with numpy: the reference that every other index is compared with."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kb.index.patched import Patched
    from kb.ports import Rows, Vectors


class ExactIndex:
    """Compares a query with every vector."""

    def __init__(self, vectors: "Vectors | Patched[np.float32]") -> None:
        """Take (n, dim) float32 vectors; they are not copied."""
        self._vectors = vectors

    def search(self, query: "Vectors", k: int) -> "tuple[Rows, Vectors]":
        """Return the rows nearest to `query` (dim,) and their inner products, closest first, at most `k` of each."""
        similarities = self._vectors @ query
        k = min(k, len(similarities))
        rows = np.argpartition(-similarities, k - 1)[:k] if k else np.empty(0, dtype=np.int64)
        rows = rows[np.argsort(-similarities[rows], kind="stable")]
        return rows.astype(np.int64), similarities[rows]

    def nearest(self, queries: "Vectors", k: int) -> "Sequence[Rows]":
        """Return the rows nearest to each of `queries` (n, dim), closest first, at most `k` of each."""
        return [self.search(query, k)[0] for query in queries]


class ExactIndexing:
    """KB_INDEX=exact: every vector of a release is compared."""

    name = "exact"

    def open(self, vectors: "Vectors", digest: str, file: "Path") -> ExactIndex:  # noqa: ARG002
        """Return what searches a release's vectors."""
        return ExactIndex(vectors)

    def retain(self, digests: "Iterable[str]") -> None:
        """Nothing is kept outside the releases' folders."""
