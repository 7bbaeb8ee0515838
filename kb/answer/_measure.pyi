# What `_measure.c` gives; see `kb.answer.features` for what it means. Arrays are C-contiguous.

from typing import Any

from numpy.typing import NDArray

def measure(
    known: tuple[NDArray[Any], ...],
    unknown_idf: float,
    asked: tuple[NDArray[Any], ...],
    most_rows: int,
    sharp: float,
    most_beside: int,
    out: tuple[NDArray[Any], ...],
    width: int,
    /,
) -> int:
    # Write the rows compared, how many each entry has, its closest and its line of the table; then the entries nearest
    # to each question with the question's number, and return how many these are in all.
    # ValueError: the arrays do not fit each other.
    ...

def complete(
    table: NDArray[Any],
    width: int,
    bounds: NDArray[Any],
    nearest: NDArray[Any],
    beside: NDArray[Any],
    figures: int,
    beside_at: int,
    leading: NDArray[Any],
    leads_at: int,
    /,
) -> None:
    # Write the (nearest, figures) float32 `beside` into the float32 table, for the other entries of a question the
    # least of its; then, for each column that `leading` names, what each entry has over the best other of its question.
    # ValueError: the arrays do not fit each other.
    ...
