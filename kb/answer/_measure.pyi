# What `_measure.c` gives; see `kb.answer.features` for what it means. Arrays are C-contiguous.

from typing import Any

from numpy.typing import NDArray

def measure(
    known: tuple[NDArray[Any], ...],
    unknown_idf: float,
    asked: tuple[NDArray[Any], ...],
    most_rows: int,
    sharp: float,
    out: tuple[NDArray[Any], ...],
    width: int,
    /,
) -> None:
    # Write the rows compared, how many each entry has, its closest, its nearness and its line of the table.
    # ValueError: the arrays do not fit each other.
    ...
