"""Files of one JSON value a line. What another file has already is neither encoded nor read a second time."""

import json
import mmap
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from operator import eq
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from kb.index import digests

_T_co = TypeVar("_T_co", covariant=True)
_T = TypeVar("_T")

_AT_ONCE = 4_096  # values
_BYTES_AT_ONCE = 1 << 18  # so few stay in the processor's cache

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

    def lines(self, begin: int, end: int) -> memoryview:
        """Some of the lines."""
        return self.content[self._start(begin) : self._start(end)]

    def alike(self, other: "_Text") -> tuple[int, int]:
        """Count the lines that both begin with, and of the others those that both end with."""
        head = int(np.searchsorted(self.ends, _alike(self.bytes, other.bytes), "right"))
        least = min(len(self.ends), len(other.ends))
        same = len(self.bytes) - _alike(self.bytes[::-1], other.bytes[::-1])  # from here on
        tail = len(self.ends) - int(np.searchsorted(self.ends, same, "right")) - 1  # behind a line that ends there
        return head, min(max(tail, 0), least - head)

    def _start(self, line: int) -> int:
        return int(self.ends[line - 1]) if line else 0


def write(
    file: Path, values: Sequence[_T], encode: Callable[[_T], str] = encoded, *, earlier: Earlier[_T] | None = None
) -> None:
    """Write a line for each value; those that were there `earlier`, before or behind all others, keep their lines."""
    text = earlier.text if earlier else None
    head, tail = alike(values, earlier.values) if earlier and text else (0, 0)
    with file.open("wb") as out:
        if text:
            out.write(text.lines(0, head))
        for value in values[head : len(values) - tail]:
            out.write(f"{encode(value)}\n".encode())
        if text:
            out.write(text.lines(len(text.ends) - tail, len(text.ends)))


def read(file: Path, make: Callable[[Any], _T], *, earlier: Earlier[_T] | None = None) -> list[_T]:
    """Read what each line holds; values that have their lines in the file of `earlier` ones are those.

    Raises OSError or ValueError, and whatever `make` raises for a value that it cannot take.
    """
    return list(read_between(file, make, earlier).among(tuple(earlier.values) if earlier else ()))


@dataclass(frozen=True, slots=True)
class Between(Generic[_T_co]):
    """What a file holds besides the values that it begins and ends with as another one does."""

    head: int
    fresh: Sequence[_T_co]
    tail: int

    def among(self, values: tuple[_T, ...], fresh: Iterable[_T] | None = None) -> tuple[_T, ...]:
        """Put them between some of the values of the other, or something else that was made of each of both."""
        return (*values[: self.head], *(self.fresh if fresh is None else fresh), *values[len(values) - self.tail :])


def read_between(file: Path, make: Callable[[Any], _T], earlier: Earlier[_T] | None = None) -> Between[_T]:
    """Read the lines that the file of `earlier` values has not; raises as `read` does."""
    text = _Text(file)
    known = earlier.text if earlier else None
    head, tail = text.alike(known) if known else (0, 0)
    lines = str(text.lines(head, len(text.ends) - tail), "utf-8")
    # in one go: a line by itself takes five times as long
    return Between(head, list(map(make, json.loads(f"[{lines[:-1].replace(chr(10), ',')}]"))), tail)


def alike(one: Sequence[object], other: Sequence[object]) -> tuple[int, int]:
    """Count the values that both begin with, and of the others those that both end with: most, after a small edit.

    They are compared many at once, without a step of Python for each.
    """
    least = min(len(one), len(other))
    head = tail = 0
    while head < least:
        end = min(head + _AT_ONCE, least)
        mine, theirs = _like(one[head:end], other[head:end])
        if mine != theirs:
            head += sum(takewhile(bool, map(eq, mine, theirs)))
            break
        head += len(mine)
    least -= head
    while tail < least:
        end = min(tail + _AT_ONCE, least)
        mine, theirs = _like(*(values[len(values) - end : len(values) - tail] for values in (one, other)))
        if mine != theirs:
            tail += sum(takewhile(bool, map(eq, reversed(mine), reversed(theirs))))
            break
        tail += len(mine)
    return head, tail


def _like(one: Sequence[object], other: Sequence[object]) -> tuple[Sequence[object], Sequence[object]]:
    """Two sequences that can be compared as they are."""
    return (one, other) if type(one) is type(other) else (tuple(one), tuple(other))


def _alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    """Count the bytes that both begin with."""
    size = min(len(one), len(other))
    for begin in range(0, size, _BYTES_AT_ONCE):
        differ = one[begin:size][:_BYTES_AT_ONCE] != other[begin:size][:_BYTES_AT_ONCE]
        if differ.any():
            return begin + int(differ.argmax())
    return size
