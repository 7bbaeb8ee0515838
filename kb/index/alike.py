"""What two sequences have in common, run by run: nearly everything, when one was made of the other by a few edits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from operator import eq
from typing import Protocol, Self, TypeVar

_FIRST, _AT_ONCE = 16, 4_096  # values that are compared without a step of Python for each, at first and at most
_NEAR = (16, 256)  # values behind an edit, among which two sequences meet again


@dataclass(frozen=True, slots=True)
class Alike:
    """The runs of values that stand in both sequences, in order."""

    runs: Sequence[tuple[int, int, int]]  # where each begins in the one and in the other, and how long it is
    mine: int  # values of the one
    theirs: int

    def pieces(self) -> Iterator[tuple[slice, slice, slice, slice]]:
        """What is apart in the one and in the other, and which run in the one and in the other comes behind it."""
        at = of = 0
        for begin, stood, size in (*self.runs, (self.mine, self.theirs, 0)):
            yield slice(at, begin), slice(of, stood), slice(begin, begin + size), slice(stood, stood + size)
            at, of = begin + size, stood + size

    @property
    def came(self) -> list[int]:
        """The places in the one that no run holds."""
        return [at for apart, _, _, _ in self.pieces() for at in range(apart.start, apart.stop)]

    @property
    def gone(self) -> list[int]:
        """The places in the other that no run holds."""
        return [at for _, apart, _, _ in self.pieces() for at in range(apart.start, apart.stop)]


class Compared(Protocol):
    """A sequence as it is compared with another of its kind."""

    def __len__(self) -> int:
        """The number of values."""
        ...

    def some(self, begin: int, end: int) -> Sequence[object]:
        """Some of the values, which can be hashed."""
        ...

    def ahead(self, begin: int, other: Self, stood: int) -> int:
        """How many values from one place on are those of the other from another place on."""
        ...

    def behind(self, begin: int, other: Self, stood: int) -> int:
        """How many values at the end are those at the end of the other, none of them before these places."""
        ...


def alike(one: Sequence[object], other: Sequence[object]) -> Alike:
    """Compare two sequences, of whatever kind."""
    return compared(_Values(one), _Values(other))


_Compared = TypeVar("_Compared", bound=Compared)


def compared(one: _Compared, other: _Compared) -> Alike:
    """Compare; where the two do not meet again soon behind an edit, the rest is held against each other's end."""
    runs: list[tuple[int, int, int]] = []
    at = of = 0
    size = one.ahead(at, other, of)
    while True:
        if size:
            runs.append((at, of, size))
            at, of = at + size, of + size
        if at == len(one) or of == len(other):
            break
        met: tuple[int, int] | None = (1, 1)  # most edits put one value in the place of another
        size = one.ahead(at + 1, other, of + 1)
        if not size:
            found = (_met(one.some(at, at + near), other.some(of, of + near)) for near in _NEAR)
            met = next(filter(None, found), None)
        if met is None:
            break
        at, of = at + met[0], of + met[1]
        size = size or one.ahead(at, other, of)
    if size := one.behind(at, other, of):
        runs.append((len(one) - size, len(other) - size, size))
    return Alike(runs, len(one), len(other))


def _met(one: Sequence[object], other: Sequence[object]) -> tuple[int, int] | None:
    """The first places at which two sequences hold the same; None if they don't."""
    places: dict[object, int] = {}
    for at, value in enumerate(other):
        places.setdefault(value, at)
    both = [(at, places[value]) for at, value in enumerate(one) if value in places]
    return min(both, key=sum, default=None)


def strides(size: int, first: int, most: int) -> Iterator[tuple[int, int]]:
    """Begin and end of pieces, each up to eight times as long as the one before: to stop early costs little."""
    begin, step = 0, first
    while begin < size:
        yield begin, min(begin + step, size)
        begin, step = begin + step, min(8 * step, most)


class _Values:
    """Values that are compared many at once."""

    def __init__(self, values: Sequence[object]) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def some(self, begin: int, end: int) -> Sequence[object]:
        return self.values[begin:end]

    def ahead(self, begin: int, other: "_Values", stood: int) -> int:
        least = min(len(self) - begin, len(other) - stood)
        for size, end in strides(least, _FIRST, _AT_ONCE):
            mine = self.values[begin + size : begin + end]
            theirs = other.values[stood + size : stood + end]
            if not _same(mine, theirs):
                return size + len(list(takewhile(bool, map(eq, mine, theirs))))
        return least

    def behind(self, begin: int, other: "_Values", stood: int) -> int:
        least, size = min(len(self) - begin, len(other) - stood), 0
        while size < least:
            end = min(size + _AT_ONCE, least)
            mine = self.values[len(self) - end : len(self) - size]
            theirs = other.values[len(other) - end : len(other) - size]
            if not _same(mine, theirs):
                return size + len(list(takewhile(bool, map(eq, reversed(mine), reversed(theirs)))))
            size = end
        return size


def _same(one: Sequence[object], other: Sequence[object]) -> bool:
    return one == other if type(one) is type(other) else tuple(one) == tuple(other)
