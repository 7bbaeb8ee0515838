import numpy as np
import pytest

from kb.answer.confidence import Calibration
from kb.answer.measure import Outcome, aurc, auroc, calibration_error, coverage, evaluate, figures
from kb.index.ngram import NgramEmbedder
from kb.types import Entry, EntryId


def test_coverage_is_the_largest_share_at_that_precision() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, False, True, True])
    assert coverage(confidence, right, 0.95) == pytest.approx(0.4)
    assert coverage(confidence, right, 0.80) == pytest.approx(1.0)
    assert coverage(confidence, ~right, 0.95) == 0


def test_equal_confidences_are_answered_together() -> None:
    assert coverage(np.array([0.9, 0.9]), np.array([True, False]), 0.95) == 0


def test_aurc_is_the_mean_risk() -> None:
    assert aurc(np.array([0.9, 0.5]), np.array([True, False])) == pytest.approx((0 + 0.5) / 2)


def test_auroc_counts_pairs_in_order_ties_half() -> None:
    confidence = np.array([0.9, 0.5, 0.5, 0.1])
    right = np.array([True, True, False, False])
    assert auroc(confidence, right) == pytest.approx((2 + 1.5) / 4)
    assert auroc(confidence, np.ones(4, bool)) == 0.5


def test_calibration_error_is_the_gap_between_said_and_done() -> None:
    assert calibration_error(np.full(10, 0.75), np.array([True] * 5 + [False] * 5)) == pytest.approx(0.25)
    assert calibration_error(np.array([1.0, 0.0]), np.array([True, False])) == 0


def test_an_unanswerable_question_is_never_right() -> None:
    outcome = Outcome("问", (), (EntryId("a"),), 0.9, answered=True)
    assert not outcome.right
    other = Outcome("问", (EntryId("a"),), (EntryId("b"), EntryId("a")), 0.5, answered=False)
    measured = figures("x", [outcome, other])
    assert measured.unanswerable_answered == 1
    assert (measured.recall_at_1, measured.recall_at_5) == (0, 1)
    assert (measured.answered, measured.precision) == (0.5, 0)


def test_evaluating_compares_with_the_peers_on_the_same_split() -> None:
    topics = ["退款", "发票", "会员", "物流", "积分", "密码", "地址", "优惠券", "换货", "支付"]
    entries = [
        Entry(
            EntryId(str(at)),
            f"怎么办理{topic}",
            "",
            tuple(f"{way}{topic}{end}" for way in ("如何", "想") for end in ("啊", "呢")),
        )
        for at, topic in enumerate(topics)
    ]
    embedder = NgramEmbedder()
    report = evaluate(entries, k=1, seed=1, embedder=embedder, fit=lambda _: Calibration.shipped())
    assert [row.name for row in report.rows] == ["kb", "BM25 words", "BM25 characters", "TF-IDF", "dense", "hybrid"]
    assert {row.questions for row in report.rows} == {30}
    assert report.entries == 8
    assert report.rows[0].recall_at_1 == 1
    again = evaluate(entries, k=1, seed=1, embedder=embedder, fit=lambda _: Calibration.shipped())
    assert again.outcomes == report.outcomes
