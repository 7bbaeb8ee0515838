"""What is looked at when a question meets an entry.

The figures have no scale of their own, so that they carry over from one knowledge base to another, whatever its size
and however many phrasings an entry has. Many questions are measured together, for the time goes into the number of
steps rather than into their size; what is found for one does not depend, to the last bit, on those beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kb.answer.lists import Lists
from kb.index.details import Detail, Details, details
from kb.index.knowledge import Knowledge
from kb.index.lexical import VIEWS, Terms, spread
from kb.ports import Embedder, ReadTexts, Vectors

Table = NDArray[np.float32]
Positions = NDArray[np.int64]
Values = NDArray[Any]

#: Phrasings of one entry that are looked at closely: the nearest ones, when it has more.
CLOSEST = 40
#: Entries of a question whose closest phrasings are read beside it; the others count like the least alike of these.
#: With 16 instead, 1.4 % of the decisions are others, no more of them right, and judging takes half as long again.
READ_BESIDE = 4
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
    "same",
    "unturned",
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
    "same",  # log-odds that question and closest phrasing ask the same, by the interaction model
    "unturned",  # log-odds that no single word turns the one into another question
    *(f"{name}_ahead" for name in _AHEAD),
)
_AT = {name: at for at, name in enumerate(FEATURES)}
_COUNTED_BACK = [VIEWS.index(view) for view in ("words", "characters", "concepts")]
_VIEWS_AT = slice(_AT["words"], _AT["cover_concepts"] + 1)  # the scores of each view, then the shares that are covered
_BACK = slice(_AT["back_words"], _AT["back_concepts"] + 1)
_UNION = slice(_AT["union_words"], _AT["union_concepts"] + 1)
_MISSING = slice(_AT["missing_word"], _AT["missing_concept"] + 1)
_BESIDE = slice(_AT["same"], _AT["unturned"] + 1)  # the FIGURES
_AHEAD_FROM = np.array([_AT[name] for name in _AHEAD])
_AHEAD_TO = slice(_AT["dense_ahead"], _AT["dense_ahead"] + len(_AHEAD))
_CONCEPTS = VIEWS.index("concepts")
_CHARACTERS = VIEWS.index("characters")
_WORDS = VIEWS.index("words")
_V = len(VIEWS)
_KINDS = tuple(kind.value for kind in Detail)


@dataclass(frozen=True, slots=True)
class Questions:
    """Some questions as they are matched."""

    texts: Sequence[str]  # in matched form
    vectors: Vectors  # (questions, dim)
    terms: Terms
    details: Sequence[Details]
    word_vectors: Sequence[Vectors]  # (words, dim) for each, of its distinct words in the order of their terms
    states: ReadTexts

    def __len__(self) -> int:
        """The number of questions."""
        return len(self.texts)


@dataclass(frozen=True, slots=True)
class Found:
    """The entries that each question is compared with, one question's behind the other's."""

    positions: Positions  # (entries,) in the knowledge
    bounds: Positions  # (questions + 1,) where each question's begin

    @classmethod
    def of(cls, each: Sequence[Positions]) -> Self:
        """The entries of each question."""
        ends = np.cumsum([0, *map(len, each)], dtype=np.int64)
        return cls(np.concatenate([*each, np.empty(0, np.int64)]), ends)


@dataclass(frozen=True, slots=True)
class Measured:
    """The features of the entries that were found."""

    table: Table  # (entries, features)
    rows: Positions  # (entries,) the closest phrasing of each
    conflicts: Sequence[str]  # (entries,) the detail in which every phrasing differs from the question, "" for none
    beside: Mapping[int, tuple[float, float]]  # what the interaction model says of those entries that it was asked of


@dataclass(frozen=True, slots=True)
class _Rows:
    """The phrasings of the entries that are compared."""

    rows: Positions  # in the knowledge
    lists: Lists  # those of each entry
    bounds: list[int]  # (questions + 1) where each question's begin among them
    entries: Positions  # (rows,) whose each is, among the entries that were found


@dataclass(frozen=True, slots=True)
class _Compared:
    """What is looked at one question after the other."""

    sims: Values  # (rows,) cosine
    centres: Values  # (entries,) cosine with the mean direction of each
    forth: Values  # (rows,) how near the question's words come to the row's
    back: Values  # (rows,) the same the other way round
    denies: NDArray[np.bool_]  # (rows,) where only one of the two denies something
    differs: NDArray[np.bool_]  # (rows, details)


@dataclass(frozen=True, slots=True)
class _Worded:
    """What the terms say, view by view."""

    scores: Values  # (rows, views)
    explained: Values  # (rows, views) idf of the question's terms that the row holds
    totals: Values  # (entries, views) idf of all terms of the question
    union: Values  # (entries, views) share of the question that all phrasings together hold
    missing: Values  # (entries, views) rarity of the rarest term that no phrasing holds


def read(knowledge: Knowledge, texts: Sequence[str], embedder: Embedder) -> Questions:
    """Take questions in matched form apart for `measure`."""
    cut = [knowledge.words(text) for text in texts]
    terms = knowledge.lexical.terms(texts, cut)
    ids = [terms.ids[terms.span(at, _WORDS)] for at in range(len(texts))]
    unknown: dict[str, int] = {}  # with its place among what is encoded
    for words, known in zip(cut, ids, strict=True):
        if len(known) and known.min() < 0:
            for word, at in zip(dict.fromkeys(words), known.tolist(), strict=True):
                if at < 0:
                    unknown.setdefault(word, len(texts) + len(unknown))
    encoded = embedder.encode([*texts, *unknown])
    vectors = [_of_words(knowledge, words, known, unknown, encoded) for words, known in zip(cut, ids, strict=True)]
    states = knowledge.interaction.read(texts)
    return Questions(texts, encoded[: len(texts)], terms, [details(text) for text in texts], vectors, states)


def _of_words(
    knowledge: Knowledge, words: Sequence[str], ids: Positions, unknown: Mapping[str, int], encoded: Vectors
) -> Vectors:
    """(distinct words, dim) what the knowledge has for the words that it knows, and what was encoded for the others."""
    if not len(ids) or ids.min() >= 0:
        return knowledge.word_vectors.take(ids, 0)
    vectors = np.empty((len(ids), encoded.shape[1]), np.float32)
    known = (ids >= 0).nonzero()[0]
    vectors[known] = knowledge.word_vectors.take(ids.take(known), 0)
    for at, (word, row) in enumerate(zip(dict.fromkeys(words), ids.tolist(), strict=True)):
        if row < 0:
            vectors[at] = encoded[unknown[word]]
    return vectors


def measure(knowledge: Knowledge, questions: Questions, found: Found) -> Measured:
    """Compare each question with the entries that were found for it."""
    if not len(found.positions):
        return Measured(np.empty((0, len(FEATURES)), np.float32), np.empty(0, np.int64), (), {})
    of = np.arange(len(questions)).repeat(np.diff(found.bounds))  # the question of each entry
    lists = Lists.within(found.bounds)  # the entries of each question
    phrasings = _rows_of(knowledge, questions, found)
    compared = _compare(knowledge, questions, found, phrasings)
    worded = _in_words(knowledge, questions, of, phrasings)
    sims, scores, explained = compared.sims, worded.scores, worded.explained
    near = (sims + scores[:, 0] + scores[:, 1] + scores[:, 2]) / 4
    closest = phrasings.lists.starts + phrasings.lists.in_lines(near, -np.inf).argmax(axis=1)
    rows = phrasings.rows.take(closest)
    masses = knowledge.lexical.masses.take(phrasings.rows, 0)
    totals = worded.totals.take(phrasings.entries, 0)
    best = np.empty((len(sims), 12), np.float32)
    best[:, 0] = sims
    best[:, 1:5] = scores
    best[:, 5:9] = _share(explained, totals)
    concepts = explained[:, _CONCEPTS]
    best[:, 9] = _share(concepts, masses[:, _CONCEPTS] + totals[:, _CONCEPTS] - concepts)
    best[:, 10] = compared.forth
    best[:, 11] = np.minimum(compared.forth, compared.back)
    best = np.maximum.reduceat(best, phrasings.lists.starts, axis=0)
    table = np.empty((len(of), len(FEATURES)), np.float32)
    table[:, _AT["dense"]] = best[:, 0]
    table[:, _AT["dense_second"]] = _second(sims, phrasings.lists) - best[:, 0]
    table[:, _AT["centre"]] = compared.centres
    table[:, _VIEWS_AT] = best[:, 1:9]
    table[:, _BACK] = _share(explained.take(closest, 0), masses.take(closest, 0))[:, _COUNTED_BACK]
    table[:, _UNION] = worded.union
    table[:, _MISSING] = worded.missing[:, _COUNTED_BACK]
    table[:, _AT["same_concepts"]] = best[:, 9]
    table[:, _AT["soft"]] = best[:, 10]
    table[:, _AT["soft_back"]] = compared.back.take(closest)
    table[:, _AT["soft_both"]] = best[:, 11]
    nearness = np.maximum.reduceat(near, phrasings.lists.starts)
    largest = lists.largest(nearness).take(phrasings.entries)
    votes = np.add.reduceat(np.exp(_SHARP * (near - largest)), phrasings.lists.starts)
    table[:, _AT["vote"]] = votes / lists.total(votes)
    lengths = np.maximum(questions.terms.sizes[:, _CHARACTERS], 1).take(of)
    table[:, _AT["phrasings"]] = np.log(phrasings.lists.sizes)
    table[:, _AT["question_length"]] = np.log(lengths)
    table[:, _AT["longer"]] = np.log(np.maximum(knowledge.lexical.sizes[rows, _CHARACTERS], 1) / lengths)
    table[:, _AT["negation_differs"]] = compared.denies.take(closest)
    conflicts = _in_details(compared.differs, closest, phrasings.lists, table)
    nearest = _nearest_entries(lists, nearness)
    beside = knowledge.interaction.compare(questions.states, of.take(nearest), knowledge.states, rows.take(nearest))
    table[:, _BESIDE] = _least(beside, lists)
    table[nearest, _BESIDE] = beside
    table[:, _AHEAD_TO] = lists.ahead(table.take(_AHEAD_FROM, 1))
    return Measured(table, rows, conflicts, dict(zip(nearest.tolist(), map(tuple, beside.tolist()), strict=True)))


def _in_details(differs: NDArray[np.bool_], closest: Positions, phrasings: Lists, table: Table) -> list[str]:
    """Fill in what details say, and name those in which every phrasing of an entry differs."""
    table[:, _AT["detail_differs"] : _AT["conflict"] + 1] = 0
    conflicts = [""] * len(closest)
    differing = differs.ravel().nonzero()[0]
    if not len(differing):
        return conflicts
    any_differs = np.zeros(len(differs), bool)
    any_differs[differing // differs.shape[1]] = True
    here = differs.take(closest, 0)
    everywhere = np.logical_and.reduceat(any_differs, phrasings.starts)
    table[:, _AT["detail_differs"]] = here.any(axis=1)
    table[:, _AT["conflict"]] = everywhere
    for at in everywhere.nonzero()[0].tolist():
        conflicts[at] = _KINDS[int(here[at].argmax())]
    return conflicts


def _nearest_entries(lists: Lists, nearness: Values) -> Positions:
    """The entries of each question that are read beside it."""
    return lists.order(nearness).take(spread(lists.starts, np.minimum(lists.sizes, READ_BESIDE)))


def _least(beside: Table, lists: Lists) -> Table:
    """(entries, figures) the least of what was read in the `_nearest_entries` of the same question."""
    read = np.minimum(lists.sizes, READ_BESIDE)
    least: Table = np.minimum.reduceat(beside, read.cumsum() - read, axis=0).repeat(lists.sizes, axis=0)
    return least


def _share(part: Values, whole: Values) -> Values:
    """`part` of `whole`; all of it where there is nothing."""
    nothing = whole <= 0
    share: Values = (part + nothing) / (whole + nothing)
    return share


def _second(values: Values, lists: Lists) -> Values:
    """The second largest value of each list, the largest where there is only one."""
    lines = lists.in_lines(values, -np.inf)
    line, first = np.arange(len(lines)), lines.argmax(axis=1)
    largest = lines[line, first]
    lines[line, first] = -np.inf
    second: Values = np.where(lists.sizes > 1, lines.max(axis=1), largest)
    return second


def _rows_of(knowledge: Knowledge, questions: Questions, found: Found) -> _Rows:
    starts = knowledge.starts.take(found.positions)
    sizes = knowledge.starts.take(found.positions + 1) - starts
    rows = spread(starts, sizes)
    if int(sizes.max()) > CLOSEST:
        each = np.split(rows, sizes.cumsum()[:-1])
        for at in (sizes > CLOSEST).nonzero()[0].tolist():
            question = int(np.searchsorted(found.bounds, at, side="right")) - 1
            each[at] = _nearest(knowledge, questions, question, each[at])
        rows = np.concatenate(each)
        sizes = np.minimum(sizes, CLOSEST)
    ends = np.append(0, sizes.cumsum())
    bounds: list[int] = ends.take(found.bounds).tolist()
    return _Rows(rows, Lists(ends[:-1], sizes), bounds, np.arange(len(sizes)).repeat(sizes))


def _nearest(knowledge: Knowledge, questions: Questions, question: int, rows: Positions) -> Positions:
    near = knowledge.vectors.take(rows, 0) @ questions.vectors[question]
    terms = questions.terms
    bounds = [0] * (question + 1) + [len(rows)] * (len(questions) - question)
    hits = knowledge.lexical.hits(terms, rows, bounds)
    near += np.bincount(hits.rows, hits.weights * terms.weights.take(hits.terms), len(rows))
    return rows[np.sort(np.argpartition(-near, CLOSEST)[:CLOSEST])]


def _compare(knowledge: Knowledge, questions: Questions, found: Found, phrasings: _Rows) -> _Compared:
    """Multiply vectors and compare details, question by question: how BLAS adds up depends on all that it is given."""
    number = len(phrasings.rows)
    all_words, words_each = knowledge.lexical.words(phrasings.rows)
    words_at = np.append(0, words_each.cumsum()).take(phrasings.bounds).tolist()
    compared = _Compared(
        np.empty(number, np.float32),
        np.empty(len(found.positions), np.float32),
        np.empty(number, np.float32),
        np.empty(number, np.float32),
        np.empty(number, bool),
        np.empty((number, len(Detail)), bool),
    )
    spans = zip(*map(pairwise, (phrasings.bounds, found.bounds.tolist(), words_at)), strict=True)
    for at, ((first, last), (one, end), (word, after)) in enumerate(spans):
        if first == last:
            continue
        vector, rows, said = questions.vectors[at], phrasings.rows[first:last], questions.details[at]
        np.matmul(knowledge.vectors.take(rows, 0), vector, out=compared.sims[first:last])
        np.matmul(knowledge.centroids.take(found.positions[one:end], 0), vector, out=compared.centres[one:end])
        compared.forth[first:last], compared.back[first:last] = _aligned(
            knowledge,
            questions.word_vectors[at],
            questions.terms.idf[questions.terms.span(at, _WORDS)],
            all_words[word:after],
            words_each[first:last],
        )
        compared.denies[first:last] = knowledge.details.denials_differ(said, rows)
        compared.differs[first:last] = knowledge.details.differences(questions.texts[at], said, rows)
    return compared


def _aligned(
    knowledge: Knowledge, asked: Vectors, idf: Values, words: NDArray[np.int32], sizes: Positions
) -> tuple[Values, Values]:
    """How near the words asked come to those of each row, and the row's to them; 1 is all. `sizes` are the rows'."""
    forth, back = np.zeros(len(sizes), np.float32), np.zeros(len(sizes), np.float32)
    if not len(words) or not len(asked):
        return forth, back
    seen = np.zeros(len(knowledge.word_vectors), bool)
    seen[words] = True
    distinct = seen.nonzero()[0]
    place = np.empty(len(seen), np.int64)
    place[distinct] = np.arange(len(distinct))
    which = place.take(words)
    near = knowledge.word_vectors.take(distinct, 0) @ asked.T  # (distinct words of the rows, words asked)
    np.maximum(near, 0, out=near)
    np.minimum(near, 1, out=near)
    near *= near
    weight = knowledge.lexical.idf.take(distinct)
    ends = sizes.cumsum()
    filled = sizes.nonzero()[0]  # all but empty rows
    begins = (ends - sizes).take(filled)
    forth[filled] = np.maximum.reduceat(near.take(which, 0), begins, axis=0) @ (idf / idf.sum())
    matched = near.max(axis=1) * weight
    back[filled] = np.add.reduceat(matched.take(which), begins) / np.add.reduceat(weight.take(which), begins)
    return forth, back


def _in_words(knowledge: Knowledge, questions: Questions, of: Positions, phrasings: _Rows) -> _Worded:
    terms, lexical = questions.terms, knowledge.lexical
    hits = lexical.hits(terms, phrasings.rows, phrasings.bounds)
    cells = hits.rows * _V + terms.views.take(hits.terms)
    number = len(phrasings.rows)
    scores = np.bincount(cells, hits.weights * terms.weights.take(hits.terms), number * _V).reshape(number, _V)
    explained = np.bincount(cells, terms.idf.take(hits.terms), number * _V).reshape(number, _V)
    # every entry beside every term of its question: does any phrasing hold it?
    begins, sizes = terms.starts.take(of), np.diff(terms.starts).take(of)
    ends = sizes.cumsum()
    asked = spread(begins, sizes)
    held = np.zeros(len(asked), bool)
    held[hits.terms + (ends - sizes - begins).take(phrasings.entries.take(hits.rows))] = True
    idf = terms.idf.take(asked)
    cells = np.arange(len(of)).repeat(sizes) * _V + terms.views.take(asked)
    together = np.bincount(cells, idf * held, len(of) * _V).reshape(-1, _V)
    totals = terms.totals.take(of, 0)
    rare = np.append(np.where(held, 0, idf / np.float32(lexical.unknown_idf)), 0)
    places = terms.places[:-1].reshape(-1, _V).take(of, 0) + (ends - sizes - begins)[:, None]
    missing = np.maximum.reduceat(rare, places.ravel()).reshape(-1, _V)
    missing[np.diff(terms.places).reshape(-1, _V).take(of, 0) == 0] = 0
    return _Worded(scores.astype(np.float32), explained, totals, _share(together, totals), missing)
