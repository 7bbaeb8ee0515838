# What `_lists.c` gives; see `kb.answer.lists` for what it means. Arrays are C-contiguous.

from typing import Any

from numpy.typing import NDArray

def ahead(values: NDArray[Any], columns: int, sizes: NDArray[Any], out: NDArray[Any], /) -> None:
    # Write the float64 `out` for float64 `values`; raises ValueError when they don't fit the lists.
    ...
