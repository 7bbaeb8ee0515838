"""What words, characters and character pairs say: three views of every phrasing in one set of posting lists.

Words and characters are weighed by BM25 (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework"), pairs of
neighbouring characters by TF-IDF cosine. One vocabulary holds the terms of all three, each view in a range of its own,
so that a question is scored against all of them in one pass.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from threading import local
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kb.index import _lexical
from kb.index.concepts import concepts
from kb.index.origin import Origin
from kb.index.postings import VIEWS, Cut, Postings, counted, spread
from kb.index.weighing import BIGRAMS, K1, B, weighed
from kb.text import characters, pairs

__all__ = ["BUDGET", "VIEWS", "Hits", "Lexical", "Terms", "spread"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: Postings that one question may touch when all phrasings are searched; its rarest terms come first.
BUDGET = 40_000
#: Phrasings below such a share of the best score are only looked at when there are hardly any others.
_CLOSE = np.array([0.5, 0.35, 0.2, 0.0])
_ENOUGH = 6  # others for each owner that is wanted
_MOST_ROWS = 512  # whose owners are looked up
_NONE_CLOSED = np.empty(0, np.bool_)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of some questions: those of one question lie together, and of these the ones of one view."""

    ids: Ints  # (m,) in the vocabulary, -1 for a term that no phrasing holds
    counts: Floats  # (m,) how often the question says it
    idf: Floats  # (m,) rarer is larger; an unknown term is as rare as can be
    weights: Floats  # (m,) what a phrasing's weight is multiplied by; a view's sum is 1 for the question itself
    places: Ints  # (questions * views + 1,) where the terms of each question's views begin
    sizes: NDArray[np.float64]  # (questions, views) terms said, counted with repeats
    totals: NDArray[np.float64]  # (questions, views) idf of all terms together

    def span(self, question: int, view: int) -> slice:
        """Where the terms of one view of one question lie."""
        begin, end = self.places[question * len(VIEWS) + view :][:2].tolist()
        return slice(begin, end)

    @property
    def starts(self) -> Ints:
        """(questions + 1,) where each question's terms begin."""
        return self.places[:: len(VIEWS)]

    @property
    def views(self) -> Ints:
        """(m,) to which view each belongs."""
        of = np.arange(len(self.places) - 1).repeat(np.diff(self.places))
        return of % len(VIEWS)

    def by_view(self, values: Floats) -> Floats:
        """(m, views) a value of each term in the column of its view."""
        out = np.zeros((len(values), len(VIEWS)), np.float32)
        out[np.arange(len(values)), self.views] = values
        return out


@dataclass(frozen=True, slots=True)
class Hits:
    """Which rows hold which terms of the question that they are compared with, in order of the rows."""

    rows: Ints  # (h,) places among the rows that were asked for
    terms: Ints  # (h,) places in `Terms`
    weights: Floats  # (h,) what the term weighs in the row


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
        # where the rows of each term begin, (terms + 1,), which they are, and what it weighs there
        self._by_term = arrays["term_starts"], arrays["term_rows"], arrays["term_weights"]
        self.masses: Floats = arrays["masses"]  # type: ignore[assignment]  # (rows, views) idf of all terms together
        self.sizes: Floats = arrays["sizes"]  # type: ignore[assignment]  # (rows, views) terms counted with repeats
        self.rows = len(self._row_starts) - 1
        self._mean_sizes = self.sizes.mean(axis=0) if self.rows else np.ones(len(VIEWS), np.float32)
        self.unknown_idf = float(np.log1p((self.rows + 0.5) / 0.5))
        self._held_back = np.maximum(self._mean_sizes.astype(np.float64), 1e-9) / (K1 * B)
        self._row_lengths: Ints = np.diff(self._row_starts)
        self._scratch = local()

    @classmethod
    def build(cls, texts: Sequence[str], words: Cut) -> Self:
        """Index normalised `texts`; `words` cuts them."""
        return cls._made(Postings.of(texts, words))

    def again(self, origin: Origin, words: Cut) -> Self:
        """Index texts of which many are in this index: as `build` would, but `words` cuts only the fresh ones."""
        postings = Postings(
            self.vocabularies,
            self._row_starts,
            self._row_terms,
            self._arrays["repeated"],  # type: ignore[arg-type]
            self._arrays["repeats"],  # type: ignore[arg-type]
            self.sizes,
            self._arrays["term_starts"],  # type: ignore[arg-type]
            self._arrays["term_rows"],  # type: ignore[arg-type]
        )
        return self._made(postings.joined(Postings.of(origin.fresh, words), origin))

    @classmethod
    def _made(cls, postings: Postings) -> Self:
        return cls(postings.vocabularies, weighed(postings))

    @classmethod
    def restore(cls, vocabularies: Sequence[Sequence[str]], arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Make it again from what `vocabularies` and `arrays()` gave."""
        return cls(vocabularies, arrays)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """The numeric parts by name, to be saved and memory-mapped."""
        return dict(self._arrays)

    def terms(self, texts: Sequence[str], cut: Sequence[Sequence[str]]) -> Terms:
        """The terms of normalised questions, of each of which `cut` has the words."""
        ids: list[int] = []
        counts: list[int] = []
        places = [0]
        said: list[int] = []
        for text, words in zip(texts, cut, strict=True):
            units = characters(text)
            for lookup, view in zip(self._lookup, (words, units, pairs(units), concepts(text)), strict=True):
                said_of = counted(view)
                ids += map(lookup.get, said_of, repeat(-1))
                counts += said_of.values()
                places.append(len(ids))
                said.append(len(view))
        at, tf, ends = np.array(ids, np.int64), np.array(counts, np.float32), np.array(places, np.int64)
        sizes = np.array(said, np.float64).reshape(-1, len(VIEWS))
        idf, weights, totals = np.empty_like(tf), np.empty_like(tf), np.empty_like(sizes)
        _lexical.weigh(
            at, tf, ends, sizes, self.idf, self._held_back, self.unknown_idf, K1, B, BIGRAMS, idf, weights, totals
        )
        return Terms(at, tf, idf, weights, ends, sizes, totals)

    def scores(
        self, terms: Terms, views: Sequence[int] = (0, 1, 2), budget: int = BUDGET, *, question: int = 0
    ) -> NDArray[np.float64]:
        """How well each phrasing fits one of the questions, summed over `views`: (rows,), about 1 a view at best.

        Terms are taken from the rarest on until `budget` postings are used up, which bounds the time on large
        knowledge; `hits` gives exact figures for a few rows.
        """
        spans = [terms.span(question, view) for view in views]
        ids = np.concatenate([terms.ids[span] for span in spans])
        weights = np.concatenate([terms.weights[span] for span in spans])
        scores = np.zeros(self.rows)
        _lexical.score(self._by_term, ids, weights, budget, scores)
        return scores

    def best(
        self, terms: Terms, owner: NDArray[np.int32], number: int, *, question: int = 0, closed: Mask | None = None
    ) -> list[int]:
        """Whose the rows are that fit one of the questions best by `scores`, best first, each once, at most `number`.

        `owner` (rows,) says whose each row is; `closed` says of each that it may not be found. Rows that have less than
        half of the best score are only looked at when there are not enough others, and so on.
        """
        begin, end = terms.places[question * len(VIEWS) :][:4:3].tolist()  # the first three views
        best = np.empty(number, np.int64)
        many = _lexical.best(
            self._by_term,
            terms.ids[begin:end],
            terms.weights[begin:end],
            BUDGET,
            _NONE_CLOSED if closed is None else closed,
            _CLOSE,
            _ENOUGH * number,
            _MOST_ROWS,
            owner,
            self._own("scores", np.float64, self.rows),
            best,
        )
        found: list[int] = best[:many].tolist()
        return found

    def rarity(self, word: str) -> float:
        """The idf of a word; one that no phrasing holds is as rare as can be."""
        at = self._lookup[0].get(word)
        return self.unknown_idf if at is None else float(self.idf[at])

    @property
    def by_row(self) -> tuple[Ints, NDArray[np.int32], Floats]:
        """Where the terms of each row begin, (rows + 1,), which they are, rising, and what they weigh there."""
        return self._row_starts, self._row_terms, self._row_weights

    def hits(self, terms: Terms, rows: Ints, bounds: Sequence[int]) -> Hits:
        """Find the questions' terms in `rows`; each question's rows lie together and begin where `bounds` says.

        `bounds` has an end too: (questions + 1,).
        """
        sizes = self._row_lengths.take(rows)
        postings = spread(self._row_starts.take(rows), sizes)
        theirs = self._row_terms.take(postings)
        begins = np.append(0, sizes.cumsum()).take(bounds).tolist()
        columns = self._own("columns", np.int32, len(self.idf))
        found = np.empty(len(theirs), np.int32)
        for (first, last), (begin, end) in zip(pairwise(terms.starts.tolist()), pairwise(begins), strict=True):
            ids = terms.ids[first:last]
            known = (ids >= 0).nonzero()[0]
            ids = ids.take(known)
            columns[ids] = known + (first + 1)
            columns.take(theirs[begin:end], out=found[begin:end], mode="clip")  # which is quicker than "raise"
            columns[ids] = 0  # as it was, for the next question of this thread
        same = found.nonzero()[0]
        return Hits(
            np.arange(len(rows)).repeat(sizes).take(same),
            found.take(same).astype(np.int64) - 1,
            self._row_weights.take(postings.take(same)),
        )

    def _own(self, name: str, dtype: type[np.generic], size: int) -> NDArray[Any]:
        """This thread's own table of zeros; it is left as it was found."""
        table: NDArray[Any] | None = getattr(self._scratch, name, None)
        if table is None:
            table = np.zeros(size, dtype)
            setattr(self._scratch, name, table)
        return table
