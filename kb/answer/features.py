"""What is looked at when a question meets an entry.

The figures have no scale of their own, so that they carry over from one knowledge base to another, whatever its size
and however many phrasings an entry has.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index.details import Detail, Details, details
from kb.index.knowledge import Knowledge
from kb.index.lexical import VIEWS, Terms
from kb.ports import Embedder, Vectors

Table = NDArray[np.float32]
Positions = NDArray[np.int64]
Values = NDArray[np.floating]

#: Phrasings of one entry that are looked at closely: the nearest ones, when it has more.
CLOSEST = 40
#: How sharply the vote of the phrasings falls off with their distance.
_SHARP = 12.0

# compared with the best of the other candidates
_AHEAD = (
    "dense",
    "centre",
    "words",
    "characters",
    "bigrams",
    "union_words",
    "union_characters",
    "same_concepts",
    "soft",
    "soft_both",
    "vote",
)

FEATURES: tuple[str, ...] = (
    "dense",  # cosine of the question and the closest phrasing
    "dense_second",  # what the second closest falls short of it; 0 when there is none
    "centre",  # cosine with the mean direction of all phrasings
    "words",  # BM25 over words, the question itself would have 1
    "characters",  # BM25 over characters
    "bigrams",  # TF-IDF cosine over pairs of characters
    "concepts",  # BM25 over concepts
    "cover_words",  # idf-weighted share of the question's words that one phrasing holds
    "cover_characters",
    "cover_bigrams",
    "cover_concepts",
    "back_words",  # share of the closest phrasing that the question holds
    "back_characters",
    "back_concepts",
    "union_words",  # share of the question that all phrasings of the entry together hold
    "union_characters",
    "union_bigrams",
    "union_concepts",
    "missing_word",  # rarity of the rarest word that no phrasing holds
    "missing_character",
    "missing_concept",
    "same_concepts",  # idf-weighted Jaccard index of concepts with the phrasing that agrees best
    "soft",  # idf-weighted nearness of each word of the question to its nearest word in a phrasing
    "soft_back",  # the same the other way round, for the closest phrasing
    "soft_both",  # the lesser of the two, where it is largest
    "vote",  # share of the nearest phrasings, by nearness, that are this entry's
    "phrasings",  # log of the number of phrasings that the entry has
    "question_length",  # log of the number of characters
    "longer",  # log of the closest phrasing's length to the question's
    "negation_differs",  # 1 when only one of question and closest phrasing denies something
    "detail_differs",  # 1 when the closest phrasing names another quantity, stage, code or opposite, or denies
    "conflict",  # 1 when every phrasing of the entry differs in such a detail
    *(f"{name}_ahead" for name in _AHEAD),
)
_AT = {name: at for at, name in enumerate(FEATURES)}
_COUNTED_BACK = [VIEWS.index(view) for view in ("words", "characters", "concepts")]
_BEST = [_AT[name] for name in ("dense", *VIEWS, *(f"cover_{v}" for v in VIEWS), "same_concepts", "soft", "soft_both")]
_UNION = [_AT[f"union_{view}"] for view in VIEWS]
_BACK = [_AT[f"back_{VIEWS[view]}"] for view in _COUNTED_BACK]
_MISSING = [_AT[f"missing_{VIEWS[view][:-1]}"] for view in _COUNTED_BACK]
_REST = [
    _AT[name]
    for name in (
        "dense_second",
        "centre",
        "soft_back",
        "vote",
        "phrasings",
        "question_length",
        "longer",
        "negation_differs",
        "detail_differs",
        "conflict",
    )
]
_AHEAD_FROM = [_AT[name] for name in _AHEAD]
_AHEAD_TO = [_AT[f"{name}_ahead"] for name in _AHEAD]


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it is matched."""

    text: str  # in matched form
    vector: Vectors  # (dim,)
    terms: Terms
    details: Details
    word_vectors: Vectors  # (words, dim) of the distinct words, in the order of their terms


@dataclass(frozen=True, slots=True)
class Measured:
    """The features of some entries for one question."""

    table: Table  # (entries, features)
    rows: Positions  # (entries,) the closest phrasing of each
    conflicts: tuple[str, ...]  # (entries,) the detail in which every phrasing differs from the question, "" for none


@dataclass(frozen=True, slots=True)
class _Rows:
    """The phrasings of the entries that are compared."""

    rows: Positions  # in the knowledge
    begins: Positions  # (entries,) where each entry's begin among them
    group: Positions  # (rows,) the entry of each, by its place


def read(knowledge: Knowledge, text: str, embedder: Embedder) -> Reading:
    """Take a question in matched form apart for `measure`."""
    words = knowledge.words(text)
    terms = knowledge.lexical.terms(text, words)
    ids = terms.ids[terms.spans[0]]
    unknown = [word for word, at in zip(dict.fromkeys(words), ids.tolist(), strict=True) if at < 0]
    encoded = embedder.encode([text, *unknown])
    vectors = np.zeros((len(ids), encoded.shape[1]), np.float32)
    vectors[ids >= 0] = knowledge.word_vectors[ids[ids >= 0]]
    vectors[ids < 0] = encoded[1:]
    return Reading(text, encoded[0], terms, details(text), vectors)


def measure(knowledge: Knowledge, question: Reading, positions: Positions) -> Measured:
    """Compare the question with the entries at `positions`, at least one."""
    phrasings = _rows_of(knowledge, question, positions)
    terms = question.terms
    sims = np.asarray(knowledge.vectors[phrasings.rows]) @ question.vector
    held = knowledge.lexical.hits(terms, phrasings.rows)
    hit = (held > 0).astype(np.float32)
    scores = held @ _by_view(terms, terms.weights)
    idf = _by_view(terms, terms.idf)
    totals = idf.sum(axis=0)
    explained = hit @ idf  # (rows, views)
    masses = np.asarray(knowledge.lexical.masses[phrasings.rows])
    forth, back = _aligned(knowledge, question, phrasings)
    near = (sims + scores[:, 0] + scores[:, 1] + scores[:, 2]) / 4
    closest = np.lexsort((-near, phrasings.group))[phrasings.begins]
    either = masses[:, 3] + totals[3] - explained[:, 3]
    found = np.zeros((len(positions), len(FEATURES)), np.float32)
    found[:, _BEST] = np.maximum.reduceat(
        np.column_stack(
            [sims, scores, _share(explained, totals), _share(explained[:, 3], either), forth, np.minimum(forth, back)]
        ),
        phrasings.begins,
        axis=0,
    )
    together = np.logical_or.reduceat(held > 0, phrasings.begins, axis=0)
    found[:, _UNION] = _share(together @ idf, totals)
    found[:, _BACK] = _share(explained[closest], masses[closest])[:, _COUNTED_BACK]
    missing = np.where(together, 0, terms.idf)
    for at, view in zip(_MISSING, _COUNTED_BACK, strict=True):
        found[:, at] = missing[:, terms.spans[view]].max(axis=1, initial=0) / knowledge.lexical.unknown_idf
    differs = knowledge.details.differences(question.text, question.details, phrasings.rows)
    everywhere: NDArray[np.bool_] = np.logical_and.reduceat(differs.any(axis=1), phrasings.begins)
    rows = phrasings.rows[closest]
    length = max(float(terms.counts[terms.spans[1]].sum()), 1.0)
    sizes = np.diff(np.append(phrasings.begins, len(phrasings.rows)))
    found[:, _REST] = np.column_stack(
        [
            _second(sims, phrasings, sizes) - found[:, _AT["dense"]],
            knowledge.centroids[positions] @ question.vector,
            back[closest],
            _vote(near, phrasings, len(positions)),
            np.log(sizes),
            np.full(len(positions), np.log(length)),
            np.log(np.maximum(knowledge.lexical.sizes[rows, 1], 1) / length),
            knowledge.details.denials_differ(question.details, rows),
            np.logical_or.reduce(differs[closest], axis=1),
            everywhere,
        ]
    )
    found[:, _AHEAD_TO] = ahead_of_others(found[:, _AHEAD_FROM])
    return Measured(found, rows, _conflicts(differs[closest], everywhere))


def _by_view(terms: Terms, values: Values) -> Values:
    """(terms, views) the values of each view in a column of its own."""
    out = np.zeros((len(values), len(VIEWS)), np.float32)
    for view, span in enumerate(terms.spans):
        out[span, view] = values[span]
    return out


def _share(part: Values, whole: Values) -> Values:
    """`part` of `whole`; all of it where there is nothing."""
    nothing = whole <= 0
    share: Values = (part + nothing) / (whole + nothing)
    return share


def ahead_of_others(values: Values) -> Values:
    """What each value has over the largest of the others, column by column; its distance to 0 when it is alone."""
    if len(values) < 2:
        return values.copy()
    first = values.argmax(axis=0)
    top = np.partition(values, -2, axis=0)[-2:]  # the second largest, the largest
    ahead: Values = values - top[1]
    if values.ndim == 1:
        ahead[first] = top[1] - top[0]
    else:
        ahead[first, np.arange(values.shape[1])] = top[1] - top[0]
    return ahead


def _rows_of(knowledge: Knowledge, question: Reading, positions: Positions) -> _Rows:
    starts = knowledge.starts[positions]
    sizes = knowledge.starts[positions + 1] - starts
    if sizes.max() > CLOSEST:
        kept = [
            _nearest(knowledge, question, start, size)
            for start, size in zip(starts.tolist(), sizes.tolist(), strict=True)
        ]
        sizes = np.array([len(some) for some in kept], np.int64)
        rows = np.concatenate(kept)
    else:
        rows = np.arange(sizes.sum()) + np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
    return _Rows(rows, np.cumsum(sizes) - sizes, np.repeat(np.arange(len(positions)), sizes))


def _nearest(knowledge: Knowledge, question: Reading, start: int, size: int) -> Positions:
    rows = np.arange(start, start + size)
    if size <= CLOSEST:
        return rows
    near = np.asarray(knowledge.vectors[start : start + size]) @ question.vector
    near += knowledge.lexical.hits(question.terms, rows) @ question.terms.weights
    return rows[np.sort(np.argpartition(-near, CLOSEST)[:CLOSEST])]


def _second(values: Values, phrasings: _Rows, sizes: Positions) -> Values:
    """The second largest value of each entry, the largest where there is only one."""
    ordered = values[np.lexsort((-values, phrasings.group))]
    return ordered[phrasings.begins + (sizes > 1)]


def _aligned(knowledge: Knowledge, question: Reading, phrasings: _Rows) -> tuple[Values, Values]:
    """How near the question's words come to the words of each row, and the row's to the question's; 1 is all."""
    ids, row = knowledge.lexical.units(phrasings.rows, 0)
    span = question.terms.spans[0]
    forth, back = np.zeros(len(phrasings.rows)), np.zeros(len(phrasings.rows))
    if len(ids) and span.start < span.stop:
        distinct, which = np.unique(ids, return_inverse=True)
        near = np.clip(question.word_vectors @ knowledge.word_vectors[distinct].T, 0, 1) ** 2
        begins = np.flatnonzero(np.diff(row, prepend=-1))
        filled = row[begins]
        idf = question.terms.idf[span]
        weight = knowledge.lexical.idf[distinct]
        forth[filled] = idf @ np.maximum.reduceat(near[:, which], begins, axis=1) / idf.sum()
        matched = (near.max(axis=0) * weight)[which]
        back[filled] = np.add.reduceat(matched, begins) / np.add.reduceat(weight[which], begins)
    return forth, back


def _vote(near: Values, phrasings: _Rows, entries: int) -> Values:
    votes = np.bincount(phrasings.group, np.exp(_SHARP * (near - near.max())), entries)
    share: Values = votes / votes.sum()
    return share


def _conflicts(differs: NDArray[np.bool_], everywhere: NDArray[np.bool_]) -> tuple[str, ...]:
    """The kind of detail in which the closest phrasing differs, where every phrasing does."""
    kinds = tuple(Detail)
    return tuple(
        kinds[int(row.argmax())].value if blocked else "" for row, blocked in zip(differs, everywhere, strict=True)
    )
