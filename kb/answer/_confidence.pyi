# What `_confidence.c` gives; see `kb.answer.confidence` for what it means. Arrays are C-contiguous.

from typing import Any

from numpy.typing import NDArray

def score(
    table: NDArray[Any],
    order_weights: NDArray[Any],
    weights: NDArray[Any],
    intercept: float,
    sizes: NDArray[Any],
    order: NDArray[Any],
    chances: NDArray[Any],
    inputs: NDArray[Any],
    /,
) -> None:
    # Write the last three for the float64 `table`, list by list; raises ValueError when they don't fit the others.
    ...
