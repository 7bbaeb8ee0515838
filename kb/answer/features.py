"""What is looked at when a question meets an entry.

The figures have no scale of their own, so that they carry over from one knowledge base to another, whatever its size
and however many phrasings an entry has. Many questions are measured together; what is found for one does not depend, to
the last bit, on those beside it. What is added up phrasing by phrasing is compiled (`_measure.c`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kb.answer import _measure
from kb.answer.lists import Lists
from kb.index.details import Detail, Details, details
from kb.index.interaction import FIGURES
from kb.index.knowledge import Knowledge
from kb.index.lexical import VIEWS, Terms
from kb.index.patched import Patched
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
_LEADING = np.array([_AT[name] for name in _AHEAD])
_WORDS = VIEWS.index("words")
#: What `Knowledge.vectors` lacks that is not `Patched`.
_NO_MORE, _IN_PLACE = np.empty(0, np.float32), np.empty(0, np.int32)
_KINDS = tuple(kind.value for kind in Detail)


@dataclass(frozen=True, slots=True)
class Questions:
    """Some questions as they are matched."""

    texts: Sequence[str]  # in matched form
    vectors: Vectors  # (questions, dim)
    terms: Terms
    details: Sequence[Details]
    word_vectors: Vectors  # (words, dim) of the distinct words of each in the order of their terms, end to end
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
    def of(cls, each: Sequence[Sequence[int]]) -> Self:
        """The entries of each question."""
        ends = list(accumulate(map(len, each), initial=0))
        return cls(np.array(list(chain.from_iterable(each)), np.int64), np.array(ends, np.int64))


@dataclass(frozen=True, slots=True)
class Measured:
    """The features of the entries that were found."""

    table: Table  # (entries, features)
    rows: Positions  # (entries,) the closest phrasing of each
    conflicts: Sequence[str]  # (entries,) the detail in which every phrasing differs from the question, "" for none
    beside: Mapping[int, tuple[float, float]]  # what the interaction model says of those entries that it was asked of


def read(knowledge: Knowledge, texts: Sequence[str], embedder: Embedder) -> Questions:
    """Take questions in matched form apart for `measure`."""
    cut = [knowledge.words(text) for text in texts]
    terms = knowledge.lexical.terms(texts, cut)
    ids = np.concatenate([terms.ids[terms.span(at, _WORDS)] for at in range(len(texts))])
    words = list(chain.from_iterable(map(dict.fromkeys, cut)))  # each of a question once, as their ids
    new = (ids < 0).nonzero()[0].tolist()
    unknown = dict.fromkeys(words[at] for at in new)
    encoded = embedder.encode([*texts, *unknown])
    vectors = np.empty((len(ids), encoded.shape[1]), np.float32)
    if len(new) < len(ids):
        knowledge.word_vectors.take(ids, 0, out=vectors, mode="clip")
    places = dict(zip(unknown, range(len(texts), len(encoded)), strict=True))
    for at in new:
        vectors[at] = encoded[places[words[at]]]
    states = knowledge.interaction.read(texts)
    return Questions(texts, encoded[: len(texts)], terms, [details(text) for text in texts], vectors, states)


def measure(knowledge: Knowledge, questions: Questions, found: Found) -> Measured:
    """Compare each question with the entries that were found for it."""
    number = len(found.positions)
    table = np.empty((number, len(FEATURES)), np.float32)
    if not number:
        return Measured(table, np.empty(0, np.int64), (), {})
    rows = np.empty(number * CLOSEST, np.int64)  # the phrasings that are compared
    sizes, closest, nearest, of = np.empty((4, number), np.int64)
    read = _measure.measure(
        _known(knowledge),
        knowledge.lexical.unknown_idf,
        _asked(questions, found),
        CLOSEST,
        _SHARP,
        READ_BESIDE,
        (rows, sizes, closest, table, nearest, of),
        len(FEATURES),
    )
    nearest, of = nearest[:read], of[:read]  # the entries that are read beside their question
    ends = sizes.cumsum()
    phrasings = Lists(ends - sizes, sizes)
    rows, closest = rows[: ends.item(-1)], closest + phrasings.starts
    denies, differs = np.empty(len(rows), bool), np.empty((len(rows), len(Detail)), bool)
    first = 0
    for text, said, end in zip(questions.texts, questions.details, found.bounds[1:].tolist(), strict=True):
        last = ends.item(end - 1) if end else 0
        denies[first:last] = knowledge.details.denials_differ(said, rows[first:last])
        differs[first:last] = knowledge.details.differences(text, said, rows[first:last])
        first = last
    table[:, _AT["negation_differs"]] = denies.take(closest)
    conflicts = _in_details(differs, closest, phrasings, table)
    rows = rows.take(closest)
    beside = knowledge.interaction.compare(questions.states, of, knowledge.states, rows.take(nearest))
    _complete(table, found.bounds, nearest, beside)
    return Measured(table, rows, conflicts, dict(zip(nearest.tolist(), map(tuple, beside.tolist()), strict=True)))


def lead(table: Table, bounds: Positions) -> None:
    """Fill in what each entry has over the best of the others of its question; those begin at `bounds`."""
    _complete(table, bounds, np.empty(0, np.int64), np.empty((0, 0), np.float32))


def _complete(table: Table, bounds: Positions, nearest: Positions, beside: Table) -> None:
    """Fill in what the interaction model says, (nearest, figures), where it said anything, and every lead."""
    figures, at, leads_at = beside.shape[1], _AT[FIGURES[0]], _AT[f"{_AHEAD[0]}_ahead"]
    _measure.complete(table, table.shape[1], bounds, nearest, beside, figures, at, _LEADING, leads_at)


def _known(knowledge: Knowledge) -> tuple[Values, ...]:
    """What `_measure` wants to know."""
    lexical = knowledge.lexical
    return (
        *_parts(knowledge.vectors),
        *_parts(knowledge.centroids),
        knowledge.starts,
        *lexical.by_row,
        lexical.idf,
        lexical.masses,
        lexical.sizes,
        knowledge.word_vectors,
    )


def _parts(vectors: Vectors | Patched[np.float32]) -> tuple[Values, Values, NDArray[np.int32]]:
    """Where vectors lie."""
    if isinstance(vectors, Patched):
        return vectors.base, vectors.fresh, vectors.place
    return vectors, _NO_MORE, _IN_PLACE


def _asked(questions: Questions, found: Found) -> tuple[Values, ...]:
    """What `_measure` wants to know of questions, and beside which entries they are laid."""
    terms = questions.terms
    return (
        questions.vectors,
        terms.ids,
        terms.weights,
        terms.idf,
        terms.places,
        terms.sizes,
        terms.totals,
        questions.word_vectors,
        found.positions,
        found.bounds,
    )


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
