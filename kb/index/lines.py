"""Files of one JSON value a line. What another file has already is neither encoded nor read a second time."""

import json
import mmap
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import orjson
from numpy.typing import NDArray

from kb.index import digests
from kb.index.alike import Alike, alike, compared, strides

_T_co = TypeVar("_T_co", covariant=True)
_T = TypeVar("_T")

_AT_ONCE = 1_024  # values that are read in one go, which holds up all other threads
_BYTES_AT_FIRST, _BYTES_AT_ONCE = 1 << 12, 1 << 18  # so few stay in the processor's cache

encoded: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True)
class Earlier(Generic[_T_co]):
    """Values that are known, and the file that they were read from or written to; it is looked into once."""

    values: Sequence[_T_co]
    file: Path
    digest: str  # of the file then

    @cached_property
    def text(self) -> "_Text | None":
        """The line of each value; None when the file is gone, or not what it was."""
        try:
            text = _Text(self.file) if digests.digest(self.file) == self.digest else None
        except OSError:
            return None
        return text if text and len(text.ends) == len(self.values) else None


class _Text:
    """What a file holds, and where its lines end."""

    def __init__(self, file: Path) -> None:
        with file.open("rb") as stream:
            empty = not os.fstat(stream.fileno()).st_size
            content = b"" if empty else mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self.content = memoryview(content)
        self.bytes = np.frombuffer(content, np.uint8)
        pieces = range(0, len(self.bytes), _BYTES_AT_ONCE)
        ends = [np.flatnonzero(self.bytes[at : at + _BYTES_AT_ONCE] == ord("\n")) + (at + 1) for at in pieces]
        self.ends = np.concatenate([np.empty(0, np.int64), *ends])

    def __len__(self) -> int:
        return len(self.ends)

    def lines(self, begin: int, end: int) -> memoryview:
        """Some of the lines, end to end."""
        return self.content[self.start(begin) : self.start(end)]

    def values(self, begin: int, end: int) -> list[Any]:
        """What some of the lines hold; in one go, for a line by itself takes five times as long."""
        values = bytes(self.lines(begin, end))[:-1].replace(b"\n", b",")
        found: list[Any] = orjson.loads(b"[%b]" % values)
        return found

    def some(self, begin: int, end: int) -> list[bytes]:
        """Some of the lines, as they are compared."""
        return [bytes(self.lines(at, at + 1)) for at in range(begin, min(end, len(self)))]

    def ahead(self, begin: int, other: "_Text", stood: int) -> int:
        """As for `alike.Compared`."""
        start = self.start(begin)
        same = start + _alike(self.bytes[start:], other.bytes[other.start(stood) :])
        return int(np.searchsorted(self.ends, same, "right")) - begin

    def behind(self, begin: int, other: "_Text", stood: int) -> int:
        """As for `alike.Compared`."""
        mine, theirs = self.bytes[self.start(begin) :], other.bytes[other.start(stood) :]
        same = len(self.bytes) - _alike(mine[::-1], theirs[::-1])  # from here on
        first = int(np.searchsorted(self.ends, same, "right")) + 1  # behind a line that ends there
        return max(len(self) - first, 0)

    def start(self, line: int) -> int:
        """Where a line begins."""
        return int(self.ends[line - 1]) if line else 0


def write(
    file: Path, values: Sequence[_T], encode: Callable[[_T], str] = encoded, *, earlier: Earlier[_T] | None = None
) -> None:
    """Write a line for each value; those that were there `earlier`, in the same order, keep their lines."""
    text = earlier.text if earlier else None
    found = alike(values, earlier.values) if earlier and text else Alike((), len(values), 0)
    with file.open("wb") as out:
        for apart, _, _, same in found.pieces():
            for value in values[apart]:
                out.write(f"{encode(value)}\n".encode())
            if text:
                out.write(text.lines(same.start, same.stop))


def read(file: Path, make: Callable[[Any], _T], *, earlier: Earlier[_T] | None = None) -> list[_T]:
    """Read what each line holds; values that have their lines in the file of `earlier` ones are those.

    Raises OSError or ValueError, and whatever `make` raises for a value that it cannot take.
    """
    found = read_between(file, make, earlier)
    return list(found.among(earlier.values if earlier else (), found.fresh))


@dataclass(frozen=True, slots=True)
class Between(Generic[_T_co]):
    """What a file holds besides what it has in common with another one."""

    alike: Alike
    fresh: Sequence[_T_co]

    def among(self, values: Sequence[_T], fresh: Iterable[_T]) -> tuple[_T, ...]:
        """Put what was made of these values between what was made of those of the other."""
        made, coming = list[_T](), iter(fresh)
        for apart, _, _, same in self.alike.pieces():
            made += islice(coming, apart.stop - apart.start)
            made += values[same]
        return tuple(made)


def read_between(file: Path, make: Callable[[Any], _T], earlier: Earlier[_T] | None = None) -> Between[_T]:
    """Read the lines that the file of `earlier` values has not; raises as `read` does."""
    text = _Text(file)
    known = earlier.text if earlier else None
    found = compared(text, known) if known else Alike((), len(text), 0)
    fresh: list[_T] = []
    for apart, *_ in found.pieces():
        for begin in range(apart.start, apart.stop, _AT_ONCE):
            fresh += map(make, text.values(begin, min(begin + _AT_ONCE, apart.stop)))
    return Between(found, fresh)


def _alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    """Count the bytes that both begin with."""
    size = min(len(one), len(other))
    for begin, end in strides(size, _BYTES_AT_FIRST, _BYTES_AT_ONCE):
        differ = one[begin:end] != other[begin:end]
        if differ.any():
            return begin + int(differ.argmax())
    return size
