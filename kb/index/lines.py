"""Files of one JSON value a line. What another file has already is neither encoded nor read a second time."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from operator import eq
from pathlib import Path
from typing import Any, Generic, TypeVar

from kb.index import digests

_T_co = TypeVar("_T_co", covariant=True)
_T = TypeVar("_T")

encoded: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Earlier(Generic[_T_co]):
    """Values that are known, and the file that they were read from or written to."""

    values: Sequence[_T_co]
    file: Path
    digest: str  # of the file then

    def lines(self) -> list[str]:
        """The line of each value; none when the file is gone, or not what it was."""
        try:
            lines = _lines(self.file) if digests.digest(self.file) == self.digest else []
        except OSError:
            return []
        return lines if len(lines) == len(self.values) else []


def write(
    file: Path, values: Sequence[_T], encode: Callable[[_T], str] = encoded, *, earlier: Earlier[_T] | None = None
) -> None:
    """Write a line for each value; those that were there `earlier`, before or behind all others, keep their lines."""
    lines = earlier.lines() if earlier else []
    head, tail = alike(values, earlier.values) if earlier and lines else (0, 0)
    fresh = map(encode, values[head : len(values) - tail])
    text = "".join(f"{line}\n" for line in (*lines[:head], *fresh, *lines[len(lines) - tail :]))
    file.write_text(text, encoding="utf-8", newline="\n")


def read(file: Path, make: Callable[[Any], _T], *, earlier: Earlier[_T] | None = None) -> list[_T]:
    """Read what each line holds; values that have their lines in the file of `earlier` ones are those.

    Raises OSError or ValueError, and whatever `make` raises for a value that it cannot take.
    """
    lines = _lines(file)
    known = earlier.lines() if earlier else []
    head, tail = alike(lines, known)
    # in one go: a line by itself takes five times as long
    fresh = map(make, json.loads(f"[{','.join(lines[head : len(lines) - tail])}]"))
    values = earlier.values if earlier else ()
    return [*values[:head], *fresh, *values[len(values) - tail :]]


def alike(one: Sequence[object], other: Sequence[object]) -> tuple[int, int]:
    """Count the values that both begin with, and of the others those that both end with: most, after a small edit."""
    head = sum(1 for _ in takewhile(bool, map(eq, one, other)))
    tail = sum(1 for _ in takewhile(bool, map(eq, reversed(one), reversed(other))))
    return head, min(tail, len(one) - head, len(other) - head)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split("\n")[:-1]
