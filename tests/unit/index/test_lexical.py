import math
from collections.abc import Sequence

import numpy as np
import pytest

from kb.index import weighing
from kb.index.lexical import VIEWS, Lexical, Terms
from kb.index.weighing import K1, B
from kb.text import characters

TEXTS = ["怎么申请退款", "退款多久到账", "怎么开发票", "发票抬头怎么修改", "退款退款退款"]
EACH = np.arange(len(TEXTS), dtype=np.int32)  # every text is another's


def by_characters(text: str) -> list[str]:
    return characters(text)


def asked(lexical: Lexical, *questions: str) -> Terms:
    return lexical.terms(questions, [by_characters(question) for question in questions])


@pytest.fixture(scope="module")
def lexical() -> Lexical:
    return Lexical.build(TEXTS, by_characters)


def test_scores_are_okapi_bm25_divided_by_the_questions_own(lexical: Lexical) -> None:
    question = "退款多久"
    mean = sum(map(len, TEXTS)) / len(TEXTS)

    def idf(char: str) -> float:
        df = sum(char in text for text in TEXTS)
        return math.log1p((len(TEXTS) - df + 0.5) / (df + 0.5))

    def bm25(text: str) -> float:
        return sum(
            idf(char) * text.count(char) * (K1 + 1) / (text.count(char) + K1 * (1 - B + B * len(text) / mean))
            for char in question
        )

    terms = asked(lexical, question)
    expected = [bm25(text) / bm25(question) for text in TEXTS]
    np.testing.assert_allclose(lexical.scores(terms, (VIEWS.index("characters"),)), expected, rtol=1e-5)


def test_bigrams_are_a_cosine(lexical: Lexical) -> None:
    view = (VIEWS.index("bigrams"),)
    for row, text in enumerate(TEXTS):
        scores = lexical.scores(asked(lexical, text), view)
        assert scores[row] == pytest.approx(1, abs=1e-6)
        assert scores.max() <= 1 + 1e-6


def test_hits_give_the_same_scores_as_the_posting_lists(lexical: Lexical) -> None:
    questions = ("退款怎么申请", "开发票", "没有的字", "", "退退款")
    terms = asked(lexical, *questions)
    everything = np.arange(len(TEXTS))
    bounds = list(range(0, len(TEXTS) * len(questions) + 1, len(TEXTS)))
    hits = lexical.hits(terms, np.tile(everything, len(questions)), bounds)
    for at in range(len(questions)):
        for view in range(len(VIEWS)):
            span = terms.span(at, view)
            mine = (hits.terms >= span.start) & (hits.terms < span.stop)
            weights = hits.weights[mine] * terms.weights[hits.terms[mine]]
            found = np.bincount(hits.rows[mine] - at * len(TEXTS), weights, len(TEXTS))
            np.testing.assert_allclose(found, lexical.scores(terms, (view,), question=at), rtol=1e-5, atol=1e-6)


def test_a_question_has_the_same_terms_whatever_is_asked_beside_it(lexical: Lexical) -> None:
    questions = ("退款怎么申请", "", "没有的字", "退退款")
    together = asked(lexical, *questions)
    for at, question in enumerate(questions):
        alone = asked(lexical, question)
        begin, end = together.starts[at : at + 2].tolist()
        np.testing.assert_array_equal(together.weights[begin:end], alone.weights)
        np.testing.assert_array_equal(together.ids[begin:end], alone.ids)
        np.testing.assert_array_equal(together.totals[at], alone.totals[0])


def test_unknown_terms_count_as_rare_and_match_nothing(lexical: Lexical) -> None:
    terms = lexical.terms(["龘龘"], [["龘龘"]])
    assert (terms.ids[terms.span(0, 0)] == -1).all()
    assert terms.idf[terms.span(0, 0)].min() >= lexical.idf.max() - 1e-6
    assert not lexical.scores(terms).any()
    assert not len(lexical.hits(terms, np.arange(len(TEXTS)), [0, len(TEXTS)]).rows)


def test_an_empty_question_scores_nothing(lexical: Lexical) -> None:
    terms = lexical.terms([""], [[]])
    assert not lexical.scores(terms, (0, 1)).any()


def test_a_small_budget_keeps_the_rarest_terms(lexical: Lexical) -> None:
    terms = asked(lexical, "退款抬头")
    view = (VIEWS.index("characters"),)
    assert lexical.scores(terms, view, budget=2).argmax() == TEXTS.index("发票抬头怎么修改")
    assert (lexical.scores(terms, view, budget=2) <= lexical.scores(terms, view) + 1e-6).all()


def test_it_is_the_same_after_being_saved(lexical: Lexical) -> None:
    again = Lexical.restore(lexical.vocabularies, lexical.arrays())
    for question in ("退款怎么申请", "开发票"):
        terms, same = (asked(one, question) for one in (lexical, again))
        np.testing.assert_array_equal(lexical.scores(terms), again.scores(same))


@pytest.mark.parametrize("closed", [(), (0, 1), range(len(TEXTS))], ids=["all", "but two", "none"])
def test_the_best_rows_are_those_with_the_best_scores(lexical: Lexical, closed: Sequence[int]) -> None:
    shut = np.zeros(len(TEXTS), bool)
    shut[list(closed)] = True
    for question in ("退款怎么申请", "开发票", "完全不相干"):
        terms = asked(lexical, question)
        scores = lexical.scores(terms)
        scores[shut] = 0
        order = [row for row in np.argsort(-scores, kind="stable").tolist() if scores[row] > 0]
        for _ in range(2):  # nothing is left behind for the next
            assert lexical.best(terms, EACH, len(TEXTS), closed=shut) == order
        assert lexical.best(terms, EACH, 2, closed=shut) == order[:2]
        owners = list(dict.fromkeys(row // 2 for row in order))
        assert lexical.best(terms, EACH // 2, len(TEXTS), closed=shut) == owners
        assert lexical.best(terms, EACH // 2, 2, closed=shut) == owners[:2]


@pytest.mark.parametrize(("close", "found"), [(12, [0]), (11, [0, 1])])
def test_rows_far_below_the_best_are_looked_at_only_when_there_are_hardly_any_others(
    close: int, found: list[int]
) -> None:
    lexical = Lexical.build(["退款怎么申请"] * close + ["申请"], by_characters)
    owner = np.array([0] * close + [1], np.int32)
    assert lexical.best(asked(lexical, "退款怎么申请"), owner, 2) == found


def test_posting_lists_that_do_not_fit_are_refused(lexical: Lexical) -> None:
    terms = asked(lexical, "退款怎么申请")
    arrays = lexical.arrays()
    broken = Lexical.restore(lexical.vocabularies, {**arrays, "term_starts": arrays["term_starts"] + 2**33})
    for ask in (
        lambda: broken.scores(terms),
        lambda: broken.best(terms, EACH, 1),
        lambda: lexical.best(terms, EACH[1:], 1),
    ):
        with pytest.raises(ValueError, match="do not fit"):
            ask()


def test_hits_of_one_question_leave_nothing_behind_for_the_next(lexical: Lexical) -> None:
    everything, bounds = np.arange(len(TEXTS)), [0, len(TEXTS)]
    question = asked(lexical, "发票抬头")
    before = lexical.hits(question, everything, bounds)
    lexical.hits(asked(lexical, "退款多久"), everything, bounds)
    np.testing.assert_array_equal(lexical.hits(question, everything, bounds).weights, before.weights)


def test_nothing_can_be_indexed() -> None:
    empty = Lexical.build([], by_characters)
    assert len(empty.scores(empty.terms(["退款"], [["退款"]]))) == 0


def test_what_is_weighed_piece_by_piece_is_what_is_weighed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Lexical.build([*TEXTS, ""], by_characters).arrays()
    monkeypatch.setattr(weighing, "_AT_ONCE", 2)
    monkeypatch.setattr(weighing, "_POSTINGS_AT_ONCE", 3)
    for name, array in Lexical.build([*TEXTS, ""], by_characters).arrays().items():
        np.testing.assert_array_equal(array, whole[name], err_msg=name)


def test_by_term_every_posting_weighs_what_it_weighs_by_row(lexical: Lexical) -> None:
    arrays = {name: array.tolist() for name, array in lexical.arrays().items()}
    by_row = {
        (row, arrays["row_terms"][at]): arrays["row_weights"][at]
        for row in range(len(TEXTS))
        for at in range(*arrays["row_starts"][row : row + 2])
    }
    by_term = {
        (arrays["term_rows"][at], term): arrays["term_weights"][at]
        for term in range(len(arrays["idf"]))
        for at in range(*arrays["term_starts"][term : term + 2])
    }
    assert by_term == by_row
