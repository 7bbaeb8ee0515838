"""Which files a path means, and what their sources are called."""

import os
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb import messages
from kb.ingest.problems import Code, Place, Problem, problem
from kb.ingest.readers import READERS

#: Folders whose .jsonl files hold golden questions, not knowledge; anything else in them is passed over.
_GOLDEN = "questions"
_GOLDEN_SUFFIX = ".jsonl"
_TEMPORARY = ("~$", "~", "._")
_TEMPORARY_ENDS = ("~", ".tmp", ".bak", ".swp", ".part", ".crdownload")
_LITTER = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read and the name of the source that it is."""

    path: Path
    source: str


@dataclass(frozen=True, slots=True)
class Walk:
    """What the given paths mean."""

    files: tuple[Found, ...]
    golden: tuple[Found, ...]  # files of golden questions
    scopes: tuple[str, ...]  # sources that were looked at: files, and folders with all that lies in them
    problems: tuple[Problem, ...]
    unseen: tuple[str, ...]  # scopes of which a part could not be looked at


def walk(paths: Sequence[Path], known: Collection[str] = ()) -> Walk:
    """Find the files to read, in order of path and name.

    A source is named relative to the parent of the given path; or to one further up, where it is `known` by that name:
    faq/prices.csv given alone is the one that came with the folder faq.
    """
    finder = _Finder(known)
    for path in paths:
        finder.take(path)
    return Walk(
        tuple(finder.files),
        tuple(finder.golden),
        tuple(dict.fromkeys(finder.scopes)),
        tuple(finder.problems),
        tuple(finder.unseen),
    )


class _Finder:
    def __init__(self, known: Collection[str]) -> None:
        self._known = {*known, *(name for source in known for name in _folders(source))}
        self.files: list[Found] = []
        self.golden: list[Found] = []
        self.scopes: list[str] = []
        self.problems: list[Problem] = []
        self.unseen: list[str] = []
        self._taken: set[Path] = set()
        self._readable = 0  # files of a known format that were met, again ones included
        self._sources: set[str] = set()

    def take(self, given: Path) -> None:
        root = given.expanduser().absolute()
        root = Path(os.path.normpath(root))  # "faq/." and "x/../faq" mean faq; a link keeps the name it has
        base = next((base for base in root.parents if _source(root, base) in self._known), root.parent)
        source = _source(root, base)
        if root.is_dir():
            self.scopes.append(source)
            before = self._readable
            self.folder(root, base)
            if self._readable == before:
                self.refuse(Code.NOTHING_FOUND, source)
                self.unseen.append(source)
        elif root.is_file():
            self.scopes.append(source)
            self.file(root, base)
        else:
            self.refuse(Code.NOT_FOUND, source)

    def folder(self, folder: Path, base: Path) -> None:
        def failed(error: OSError) -> None:
            source = _source(Path(error.filename), base)
            self.refuse(Code.UNREADABLE, source, reason=error.strerror or str(error))
            self.unseen.append(source)

        for at, folders, names in os.walk(folder, onerror=failed):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            golden = _GOLDEN in Path(at).relative_to(base).parts
            for name in sorted(names):
                if not _is_passed_over(name) and (not golden or name.lower().endswith(_GOLDEN_SUFFIX)):
                    self.file(Path(at, name), base)

    def file(self, path: Path, base: Path) -> None:
        source = _source(path, base)
        suffix = path.suffix.lower()
        self._readable += suffix in READERS
        if suffix in READERS and not path.is_file():  # a pipe or a device would be read for ever
            self.refuse(Code.UNREADABLE, source, reason=messages.ingest.NOT_A_FILE)
            self.unseen.append(source)
            return
        real = path.resolve()
        if real in self._taken:
            return
        if suffix not in READERS:
            self._taken.add(real)
            self.problems.append(problem(Code.UNSUPPORTED, Place(source), suffix=suffix or path.name))
            return
        if source in self._sources:
            self.refuse(Code.NAME_TWICE, source)
            self.unseen.append(source)
            return
        self._taken.add(real)
        self._sources.add(source)
        golden = suffix == _GOLDEN_SUFFIX and _GOLDEN in (path.parent.name, *path.relative_to(base).parts[:-1])
        (self.golden if golden else self.files).append(Found(path, source))

    def refuse(self, code: Code, source: str, **facts: object) -> None:
        self.problems.append(problem(code, Place(source), **facts))


def _is_passed_over(name: str) -> bool:
    low = name.lower()
    return name.startswith((".", *_TEMPORARY)) or low.endswith(_TEMPORARY_ENDS) or low in _LITTER


def _folders(source: str) -> Sequence[str]:
    """The folders that a source lies in, by their names."""
    parts = source.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def _source(path: Path, base: Path) -> str:
    # file names may hold bytes that are no text; macOS decomposes accents
    name = path.relative_to(base).as_posix() if path != base else path.as_posix()
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", errors="replace"))
