"""Which terms texts hold, by text and by term; after an edit nothing is cut or sorted again of what stays."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress, pairwise, repeat
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kb.index.concepts import concepts
from kb.index.origin import Origin
from kb.text import bigrams, characters

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]
Cut = Callable[[str], Sequence[str]]

VIEWS = ("words", "characters", "bigrams", "concepts")

#: Postings that come or go, as a share of all, up to which the others keep their order by term.
_MOST_MOVED = 0.002
_AT_ONCE = 1 << 18  # numbers that stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Postings:
    """Terms are numbered view by view, in order; a text's lie together, and so do the texts of a term."""

    vocabularies: Sequence[Sequence[str]]  # of each view, in order
    starts: Ints  # (texts + 1,) where the terms of each text begin
    terms: Numbers  # (postings,) rising within a text
    repeated: Ints  # places among these of terms that their text says more than once
    repeats: Numbers  # how often it does
    sizes: Floats  # (texts, views) terms counted with repeats
    term_starts: Ints  # (terms + 1,) where the texts of each term begin
    term_rows: Numbers  # (postings,) rising within a term

    @classmethod
    def of(cls, texts: Sequence[str], words: Cut) -> Self:
        """Cut normalised `texts`; `words` gives the words of one."""
        cuts: tuple[Cut, ...] = (words, characters, bigrams, concepts)
        views = [_view(texts, cut) for cut in cuts]  # one after the other, or the terms of all would fill the memory
        vocabularies = [vocabulary for vocabulary, *_ in views]
        offsets = bounds(list(map(len, vocabularies)))
        row = np.concatenate([np.arange(len(texts), dtype=np.int32).repeat(lengths) for _, _, _, lengths in views])
        term = np.concatenate([terms + np.int32(at) for (_, terms, *_), at in zip(views, offsets, strict=False)])
        counts = np.concatenate([counts for _, _, counts, _ in views])
        sizes = np.zeros((len(texts), len(VIEWS)), np.float32)
        for view, (_, _, tf, lengths) in enumerate(views):
            sizes[:, view] = np.bincount(np.arange(len(texts)).repeat(lengths), tf, len(texts))
        order = _order(term)
        order = order[_order(row[order])]
        starts, terms, counts = bounds(np.bincount(row, minlength=len(texts))), term[order], counts[order]
        del row, term, order
        repeated = np.flatnonzero(counts > 1)
        turned = _turned(starts, terms, int(offsets[-1]))
        return cls(vocabularies, starts, terms, repeated, counts[repeated], sizes, *turned)

    def joined(self, fresh: Self, origin: Origin) -> Self:
        """What `of` would make of all texts of an origin: of those that stood here, and of the fresh ones.

        Terms that no text holds any more are left out.
        """
        lost = spread(self.starts.take(origin.gone), np.diff(self.starts).take(origin.gone))
        left = np.diff(self.term_starts) - np.bincount(self.terms.take(lost), minlength=len(self.term_starts) - 1)
        vocabularies, places, fresh_places = _merged(self.vocabularies, fresh.vocabularies, left > 0)
        same = np.array_equal(places, np.arange(len(places)))
        old_terms = self.terms if same else _looked_up(places, self.terms)
        spans = self.starts, fresh.starts
        starts = origin.starts(*spans)
        terms = origin.take_runs(old_terms, fresh_places.take(fresh.terms), *spans)
        came = spread(starts.take(origin.came), np.diff(starts).take(origin.came))
        if origin.in_order and len(lost) + len(came) <= _MOST_MOVED * len(terms):
            kept = np.zeros(sum(map(len, vocabularies)), np.int64)
            kept[places[left > 0]] = left[left > 0]
            turned = self._spliced(origin, lost, kept, terms.take(came), np.diff(starts).take(origin.came))
        else:
            turned = _turned(starts, terms, sum(map(len, vocabularies)))
        old, new = (self.repeated, self.repeats), (fresh.repeated, fresh.repeats)
        repeated, repeats = origin.take_places(old, new, *spans)
        sizes = origin.take(self.sizes, fresh.sizes)
        return type(self)(vocabularies, starts, terms, repeated, repeats, sizes, *turned)

    def _spliced(
        self, origin: Origin, lost: Ints, kept: Ints, came_terms: Numbers, came_sizes: Ints
    ) -> tuple[Ints, Numbers]:
        """The texts of each term, with those that go taken out and those that come put in: `term_starts, term_rows`.

        `lost` are the places, by text, of what goes; `kept` is how many texts of each term stay.
        """
        terms = self.terms.take(lost)
        rows = origin.gone.repeat(np.diff(self.starts).take(origin.gone)).astype(np.int32)
        order = terms.argsort(kind="stable")
        out = places_by_term(self.term_starts, self.term_rows, terms.take(order), rows.take(order))
        term_rows = _without(self.term_rows, out)
        if origin.moves:
            term_rows = _looked_up(origin.now, term_rows)
        rows = origin.came.repeat(came_sizes).astype(np.int32)
        order = came_terms.argsort(kind="stable")
        rows = rows.take(order)
        into = places_by_term(bounds(kept), term_rows, came_terms.take(order), rows)
        return bounds(kept + np.bincount(came_terms, minlength=len(kept))), _with(term_rows, into, rows)


def spread(starts: Ints, sizes: Ints) -> Ints:
    """The numbers from each start on, as many as its size says, one run behind the other."""
    ends = sizes.cumsum()
    spread: Ints = (starts - ends + sizes).repeat(sizes)
    spread += np.arange(len(spread))
    return spread


def counted(units: Sequence[str]) -> dict[str, int]:
    """How often each is said, in the order in which they are said first; `Counter` takes twice as long for so few."""
    counted = dict.fromkeys(units, 1)
    if len(counted) == len(units):
        return counted
    counted.clear()
    for unit in units:
        counted[unit] = counted.get(unit, 0) + 1
    return counted


def bounds(sizes: Ints | Sequence[int]) -> Ints:
    """Where runs of these sizes begin, one behind the other, and where the last one ends."""
    return np.append(0, np.cumsum(sizes)).astype(np.int64)


def places_by_term(term_starts: Ints, term_rows: Numbers, terms: Numbers, rows: Numbers) -> Ints:
    """Where each row stands, or would stand, among those of its term; `terms` are in order."""
    places = np.empty(len(terms), np.int64)
    begins = np.flatnonzero(np.diff(terms, prepend=-1)).tolist()
    for begin, end in pairwise([*begins, len(terms)]):
        first, last = term_starts[terms[begin] :][:2].tolist()
        places[begin:end] = first + term_rows[first:last].searchsorted(rows[begin:end])
    return places


def _looked_up(table: Numbers, places: Numbers) -> Numbers:
    """`table.take(places)`, piece by piece: numpy makes larger numbers of all places first, in memory of their own."""
    found = np.empty(len(places), table.dtype)
    for begin in range(0, len(places), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        table.take(places[some], out=found[some], mode="clip")  # which is quicker than "raise"
    return found


def _without(values: Numbers, places: Ints) -> Numbers:
    """The values but those at some places, in order; piece by piece, for a mask would hold up all other threads."""
    spans = zip([0, *(places + 1).tolist()], [*places.tolist(), len(values)], strict=True)
    return np.concatenate([values[begin:end] for begin, end in spans])


def _with(values: Numbers, places: Ints, more: Numbers) -> Numbers:
    """The values with one more before each of some places, in order."""
    pieces: list[Numbers] = []
    begin = 0
    for at, place in enumerate(places.tolist()):
        pieces += values[begin:place], more[at : at + 1]
        begin = place
    return np.concatenate([*pieces, values[begin:]])


def _view(texts: Sequence[str], cut: Cut) -> tuple[list[str], Numbers, Numbers, Ints]:
    """The terms of one view in order, and of all texts which they hold, how often, and how many each has.

    A term is forgotten as soon as it has its number: those of all texts take more memory than all that is made of them.
    """
    known: dict[str, int] = {}
    ids, tf, lengths = array("i"), array("i"), array("i")
    for text in texts:
        said = counted(cut(text))
        ids.extend([known.setdefault(term, len(known)) for term in said])
        tf.extend(said.values())
        lengths.append(len(said))
    vocabulary = sorted(known)
    places = np.empty(len(known), np.int32)
    places[[known[term] for term in vocabulary]] = np.arange(len(known))
    return vocabulary, places.take(_numbers(ids)), _numbers(tf), _numbers(lengths).astype(np.int64)


def _merged(
    old: Sequence[Sequence[str]], new: Sequence[Sequence[str]], held: NDArray[np.bool_]
) -> tuple[list[list[str]], Numbers, Numbers]:
    """One vocabulary of two, without the old terms that are not `held`, and the number in it of each of theirs."""
    vocabularies: list[list[str]] = []
    places: list[int] = []
    new_places: list[int] = []
    begin = offset = 0
    for before, more in zip(old, new, strict=True):
        kept = list(compress(before, held[begin : begin + len(before)].tolist()))
        vocabulary = sorted([*kept, *set(more).difference(kept)])
        lookup = {term: at for at, term in enumerate(vocabulary, offset)}
        places += map(lookup.get, before, repeat(-1))
        new_places += map(lookup.__getitem__, more)
        vocabularies.append(vocabulary)
        begin += len(before)
        offset += len(vocabulary)
    return vocabularies, np.array(places, np.int32), np.array(new_places, np.int32)


def _turned(starts: Ints, terms: Numbers, number: int) -> tuple[Ints, Numbers]:
    """`term_starts` and `term_rows` of postings that lie text by text."""
    row = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    return bounds(np.bincount(terms, minlength=number)), row[_order(terms)]


def _numbers(values: "array[int]") -> Numbers:
    return np.frombuffer(values, np.int32) if values else np.empty(0, np.int32)


def _order(values: Numbers) -> Ints:
    """The places of whole numbers, not negative, in their order: numpy sorts two bytes of them in one go."""
    low = (values & 0xFFFF).astype(np.uint16).argsort(kind="stable")
    if not len(values) or values.max() <= 0xFFFF:
        return low
    return low[(values >> 16).astype(np.uint16).take(low).argsort(kind="stable")]
