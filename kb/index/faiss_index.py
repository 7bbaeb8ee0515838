"""Vectors searched with FAISS (Douze et al. 2024): exactly while they are few, through an inverted file when many."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.ports import Rows, Vectors

#: Up to so many vectors an exact scan is as quick as anything else and misses nothing.
EXACT_UP_TO = 4_000
_LISTS_PER_ROOT = 4  # inverted lists per square root of the number of vectors
_PROBED_PER_ROOT = 2.5  # lists looked into per square root of theirs; the contract tests hold recall to exact search's
_MOST_APART = 0.05  # lists that fewer or more vectors would have, as a share, until they are learnt anew
_AT_ONCE = 16  # queries; from 20 on FAISS lets BLAS add up, and how it does depends on their number
_TRAINED_ON = 50  # vectors a list, enough for k-means to settle


class FaissIndex:
    """Inner-product search over a fixed set of vectors; may be used from many threads, one thread a query."""

    def __init__(self, index: Any, vectors: "Vectors") -> None:
        """Take a FAISS index and the vectors it was built from, in the same order."""
        import faiss

        faiss.omp_set_num_threads(1)
        self._index = index
        self._vectors = vectors
        self._coarse = index.ntotal > EXACT_UP_TO

    @classmethod
    def build(cls, vectors: "Vectors") -> "FaissIndex":
        """Index (n, dim) float32 `vectors`."""
        import faiss

        count, dim = vectors.shape
        if count <= EXACT_UP_TO:
            index: Any = faiss.IndexFlatIP(dim)
            index.add(vectors)
            return cls(index, vectors)
        lists = int(_LISTS_PER_ROOT * count**0.5)
        quantizer = faiss.IndexFlatIP(dim)
        index = faiss.IndexIVFScalarQuantizer(
            quantizer, dim, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        index.cp.seed, index.cp.niter, index.cp.spherical = 0, 4, True
        index.cp.min_points_per_centroid = 1  # or FAISS writes a warning where there are fewer than 39
        faiss.omp_set_num_threads(os.cpu_count() or 1)  # back to one in __init__
        sample = np.random.default_rng(0).permutation(count)[: lists * _TRAINED_ON]
        index.train(vectors[np.sort(sample)])
        index.nprobe = int(_PROBED_PER_ROOT * lists**0.5)
        return cls._filled(index, vectors)

    def again(self, vectors: "Vectors") -> "FaissIndex":
        """Index vectors that are much like these with the lists that were learnt from these, which takes longest."""
        import faiss

        count = len(vectors)
        lists = int(_LISTS_PER_ROOT * count**0.5)
        if not self._coarse or count <= EXACT_UP_TO or abs(lists - self._index.nlist) > _MOST_APART * lists:
            return FaissIndex.build(vectors)
        index = faiss.clone_index(self._index)
        index.reset()  # the lists stay, what is in them goes
        return self._filled(index, vectors)

    @classmethod
    def _filled(cls, index: Any, vectors: "Vectors") -> "FaissIndex":
        """Add the vectors piece by piece, on all processors."""
        import faiss

        faiss.omp_set_num_threads(os.cpu_count() or 1)  # back to one in __init__
        for start in range(0, len(vectors), 65_536):
            index.add(np.ascontiguousarray(vectors[start : start + 65_536]))
        return cls(index, vectors)

    @classmethod
    def read(cls, file: Path, vectors: "Vectors") -> "FaissIndex":
        """Read what `write` wrote; raises ReleaseError when the file is damaged or belongs to other vectors."""
        import faiss

        try:
            index = faiss.read_index(str(file))
        except RuntimeError as error:
            raise ReleaseError(f"{file.name} cannot be read as a FAISS index") from error
        if (index.ntotal, index.d) != vectors.shape:
            raise ReleaseError(f"{file.name} holds {index.ntotal} x {index.d} vectors, not {vectors.shape}")
        return cls(index, vectors)

    def write(self, file: Path) -> None:
        """Write the index, without the vectors themselves unless FAISS keeps them."""
        import faiss

        faiss.write_index(self._index, str(file))

    def search(self, query: "Vectors", k: int) -> "tuple[Rows, Vectors]":
        """Return the rows nearest to `query` (dim,) and their inner products, closest first, at most `k` of each."""
        wanted = min(k, self._index.ntotal)
        if wanted == 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        similarities, rows = self._index.search(query[None, :], wanted)
        near: Rows = rows[0][rows[0] >= 0]
        if not self._coarse:
            return near, similarities[0][: len(near)]
        exact: Vectors = self._vectors[near] @ query  # they were found by 8-bit codes
        order = np.argsort(-exact, kind="stable")
        return near[order], exact[order]

    def nearest(self, queries: "Vectors", k: int) -> "Sequence[Rows]":
        """Return the rows nearest to each of `queries` (n, dim), in the order of their 8-bit codes when they are many.

        Many queries at once find the processor's cache full of what they need: two fifths of the time of as many
        searches.
        """
        wanted = min(k, self._index.ntotal)
        if wanted == 0:
            return [np.empty(0, dtype=np.int64) for _ in queries]
        found: list[Rows] = []
        for at in range(0, len(queries), _AT_ONCE):
            rows = self._index.search(queries[at : at + _AT_ONCE], wanted)[1]
            found += [some if some[-1] >= 0 else some[some >= 0] for some in rows]
        return found


class FaissIndexing:
    """KB_INDEX=faiss: a release's folder holds its index, which every process reads."""

    name = "faiss"

    def open(self, vectors: "Vectors", digest: str, file: Path) -> FaissIndex:  # noqa: ARG002
        """Read a release's index, or build it if the release was written without; raises ReleaseError."""
        return FaissIndex.read(file, vectors) if file.exists() else FaissIndex.build(vectors)

    def retain(self, digests: "Iterable[str]") -> None:
        """Nothing is kept outside the releases' folders."""
