"""What words, characters and character pairs say: three views of every phrasing in one set of posting lists.

Words and characters are weighed by BM25 (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework"), pairs of
neighbouring characters by TF-IDF cosine. One vocabulary holds the terms of all three, each view in a range of its own,
so that a question is scored against all of them in one pass.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, pairwise, repeat
from threading import local
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kb.index.concepts import concepts
from kb.index.origin import Origin
from kb.text import bigrams, characters, pairs

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Cut = Callable[[str], Sequence[str]]

VIEWS = ("words", "characters", "bigrams", "concepts")
_BIGRAMS = VIEWS.index("bigrams")
K1 = 1.2  # how soon a repeated term stops counting
B = 0.75  # how much a long phrasing is held back

#: Postings that one question may touch when all phrasings are searched; its rarest terms come first.
BUDGET = 40_000
_WEIGHED_AT_ONCE = 4_096  # rows


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of some questions: those of one question lie together, and of these the ones of one view."""

    ids: Ints  # (m,) in the vocabulary, -1 for a term that no phrasing holds
    counts: Floats  # (m,) how often the question says it
    idf: Floats  # (m,) rarer is larger; an unknown term is as rare as can be
    weights: Floats  # (m,) what a phrasing's weight is multiplied by; a view's sum is 1 for the question itself
    views: Ints  # (m,) to which each belongs
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
        self._term_starts: Ints = arrays["term_starts"]  # type: ignore[assignment]  # (terms + 1,)
        self._term_rows: NDArray[np.int32] = arrays["term_rows"]  # type: ignore[assignment]
        self._term_weights: Floats = arrays["term_weights"]  # type: ignore[assignment]
        self.masses: Floats = arrays["masses"]  # type: ignore[assignment]  # (rows, views) idf of all terms together
        self.sizes: Floats = arrays["sizes"]  # type: ignore[assignment]  # (rows, views) terms counted with repeats
        self.rows = len(self._row_starts) - 1
        self._mean_sizes = self.sizes.mean(axis=0) if self.rows else np.ones(len(VIEWS), np.float32)
        self.unknown_idf = float(np.log1p((self.rows + 0.5) / 0.5))
        self._idf_or_unknown = np.append(self.idf, np.float32(self.unknown_idf))  # -1 is the last one
        self._held_back = np.maximum(self._mean_sizes.astype(np.float64), 1e-9) / (K1 * B)
        self._row_lengths: Ints = np.diff(self._row_starts)
        words = np.flatnonzero(self._row_terms < len(self.vocabularies[0]))  # words are the first view
        self._word_terms: NDArray[np.int32] = self._row_terms.take(words)
        self._word_starts: Ints = np.searchsorted(words, self._row_starts)
        self._word_counts: Ints = np.diff(self._word_starts)
        self._scratch = local()

    @classmethod
    def build(cls, texts: Sequence[str], words: Cut) -> Self:
        """Index normalised `texts`; `words` cuts them."""
        return cls._weighed(_cut(texts, words))

    def again(self, origin: Origin, words: Cut) -> Self:
        """Index texts of which many are in this index: as `build` would, but `words` cuts only the fresh ones."""
        return self._weighed(_joined(self._postings(), _cut(origin.fresh, words), origin))

    @classmethod
    def _weighed(cls, postings: "_Postings") -> Self:
        return cls(postings.vocabularies, _arrays(postings))

    def _postings(self) -> "_Postings":
        counts = np.ones(len(self._row_terms), np.int32)
        counts[self._arrays["repeated"]] = self._arrays["repeats"]
        return _Postings(self.vocabularies, self._row_starts, self._row_terms, counts, self.sizes)

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
                counted = _counted(view)
                ids += map(lookup.get, counted, repeat(-1))
                counts += counted.values()
                places.append(len(ids))
                said.append(len(view))
        at = np.array(ids, np.int64)
        tf = np.array(counts, np.float32)
        ends = np.array(places, np.int64)
        of = np.arange(len(said)).repeat(np.diff(ends))  # which view of which question
        views = of % len(VIEWS)
        idf = self._idf_or_unknown[at]
        weights = tf * idf
        # each view's own score: its terms saturated as in BM25, and squared for the cosine of bigrams
        sizes = np.array(said, np.float64).reshape(-1, len(VIEWS))
        saturated = tf * (K1 + 1) / (tf + (sizes / self._held_back + K1 * (1 - B)).ravel().take(of))
        np.copyto(saturated, weights, where=views == _BIGRAMS)
        scales = np.bincount(of, weights * saturated, sizes.size).reshape(sizes.shape)
        scales[:, _BIGRAMS] = np.sqrt(scales[:, _BIGRAMS])
        weights /= np.maximum(scales, 1e-9).ravel().take(of)
        totals = np.asarray(np.bincount(of, idf, sizes.size), np.float64).reshape(sizes.shape)
        return Terms(at, tf, idf, weights, views, ends, sizes, totals)

    def scores(
        self, terms: Terms, views: Sequence[int] = (0, 1, 2), budget: int = BUDGET, *, question: int = 0
    ) -> NDArray[np.float64]:
        """How well each phrasing fits one of the questions, summed over `views`: (rows,), about 1 a view at best.

        Terms are taken from the rarest on until `budget` postings are used up, which bounds the time on large
        knowledge; `hits` gives exact figures for a few rows.
        """
        if tuple(views) == (0, 1, 2):  # which lie together
            begin, end = terms.places[question * len(VIEWS) :][:4:3].tolist()
            ids, factors = terms.ids[begin:end], terms.weights[begin:end]
        else:
            spans = [terms.span(question, view) for view in views]
            ids = np.concatenate([terms.ids[span] for span in spans])
            factors = np.concatenate([terms.weights[span] for span in spans])
        known = (ids >= 0).nonzero()[0]
        ids, factors = ids.take(known), factors.take(known)
        starts = self._term_starts.take(ids)
        sizes = self._term_starts.take(ids + 1) - starts
        if sizes.sum() > budget:
            order = np.argsort(sizes, kind="stable")
            order = order[: max(1, int(np.searchsorted(np.cumsum(sizes[order]), budget, side="right")))]
            factors, starts, sizes = factors[order], starts[order], sizes[order]
        if not len(starts):
            return np.zeros(self.rows)
        pieces = list(zip(starts.tolist(), (starts + sizes).tolist(), strict=True))
        rows = np.concatenate([self._term_rows[begin:end] for begin, end in pieces])
        weights = np.concatenate([self._term_weights[begin:end] for begin, end in pieces])
        weights *= factors.repeat(sizes)
        return np.asarray(np.bincount(rows, weights, self.rows), np.float64)

    def words(self, rows: Ints) -> tuple[NDArray[np.int32], Ints]:
        """The distinct words of some rows: their ids row by row, and how many each row has."""
        sizes = self._word_counts.take(rows)
        return self._word_terms.take(spread(self._word_starts.take(rows), sizes)), sizes

    def hits(self, terms: Terms, rows: Ints, bounds: Sequence[int]) -> Hits:
        """Find the questions' terms in `rows`; each question's rows lie together and begin where `bounds` says.

        `bounds` has an end too: (questions + 1,).
        """
        sizes = self._row_lengths.take(rows)
        postings = spread(self._row_starts.take(rows), sizes)
        theirs = self._row_terms.take(postings)
        begins = np.append(0, sizes.cumsum()).take(bounds).tolist()
        columns = self._columns()
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

    def _columns(self) -> NDArray[np.int32]:
        """This thread's own table of zeros, one for each term of the vocabulary."""
        table: NDArray[np.int32] | None = getattr(self._scratch, "columns", None)
        if table is None:
            table = self._scratch.columns = np.zeros(len(self.idf), np.int32)
        return table


def spread(starts: Ints, sizes: Ints) -> Ints:
    """The numbers from each start on, as many as its size says, one run behind the other."""
    ends = sizes.cumsum()
    spread: Ints = (starts - ends + sizes).repeat(sizes)
    spread += np.arange(len(spread))
    return spread


def _counted(units: Sequence[str]) -> dict[str, int]:
    """How often each is said, in the order in which they are said first; `Counter` takes twice as long for so few."""
    counted: dict[str, int] = {}
    for unit in units:
        counted[unit] = counted.get(unit, 0) + 1
    return counted


def _idf(df: NDArray[np.int64], rows: int) -> NDArray[np.float64]:
    return np.log1p((rows - df + 0.5) / (df + 0.5))


def _saturated(tf: NDArray[np.floating], size: NDArray[np.floating] | float, mean: float) -> NDArray[np.floating]:
    """BM25's share of a term that is said `tf` times in a text of `size` terms, its idf left out."""
    return tf * (K1 + 1) / (tf + K1 * (1 - B + B * size / max(mean, 1e-9)))


@dataclass(frozen=True, slots=True)
class _Postings:
    """Which terms texts hold and how often: those of one text lie together, in order."""

    vocabularies: Sequence[Sequence[str]]  # of each view, in order
    starts: Ints  # (texts + 1,)
    terms: NDArray[np.int32]  # (postings,)
    counts: NDArray[np.int32]  # (postings,)
    sizes: Floats  # (texts, views) terms counted with repeats


def _cut(texts: Sequence[str], words: Cut) -> _Postings:
    cuts: tuple[Cut, ...] = (words, characters, bigrams, concepts)
    views = [_view(texts, cut) for cut in cuts]  # one after the other, or the terms of all would fill the memory
    vocabularies = [vocabulary for vocabulary, *_ in views]
    offsets = np.cumsum([0, *map(len, vocabularies)])
    row = np.concatenate([np.arange(len(texts), dtype=np.int32).repeat(lengths) for _, _, _, lengths in views])
    term = np.concatenate([terms + np.int32(offset) for (_, terms, *_), offset in zip(views, offsets, strict=False)])
    counts = np.concatenate([counts for _, _, counts, _ in views])
    sizes = np.zeros((len(texts), len(VIEWS)), np.float32)
    for view, (_, _, tf, lengths) in enumerate(views):
        sizes[:, view] = np.bincount(np.arange(len(texts)).repeat(lengths), tf, len(texts))
    order = _order(term)
    order = order[_order(row[order])]
    return _Postings(vocabularies, _starts(row, len(texts)), term[order], counts[order], sizes)


def _view(texts: Sequence[str], cut: Cut) -> tuple[list[str], NDArray[np.int32], NDArray[np.int32], Ints]:
    """The terms of one view in order, and of all texts which they hold, how often, and how many each has.

    A term is forgotten as soon as it has its number: those of all texts take more memory than all that is made of them.
    """
    known: dict[str, int] = {}
    ids, tf, lengths = array("i"), array("i"), array("i")
    for text in texts:
        counted = _counted(cut(text))
        ids.extend([known.setdefault(term, len(known)) for term in counted])
        tf.extend(counted.values())
        lengths.append(len(counted))
    vocabulary = sorted(known)
    places = np.empty(len(known), np.int32)
    places[[known[term] for term in vocabulary]] = np.arange(len(known))
    return vocabulary, places.take(_numbers(ids)), _numbers(tf), _numbers(lengths).astype(np.int64)


def _numbers(values: "array[int]") -> NDArray[np.int32]:
    return np.frombuffer(values, np.int32) if values else np.empty(0, np.int32)


def _order(values: NDArray[np.int32]) -> Ints:
    """The places of whole numbers, not negative, in their order: numpy sorts two bytes of them in one go."""
    low = (values & 0xFFFF).astype(np.uint16).argsort(kind="stable")
    if not len(values) or values.max() <= 0xFFFF:
        return low
    return low[(values >> 16).astype(np.uint16).take(low).argsort(kind="stable")]


def _joined(before: _Postings, fresh: _Postings, origin: Origin) -> _Postings:
    """The postings of all rows of `origin`; terms that no row holds any more are left out."""
    known = sum(map(len, before.vocabularies))
    spans = before.starts, fresh.starts
    terms = origin.take_runs(before.terms, fresh.terms + np.int32(known), *spans)
    used = np.bincount(terms, minlength=known) > 0
    vocabularies: list[list[str]] = []
    places: list[int] = []  # in the new vocabulary, of each term before
    fresh_places: list[int] = []
    begin = offset = 0
    for old, new in zip(before.vocabularies, fresh.vocabularies, strict=True):
        kept = list(compress(old, used[begin : begin + len(old)].tolist()))
        vocabulary = sorted([*kept, *set(new).difference(kept)])
        lookup = {term: at for at, term in enumerate(vocabulary, offset)}
        places += map(lookup.get, old, repeat(-1))
        fresh_places += map(lookup.__getitem__, new)
        vocabularies.append(vocabulary)
        begin += len(old)
        offset += len(vocabulary)
    return _Postings(
        vocabularies,
        origin.starts(*spans),
        np.array(places + fresh_places, np.int32).take(terms),
        origin.take_runs(before.counts, fresh.counts, *spans),
        origin.take(before.sizes, fresh.sizes),
    )


def _arrays(postings: _Postings) -> dict[str, NDArray[np.generic]]:
    """Weigh the postings; the same by row and by term, each in order."""
    term, sizes, spans = postings.terms, postings.sizes, list(map(len, postings.vocabularies))
    row = np.repeat(np.arange(len(sizes), dtype=np.int32), np.diff(postings.starts))
    df = np.bincount(term, minlength=sum(spans))
    idf = _idf(df, len(sizes))
    weighing = _Weighing(idf, np.repeat(np.arange(len(spans)), spans), postings.counts, sizes)
    weight = np.empty(len(term), np.float32)
    masses = np.empty(sizes.shape, np.float32)
    for first in range(0, len(sizes), _WEIGHED_AT_ONCE):  # so few stay in the processor's cache
        rows = slice(first, first + _WEIGHED_AT_ONCE)
        begin, *_, end = postings.starts[first : rows.stop + 1].tolist()
        some = slice(begin, end)
        of_row = row[some] - np.int32(first)
        weight[some], masses[rows] = weighing.weigh(of_row, term[some], postings.counts[some], sizes[rows])
    by_term = _order(term)
    repeated = np.flatnonzero(postings.counts > 1)
    return {
        "idf": idf.astype(np.float32),
        "sizes": sizes,
        "masses": masses,
        "row_starts": postings.starts,
        "row_terms": term,
        "row_weights": weight,
        "term_starts": np.append(0, np.cumsum(df)).astype(np.int64),
        "term_rows": row[by_term],
        "term_weights": weight[by_term],
        "repeated": repeated,
        "repeats": postings.counts[repeated],
    }


class _Weighing:
    """What is the same for the postings of all texts."""

    def __init__(self, idf: NDArray[np.float64], views: Ints, counts: NDArray[np.int32], sizes: Floats) -> None:
        """Take idf and view of each term, how often terms are said, and how large the views of all texts are."""
        self._idf, self._rounded, self._views = idf, idf.astype(np.float32), views
        # BM25's share of a term is worked out once for all that are said as often in texts of one size
        self._most = int(counts.max(initial=0)) + 1
        self._kinds = self._most * (int(sizes.max(initial=0)) + 1)
        size, times = divmod(np.arange(self._kinds), self._most)
        means = [float(sizes[:, view].mean()) if len(sizes) else 1.0 for view in range(len(VIEWS))]
        shares = [_saturated(times.astype(np.float64), size.astype(np.float32), mean) for mean in means]
        self._shares = np.concatenate(shares)

    def weigh(
        self, row: NDArray[np.int32], term: NDArray[np.int32], counts: NDArray[np.int32], sizes: Floats
    ) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """What the postings of some texts weigh, and the (texts, views) idf of all their terms together."""
        view = self._views.take(term)
        places = row * np.int64(len(VIEWS)) + view
        masses = np.asarray(np.bincount(places, self._rounded.take(term), sizes.size), np.float64)
        kinds = sizes.astype(np.int64) * self._most + np.arange(len(VIEWS)) * self._kinds
        weight: NDArray[np.floating] = self._shares.take(kinds.ravel().take(places) + counts)
        mine = np.flatnonzero(view == _BIGRAMS)
        of_row = row.take(mine)
        weights = counts.take(mine) * self._idf.take(term.take(mine))
        norm = np.sqrt(np.bincount(of_row, weights**2, len(sizes)))
        weight[mine] = weights / np.maximum(norm, 1e-9).take(of_row)
        return weight, masses.reshape(sizes.shape)


def _starts(of: NDArray[np.int32], number: int) -> Ints:
    return np.concatenate([[0], np.cumsum(np.bincount(of, minlength=number))]).astype(np.int64)
