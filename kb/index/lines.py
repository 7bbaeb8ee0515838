"""Files of one JSON value a line. What another file has already is neither encoded nor read a second time."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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

encoded: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Earlier(Generic[_T_co]):
    """Values that are known, and the file that they were read from or written to."""

    values: Sequence[_T_co]
    file: Path
    digest: str  # of the file then

    def text(self) -> "_Text | None":
        """The line of each value; None when the file is gone, or not what it was."""
        try:
            text = _Text(self.file.read_bytes()) if digests.digest(self.file) == self.digest else None
        except OSError:
            return None
        return text if text and len(text.ends) == len(self.values) else None


class _Text:
    """What a file holds, and where its lines end."""

    def __init__(self, content: bytes) -> None:
        self.content = memoryview(content)
        self.bytes = np.frombuffer(content, np.uint8)
        self.ends = np.flatnonzero(self.bytes == ord("\n")) + 1

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
    text = earlier.text() if earlier else None
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
    text = _Text(file.read_bytes())
    known = earlier.text() if earlier else None
    head, tail = text.alike(known) if known else (0, 0)
    lines = str(text.lines(head, len(text.ends) - tail), "utf-8")
    # in one go: a line by itself takes five times as long
    fresh = map(make, json.loads(f"[{lines[:-1].replace(chr(10), ',')}]"))
    values = earlier.values if earlier else ()
    return [*values[:head], *fresh, *values[len(values) - tail :]]


def alike(one: Sequence[object], other: Sequence[object]) -> tuple[int, int]:
    """Count the values that both begin with, and of the others those that both end with: most, after a small edit."""
    head = _begin_alike(one, other)
    tail = _begin_alike(one[::-1], other[::-1])
    return head, min(tail, len(one) - head, len(other) - head)


def _begin_alike(one: Sequence[object], other: Sequence[object]) -> int:
    """Count the values that both begin with, many at once: they are compared without a step of Python for each."""
    least = min(len(one), len(other))
    for begin in range(0, least, _AT_ONCE):
        mine, theirs = (tuple(values[begin : min(begin + _AT_ONCE, least)]) for values in (one, other))
        if mine != theirs:
            return begin + sum(1 for _ in takewhile(bool, map(eq, mine, theirs)))
    return least


def _alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    """Count the bytes that both begin with."""
    size = min(len(one), len(other))
    differ = one[:size] != other[:size]
    first = int(differ.argmax()) if size else 0
    return first if size and differ[first] else size
