"""What is looked at when a question meets an entry.

The figures have no scale of their own, so that they carry over from one knowledge base to another, whatever its size and
however many phrasings an entry has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index.details import Detail, Details, details
from kb.index.knowledge import Knowledge
from kb.index.lexical import Terms
from kb.ports import Vectors

Table = NDArray[np.float32]
Positions = NDArray[np.int64]

#: Phrasings of one entry that are looked at closely: the nearest ones, when it has more.
CLOSEST = 40
#: How sharply the vote of the phrasings falls off with their distance.
_SHARP = 6.0

# compared with the best of the other candidates
_AHEAD = ("dense", "centre", "words", "characters", "bigrams", "union_words", "union_characters", "vote")

FEATURES: tuple[str, ...] = (
    "dense",  # cosine of the question and the closest phrasing
    "dense_second",  # what the second closest falls short of it; 0 when there is none
    "centre",  # cosine with the mean direction of all phrasings
    "words",  # BM25 over words, the question itself would have 1
    "characters",  # BM25 over characters
    "bigrams",  # TF-IDF cosine over pairs of characters
    "cover_words",  # idf-weighted share of the question's words that one phrasing holds
    "cover_characters",
    "cover_bigrams",
    "back_words",  # share of the closest phrasing that the question holds
    "back_characters",
    "union_words",  # share of the question that all phrasings of the entry together hold
    "union_characters",
    "union_bigrams",
    "missing_word",  # rarity of the rarest word that no phrasing holds
    "missing_character",
    "vote",  # share of the nearest phrasings, by nearness, that are this entry's
    "question_length",  # log of the number of characters
    "longer",  # log of the closest phrasing's length to the question's
    "negation_differs",  # 1 when the closest phrasing denies and the question doesn't, or the other way round
    "detail_differs",  # 1 when the closest phrasing names another quantity, stage, code or opposite
    "conflict",  # 1 when every phrasing of the entry differs in such a detail
    *(f"{name}_ahead" for name in _AHEAD),
)
_AT = {name: at for at, name in enumerate(FEATURES)}


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it is matched."""

    text: str  # in matched form
    vector: Vectors  # (dim,)
    terms: Terms
    details: Details


@dataclass(frozen=True, slots=True)
class Measured:
    """The features of some entries for one question."""

    table: Table  # (entries, features)
    rows: Positions  # (entries,) the closest phrasing of each
    conflicts: tuple[str, ...]  # (entries,) the detail in which every phrasing differs from the question, "" for none


def read(knowledge: Knowledge, text: str, vector: Vectors) -> Reading:
    """Take a question in matched form apart for `measure`."""
    return Reading(text, vector, knowledge.lexical.terms(text, knowledge.words(text)), details(text))


def measure(knowledge: Knowledge, question: Reading, positions: Positions) -> Measured:
    """Compare the question with the entries at `positions`, at least one."""
    rows, begins, group = _rows(knowledge, question, positions)
    terms = question.terms
    sims = np.asarray(knowledge.vectors[rows]) @ question.vector
    held = knowledge.lexical.hits(terms, rows)
    hit = held > 0
    words, characters, bigrams = (held[:, span] @ terms.weights[span] for span in terms.spans)
    masses = np.asarray(knowledge.lexical.masses[rows])
    explained = [hit[:, span] @ terms.idf[span] for span in terms.spans]
    totals = [max(float(terms.idf[span].sum()), 1e-9) for span in terms.spans]
    near = (sims + words + characters + bigrams) / 4
    closest = np.lexsort((-near, group))[begins]

    def best(values: NDArray[np.floating]) -> NDArray[np.floating]:
        most: NDArray[np.floating] = np.maximum.reduceat(values, begins)
        return most

    out = np.zeros((len(positions), len(FEATURES)), np.float32)

    def put(name: str, values: NDArray[np.generic] | float) -> None:
        out[:, _AT[name]] = values

    dense = best(sims)
    put("dense", dense)
    put("dense_second", _second(sims, group, begins) - dense)
    put("centre", knowledge.centroids[positions] @ question.vector)
    put("words", best(words))
    put("characters", best(characters))
    put("bigrams", best(bigrams))
    for at, view in enumerate(("words", "characters", "bigrams")):
        put(f"cover_{view}", best(explained[at]) / totals[at])
        if view != "bigrams":
            put(f"back_{view}", explained[at][closest] / np.maximum(masses[closest, at], 1e-9))
    together = np.logical_or.reduceat(hit, begins, axis=0)
    for at, view in enumerate(("words", "characters", "bigrams")):
        span = terms.spans[at]
        put(f"union_{view}", together[:, span] @ terms.idf[span] / totals[at])
        if view != "bigrams":
            missing = np.where(together[:, span], 0, terms.idf[span])
            put(f"missing_{view[:-1]}", missing.max(axis=1, initial=0) / knowledge.lexical.unknown_idf)
    put("vote", _vote(near, group, len(positions)))
    length = max(len(question.text), 1)
    put("question_length", np.log(length))
    put(
        "longer",
        np.log(
            np.maximum(knowledge.lexical.sizes[rows[closest], 1], 1) / max(float(terms.counts[terms.spans[1]].sum()), 1)
        ),
    )
    differs = knowledge.details.differences(question.text, question.details, rows)
    put("negation_differs", knowledge.details.denials_differ(question.details, rows[closest]))
    put("detail_differs", differs[closest].any(axis=1))
    everywhere = np.logical_and.reduceat(differs.any(axis=1), begins)
    put("conflict", everywhere)
    for name in _AHEAD:
        put(f"{name}_ahead", ahead_of_others(out[:, _AT[name]]))
    return Measured(out, rows[closest], _conflicts(differs[closest], everywhere))


def ahead_of_others(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """What each value has over the largest of the others; its distance to 0 when it is alone."""
    if len(values) < 2:
        return values.copy()
    first, second = np.argpartition(-values, 1)[:2]
    rest = np.full(len(values), values[first])
    rest[first] = values[second]
    return values - rest


def _rows(knowledge: Knowledge, question: Reading, positions: Positions) -> tuple[Positions, Positions, Positions]:
    """The rows of the entries, where each entry begins among them, and the entry of each row by its place."""
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
    begins = np.cumsum(sizes) - sizes
    return rows, begins, np.repeat(np.arange(len(positions)), sizes)


def _nearest(knowledge: Knowledge, question: Reading, start: int, size: int) -> Positions:
    rows = np.arange(start, start + size)
    if size <= CLOSEST:
        return rows
    near = np.asarray(knowledge.vectors[start : start + size]) @ question.vector
    near += knowledge.lexical.hits(question.terms, rows) @ question.terms.weights
    return rows[np.sort(np.argpartition(-near, CLOSEST)[:CLOSEST])]


def _second(values: NDArray[np.floating], group: Positions, begins: Positions) -> NDArray[np.floating]:
    """The second largest value of each group, the largest where there is only one."""
    ordered = values[np.lexsort((-values, group))]
    sizes = np.diff(np.append(begins, len(values)))
    return ordered[begins + (sizes > 1)]


def _vote(near: NDArray[np.floating], group: Positions, entries: int) -> NDArray[np.floating]:
    weight = np.exp(_SHARP * (near - near.max()))
    votes: NDArray[np.floating] = np.bincount(group, weight**2, entries)
    return votes / votes.sum()


def _conflicts(differs: NDArray[np.bool_], everywhere: NDArray[np.bool_]) -> tuple[str, ...]:
    kinds = tuple(Detail)
    return tuple(
        kinds[int(row.argmax())].value if blocked else "" for row, blocked in zip(differs, everywhere, strict=True)
    )


def column(table: Table, name: str) -> Table:
    """One feature by its name."""
    return table[:, _AT[name]]


def names(features: Sequence[str]) -> list[int]:
    """Where `features` stand in a table."""
    return [_AT[name] for name in features]
