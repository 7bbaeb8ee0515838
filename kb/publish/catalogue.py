"""Every entry as the store has it, followed from revision to revision: what was read once is not read again."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from threading import Lock

from kb.index.knowledge import Knowledge
from kb.index.reading import reading
from kb.ingest.review.links import referred
from kb.store.store import Store
from kb.text import normalise
from kb.types import Entry, EntryId, EntryState, SourcedEntry


@dataclass(frozen=True, slots=True)
class Facets:
    """By what entries can be narrowed down, with how many there are; retired ones count for their state alone."""

    categories: Mapping[str, int]
    products: Mapping[str, int]
    tags: Mapping[str, int]
    states: Mapping[EntryState, int]


@dataclass(frozen=True)
class Snapshot:
    """All entries of one revision, in order of id."""

    revision: int
    entries: tuple[SourcedEntry, ...]
    texts: dict[EntryId, tuple[Entry, str]] = field(default_factory=dict)  # what was normalised, also for the next one

    @cached_property
    def haystacks(self) -> tuple[str, ...]:
        """What is looked through for each entry, normalised."""
        return tuple(self._haystack(sourced.entry) for sourced in self.entries)

    @cached_property
    def facets(self) -> Facets:
        """What the entries can be narrowed down by."""
        served = [one.entry for one in self.entries if one.entry.state is not EntryState.RETIRED]
        return Facets(
            categories=_counted(entry.category for entry in served),
            products=_counted(entry.product for entry in served),
            tags=_counted(tag for entry in served for tag in entry.tags),
            states=Counter(one.entry.state for one in self.entries),
        )

    def _haystack(self, entry: Entry) -> str:
        known = self.texts.get(entry.id)
        if known is None or known[0] is not entry:
            text = "\n".join([entry.id.lower(), *(normalise(text) for text in (*entry.phrasings, entry.answer))])
            known = self.texts[entry.id] = (entry, text)
        return known[1]


@dataclass(frozen=True, slots=True)
class Served:
    """What is served, and the revision of the store that it was made of."""

    knowledge: Knowledge
    revision: int


class Catalogue:
    """Follows the store; safe to share between threads."""

    def __init__(self, store: Store, served: Callable[[], Served | None] = lambda: None) -> None:
        """Take what gives the release that is open, if any: what stands in it need not be read to be found."""
        self._store = store
        self._served = served
        self._latest: Snapshot | None = None
        self._claims: dict[str, set[EntryId]] | None = None  # by phrasing, normalised
        self._following = Lock()

    def latest(self) -> Snapshot:
        """Return the entries as they are now; only what was written since the last time is read."""
        with self._following:
            return self._follow()

    def beside(self, entry: Entry) -> list[SourcedEntry]:
        """Return the entries that share a phrasing with one, or that it refers to; itself as it is, too."""
        named = {*entry.phrasings, *referred(entry)}
        if self._claims is None and (found := self._beside_served(entry.id, named)) is not None:
            return found
        with self._following:
            entries = self._follow().entries
            claims = self._claimed(entries)
            ids = {id_ for text in named for id_ in claims.get(normalise(text), ())}
        ids.add(entry.id)
        named = {text.lower() for text in named}
        return [one for one in entries if one.entry.id in ids or one.entry.id.lower() in named]

    def _beside_served(self, id_: EntryId, named: Collection[str]) -> list[SourcedEntry] | None:
        """What shares a text that is named, by its release and what was written since; None where that cannot tell."""
        served = self._served()
        forms = {normalise(text) for text in named}
        if served is None or served.knowledge.reading != reading() or "" in forms:
            return None
        revision = self._store.entries.revision()
        if revision < served.revision:
            return None
        names = {id_.lower(), *(text.lower() for text in named)}
        knowledge = served.knowledge
        aside = {one.entry.id: one for one in self._store.entries.aside(served.revision)}
        found = {one.entry.id: one for one in aside.values() if not forms.isdisjoint(_spoken(one))}
        claimed = {at for text in named for at in knowledge.exact.get(knowledge.form(text), ())}
        alike = [knowledge.entries[at] for at in claimed]
        ids = {one.id for one in alike if any(normalise(text) in forms for text in one.phrasings)}
        ids |= {one.id for one in knowledge.entries if one.id.lower() in names}
        ids |= {other for other in self._store.entries.retired() if other.lower() in names}
        found |= {other: one for other, one in aside.items() if other.lower() in names}
        found |= {one.entry.id: one for one in self._store.entries.some(ids - aside.keys())}
        if self._store.entries.revision() != revision:
            return None
        return sorted(found.values(), key=attrgetter("entry.id"))

    def _follow(self) -> Snapshot:
        revision = self._store.entries.revision()  # before the entries: what is written in between is read again
        latest = self._latest
        if latest is None or latest.revision > revision:
            self._latest, self._claims = Snapshot(revision, tuple(self._store.entries.all())), None
        elif latest.revision < revision:
            written = {one.entry.id: one for one in self._store.entries.since(latest.revision)}
            known = {one.entry.id: one for one in latest.entries}
            for id_, new in written.items():
                self._claim(known.get(id_), new)
            after = known | written
            ids = after if written.keys() <= known.keys() else sorted(after)
            self._latest = Snapshot(revision, tuple(after[id_] for id_ in ids), latest.texts)
        assert self._latest is not None
        return self._latest

    def _claimed(self, entries: Iterable[SourcedEntry]) -> Mapping[str, set[EntryId]]:
        """Which entries are phrased how; retired ones are left out."""
        if self._claims is None:
            self._claims = {}
            for one in entries:
                self._claim(None, one)
        return self._claims

    def _claim(self, old: SourcedEntry | None, new: SourcedEntry) -> None:
        if self._claims is None:
            return
        for text in _spoken(old):
            self._claims[text].discard(new.entry.id)
        for text in _spoken(new):
            self._claims.setdefault(text, set()).add(new.entry.id)


def _spoken(one: SourcedEntry | None) -> set[str]:
    if one is None or one.entry.state is EntryState.RETIRED:
        return set()
    return {normalise(text) for text in one.entry.phrasings}


def _counted(values: Iterable[str]) -> dict[str, int]:
    """How often each value is there, in order of the values; an empty one counts for nothing."""
    return dict(sorted(Counter(value for value in values if value).items()))
