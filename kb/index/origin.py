"""Where the rows of new knowledge come from: most stood in the knowledge before, and are taken as they are.

Reading a text (its words, its details, its states) takes longer than anything else in building. What a text reads as
depends on it alone, so that what was read once need not be read again.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_T = TypeVar("_T", bound=np.generic)


class Origin:
    """Says of each row in which row before it stood, or which of the fresh texts it is."""

    def __init__(self, texts: Sequence[str], before: Sequence[str]) -> None:
        """Look for `texts` among those `before`."""
        self._known = len(before)
        stood = {text: row for row, text in enumerate(before)}
        self.fresh = tuple(dict.fromkeys(text for text in texts if text not in stood))  # to be read, each once
        stood |= {text: row for row, text in enumerate(self.fresh, self._known)}
        self.rows: Ints = np.fromiter((stood[text] for text in texts), np.int64, len(texts))  # the fresh ones behind
        apart = (np.diff(self.rows) != 1) | (self.rows[1:] == self._known)
        begins = np.flatnonzero(np.append(True, apart)[: len(texts)])
        sizes = np.diff(np.append(begins, len(texts)))
        self._runs = list(zip(self.rows[begins].tolist(), (self.rows[begins] + sizes).tolist(), strict=True))

    def take(self, before: NDArray[_T], fresh: NDArray[_T]) -> NDArray[_T]:
        """Put an array of one value a row together; neither of the two is changed."""
        return self.take_runs(before, fresh, np.arange(len(before) + 1), np.arange(len(fresh) + 1))

    def take_runs(self, before: NDArray[_T], fresh: NDArray[_T], starts: Ints, fresh_starts: Ints) -> NDArray[_T]:
        """Put an array of several values a row together; a row's values lie between two of its `starts`."""
        known = self._known
        pieces = [
            before[starts[begin] : starts[end]]
            if begin < known
            else fresh[fresh_starts[begin - known] : fresh_starts[end - known]]
            for begin, end in self._runs
        ]
        return np.concatenate([before[:0], *pieces])

    def starts(self, before: Ints, fresh: Ints) -> Ints:
        """(rows + 1,) where the values of each row start in what `take_runs` gives."""
        sizes = self.take(np.diff(before), np.diff(fresh))
        return np.append(0, np.cumsum(sizes)).astype(np.int64)
