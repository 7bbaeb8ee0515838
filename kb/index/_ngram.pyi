# What `_ngram.c` gives; see `kb.index.ngram` for what it means. Arrays are C-contiguous.

from typing import Any

from numpy.typing import NDArray

def pool(
    vectors: NDArray[Any],
    scales: NDArray[Any],
    rows: NDArray[Any],
    ends: NDArray[Any],
    out: NDArray[Any],
    /,
) -> None:
    # Write into `out` (texts, dim) the sums of rows of `vectors` (tokens, dim), by their `scales`, made 1 long; each
    # text's `rows` begin where the ones before it end. ValueError: the rows don't fit the vectors.
    ...
