"""The searchable print of a set of entries: what a release holds in memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from kb.index.alike import Alike, alike
from kb.index.amended import Amended
from kb.index.claims import Claims
from kb.index.courtesy import without_courtesy
from kb.index.details import DetailTable
from kb.index.faiss_index import EXACT_UP_TO, FaissIndex
from kb.index.interaction import Interaction, States
from kb.index.lexical import Lexical
from kb.index.origin import Origin
from kb.index.patched import Patched
from kb.index.reading import reading
from kb.index.room import Room, rest
from kb.index.synonyms import Synonyms
from kb.ports import Embedder, PairReader, ReadTexts, VectorIndex, Vectors
from kb.text import Words, fingerprint, normalise
from kb.types import Entry

#: Gives the vectors that are already known, by fingerprint of their text.
Known = Callable[[Sequence[str]], Mapping[str, Vectors]]
Array = NDArray[np.generic] | Patched[np.generic]

#: Of more phrasings than that, those that an edit changes are laid beside the others, which stay where they are,
PATCHED_FROM = EXACT_UP_TO
#: until so large a share of them is fresh or gone.
_MOST_STALE = 0.02
_CENTRES_AT_ONCE = 4_096
_RESTED_AFTER = 8 * _CENTRES_AT_ONCE
_LARGE = 1 << 24  # bytes of an array that is worth writing while others are made
_AT_ONCE = 16_384  # rows that are made at once, of those that are laid in a room
_T = TypeVar("_T", bound=np.generic)


def matched_form(text: str) -> str:
    """The form in which questions and phrasings meet: normalised, without the politeness around it."""
    return without_courtesy(normalise(text))


def own_words(entries: Sequence[Entry]) -> list[str]:
    """The house's own words, for cutting text: products, categories and tags."""
    words = {entry.product for entry in entries} | {entry.category for entry in entries}
    words.update(*{entry.tags for entry in entries})
    return sorted(words - {""})


@dataclass(frozen=True)
class Knowledge:
    """Entries and everything that is needed to find them. A row is a phrasing; the rows of an entry lie together."""

    entries: tuple[Entry, ...]  # in order of id
    phrasings: tuple[str, ...]  # (rows) as the editor wrote them
    texts: tuple[str, ...]  # (rows) in matched form, each once per entry
    owner: NDArray[np.int32]  # (rows,) position in entries
    starts: NDArray[np.int64]  # (entries + 1,) first row of each entry
    vectors: Vectors | Patched[np.float32]  # (rows, dim)
    index: VectorIndex
    lexical: Lexical
    word_vectors: Vectors  # (words of the lexical index, dim)
    details: DetailTable
    words: Words
    interaction: PairReader
    states: ReadTexts  # (rows,) the texts as the interaction model compares them
    synonyms: tuple[tuple[str, ...], ...] = ()  # the editors' own: the words of one meaning, each group once
    reading: int = 0  # a mark of how texts were read

    @classmethod
    def build(
        cls,
        entries: Sequence[Entry],
        embedder: Embedder,
        *,
        known: Known | None = None,
        index: Callable[[Vectors], VectorIndex] = FaissIndex.build,
        words: Words | None = None,
        interaction: PairReader | None = None,
        synonyms: Sequence[tuple[str, ...]] = (),
        before: Self | None = None,
        room: Room | None = None,
    ) -> Self:
        """Index `entries`, encoding only texts whose fingerprint `known` doesn't know; dates and scopes count later.

        The shipped interaction model reads the phrasings unless another is given. Of words of one meaning all are read
        as the first. Texts that stand in the knowledge `before`, of the same embedder, are not read again where its
        words, synonyms and ways of reading are the same. The largest arrays are laid in the `room`, if there is one.

        An entry none of whose phrasings holds a letter, digit or Chinese character is left out.
        """
        if before and before.reading != reading():
            before = None  # made by an earlier program
        words = words or _words(own_words(entries), before)
        if before and (before.words is not words or before.synonyms != tuple(synonyms)):
            before = None
        rows = _rows(entries, words, synonyms, before)
        texts = rows.texts
        interaction = interaction or Interaction.shipped()
        if before:
            parts = _again(before, texts, embedder, interaction, room)
        else:
            lexical = Lexical.build(texts, words)
            word_vectors = _encode(lexical.vocabularies[0], embedder, known)
            details = DetailTable.build(texts)
            vectors = _laid((_encode(texts[some], embedder, known) for some in _pieces(texts)), room)
            parts = _Parts(vectors, lexical, word_vectors, details, _read(texts, interaction, room))
        if room:
            _keep(parts.lexical, room)
        made = cls(
            entries=tuple(rows.entries),
            phrasings=tuple(rows.phrasings),
            texts=tuple(texts),
            owner=rows.owner,
            starts=_starts(rows.owner, len(rows.entries)),
            vectors=parts.vectors,
            index=parts.index or index(np.asarray(parts.vectors)),
            lexical=parts.lexical,
            word_vectors=parts.word_vectors,
            details=parts.details,
            words=words,
            interaction=interaction,
            states=parts.states,
            synonyms=tuple(synonyms),
            reading=reading(),
        )
        if before:
            made._beside(before)
        if room:
            made.centroids  # noqa: B018 - while the vectors are in memory
            room.rest()
        return made

    @classmethod
    def restore(
        cls,
        entries: Sequence[Entry],
        phrasings: Sequence[str],
        texts: Sequence[str],
        *,
        vectors: Vectors | Patched[np.float32],
        index: VectorIndex,
        vocabularies: Sequence[Sequence[str]],
        arrays: Mapping[str, Array],
        words: Words,
        synonyms: Sequence[Sequence[str]] = (),
        beside: Self | None = None,
    ) -> Self:
        """Make it again from its parts; `arrays` is what `arrays()` gave and may be memory-mapped, like `vectors`.

        What stands in the knowledge `beside` it is not read again.
        """
        owner = np.asarray(arrays["owner"], np.int32)
        details = _under("details.", arrays)
        made = cls(
            entries=tuple(entries),
            phrasings=tuple(phrasings),
            texts=tuple(texts),
            owner=owner,
            starts=_starts(owner, len(entries)),
            vectors=vectors,
            index=index,
            lexical=Lexical.restore(vocabularies, _under("lexical.", arrays)),
            word_vectors=np.asarray(arrays["word_vectors"], np.float32),
            details=beside.details.restore(texts, details) if beside else DetailTable(texts, details),
            words=words,
            interaction=Interaction.shipped(),
            states=States.restore(_under("states.", arrays)),
            synonyms=tuple(tuple(group) for group in synonyms),
            reading=int(arrays["reading"][0]) if "reading" in arrays else 0,
        )
        return made._beside(beside) if beside else made

    def arrays(self) -> dict[str, Array]:
        """The numeric parts but the vectors, by name, to be saved; `lexical.vocabularies` holds the strings to them."""
        return {
            "owner": self.owner,
            "reading": np.array([self.reading], np.int64),
            "word_vectors": self.word_vectors,
            **{f"lexical.{name}": array for name, array in self.lexical.arrays().items()},
            **{f"details.{name}": array for name, array in self.details.arrays().items()},
            **{f"states.{name}": array for name, array in self.states.arrays().items()},
        }

    def answering(self, entries: Sequence[Entry]) -> Self:
        """The same with other answers: `entries` of the same ids and phrasings, in the same order."""
        return self._keeping(replace(self, entries=tuple(entries)))

    def searched_by(self, index: VectorIndex) -> Self:
        """The same with another way to search its vectors."""
        return self._keeping(replace(self, index=index))

    def taken_as_read(self) -> Self:
        """The same, as if this program had read it: to see what an edit alone does, not to be published."""
        return self._keeping(replace(self, reading=reading()))

    def _keeping(self, made: Self) -> Self:
        """Take over what was found out of the phrasings, which are the same."""
        made.__dict__.update({name: self.__dict__[name] for name in ("centroids", "exact") if name in self.__dict__})
        return made

    def form(self, text: str) -> str:
        """The form in which a text is matched with the phrasings: `matched_form`, in the house's own words."""
        return self.in_own_words(matched_form(text))

    def in_own_words(self, text: str) -> str:
        """A text in matched form in which each word is the first of those that the house uses with its meaning."""
        return self._alike.read(text, self.words) if self.synonyms else text

    @cached_property
    def _alike(self) -> Synonyms:
        return Synonyms(self.synonyms)

    @cached_property
    def all_rows(self) -> NDArray[np.int64]:
        """(rows,) every row, in order: an entry's are a piece of it."""
        return np.arange(len(self.texts))

    @cached_property
    def exact(self) -> Claims:
        """Matched form → positions in entries."""
        return Claims.of(self.texts, self.owner.tolist())

    @cached_property
    def centroids(self) -> Vectors | Patched[np.float32]:
        """(entries, dim) the mean direction of each entry's phrasings, of length 1 unless all are zero."""
        vectors = self.vectors.base if isinstance(self.vectors, Patched) else self.vectors
        centres = []
        for first in range(0, max(len(self.entries), 1), _RESTED_AFTER):
            centres.append(self._centres(np.arange(first, min(first + _RESTED_AFTER, len(self.entries)))))
            rest(vectors)  # all are read for once; few of them for a question
        return np.concatenate(centres)

    def _centres(self, positions: NDArray[np.int64]) -> Vectors:
        """The mean directions of some entries."""
        centres = np.zeros((len(positions), self.vectors.shape[1]), np.float32)
        for first in range(0, len(centres), _CENTRES_AT_ONCE):
            some = positions[first : first + _CENTRES_AT_ONCE]
            begins = self.starts[some]
            sizes = self.starts[some + 1] - begins
            sums = self.vectors.take(begins, 0)
            for more in range(1, max(sizes, default=0)):  # in a third of the time that `reduceat` takes
                longer = np.flatnonzero(sizes > more)
                sums[longer] += self.vectors.take(begins[longer] + more, 0)
            centres[first : first + len(some)] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        return centres

    def _reads_like(self, other: Self) -> bool:
        """Whether the same phrasing has the same text in both."""
        words = self.words is other.words and self.synonyms == other.synonyms
        return words and self.reading == other.reading

    def _beside(self, other: Self) -> Self:
        """Take over from the other what is found out of the texts of an entry, where it has the same."""
        mine, theirs = len(self.entries), len(other.entries)
        found = alike(self.entries, other.entries) if self._reads_like(other) else Alike((), mine, theirs)
        stood = {other.entries[at].id: at for at in found.gone}
        origin = np.full(mine, -1, np.int64)
        for _, _, run, before in found.pieces():
            origin[run] = np.arange(before.start, before.stop)
        for position in found.came:
            at = stood.get(self.entries[position].id, -1)
            if at >= 0 and other.texts_of(at) == self.texts_of(position):
                origin[position] = at
        fresh = np.flatnonzero(origin < 0)
        centres = Patched.of(other.centroids).laid(origin, self._centres(fresh))
        few = centres.stale <= _MOST_STALE * len(centres.base)
        self.__dict__["centroids"] = centres if few else np.asarray(centres)  # as the property would
        if mine == theirs and np.array_equal(origin[origin >= 0], np.flatnonzero(origin >= 0)):
            gone, came = ({at: one.texts_of(at) for at in fresh.tolist()} for one in (other, self))
            self.__dict__["exact"] = other.exact.changed(gone, came)
        return self

    def texts_of(self, position: int) -> tuple[str, ...]:
        """The phrasings of an entry, in matched form."""
        begin, end = self.starts[position : position + 2].tolist()
        return self.texts[begin:end]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Entries that can be found, and what they are found by."""

    entries: list[Entry]
    phrasings: list[str]
    texts: list[str]
    owner: NDArray[np.int32]


def _rows(
    entries: Sequence[Entry], words: Words, synonyms: Sequence[tuple[str, ...]], before: Knowledge | None
) -> _Rows:
    ordered = sorted(entries, key=attrgetter("id"))
    known = before.entries if before else ()
    starts = before.starts.tolist() if before else [0]
    found = alike(ordered, known)
    stood = {known[at].id: at for at in found.gone}
    same = Synonyms(synonyms)
    kept: list[Entry] = []
    phrasings: list[str] = []
    texts: list[str] = []
    sizes: list[int] = []

    def keep(some: Sequence[Entry], first: int, last: int) -> None:
        """Take over the rows of some entries before, from one to another."""
        if before:
            kept.extend(some)
            phrasings.extend(before.phrasings[starts[first] : starts[last]])
            texts.extend(before.texts[starts[first] : starts[last]])
            sizes.extend(np.diff(starts[first : last + 1]).tolist())

    for apart, _, run, theirs in found.pieces():
        for entry in ordered[apart]:
            at = stood.get(entry.id, -1)
            if at >= 0 and known[at].phrasings == entry.phrasings:
                keep([entry], at, at + 1)
                continue
            forms: dict[str, str] = {}
            for phrasing in entry.phrasings:  # the standard question first
                if form := matched_form(phrasing):
                    forms.setdefault(same.read(form, words), phrasing)
            if forms:
                texts += forms
                phrasings += forms.values()
                sizes.append(len(forms))
                kept.append(entry)
        keep(ordered[run], theirs.start, theirs.stop)
    owner = np.repeat(np.arange(len(kept), dtype=np.int32), sizes)
    return _Rows(kept, phrasings, texts, owner)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is read out of texts."""

    vectors: Vectors | Patched[np.float32]
    lexical: Lexical
    word_vectors: Vectors
    details: DetailTable
    states: ReadTexts
    index: VectorIndex | None = None  # None where it has to be made


def _again(
    before: Knowledge, texts: Sequence[str], embedder: Embedder, interaction: PairReader, room: Room | None
) -> _Parts:
    """Read only those texts that did not stand in the knowledge before; the rest is taken as it is."""
    origin = Origin(texts, before.texts)
    vectors = origin.patch(before.vectors, _encode(origin.fresh, embedder, None))
    lexical = before.lexical.again(origin, before.words)
    of_words = Origin(lexical.vocabularies[0], before.lexical.vocabularies[0])
    word_vectors = before.word_vectors
    if not of_words.same:
        word_vectors = of_words.take(word_vectors, _encode(of_words.fresh, embedder, None))
    details = before.details.again(texts, origin)
    states, read = before.states, interaction.read(origin.fresh)
    if not (isinstance(states, States) and isinstance(read, States) and states.made_by(read.model)):
        return _Parts(_whole(vectors, room), lexical, word_vectors, details, _read(texts, interaction, room))
    states = states.again(read, origin)
    index = _under_patches(before)
    if index and vectors.stale <= _MOST_STALE * len(vectors.base):
        return _Parts(vectors, lexical, word_vectors, details, states, Amended(index, vectors))
    states = replace(states, units=_whole(states.units, room), values=_whole(states.values, room))
    return _Parts(_whole(vectors, room), lexical, word_vectors, details, states)


def _keep(lexical: Lexical, room: Room) -> None:
    """Have the large arrays written while everything else is made."""
    for array in lexical.arrays().values():
        if array.nbytes >= _LARGE:
            room.keep(array)


def _under_patches(knowledge: Knowledge) -> VectorIndex | None:
    """What searches the vectors that an edit may leave where they are; None when they are too few to be left."""
    vectors, index = knowledge.vectors, knowledge.index
    if isinstance(vectors, Patched):
        return index.index if isinstance(index, Amended) else None
    return index if len(vectors) > PATCHED_FROM else None


def _read(texts: Sequence[str], interaction: PairReader, room: Room | None) -> ReadTexts:
    """Read texts, piece by piece where there is room to lay them."""
    if room is None or not isinstance(interaction, Interaction):
        read: ReadTexts = interaction.read(texts)
        return read
    sizes = []

    def pieces() -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        for some in _pieces(texts):
            states = interaction.read(texts[some])
            sizes.append(np.diff(states.starts))
            yield np.asarray(states.units), np.asarray(states.values)

    units, values = room.lay(pieces())
    return States(units, values, np.append(0, np.concatenate(sizes).cumsum()), interaction.mark)


def _whole(rows: NDArray[_T] | Patched[_T], room: Room | None) -> NDArray[_T]:
    """The rows put together, where there is room for them."""
    return _laid((rows[some] for some in _pieces(rows)), room)


def _laid(pieces: Iterable[NDArray[_T]], room: Room | None) -> NDArray[_T]:
    return room.lay((piece,) for piece in pieces)[0] if room else np.concatenate(list(pieces))


def _pieces(rows: Sized) -> Iterator[slice]:
    """Some rows after the other; none, once, where there are none."""
    return (slice(start, start + _AT_ONCE) for start in range(0, max(1, len(rows)), _AT_ONCE))


def _words(own: Sequence[str], before: Knowledge | None) -> Words:
    """Cut text as before where the house's own words are the same."""
    if before and before.words.own == Words.normalised(own):
        return before.words
    return Words(own)


def _encode(texts: Sequence[str], embedder: Embedder, known: Known | None) -> Vectors:
    """(texts, dim) vectors, taken from `known` where it has them; every text is encoded once."""
    marks = [fingerprint(text) for text in texts]
    have = dict(known(marks)) if known else {}
    new = {mark: text for mark, text in zip(marks, texts, strict=True) if mark not in have}
    if new:
        have.update(zip(new, embedder.encode(list(new.values())), strict=True))
    return np.array([have[mark] for mark in marks], np.float32).reshape(len(texts), embedder.dim)


def _starts(owner: Sequence[int] | NDArray[np.int32], entries: int) -> NDArray[np.int64]:
    return np.searchsorted(np.asarray(owner), np.arange(entries + 1)).astype(np.int64)


def _under(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Any]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
