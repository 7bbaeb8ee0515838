"""What is compiled beside the same worked out word by word, and what happens to arrays that do not fit."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kb.answer.features import CLOSEST, FEATURES, READ_BESIDE, Found, Measured, Questions, lead, measure, read
from kb.index.interaction import FIGURES
from kb.index.knowledge import Knowledge
from kb.index.lexical import VIEWS
from kb.index.patched import Patched
from kb.ports import Vectors
from kb.types import Entry, EntryId
from tests.fakes.embedder import BigramEmbedder

#: Filled in by what is compiled.
COLUMNS = FEATURES[: FEATURES.index("longer") + 1]
QUESTIONS = ["退款怎么还没到账", "奶粉几段适合六个月的宝宝呀", "开发票", "zz9 qq", "怎么申请退款流程", "发"]
SUBJECTS = ["退款", "退货", "发票", "奶粉", "运费", "积分", "订单", "地址", "会员", "优惠券"]
WAYS = ["怎么办", "在哪里看", "多久到账", "可以改吗", "为什么没有", "要钱吗", "怎么申请", "流程是什么"]


def entry(id_: str, *phrasings: str) -> Entry:
    return Entry(EntryId(id_), phrasings[0], "答案", phrasings[1:])


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    many = [subject + way + str(number) for subject in SUBJECTS[:2] for way in WAYS for number in range(4)]
    entries = [entry(subject, *(subject + way for way in WAYS[: at + 1])) for at, subject in enumerate(SUBJECTS)]
    return Knowledge.build([*entries, entry("many", *many)], BigramEmbedder())


@pytest.fixture(scope="module")
def questions(knowledge: Knowledge) -> Questions:
    return read(knowledge, QUESTIONS, BigramEmbedder())


def everything(knowledge: Knowledge, questions: Questions) -> Found:
    return Found.of([range(len(knowledge.entries))] * len(questions))


def share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else part + 1


class Slowly:
    """One question beside one entry, in plain Python."""

    def __init__(self, knowledge: Knowledge, questions: Questions, at: int, position: int) -> None:
        self.knowledge = knowledge
        self.vector = questions.vectors[at]
        terms = questions.terms
        self.length = max(terms.sizes[at, VIEWS.index("characters")], 1)
        self.said: list[dict[int, tuple[float, float]]] = []  # by view: what each term weighs and how rare it is
        for view in range(len(VIEWS)):
            span = terms.span(at, view)
            ids = [one if one >= 0 else -1 - place for place, one in enumerate(terms.ids[span].tolist())]
            self.said.append(
                dict(zip(ids, zip(terms.weights[span].tolist(), terms.idf[span].tolist(), strict=True), strict=True))
            )
        first = sum(len(set(knowledge.words(text))) for text in questions.texts[:at])
        self.words = questions.word_vectors[first : first + len(self.said[0])]
        rows = list(range(*knowledge.starts[position : position + 2].tolist()))
        sims = {row: float(knowledge.vectors[row] @ self.vector) for row in rows}
        if len(rows) > CLOSEST:
            rows = sorted(sorted(rows, key=lambda row: -sims[row] - sum(self.scores(row)))[:CLOSEST])
        self.rows, self.sims, self.position = rows, sims, position
        self.near = {row: (sims[row] + sum(self.scores(row)[:3])) / 4 for row in self.rows}
        self.closest = max(self.rows, key=lambda row: self.near[row])

    def held(self, row: int) -> dict[int, float]:
        starts, terms, weights = self.knowledge.lexical.by_row
        span = slice(*starts[row : row + 2].tolist())
        return dict(zip(terms[span].tolist(), weights[span].tolist(), strict=True))

    def scores(self, row: int) -> list[float]:
        held = self.held(row)
        return [sum(weight * held.get(term, 0) for term, (weight, _) in said.items()) for said in self.said]

    def explained(self, row: int) -> list[float]:
        held = self.held(row)
        return [sum(idf for term, (_, idf) in said.items() if term in held) for said in self.said]

    def aligned(self, row: int) -> tuple[float, float]:
        words = [term for term in self.held(row) if term < len(self.knowledge.word_vectors)]
        if not words or not len(self.words):
            return 0.0, 0.0
        near = np.clip(self.knowledge.word_vectors[words] @ self.words.T, 0, 1) ** 2
        idf = np.array([idf for _, idf in self.said[0].values()])
        weights = self.knowledge.lexical.idf[words]
        return float(near.max(axis=0) @ idf / idf.sum()), float(near.max(axis=1) @ weights / weights.sum())

    def line(self) -> dict[str, float]:
        lexical, rows = self.knowledge.lexical, self.rows
        totals = [sum(idf for _, idf in said.values()) for said in self.said]
        scores, explained = np.array([self.scores(row) for row in rows]), {row: self.explained(row) for row in rows}
        sims = sorted((self.sims[row] for row in rows), reverse=True)
        aligned = {row: self.aligned(row) for row in rows}
        masses, sizes = lexical.masses[self.closest], lexical.sizes[self.closest]
        union = set().union(*(self.held(row) for row in rows))
        concepts = VIEWS.index("concepts")
        line = {
            "dense": sims[0],
            "dense_second": sims[1] - sims[0] if len(sims) > 1 else 0,
            "centre": float(self.knowledge.centroids[self.position] @ self.vector),
            "same_concepts": max(
                share(said[concepts], lexical.masses[row, concepts] + totals[concepts] - said[concepts])
                for row, said in explained.items()
            ),
            "soft": max(forth for forth, _ in aligned.values()),
            "soft_back": aligned[self.closest][1],
            "soft_both": max(map(min, aligned.values())),
            "phrasings": math.log(len(rows)),
            "question_length": math.log(self.length),
            "longer": math.log(max(sizes[VIEWS.index("characters")], 1) / self.length),
        }
        names = {"words": "word", "characters": "character", "concepts": "concept"}
        for view, name in enumerate(VIEWS):
            line[name] = scores[:, view].max()
            line[f"cover_{name}"] = max(share(said[view], totals[view]) for said in explained.values())
            there = sum(idf for term, (_, idf) in self.said[view].items() if term in union)
            line[f"union_{name}"] = share(there, totals[view])
            if name in names:
                line[f"back_{name}"] = share(explained[self.closest][view], float(masses[view]))
                rare = [idf / lexical.unknown_idf for term, (_, idf) in self.said[view].items() if term not in union]
                line[f"missing_{names[name]}"] = max(rare, default=0)
        return line


def slowly(knowledge: Knowledge, questions: Questions) -> list[list[float]]:
    lines = []
    for at in range(len(questions)):
        each = [Slowly(knowledge, questions, at, position) for position in range(len(knowledge.entries))]
        nearest = max(max(one.near.values()) for one in each)
        votes = [sum(math.exp(12 * (near - nearest)) for near in one.near.values()) for one in each]
        for one, votes_of_one in zip(each, votes, strict=True):
            line = one.line() | {"vote": votes_of_one / sum(votes)}
            lines.append([line[name] for name in COLUMNS])
    return lines


def in_two(rows: Vectors) -> Patched[np.float32]:
    """The rows, the second half of which lies before the first, but for the last, which an edit added."""
    half, last = len(rows) // 2, len(rows) - 1
    place = np.append(np.roll(np.arange(last), half), last).astype(np.int32)
    return Patched(np.concatenate([rows[half:last], rows[:half]]), rows[last:], place)


@pytest.mark.parametrize("edited", [False, True], ids=["as built", "with vectors that an edit added"])
def test_what_is_compiled_is_what_the_names_say(knowledge: Knowledge, questions: Questions, edited: bool) -> None:
    expected = slowly(knowledge, questions)
    if edited:
        centroids = np.asarray(knowledge.centroids)
        knowledge = replace(knowledge, vectors=in_two(np.asarray(knowledge.vectors)))
        knowledge.__dict__["centroids"] = in_two(centroids)
    measured = measure(knowledge, questions, everything(knowledge, questions))
    np.testing.assert_allclose(measured.table[:, : len(COLUMNS)], expected, rtol=2e-5, atol=2e-6)


def test_what_is_found_for_a_question_does_not_depend_on_those_beside_it(
    knowledge: Knowledge, questions: Questions
) -> None:
    together = measure(knowledge, questions, everything(knowledge, questions))
    each = len(knowledge.entries)
    for at, text in enumerate(QUESTIONS):
        alone = read(knowledge, [text], BigramEmbedder())
        measured = measure(knowledge, alone, everything(knowledge, alone))
        np.testing.assert_array_equal(measured.table, together.table[at * each : (at + 1) * each], err_msg=text)
        np.testing.assert_array_equal(measured.rows, together.rows[at * each : (at + 1) * each])


def test_the_closest_phrasing_is_one_of_the_entry(knowledge: Knowledge, questions: Questions) -> None:
    measured: Measured = measure(knowledge, questions, everything(knowledge, questions))
    owners = knowledge.owner[measured.rows].reshape(len(QUESTIONS), -1)
    np.testing.assert_array_equal(owners, [list(range(len(knowledge.entries)))] * len(QUESTIONS))


def test_the_nearest_entries_are_read_and_the_others_count_like_the_least_of_them(
    knowledge: Knowledge, questions: Questions
) -> None:
    measured, each = measure(knowledge, questions, everything(knowledge, questions)), len(knowledge.entries)
    assert each > READ_BESIDE
    figures = measured.table[:, [FEATURES.index(name) for name in FIGURES]]
    for at in range(len(QUESTIONS)):
        slow = [Slowly(knowledge, questions, at, position) for position in range(each)]
        near = [round(max(one.near.values()), 5) for one in slow]
        read_beside = sorted(place for place in measured.beside if at * each <= place < (at + 1) * each)
        assert len(read_beside) == READ_BESIDE
        assert sorted(near[place - at * each] for place in read_beside) == sorted(near)[-READ_BESIDE:]
        least = figures[read_beside].min(axis=0)
        for place in range(at * each, (at + 1) * each):
            np.testing.assert_array_equal(figures[place], measured.beside.get(place, least))


def test_a_lead_is_counted_over_the_best_other_of_the_same_question() -> None:
    dense, ahead = FEATURES.index("dense"), FEATURES.index("dense_ahead")
    table = np.zeros((6, len(FEATURES)), np.float32)
    table[:, dense] = 1.0, 3.0, 2.5, 0.7, 2.0, 2.0
    lead(table, np.array([0, 3, 3, 4, 6]))
    np.testing.assert_allclose(table[:, ahead], [-2.0, 0.5, -0.5, 0.7, 0.0, 0.0])
    with pytest.raises(ValueError, match="do not fit"):
        lead(table, np.array([0, 7]))


def damaged(knowledge: Knowledge, **arrays: Any) -> Knowledge:
    lexical = knowledge.lexical
    return replace(knowledge, lexical=type(lexical).restore(lexical.vocabularies, {**lexical.arrays(), **arrays}))


@pytest.mark.parametrize(
    "positions", [[-1], [10_000], [2**40]], ids=["before the first", "behind the last", "nowhere near"]
)
def test_entries_that_are_not_there_are_refused(
    knowledge: Knowledge, questions: Questions, positions: Sequence[int]
) -> None:
    found = Found.of([positions, *[()] * (len(questions) - 1)])
    with pytest.raises(ValueError, match="do not fit"):
        measure(knowledge, questions, found)


def test_arrays_of_another_release_are_refused(knowledge: Knowledge, questions: Questions) -> None:
    found = everything(knowledge, questions)
    arrays = knowledge.lexical.arrays()
    for broken in (
        damaged(knowledge, row_starts=arrays["row_starts"] + 2**33),
        damaged(knowledge, row_weights=arrays["row_weights"][:-1]),
        damaged(knowledge, masses=arrays["masses"][:-1]),
    ):
        with pytest.raises(ValueError, match="do not fit"):
            measure(broken, questions, found)
    for name in ("vectors", "centroids"):
        rows = in_two(np.asarray(getattr(knowledge, name)))
        for place in (rows.place + 1, rows.place - 1, rows.place[:-1]):
            broken = replace(knowledge)
            broken.__dict__.update({"centroids": knowledge.centroids, name: replace(rows, place=place)})
            with pytest.raises(ValueError, match="do not fit"):
                measure(broken, questions, found)
