"""What terms weigh in texts, which depends on all texts: on how rare a term is, and how long a text is on average."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kb.index.postings import VIEWS, Floats, Ints, Numbers, Postings, bounds, places_by_term, spread

K1 = 1.2  # how soon a repeated term stops counting
B = 0.75  # how much a long phrasing is held back
BIGRAMS = VIEWS.index("bigrams")

#: So few stay in the processor's cache, and hold up no other thread.
_AT_ONCE = 8_192  # rows
_POSTINGS_AT_ONCE = 1 << 18


def weighed(postings: Postings) -> dict[str, NDArray[np.generic]]:
    """The arrays of a `Lexical`: what each term weighs in each text, by text and by term.

    Words, characters and concepts are weighed by BM25 with their idf left out, pairs of characters by TF-IDF cosine.
    """
    weighing = _Weighing(postings)
    by_row, masses, norms = weighing.by_row()
    return {
        "idf": weighing.idf.astype(np.float32),
        "sizes": postings.sizes,
        "masses": masses,
        "row_starts": postings.starts,
        "row_terms": postings.terms,
        "row_weights": by_row,
        "term_starts": postings.term_starts,
        "term_rows": postings.term_rows,
        "term_weights": weighing.by_term(by_row, norms),
        "repeated": postings.repeated,
        "repeats": postings.repeats,
    }


class _Weighing:
    """Most terms are said once in a text: of a view all of them weigh the same there, but for pairs of characters."""

    def __init__(self, postings: Postings) -> None:
        """Work out what is the same for all terms of a text, and what its repeated terms weigh."""
        self._postings = postings
        sizes, rows = postings.sizes, len(postings.sizes)
        self.idf = _idf(np.diff(postings.term_starts), rows)
        self._rounded = self.idf.astype(np.float32)
        self._offsets = bounds(list(map(len, postings.vocabularies)))  # where the terms of each view begin
        self._once = np.empty(sizes.shape, np.float32)  # (rows, views)
        self._row = (postings.starts.searchsorted(postings.repeated, "right") - 1).astype(np.int32)  # of repeated ones
        self._term = postings.terms.take(postings.repeated)
        self._often = np.empty(len(self._row), np.float32)
        views = self._offsets.searchsorted(self._term, "right") - 1
        for view in range(len(VIEWS)):
            mean = float(sizes[:, view].mean()) if rows else 1.0
            self._once[:, view] = _saturated(np.ones(rows), sizes[:, view], mean)
            mine = np.flatnonzero(views == view)
            said = postings.repeats.take(mine).astype(np.float64)
            self._often[mine] = _saturated(said, sizes[:, view].take(self._row.take(mine)), mean)
        self._pairs = np.flatnonzero(views == BIGRAMS)  # of repeated ones

    def by_row(self) -> tuple[Floats, Floats, NDArray[np.float64]]:
        """The weights text by text, the (rows, views) idf of all terms together, and the length of each row's pairs."""
        postings, rows = self._postings, len(self._once)
        weights = np.empty(len(postings.terms), np.float32)
        masses = np.empty(self._once.shape, np.float32)
        norms = np.empty(rows)
        for first in range(0, rows, _AT_ONCE):
            some = slice(first, min(first + _AT_ONCE, rows))
            self._weigh(some, weights, masses, norms)
        paired = postings.repeated.take(self._pairs)
        self._often[self._pairs] = weights.take(paired)
        weights[postings.repeated] = self._often
        return weights, masses, norms

    def _weigh(self, some: slice, weights: Floats, masses: Floats, norms: NDArray[np.float64]) -> None:
        """Fill in what is found for some rows; of terms that are said more than once, only pairs are right already."""
        starts = self._postings.starts[some.start : some.stop + 1]
        here = slice(*starts[[0, -1]].tolist())
        terms = self._postings.terms[here]
        edges = self._edges(terms, starts - here.start)
        sizes = np.diff(edges, axis=1)
        weights[here] = self._once[some].ravel().repeat(sizes.ravel())
        masses[some] = _sums(self._rounded.take(terms, mode="clip"), edges[:, :-1].ravel(), sizes.ravel()).reshape(
            sizes.shape
        )
        mine = spread(edges[:, BIGRAMS], sizes[:, BIGRAMS])
        found = self.idf.take(terms.take(mine), mode="clip")
        first, last = self._postings.repeated.take(self._pairs).searchsorted([here.start, here.stop]).tolist()
        repeated = self._pairs[first:last]
        found[mine.searchsorted(self._postings.repeated.take(repeated) - here.start)] *= self._postings.repeats.take(
            repeated
        )
        lengths = np.sqrt(_sums(found**2, sizes[:, BIGRAMS].cumsum() - sizes[:, BIGRAMS], sizes[:, BIGRAMS]))
        norms[some] = np.maximum(lengths, 1e-9)
        found /= norms[some].repeat(sizes[:, BIGRAMS])
        weights[here][mine] = found

    def _edges(self, terms: Numbers, starts: Ints) -> Ints:
        """(rows, views + 1) where each view of each row begins among `terms`, and where the last one ends."""
        edges = np.empty((len(starts) - 1, len(VIEWS) + 1), np.int64)
        edges[:, 0], edges[:, -1] = starts[:-1], starts[1:]
        for view in range(1, len(VIEWS)):
            below = np.append(0, (terms < self._offsets[view]).cumsum(dtype=np.int32))
            edges[:, view] = starts[:-1] + np.diff(below.take(starts))
        return edges

    def by_term(self, by_row: Floats, norms: NDArray[np.float64]) -> Floats:
        """The same weights term by term."""
        postings = self._postings
        weights = np.empty(len(by_row), np.float32)
        for view, (first, last) in enumerate(pairwise(self._offsets.tolist())):
            once = np.ascontiguousarray(self._once[:, view])
            for terms in _pieces(postings.term_starts, first, last):
                here = slice(*postings.term_starts[[terms.start, terms.stop]].tolist())
                rows = postings.term_rows[here]
                if view == BIGRAMS:
                    times = np.diff(postings.term_starts[terms.start : terms.stop + 1])
                    weights[here] = self.idf[terms].repeat(times) / norms.take(rows, mode="clip")
                else:
                    weights[here] = once.take(rows, mode="clip")  # quicker than "raise"
        order = self._term.argsort(kind="stable")
        row, term = self._row.take(order), self._term.take(order)
        weights[places_by_term(postings.term_starts, postings.term_rows, term, row)] = self._often.take(order)
        return weights


def _pieces(term_starts: Ints, first: int, last: int) -> Iterator[slice]:
    """Some terms after the other, with about as many postings each."""
    wanted = np.arange(term_starts[first], term_starts[last], _POSTINGS_AT_ONCE)
    cuts = np.unique([*term_starts.searchsorted(wanted).tolist(), last])
    return (slice(*cut) for cut in pairwise(cuts.tolist()))


def _sums(values: NDArray[np.floating], starts: Ints, sizes: Ints) -> NDArray[np.float64]:
    """The sum of each run of values; the runs lie end to end."""
    sums = np.zeros(len(sizes))
    filled = np.flatnonzero(sizes)
    if len(filled):
        sums[filled] = np.add.reduceat(values, starts.take(filled), dtype=np.float64)
    return sums


def _idf(df: Ints, rows: int) -> NDArray[np.float64]:
    return np.log1p((rows - df + 0.5) / (df + 0.5))


def _saturated(tf: NDArray[np.float64], size: Floats, mean: float) -> NDArray[np.floating]:
    """BM25's share of a term that is said `tf` times in a text of `size` terms, its idf left out."""
    return tf * (K1 + 1) / (tf + K1 * (1 - B + B * size / max(mean, 1e-9)))
