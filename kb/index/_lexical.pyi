# What `_lexical.c` gives; see `kb.index.lexical` for what it means. Arrays are C-contiguous.

from typing import Any

from numpy.typing import NDArray

def weigh(
    ids: NDArray[Any],
    counts: NDArray[Any],
    places: NDArray[Any],
    sizes: NDArray[Any],
    idfs: NDArray[Any],
    held_back: NDArray[Any],
    unknown_idf: float,
    k1: float,
    b: float,
    cosine: int,
    idf: NDArray[Any],
    weights: NDArray[Any],
    totals: NDArray[Any],
    /,
) -> None:
    # Write `idf` and `weights` of terms and the `totals` of their views, of which the one at `cosine` is a cosine.
    # ValueError: the arrays do not fit each other.
    ...

def score(
    postings: tuple[NDArray[Any], ...],
    ids: NDArray[Any],
    weights: NDArray[Any],
    budget: int,
    scores: NDArray[Any],
    /,
) -> None:
    # Add to the float64 `scores` of rows; raises ValueError when the posting lists don't fit the terms.
    ...

def best(
    postings: tuple[NDArray[Any], ...],
    ids: NDArray[Any],
    weights: NDArray[Any],
    budget: int,
    closed: NDArray[Any],
    shares: NDArray[Any],
    enough: int,
    most_rows: int,
    owners: NDArray[Any],
    scores: NDArray[Any],
    best: NDArray[Any],
    /,
) -> int:
    # Write into `best` whose the best rows are, best first, each once, and return how many. `scores` are zeros, and are
    # again afterwards. ValueError: the posting lists don't fit the terms.
    ...
