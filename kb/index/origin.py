"""Where the rows of new knowledge come from: most stood in the knowledge before, and are taken as they are.

Reading a text (its words, its details, its states) takes longer than anything else in building. What a text reads as
depends on it alone, so that what was read once need not be read again.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kb.index.alike import alike
from kb.index.patched import Patched

Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]
_T = TypeVar("_T", bound=np.generic)


class Origin:
    """Says of each row in which row before it stood, or which of the fresh texts it is."""

    def __init__(self, texts: Sequence[str], before: Sequence[str]) -> None:
        """Look for `texts` among those `before`."""
        self._known = known = len(before)
        found = alike(texts, before)
        self.rows: Ints = np.empty(len(texts), np.int64)  # the fresh ones behind
        for _, _, run, stood in found.pieces():
            self.rows[run] = np.arange(stood.start, stood.stop)
        came = found.came
        self.rows[came], self.fresh = _found([texts[at] for at in came], before, found.gone)  # read, each once
        apart = (np.diff(self.rows) != 1) | (self.rows[1:] == known)
        begins = np.flatnonzero(np.append(True, apart)[: len(texts)])
        sizes = np.diff(np.append(begins, len(texts)))
        self._runs = list(zip(self.rows[begins].tolist(), (self.rows[begins] + sizes).tolist(), strict=True))

    @cached_property
    def came(self) -> Ints:
        """The rows that did not stand before."""
        return np.flatnonzero(self.rows >= self._known)

    @cached_property
    def gone(self) -> Ints:
        """The rows before that no row stood in."""
        return np.flatnonzero(self.now < 0)

    @cached_property
    def now(self) -> Numbers:
        """(rows before,) in which row each stands now, the last one if in several; -1 in none."""
        now = np.full(self._known, -1, np.int32)
        stay = np.flatnonzero(self.rows < self._known)
        now[self.rows.take(stay)] = stay
        return now

    @cached_property
    def in_order(self) -> bool:
        """Whether of the rows that stood before none stands twice, or before one that it stood behind."""
        return bool((np.diff(self.rows[self.rows < self._known]) > 0).all())

    @property
    def same(self) -> bool:
        """Whether every row stands where it stood, and none is gone."""
        return self._runs == ([(0, self._known)] if self._known else [])

    @property
    def moves(self) -> bool:
        """Whether a row that stood before stands in another place now."""
        stay = self.now[self.now >= 0]
        return not np.array_equal(stay, np.flatnonzero(self.now >= 0))

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

    def take_places(
        self,
        before: tuple[Ints, NDArray[_T]],
        fresh: tuple[Ints, NDArray[_T]],
        starts: Ints,
        fresh_starts: Ints,
    ) -> tuple[Ints, NDArray[_T]]:
        """Put values together that stand at some places only, in order, of an array for `take_runs`; likewise given."""
        known, offset = self._known, 0
        places: list[Ints] = []
        values: list[NDArray[_T]] = [before[1][:0]]
        for begin, end in self._runs:
            if begin < known:
                (at, some), first, last = before, starts[begin], starts[end]
            else:
                (at, some), first, last = fresh, fresh_starts[begin - known], fresh_starts[end - known]
            one, other = at.searchsorted([first, last]).tolist()
            places.append(at[one:other] + (offset - first))
            values.append(some[one:other])
            offset += int(last - first)
        return np.concatenate([before[0][:0], *places]), np.concatenate(values)

    def patch(
        self,
        before: NDArray[_T] | Patched[_T],
        fresh: NDArray[_T],
        starts: Ints | None = None,
        fresh_starts: Ints | None = None,
    ) -> Patched[_T]:
        """The same as `take`, or with `starts` as `take_runs`, with nothing of what was there moved."""
        old = Patched.of(before)
        begin = len(old.base) + len(old.fresh)
        lines = _numbers(begin, begin + len(fresh))
        if starts is None or fresh_starts is None:
            place = self.take(old.place, lines)
        else:
            place = self.take_runs(old.place, lines, starts, fresh_starts)
        return Patched(old.base, np.concatenate([old.fresh, fresh]), place)

    def starts(self, before: Ints, fresh: Ints) -> Ints:
        """(rows + 1,) where the values of each row start in what `take_runs` gives."""
        sizes = self.take(np.diff(before), np.diff(fresh))
        return np.append(0, np.cumsum(sizes)).astype(np.int64)


def _found(texts: Sequence[str], before: Sequence[str], near: Sequence[int]) -> tuple[list[int], tuple[str, ...]]:
    """The row before of each text, first among those `near`, and the texts that have none, which get rows behind.

    Of texts that stand there several times each is taken in turn.
    """
    stood: dict[str, list[int]] = {}
    for row in reversed(near):
        stood.setdefault(before[row], []).append(row)
    last = {text: rows[0] for text, rows in stood.items()}
    missing = dict.fromkeys(text for text in texts if text not in stood)
    if missing:
        elsewhere = {text: row for row, text in enumerate(before) if text in missing}
        last |= elsewhere
        fresh = tuple(text for text in missing if text not in elsewhere)
        last |= {text: row for row, text in enumerate(fresh, len(before))}
    else:
        fresh = ()
    return [rows.pop() if (rows := stood.get(text)) else last[text] for text in texts], fresh


def _numbers(begin: int, end: int) -> Numbers:
    return np.arange(begin, end, dtype=np.int32)
