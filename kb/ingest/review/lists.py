"""The lists of words that checks go by: ours come with the package, editors' stand in the store and `KB_HOME/review`.

A list is a text file with one item a line: plain words that are looked for as they stand, or a regular expression
between two slashes. `#` begins a comment. In an editor's file of the same name each line is added to ours; a line that
begins with `-` takes one of ours away. The files are forbidden.txt, promises.txt, polite.txt and allowed.txt.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kb.errors import FileUnreadable

SHIPPED = Path(__file__).parent.parent / "lists"
NAMES = ("forbidden", "promises", "polite", "allowed")


class Wordings:
    """Wordings to look for in a text."""

    def __init__(self, items: Iterable[str]) -> None:
        """Take plain words and /regular expressions/; raises ValueError for an expression that is none."""
        self.items = tuple(dict.fromkeys(items))
        alone = [item for item in self.items if "\\1" in item]  # groups are numbered over a whole expression
        together = [item for item in self.items if item not in alone]
        joined = ["|".join(map(_expression, together))] if together else []
        self._patterns = [re.compile(text, re.IGNORECASE) for text in (*joined, *map(_expression, alone))]

    @property
    def matches_anything(self) -> bool:
        """Whether even an empty text matches, and so every text does."""
        return any(pattern.search("") for pattern in self._patterns)

    def find(self, text: str) -> list[str]:
        """What matches in `text`, in order, each once; full-width letters and digits are seen as well."""
        plain = unicodedata.normalize("NFKC", text)
        spans = sorted(
            (match.span() for pattern in self._patterns for match in pattern.finditer(plain)),
            key=lambda span: (span[0], -span[1]),
        )
        found: list[str] = []
        end = 0
        for start, stop in spans:
            if stop > end:
                found.append(plain[start:stop])
                end = stop
        return list(dict.fromkeys(found))

    def covers(self, text: str) -> bool:
        """Whether the whole of `text` is one of the items, white space and hyphens aside."""
        plain = unicodedata.normalize("NFKC", text).strip()
        bare = re.sub(r"[\s\-]", "", plain)
        return any(
            re.fullmatch(_expression(item), plain, re.IGNORECASE) or re.sub(r"[\s\-]", "", item) == bare
            for item in self.items
        )


@dataclass(frozen=True, slots=True)
class Lists:
    """All the lists together."""

    forbidden: Wordings  # 服务忌语
    promises: Wordings  # what advertising law forbids to claim, and guarantees nobody can keep
    polite: Wordings  # one of these in a long answer makes it polite
    allowed: Wordings  # contact data that may be told to everybody: hotlines, mailboxes, the shop's address

    @classmethod
    def read(cls, home: Path | None = None, more: Mapping[str, Sequence[str]] | None = None) -> Self:
        """Read our lists, what editors added in the folder `review` of `home`, then `more` lines of each list's name.

        Raises FileUnreadable.
        """
        folder = home / "review" if home else None
        more = more or {}
        return cls(*(_read(name, folder, more.get(name, ())) for name in NAMES))


def shipped(name: str) -> tuple[str, ...]:
    """The lines of a list that come with the package, in their order."""
    return tuple(dict.fromkeys(_lines(SHIPPED / f"{name}.txt")))


def _read(name: str, folder: Path | None, more: Sequence[str]) -> Wordings:
    items = dict.fromkeys(shipped(name))
    theirs = folder / f"{name}.txt" if folder else None
    try:
        for line in (*(_lines(theirs) if theirs and theirs.is_file() else ()), *more):
            if line.startswith("-"):
                items.pop(line[1:].strip(), None)
            else:
                items[line] = None
        return Wordings(items)
    except (OSError, UnicodeDecodeError, re.error) as error:
        raise FileUnreadable(f"{theirs}: {error}; write UTF-8 text, one wording or /expression/ a line") from error


def _lines(file: Path) -> Sequence[str]:
    lines = (line.strip() for line in file.read_text("utf-8-sig").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _expression(item: str) -> str:
    if len(item) > 2 and item.startswith("/") and item.endswith("/"):
        return f"(?:{item[1:-1]})"
    return re.escape(unicodedata.normalize("NFKC", item))
