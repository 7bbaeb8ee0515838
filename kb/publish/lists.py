"""The editors' lists of words: what nobody may say or promise, what is polite, what is public, what means the same."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from kb import messages
from kb.errors import Conflict, InputError, NotFound
from kb.ingest.review.lists import NAMES, Lists, Wordings, shipped
from kb.ports import Clock
from kb.store.lists import item_id
from kb.store.store import Store
from kb.text import normalise
from kb.types import Entry, EntryState, ListItem, ListName

#: Lines of one list, characters of a wording, words of one meaning and their characters.
MOST_LINES = 1_000
LONGEST = 200
MOST_WORDS = 20
LONGEST_WORD = 20

_TRIES = 5
#: What stands between the words of one meaning when they are written in one line.
_BETWEEN = re.compile(r"[、，,;；=＝/|\s]+")

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list as an editor sees it."""

    id: str
    words: tuple[str, ...]
    ours: bool  # comes with the package
    off: bool = False  # comes with the package, and was switched off
    author: str = ""  # who wrote it, or switched it off
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a list that a text holds."""

    list: ListName
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """An entry whose answer holds words of a list."""

    entry: Entry
    words: tuple[str, ...]


class Vocabulary:
    """The lists, those that come with the package and the editors' own lines together."""

    def __init__(self, store: Store, clock: Clock, home: Path) -> None:
        """Take `home`, where files of the same lists may stand."""
        self._store = store
        self._clock = clock
        self._home = home

    def lines(self, name: ListName) -> list[Line]:
        """Return the lines of a list: the editors' own, newest first, then those that come with the package."""
        items = self._store.lists.all(name)
        off = {item.words[0]: item for item in items if item.takes_away}
        own = [Line(i.id, i.words, ours=False, author=i.author, at=i.at) for i in reversed(items) if not i.takes_away]
        if name is ListName.SYNONYMS:
            return own
        return [*own, *(_ours(name, text, off.get(text)) for text in shipped(name.value))]

    def add(self, name: ListName, text: str, *, author: str) -> Line:
        """Write a line; the words of one meaning stand in one line, with 、 or a blank between them.

        A line that comes with the package and was switched off is switched on again. Raises InputError, in the
        editors' words.
        """
        words = self._words(name, text)

        def write() -> Line:
            items = self._store.lists.all(name)
            self._check(name, words, items)
            if name is not ListName.SYNONYMS and words[0] in shipped(name.value):
                gone = [item for item in items if item.takes_away and item.words == words]
                self._store.lists.change(remove=gone, author=author, now=self._clock.now())
                return _ours(name, words[0], None)
            return self._put(name, words, author)

        return _again(write)

    def replace(self, name: ListName, line_id: str, text: str, *, author: str) -> Line:
        """Write an editors' line anew; raises NotFound, InputError."""

        def write() -> Line:
            old = self._own(name, line_id)
            words = self._words(name, text)
            others = [item for item in self._store.lists.all(name) if item.id != line_id]
            self._check(name, words, others)
            return self._put(name, words, author, instead_of=[old] if words != old.words else [])

        return _again(write)

    def remove(self, name: ListName, line_id: str, *, author: str) -> None:
        """Remove an editors' line, or switch off one that comes with the package; raises NotFound."""

        def write() -> None:
            now = self._clock.now()
            if (text := _shipped_line(name, line_id)) is not None:
                off = ListItem(
                    item_id(name, [text], takes_away=True), name, (text,), takes_away=True, author=author, at=now
                )
                self._store.lists.change(put=[off], author=author, now=now)
            else:
                self._store.lists.change(remove=[self._own(name, line_id)], author=author, now=now)

        _again(write)

    def said(self, text: str) -> list[Said]:
        """Return what a text says that it should not: service taboos, and promises that nobody may make."""
        lists = self.read()
        found = ((ListName.FORBIDDEN, lists.forbidden), (ListName.PROMISES, lists.promises))
        return [Said(name, tuple(words)) for name, wordings in found if (words := wordings.find(text))]

    def uses(self, text: str) -> list[Use]:
        """Return the entries, retired ones aside, whose answer holds what a wording or /expression/ looks for."""
        wording = Wordings(self._words(ListName.FORBIDDEN, text))
        return [
            Use(sourced.entry, tuple(found))
            for sourced in self._store.entries.all()
            if sourced.entry.state is not EntryState.RETIRED and (found := wording.find(sourced.entry.answer))
        ]

    def read(self) -> Lists:
        """Return the lists as checks use them."""
        return Lists.read(self._home, lines(self._store.lists.all()))

    # --- what may stand in a list

    def _words(self, name: ListName, text: str) -> tuple[str, ...]:
        """Read a line; raises InputError."""
        if name is ListName.SYNONYMS:
            return _meaning(text)
        line = " ".join(text.split())
        if not line:
            raise InputError(messages.studio.LIST_EMPTY)
        if len(line) > LONGEST:
            raise InputError(messages.studio.LIST_TOO_LONG.format(limit=LONGEST))
        if line.startswith(("#", "-")):
            raise InputError(messages.studio.LIST_BEGINS)
        try:
            if Wordings([line]).matches_anything:
                raise InputError(messages.studio.LIST_MATCHES_ALL)
        except re.error as error:
            raise InputError(messages.studio.LIST_NO_EXPRESSION.format(reason=error)) from error
        return (line,)

    def _check(self, name: ListName, words: tuple[str, ...], others: Sequence[ListItem]) -> None:
        own = [item for item in others if not item.takes_away]
        if len(own) >= MOST_LINES:
            raise InputError(messages.studio.LIST_FULL.format(limit=MOST_LINES))
        if name is not ListName.SYNONYMS:
            if any(item.words == words for item in own):
                raise InputError(messages.studio.LIST_THERE)
            return
        claimed = {normalise(word): item for item in own for word in item.words}
        for word in words:
            if (there := claimed.get(normalise(word))) is not None:
                group = messages.studio.BETWEEN.join(there.words)
                raise InputError(messages.studio.LIST_CLAIMED.format(word=word, group=group))

    def _put(self, name: ListName, words: tuple[str, ...], author: str, instead_of: Sequence[ListItem] = ()) -> Line:
        now = self._clock.now()
        item = ListItem(item_id(name, words), name, words, takes_away=False, author=author, at=now)
        gone = [one for one in instead_of if one.id != item.id]
        self._store.lists.change(put=[item], remove=gone, author=author, now=now)
        return Line(item.id, words, ours=False, author=author, at=now)

    def _own(self, name: ListName, line_id: str) -> ListItem:
        there = self._store.lists.all(name)
        found = next((item for item in there if item.id == line_id and not item.takes_away), None)
        if found is None:
            raise NotFound(f"there is no line {line_id!r} in the editors' lists")
        return found


def lines(items: Iterable[ListItem]) -> dict[str, list[str]]:
    """The lines of each list as a file of it would hold them; synonyms are none of its business."""
    found: dict[str, list[str]] = {name: [] for name in NAMES}
    for item in items:
        if item.list.value in found:
            found[item.list.value].append(("-" if item.takes_away else "") + item.words[0])
    return found


def synonym_groups(items: Iterable[ListItem]) -> tuple[tuple[str, ...], ...]:
    """The words of one meaning, as a release holds them: in an order of their own, whenever they were written."""
    return tuple(sorted(item.words for item in items if item.list is ListName.SYNONYMS))


def _meaning(text: str) -> tuple[str, ...]:
    words = tuple(word for word in _BETWEEN.split(text.strip()) if word)
    twice = [word for word, count in Counter(map(normalise, words)).items() if count > 1]
    if len(words) < 2 or len(words) > MOST_WORDS:
        raise InputError(messages.studio.SYNONYMS_COUNT.format(limit=MOST_WORDS))
    if twice or not all(map(normalise, words)):
        raise InputError(messages.studio.SYNONYMS_TWICE.format(word=(*twice, "")[0]))
    if long := [word for word in words if len(word) > LONGEST_WORD]:
        raise InputError(messages.studio.SYNONYMS_LONG.format(word=long[0][:LONGEST_WORD], limit=LONGEST_WORD))
    return words


def _ours(name: ListName, text: str, off: ListItem | None) -> Line:
    return Line(
        _shipped_id(name, text),
        (text,),
        ours=True,
        off=off is not None,
        author=off.author if off else "",
        at=off.at if off else None,
    )


def _shipped_id(name: ListName, text: str) -> str:
    return f"kb-{item_id(name, [text])}"


def _shipped_line(name: ListName, line_id: str) -> str | None:
    """The line that comes with the package under this id."""
    if name is ListName.SYNONYMS:
        return None
    return next((text for text in shipped(name.value) if _shipped_id(name, text) == line_id), None)


def _again(write: Callable[[], Done]) -> Done:
    """Try once more when somebody else wrote at the same moment."""
    for _ in range(_TRIES):
        try:
            return write()
        except Conflict:
            continue
    raise Conflict("the knowledge is being changed by others all the time; try again")
