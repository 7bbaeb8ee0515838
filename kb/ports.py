"""The seams: what has two implementations, or touches the outside world."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]


class Embedder(Protocol):
    """Turns texts into vectors whose inner product is their similarity."""

    @property
    def name(self) -> str:
        """Identity, weights included: two embedders of one name give the same vectors."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dim) float32, rows of length 1; a text of which nothing is known gives a row of zeros."""


class ReadTexts(Protocol):
    """Texts as a reader of pairs compares them."""

    def arrays(self) -> Mapping[str, Any]:
        """The parts by name, arrays or `Patched` ones, to be saved with a release."""


class PairReader(Protocol):
    """Reads questions beside phrasings, each pair by itself: what is found depends on no other."""

    def read(self, texts: Sequence[str]) -> Any:
        """Return the texts, normalised, as `compare` takes them: `ReadTexts` of the reader's own."""

    def compare(self, questions: Any, asked: Rows, phrasings: Any, which: Rows) -> Vectors:
        """Return (pairs, 2) for the questions and the phrasings that `asked` and `which` name, pair by pair.

        Log-odds that both ask the same, and that no single word turns the one into another question.
        """


class VectorIndex(Protocol):
    """Finds the nearest of a fixed set of vectors."""

    def search(self, query: Vectors, k: int) -> tuple[Rows, Vectors]:
        """Return the rows nearest to `query` (dim,) and their inner products, closest first, at most `k` of each."""

    def nearest(self, queries: Vectors, k: int) -> Sequence[Rows]:
        """Return the rows nearest to each of `queries` (n, dim), closest first or nearly so, at most `k` of each.

        What is found for one does not depend on the others.
        """


class Indexing(Protocol):
    """A way of searching the vectors of releases; KB_INDEX names one."""

    @property
    def name(self) -> str:
        """As the setting and a release's manifest name it."""

    def open(self, vectors: Vectors, digest: str, file: Path) -> VectorIndex:
        """Return what searches (n, dim) vectors of a release, however they were indexed when it was written.

        `digest` tells them from all others; `file` is in the release's folder, where its writer may have put something.
        """

    def retain(self, digests: Iterable[str]) -> None:
        """Let go of what is kept outside the releases' folders for any vectors but these."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)
