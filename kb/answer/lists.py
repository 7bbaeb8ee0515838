"""Figures of several lists at once, one list behind the other: the candidates of each of some questions."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Lists:
    """Where each list lies."""

    starts: Places  # (lists,) the first place of each list that holds anything
    sizes: Places  # (lists,)

    @classmethod
    def within(cls, bounds: Places) -> Self:
        """The lists that begin at `bounds`, which also has the end of the last; empty ones are passed over."""
        sizes = bounds[1:] - bounds[:-1]
        held = sizes.nonzero()[0]
        return cls(bounds.take(held), sizes.take(held))

    @classmethod
    def single(cls, size: int) -> Self:
        """One list of `size` values."""
        return cls.within(np.array([0, size], np.int64))

    @property
    def places(self) -> Places:
        """Which place each value has in its list, from 0."""
        return np.arange(self.sizes.sum()) - self.starts.repeat(self.sizes)
