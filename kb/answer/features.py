"""What is looked at when a question meets an entry.

The figures have no scale of their own, so that they carry over from one knowledge base to another, whatever its size
and however many phrasings an entry has.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index.details import Detail, Details, details
from kb.index.knowledge import Knowledge
from kb.index.lexical import VIEWS, Ranges, Terms
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
_VIEWS_AT = slice(_AT["words"], _AT["cover_concepts"] + 1)  # the scores of each view, then the shares that are covered
_BACK = slice(_AT["back_words"], _AT["back_concepts"] + 1)
_UNION = slice(_AT["union_words"], _AT["union_concepts"] + 1)
_MISSING = [_AT[f"missing_{VIEWS[view][:-1]}"] for view in _COUNTED_BACK]
_AHEAD_FROM = np.array([_AT[name] for name in _AHEAD])
_AHEAD_TO = slice(_AT["dense_ahead"], _AT["dense_ahead"] + len(_AHEAD))
_CONCEPTS = VIEWS.index("concepts")
_CHARACTERS = VIEWS.index("characters")


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

    ranges: Ranges  # in the knowledge
    rows: Positions  # the same, one by one
    sizes: Positions  # (entries,) how many each has
    begins: Positions  # (entries,) where each entry's begin among them
    there: NDArray[np.bool_]  # (entries, most of one) which places are taken when each entry has a line of its own


def read(knowledge: Knowledge, text: str, embedder: Embedder) -> Reading:
    """Take a question in matched form apart for `measure`."""
    words = knowledge.words(text)
    terms = knowledge.lexical.terms(text, words)
    ids = terms.ids[terms.spans[0]]
    unknown = (ids < 0).nonzero()[0]
    if not len(unknown):
        return Reading(text, embedder.encode([text])[0], terms, details(text), knowledge.word_vectors.take(ids, 0))
    distinct = list(dict.fromkeys(words))
    encoded = embedder.encode([text, *(distinct[at] for at in unknown.tolist())])
    vectors = np.zeros((len(ids), encoded.shape[1]), np.float32)
    vectors[ids >= 0] = knowledge.word_vectors[ids[ids >= 0]]
    vectors[unknown] = encoded[1:]
    return Reading(text, encoded[0], terms, details(text), vectors)


def measure(knowledge: Knowledge, question: Reading, positions: Positions) -> Measured:
    """Compare the question with the entries at `positions`, at least one."""
    phrasings = _rows_of(knowledge, question, positions)
    terms, lexical, begins = question.terms, knowledge.lexical, phrasings.begins
    sims = np.concatenate([knowledge.vectors[a:b] @ question.vector for a, b in phrasings.ranges])  # without a copy
    held = lexical.hits(terms, phrasings.ranges)
    hit = (held > 0).astype(np.float32)
    scores = held @ terms.weights_by_view
    explained = hit @ terms.idf_by_view  # (rows, views)
    totals = terms.idf_by_view.sum(axis=0)
    masses = _of(lexical.masses, phrasings)
    forth, back = _aligned(knowledge, question, phrasings)
    near = (sims + scores[:, 0] + scores[:, 1] + scores[:, 2]) / 4
    closest = begins + _in_lines(near, phrasings).argmax(axis=1)
    rows = phrasings.rows.take(closest)
    best = np.empty((len(sims), 12), np.float32)
    best[:, 0] = sims
    best[:, 1:5] = scores
    best[:, 5:9] = _share(explained, totals)
    best[:, 9] = _share(explained[:, _CONCEPTS], masses[:, _CONCEPTS] + totals[_CONCEPTS] - explained[:, _CONCEPTS])
    best[:, 10] = forth
    best[:, 11] = np.minimum(forth, back)
    best = np.maximum.reduceat(best, begins, axis=0)
    found = np.empty((len(positions), len(FEATURES)), np.float32)
    found[:, _AT["dense"]] = best[:, 0]
    found[:, _AT["dense_second"]] = _second(sims, phrasings) - best[:, 0]
    found[:, _AT["centre"]] = knowledge.centroids.take(positions, 0) @ question.vector
    found[:, _VIEWS_AT] = best[:, 1:9]
    found[:, _BACK] = _share(explained.take(closest, 0), masses.take(closest, 0))[:, _COUNTED_BACK]
    together = np.maximum.reduceat(hit, begins, axis=0)
    found[:, _UNION] = _share(together @ terms.idf_by_view, totals)
    missing = (1 - together) * (terms.idf / lexical.unknown_idf)
    for at, view in zip(_MISSING, _COUNTED_BACK, strict=True):
        found[:, at] = missing[:, terms.spans[view]].max(axis=1, initial=0)
    found[:, _AT["same_concepts"]] = best[:, 9]
    found[:, _AT["soft"]] = best[:, 10]
    found[:, _AT["soft_back"]] = back.take(closest)
    found[:, _AT["soft_both"]] = best[:, 11]
    votes = np.add.reduceat(np.exp(_SHARP * (near - near.max())), begins)
    found[:, _AT["vote"]] = votes / votes.sum()
    length = max(float(terms.counts[terms.spans[_CHARACTERS]].sum()), 1.0)
    found[:, _AT["phrasings"]] = np.log(phrasings.sizes)
    found[:, _AT["question_length"]] = math.log(length)
    found[:, _AT["longer"]] = np.log(np.maximum(lexical.sizes[rows, _CHARACTERS], 1) / length)
    conflicts = _in_details(knowledge, question, phrasings, closest, found)
    found[:, _AHEAD_TO] = ahead_of_others(found.take(_AHEAD_FROM, 1))
    return Measured(found, rows, conflicts)


def _in_details(
    knowledge: Knowledge, question: Reading, phrasings: _Rows, closest: Positions, found: Table
) -> tuple[str, ...]:
    """Fill in what details say, and name those in which every phrasing of an entry differs."""
    found[:, _AT["negation_differs"]] = knowledge.details.denials_differ(question.details, phrasings.rows.take(closest))
    differs = knowledge.details.differences(question.text, question.details, phrasings.rows)
    if not differs.any():
        found[:, _AT["detail_differs"] : _AT["conflict"] + 1] = 0
        return ("",) * len(found)
    everywhere: NDArray[np.bool_] = np.logical_and.reduceat(differs.any(axis=1), phrasings.begins)
    found[:, _AT["detail_differs"]] = differs[closest].any(axis=1)
    found[:, _AT["conflict"]] = everywhere
    return _conflicts(differs[closest], everywhere)


def _of(values: Values, phrasings: _Rows) -> Values:
    """Some figures for each of the phrasings."""
    return np.concatenate([values[a:b] for a, b in phrasings.ranges])


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
    starts, ends = knowledge.starts.take(positions), knowledge.starts.take(positions + 1)
    sizes = ends - starts
    ranges: Ranges = list(zip(starts.tolist(), ends.tolist(), strict=True))
    most = int(sizes.max())
    if most > CLOSEST:
        kept = [_nearest(knowledge, question, a, b) for a, b in ranges]
        sizes = np.array([len(some) for some in kept], np.int64)
        rows = np.concatenate(kept)
        ranges = [(row, row + 1) for row in rows.tolist()]
        most = CLOSEST
    else:
        rows = np.concatenate([knowledge.all_rows[a:b] for a, b in ranges])
    return _Rows(ranges, rows, sizes, sizes.cumsum() - sizes, np.arange(most) < sizes[:, None])


def _nearest(knowledge: Knowledge, question: Reading, start: int, end: int) -> Positions:
    rows = knowledge.all_rows[start:end]
    if len(rows) <= CLOSEST:
        return rows
    near = np.asarray(knowledge.vectors[start:end]) @ question.vector
    near += knowledge.lexical.hits(question.terms, [(start, end)]) @ question.terms.weights
    return rows[np.sort(np.argpartition(-near, CLOSEST)[:CLOSEST])]


def _in_lines(values: Values, phrasings: _Rows) -> Values:
    """(entries, most of one) each entry's values in a line of its own, filled up with what is less than any."""
    lines = np.full(phrasings.there.shape, -np.inf, np.float32)
    lines[phrasings.there] = values
    return lines


def _second(values: Values, phrasings: _Rows) -> Values:
    """The second largest value of each entry, the largest where there is only one."""
    lines = _in_lines(values, phrasings)
    lines.sort(axis=1)
    second: Values = lines[:, max(lines.shape[1] - 2, 0)]
    return np.where(phrasings.sizes > 1, second, lines[:, -1])


def _aligned(knowledge: Knowledge, question: Reading, phrasings: _Rows) -> tuple[Values, Values]:
    """How near the question's words come to the words of each row, and the row's to the question's; 1 is all."""
    ids, sizes = knowledge.lexical.words(phrasings.ranges)
    span = question.terms.spans[0]
    if not len(ids) or span.start == span.stop:
        return np.zeros(len(sizes), np.float32), np.zeros(len(sizes), np.float32)
    seen = np.zeros(len(knowledge.word_vectors), bool)
    seen[ids] = True
    distinct = seen.nonzero()[0]
    place = np.empty(len(seen), np.int32)
    place[distinct] = np.arange(len(distinct), dtype=np.int32)
    which = place.take(ids)
    near = knowledge.word_vectors.take(distinct, 0) @ question.word_vectors.T  # (distinct, words of the question)
    np.maximum(near, 0, out=near)
    np.minimum(near, 1, out=near)
    near *= near
    weight = knowledge.lexical.idf.take(distinct)
    idf = question.terms.idf[span]
    ends = sizes.cumsum()
    filled = sizes.nonzero()[0]  # all but empty rows
    begins = (ends - sizes).take(filled)
    forth, back = np.zeros(len(sizes), np.float32), np.zeros(len(sizes), np.float32)
    forth[filled] = np.maximum.reduceat(near.take(which, 0), begins, axis=0) @ (idf / idf.sum())
    matched = near.max(axis=1) * weight
    back[filled] = np.add.reduceat(matched.take(which), begins) / np.add.reduceat(weight.take(which), begins)
    return forth, back


def _conflicts(differs: NDArray[np.bool_], everywhere: NDArray[np.bool_]) -> tuple[str, ...]:
    """The kind of detail in which the closest phrasing differs, where every phrasing does."""
    kinds = tuple(Detail)
    return tuple(
        kinds[int(row.argmax())].value if blocked else "" for row, blocked in zip(differs, everywhere, strict=True)
    )
