"""Figures of several lists at once, one list behind the other: the candidates of each of some questions."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kb.answer import _lists

Places = NDArray[np.int64]
Values = NDArray[Any]


@dataclass(frozen=True)
class Lists:
    """Where each list lies; what is done to one does not depend, to the last bit, on those beside it."""

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

    def ahead(self, values: Values) -> Values:
        """What each value has over the largest of the others in its list; its distance to 0 when it is alone."""
        exact = np.ascontiguousarray(values, np.float64)
        ahead = np.empty_like(exact)
        _lists.ahead(exact, exact[:1].size, self.sizes, ahead)
        return ahead.astype(values.dtype, copy=False)

    def order(self, scores: Values) -> Places:
        """The places with the largest score of each list first, list by list; equal ones stay as they are."""
        if len(self.sizes) == 1:
            return (-scores).argsort(kind="stable")
        return np.lexsort((-scores, np.arange(len(self.sizes)).repeat(self.sizes)))
