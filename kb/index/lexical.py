"""What words, characters and character pairs say: three views of every phrasing in one set of posting lists.

Words and characters are weighed by BM25 (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework"), pairs of
neighbouring characters by TF-IDF cosine. One vocabulary holds the terms of all three, each view in a range of its own,
so that a question is scored against all of them in one pass.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kb.index.concepts import concepts
from kb.text import bigrams, characters

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Cut = Callable[[str], Sequence[str]]

VIEWS = ("words", "characters", "bigrams", "concepts")
K1 = 1.2  # how soon a repeated term stops counting
B = 0.75  # how much a long phrasing is held back

#: Postings that one question may touch when all phrasings are searched; its rarest terms come first.
BUDGET = 40_000


@dataclass(frozen=True, slots=True)
class Terms:
    """A question's terms in all three views; the columns of one view lie together, known terms or not."""

    ids: Ints  # (m,) in the vocabulary, -1 for a term that no phrasing holds
    counts: Floats  # (m,) how often the question says it
    idf: Floats  # (m,) rarer is larger; an unknown term is as rare as can be
    weights: Floats  # (m,) what a phrasing's weight is multiplied by; a view's sum is 1 for the question itself
    spans: tuple[slice, ...]  # the columns of each view


class Lexical:
    """Posting lists over the phrasings, by term and by row. Never changed once built; safe to share between threads."""

    def __init__(self, vocabularies: Sequence[Sequence[str]], arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Take what `vocabularies` and `arrays` of another gave; the arrays may be memory-mapped."""
        self.vocabularies: tuple[tuple[str, ...], ...] = tuple(tuple(terms) for terms in vocabularies)
        offsets = np.cumsum([0, *map(len, self.vocabularies)])
        self._lookup = tuple(
            {term: at for at, term in enumerate(terms, int(start))}
            for terms, start in zip(self.vocabularies, offsets, strict=False)
        )
        self._arrays = dict(arrays)
        self.idf: Floats = arrays["idf"]  # type: ignore[assignment]  # (terms,)
        self._row_starts: Ints = arrays["row_starts"]  # type: ignore[assignment]  # (rows + 1,)
        self._row_terms: NDArray[np.int32] = arrays["row_terms"]  # type: ignore[assignment]
        self._row_weights: Floats = arrays["row_weights"]  # type: ignore[assignment]
        self._term_starts: Ints = arrays["term_starts"]  # type: ignore[assignment]  # (terms + 1,)
        self._term_rows: NDArray[np.int32] = arrays["term_rows"]  # type: ignore[assignment]
        self._term_weights: Floats = arrays["term_weights"]  # type: ignore[assignment]
        self.masses: Floats = arrays["masses"]  # type: ignore[assignment]  # (rows, views) idf of all terms together
        self.sizes: Floats = arrays["sizes"]  # type: ignore[assignment]  # (rows, views) terms counted with repeats
        self.rows = len(self._row_starts) - 1
        self._mean_sizes = self.sizes.mean(axis=0) if self.rows else np.ones(len(VIEWS), np.float32)
        self.unknown_idf = float(np.log1p((self.rows + 0.5) / 0.5))

    @classmethod
    def build(cls, texts: Sequence[str], words: Cut) -> Self:
        """Index normalised `texts`; `words` cuts them."""
        cuts: tuple[Cut, ...] = (words, characters, bigrams, concepts)
        counted = [[Counter(cut(text)) for text in texts] for cut in cuts]
        vocabularies = [sorted(set(chain.from_iterable(rows))) for rows in counted]
        terms = sum(map(len, vocabularies))
        idf = np.zeros(terms, np.float32)
        sizes = np.zeros((len(texts), len(VIEWS)), np.float32)
        of_row: list[Ints] = []
        of_term: list[Ints] = []
        weights: list[NDArray[np.floating]] = []
        offset = 0
        for view, (rows, vocabulary) in enumerate(zip(counted, vocabularies, strict=True)):
            lookup = {term: at for at, term in enumerate(vocabulary, offset)}
            lengths = np.fromiter(map(len, rows), np.int64, len(rows))
            total = int(lengths.sum())
            row = np.repeat(np.arange(len(rows)), lengths)
            term = np.fromiter((lookup[t] for counts in rows for t in counts), np.int64, total)
            tf = np.fromiter((n for counts in rows for n in counts.values()), np.float64, total)
            sizes[:, view] = np.bincount(row, tf, len(rows))
            here = _idf(np.bincount(term - offset, minlength=len(vocabulary)), len(texts))
            idf[offset : offset + len(vocabulary)] = here
            weight: NDArray[np.floating]
            if VIEWS[view] == "bigrams":
                weight = tf * here[term - offset]
                norm = np.sqrt(np.bincount(row, weight**2, len(rows)))
                weight /= np.maximum(norm, 1e-9)[row]
            else:
                weight = _saturated(tf, sizes[row, view], float(sizes[:, view].mean() if len(sizes) else 1))
            of_row.append(row)
            of_term.append(term)
            weights.append(weight)
            offset += len(vocabulary)
        arrays = _arrays(
            row=np.concatenate(of_row),
            term=np.concatenate(of_term),
            weight=np.concatenate(weights),
            idf=idf,
            sizes=sizes,
            spans=[len(vocabulary) for vocabulary in vocabularies],
        )
        return cls(vocabularies, arrays)

    @classmethod
    def restore(cls, vocabularies: Sequence[Sequence[str]], arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Make it again from what `vocabularies` and `arrays()` gave."""
        return cls(vocabularies, arrays)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """The numeric parts by name, to be saved and memory-mapped."""
        return dict(self._arrays)

    def terms(self, text: str, words: Sequence[str]) -> Terms:
        """The terms of a normalised question, of which `words` are the words."""
        ids: list[int] = []
        counts: list[int] = []
        spans: list[slice] = []
        totals: list[int] = []
        for lookup, units in zip(self._lookup, (words, characters(text), bigrams(text), concepts(text)), strict=True):
            counted = Counter(units)
            spans.append(slice(len(ids), len(ids) + len(counted)))
            totals.append(len(units))
            ids.extend(lookup.get(term, -1) for term in counted)
            counts.extend(counted.values())
        at = np.array(ids, np.int64)
        tf = np.array(counts, np.float32)
        idf = np.full(len(at), self.unknown_idf, np.float32)
        idf[at >= 0] = self.idf[at[at >= 0]]
        weights = tf * idf
        for view, span in enumerate(spans):
            own = weights[span]
            if VIEWS[view] == "bigrams":
                scale = float(np.sqrt(own @ own))
            else:
                scale = float(own @ _saturated(tf[span], totals[view], float(self._mean_sizes[view])))
            weights[span] /= max(scale, 1e-9)
        return Terms(at, tf, idf, weights, tuple(spans))

    def scores(self, terms: Terms, views: Sequence[int] = (0, 1, 2), budget: int = BUDGET) -> Floats:
        """How well each phrasing fits, summed over `views`: (rows,), about 1 a view where a phrasing is the question.

        Terms are taken from the rarest on until `budget` postings are used up, which bounds the time on large
        knowledge; `hits` gives exact figures for a few rows.
        """
        chosen = np.concatenate([np.arange(terms.spans[v].start, terms.spans[v].stop) for v in views])
        chosen = chosen[terms.ids[chosen] >= 0]
        ids = terms.ids[chosen]
        starts, ends = self._term_starts[ids], self._term_starts[ids + 1]
        sizes = ends - starts
        if sizes.sum() > budget:
            order = np.argsort(sizes, kind="stable")
            order = order[: max(1, int(np.searchsorted(np.cumsum(sizes[order]), budget, side="right")))]
            chosen, starts, ends, sizes = chosen[order], starts[order], ends[order], sizes[order]
        if not len(chosen):
            return np.zeros(self.rows, np.float32)
        pieces = [slice(a, b) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        rows = np.concatenate([self._term_rows[piece] for piece in pieces])
        weights = np.concatenate([self._term_weights[piece] for piece in pieces])
        weights *= np.repeat(terms.weights[chosen], sizes)
        return np.bincount(rows, weights, self.rows).astype(np.float32)

    def units(self, rows: Ints, view: int) -> tuple[Ints, Ints]:
        """The terms of one view in each of `rows`: their ids, and the place in `rows` of each."""
        starts = self._row_starts[rows]
        sizes = self._row_starts[rows + 1] - starts
        row = np.repeat(np.arange(len(rows)), sizes)
        ids = self._row_terms[np.arange(len(row)) + np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)]
        first = sum(map(len, self.vocabularies[:view]))
        mine = (ids >= first) & (ids < first + len(self.vocabularies[view]))
        return ids[mine].astype(np.int64), row[mine]

    def hits(self, terms: Terms, rows: Ints) -> Floats:
        """The weight of each of the question's terms in each of `rows`: (len(rows), terms), 0 where it is missing."""
        starts = self._row_starts[rows]
        sizes = self._row_starts[rows + 1] - starts
        row = np.repeat(np.arange(len(rows)), sizes)
        flat = np.arange(len(row)) + np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
        found = np.zeros((len(rows), len(terms.ids)), np.float32)
        if not len(terms.ids):
            return found
        order = np.argsort(terms.ids, kind="stable")
        ids = terms.ids[order]
        theirs = self._row_terms[flat]
        column = np.minimum(np.searchsorted(ids, theirs), len(ids) - 1)
        same = ids[column] == theirs
        found[row[same], order[column[same]]] = self._row_weights[flat[same]]
        return found


def _idf(df: NDArray[np.int64], rows: int) -> NDArray[np.float64]:
    return np.log1p((rows - df + 0.5) / (df + 0.5))


def _saturated(tf: NDArray[np.floating], size: NDArray[np.floating] | float, mean: float) -> NDArray[np.floating]:
    """BM25's share of a term that is said `tf` times in a text of `size` terms, its idf left out."""
    return tf * (K1 + 1) / (tf + K1 * (1 - B + B * size / max(mean, 1e-9)))


def _arrays(
    *,
    row: Ints,
    term: Ints,
    weight: NDArray[np.floating],
    idf: Floats,
    sizes: Floats,
    spans: Sequence[int],
) -> dict[str, NDArray[np.generic]]:
    """The same postings by row and by term, each in order."""
    rows, terms = len(sizes), len(idf)
    by_row = np.lexsort((term, row))
    by_term = np.lexsort((row, term))
    view = np.searchsorted(np.cumsum(spans), term, side="right")
    masses = np.bincount(row * len(VIEWS) + view, idf[term], rows * len(VIEWS)).reshape(rows, len(VIEWS))
    return {
        "idf": idf,
        "sizes": sizes,
        "masses": masses.astype(np.float32),
        "row_starts": _starts(row, rows),
        "row_terms": term[by_row].astype(np.int32),
        "row_weights": weight[by_row].astype(np.float32),
        "term_starts": _starts(term, terms),
        "term_rows": row[by_term].astype(np.int32),
        "term_weights": weight[by_term].astype(np.float32),
    }


def _starts(of: Ints, number: int) -> Ints:
    return np.concatenate([[0], np.cumsum(np.bincount(of, minlength=number))]).astype(np.int64)
