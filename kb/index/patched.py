"""Arrays that an edit adds a few rows to: what was there stays where it is, in a file that many releases share."""

from dataclasses import dataclass
from typing import Any, Generic, Self, SupportsIndex, TypeVar

import numpy as np
from numpy.typing import NDArray

_T_co = TypeVar("_T_co", bound=np.generic, covariant=True)
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Patched(Generic[_T_co]):
    """Reads like an array of rows, which lie in an array as it was and, behind that, in a fresh one."""

    base: NDArray[_T_co]  # (n, …)
    fresh: NDArray[_T_co]  # (m, …)
    place: NDArray[np.int32]  # (rows,) where each row lies: from n on in `fresh`

    @classmethod
    def restore(cls, base: NDArray[_T_co], fresh: NDArray[_T_co], runs: NDArray[np.integer]) -> Self:
        """Make it again from its parts; `runs` says from where to where the rows lie that follow each other.

        Raises ValueError when the parts do not fit each other.
        """
        begins, ends = np.asarray(runs, np.int64).reshape(-1, 2).T
        there = len(base) + len(fresh)
        if base.shape[1:] != fresh.shape[1:] or (begins < 0).any() or (ends < begins).any() or (ends > there).any():
            raise ValueError(f"{base.shape} and {fresh.shape} rows hold no such runs")
        sizes = ends - begins
        place = np.arange(sizes.sum(), dtype=np.int32) + (begins - sizes.cumsum() + sizes).repeat(sizes)
        return cls(base, fresh, place.astype(np.int32))

    @classmethod
    def of(cls, rows: NDArray[_T_co] | Self) -> Self:
        """The same rows, with nothing beside them unless there is something already."""
        if not isinstance(rows, np.ndarray):
            return rows
        return cls(rows, rows[:0], np.arange(len(rows), dtype=np.int32))

    def laid(self, origin: NDArray[np.integer], fresh: NDArray[_T_co]) -> Self:
        """Take each row from where `origin` says it stood, and where that is below zero the next of the fresh ones."""
        place = np.empty(len(origin), np.int32)
        stood = origin >= 0
        place[stood] = self.place[origin[stood]]
        place[~stood] = np.arange(len(fresh)) + len(self.base) + len(self.fresh)
        return type(self)(self.base, np.concatenate([self.fresh, fresh]), place)

    @property
    def runs(self) -> Ints:
        """(runs, 2) from where to where the rows lie that follow each other."""
        if not len(self.place):
            return np.empty((0, 2), np.int64)
        breaks = np.flatnonzero(np.diff(self.place) != 1) + 1
        begins, ends = np.append(0, breaks), np.append(breaks, len(self.place))
        return np.stack([self.place[begins], self.place[ends - 1] + 1], axis=1).astype(np.int64)

    @property
    def stale(self) -> int:
        """How many rows are fresh, or lie in the base and are not read any more."""
        read = np.zeros(len(self.base) + len(self.fresh), bool)
        read[self.place] = True
        return len(self.fresh) + int((~read[: len(self.base)]).sum())

    @property
    def shape(self) -> tuple[int, ...]:
        """As that of an array."""
        return (len(self.place), *self.base.shape[1:])

    @property
    def dtype(self) -> np.dtype[_T_co]:
        """As that of an array."""
        return self.base.dtype

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.place)

    def take(self, rows: NDArray[np.integer], axis: int = 0) -> NDArray[_T_co]:  # noqa: ARG002 - as an array's
        """Return some of the rows."""
        return self._at(self.place.take(rows))

    def __getitem__(self, rows: SupportsIndex | slice | list[int] | NDArray[np.integer]) -> NDArray[_T_co]:
        """Return a row, or some of them, never as a view."""
        return self._at(np.asarray(self.place[rows]))

    def _at(self, place: NDArray[np.int32]) -> NDArray[_T_co]:
        behind = place >= len(self.base)
        if not behind.any():
            return self.base.take(place, 0)
        out: NDArray[_T_co] = np.empty((*place.shape, *self.base.shape[1:]), self.base.dtype)
        out[behind] = self.fresh.take(place[behind] - len(self.base), 0)
        ahead = ~behind
        out[ahead] = self.base.take(place[ahead], 0)
        return out

    def __matmul__(self, vector: NDArray[Any]) -> NDArray[Any]:
        """Return the inner product of every row with a vector."""
        base: NDArray[Any] = self.base
        fresh: NDArray[Any] = self.fresh
        products: NDArray[Any] = np.concatenate([base @ vector, fresh @ vector]).take(self.place)
        return products

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return all rows, put together."""
        whole = self._at(self.place)
        return whole if dtype is None else whole.astype(dtype, copy=bool(copy))
