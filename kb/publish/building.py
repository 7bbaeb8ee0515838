"""What the store holds, made searchable beside the live release: what is there already is taken over."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

import numpy as np

from kb.answer.match import Matcher
from kb.answer.opened import matcher_of
from kb.errors import NotReady
from kb.index.alike import alike
from kb.index.exact import ExactIndex, ExactIndexing
from kb.index.faiss_index import FaissIndex
from kb.index.knowledge import Knowledge, own_words
from kb.index.patched import Patched
from kb.index.reading import reading
from kb.index.release import Release
from kb.index.room import Room
from kb.index.shelf import Shelf, findable
from kb.ports import Embedder, Indexing, Vectors
from kb.publish.fitting import Progress
from kb.publish.lists import synonym_groups
from kb.store.store import Store
from kb.text import fingerprint
from kb.types import Entry, EntryState, ListName


class Live:
    """A release that is open, and what answers from it, made when it is needed first."""

    def __init__(self, opened: Release, embedder: Embedder, matcher: Matcher | None = None) -> None:
        """Take what answers from it where that is there already."""
        self.release = opened
        self._embedder = embedder
        self._matcher = matcher

    @property
    def matcher(self) -> Matcher:
        """What a server would answer with; raises ReleaseError when its calibration cannot be read."""
        if self._matcher is None:
            self._matcher = matcher_of(self.release, self._embedder)
        return self._matcher


class Telling:
    """An embedder that says how far it is, over all that it is asked."""

    _BATCH = 2_048

    def __init__(self, embedder: Embedder, progress: Progress) -> None:
        self._embedder = embedder
        self._progress = progress
        self._done = 0
        self.expected = 0  # texts, as far as that is known before
        self.name = embedder.name
        self.dim = embedder.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode in batches."""
        out = np.empty((len(texts), self.dim), np.float32)
        of = max(self.expected, self._done + len(texts))
        for start in range(0, len(texts), self._BATCH):
            self._progress("encode", self._done + start, of)
            out[start : start + self._BATCH] = self._embedder.encode(texts[start : start + self._BATCH])
        self._done += len(texts)
        self._progress("encode", self._done, of)
        return out


@dataclass(frozen=True)
class Building:
    """Makes what is searched, of the store as it is."""

    store: Store
    embedder: Telling
    indexing: Indexing
    live: Release | None
    room: Room  # for the largest arrays

    def entries(self) -> Sequence[Entry]:
        """The entries that may be served, in order of id; those that the live release has are not read again.

        Raises NotReady when there are none.
        """
        if self.live is None:
            found = living(self.store, None)
        else:
            found = living(self.store, self.live.knowledge, self.live.manifest.revision)
        if not found:
            raise NotReady("there is no live entry to publish; run `kb ingest data/faq` first")
        return found

    def knowledge(self, entries: Sequence[Entry]) -> tuple[Knowledge, int]:
        """Index the entries, and say how many of their texts had to be encoded.

        Where only answers, dates or links have changed, what is searched stays as it is.
        """
        synonyms = synonym_groups(self.store.lists.all(ListName.SYNONYMS))
        before = self.live.knowledge if self.live else None
        if before and (same := _searched_alike(before, entries, synonyms)):
            return same, 0
        self.embedder.expected = 0 if before else sum(1 + len(entry.variants) for entry in entries)
        knowledge = Knowledge.build(
            entries,
            self.embedder,
            known=self._remembered,
            index=self._index(before),
            synonyms=synonyms,
            before=before,
            room=self.room,
        )
        return knowledge, self._remembered.new(knowledge.texts)

    def shelf(self, knowledge: Knowledge) -> Shelf | None:
        """Index the documents; what is searched stays as it is while their text does."""
        documents = tuple(document for document in self.store.documents.all() if document.passages)
        if not documents:
            return None
        before = self.live.shelf if self.live else None
        if before and before.knowledge.words.own == knowledge.words.own:
            if before.documents == documents:
                return before
            if list(before.knowledge.entries) == findable(documents):
                return Shelf(documents, before.knowledge)
        return Shelf.build(documents, self.embedder, knowledge.words, known=self._remembered)

    @cached_property
    def _remembered(self) -> "_Remembered":
        return _Remembered(self.live)

    def _index(self, before: Knowledge | None) -> Callable[[Vectors], ExactIndex | FaissIndex]:
        """Index vectors with the lists that were learnt before, where there are any."""
        if self.indexing.name == ExactIndexing.name:
            return ExactIndex
        lists = before.index if before else None
        return lists.again if isinstance(lists, FaissIndex) else FaissIndex.build


def living(store: Store, served: Knowledge | None, revision: int = 0) -> list[Entry]:
    """The entries that may be served, in order of id; those `served` as of a revision are not read again.

    A store that was set back behind that revision is read whole.
    """
    if served is None or served.reading != reading() or store.entries.revision() < revision:
        return [one.entry for one in store.entries.all() if one.entry.state is EntryState.LIVE]
    found = {entry.id: entry for entry in served.entries}
    for one in store.entries.since(revision):
        if one.entry.state is not EntryState.LIVE:
            found.pop(one.entry.id, None)
        elif found.get(one.entry.id) != one.entry:
            found[one.entry.id] = one.entry
    return sorted(found.values(), key=attrgetter("id"))


class _Remembered:
    """Vectors of an earlier release, by fingerprint of their text."""

    def __init__(self, earlier: Release | None) -> None:
        self._earlier = earlier

    @cached_property
    def _rows(self) -> Mapping[str, Vectors]:
        if self._earlier is None:
            return {}
        parts = self._parts(self._earlier)
        return {mark: row for texts, vectors in parts for mark, row in _rows(texts, np.asarray(vectors))}

    @staticmethod
    def _parts(earlier: Release) -> list[tuple[Sequence[str], Vectors | Patched[np.float32]]]:
        knowledge, shelf = earlier.knowledge, earlier.shelf
        parts: list[tuple[Sequence[str], Vectors | Patched[np.float32]]] = [
            (knowledge.lexical.vocabularies[0], knowledge.word_vectors),
            (knowledge.texts, knowledge.vectors),
        ]
        return [*parts, (shelf.knowledge.texts, shelf.knowledge.vectors)] if shelf else parts

    def __call__(self, fingerprints: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors that are known among those asked for."""
        return {mark: self._rows[mark] for mark in fingerprints if mark in self._rows}

    def new(self, texts: Sequence[str]) -> int:
        """Count the texts that are not known."""
        if self._earlier is None:
            return len(set(texts))
        knowledge, shelf = self._earlier.knowledge, self._earlier.shelf
        came = {texts[at] for at in alike(texts, knowledge.texts).came}
        unknown = came.difference(knowledge.lexical.vocabularies[0])
        stand = [knowledge.exact, shelf.knowledge.exact] if shelf else [knowledge.exact]
        return sum(not any(text in known for known in stand) for text in unknown)


def _rows(texts: Sequence[str], vectors: Vectors) -> Iterator[tuple[str, Vectors]]:
    return zip(map(fingerprint, texts), vectors, strict=True)


def _searched_alike(
    knowledge: Knowledge, entries: Sequence[Entry], synonyms: tuple[tuple[str, ...], ...]
) -> Knowledge | None:
    """The same knowledge with other answers; None when a phrasing, synonym or word of the house's has changed."""
    if synonyms != knowledge.synonyms or len(entries) != len(knowledge.entries):
        return None
    changed = [(new, old) for new, old in zip(entries, knowledge.entries, strict=True) if new is not old]
    if any((new.id, new.phrasings) != (old.id, old.phrasings) for new, old in changed):
        return None
    if own_words([new for new, _ in changed]) != own_words([old for _, old in changed]) and own_words(
        entries
    ) != own_words(knowledge.entries):
        return None
    return knowledge.answering(entries)
