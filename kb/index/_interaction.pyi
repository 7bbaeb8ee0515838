# What `_interaction.c` gives; see `kb.index.interaction` for what it means. Arrays are C-contiguous.

from typing import Any

from numpy.typing import NDArray

def read(weights: tuple[NDArray[Any], ...], units: NDArray[Any], sizes: NDArray[Any], states: NDArray[Any], /) -> None:
    # Write the (units, dim) float32 `states` of texts of so many units; raises ValueError when shapes don't fit.
    ...

def compare(
    weights: tuple[NDArray[Any], ...],
    questions: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],
    asked: NDArray[Any],
    phrasings: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],
    figures: NDArray[Any],
    /,
) -> None:
    # Write the (pairs, figures) float32 `figures`; raises ValueError when shapes don't fit.
    ...
