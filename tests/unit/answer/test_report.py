from datetime import UTC, datetime

import numpy as np
import pytest

from kb.answer.chart import Axes, Dot, Line, chart
from kb.answer.measure import OURS, Outcome, Report, figures, reliability
from kb.answer.report import html
from kb.types import EntryId, Limits

A, B = EntryId("a"), EntryId("b")
TITLES = {A: "怎么退款", B: "怎么<b>开票</b>"}


def reported(*outcomes: Outcome, talk: float | None = 0.25) -> str:
    rows = (figures(OURS, outcomes, talk),)
    return html(Report("试卷", 2, 9, Limits(0.8, 0.4), 0.95, rows, {OURS: outcomes}, TITLES, 1.5), datetime.now(UTC))


def test_a_confident_mistake_is_shown_with_what_it_should_have_been() -> None:
    page = reported(
        Outcome("退钱", (A,), (A, B), 0.9, answered=True),
        Outcome("要发票吗", (A,), (B, A), 0.87, answered=True),
        Outcome("附近有店吗", (), (A,), 0.31, answered=False),
    )
    mistakes = page[page.index("把握很高却答错的问题") : page.index("知道答案却没敢答的问题")]
    assert "要发票吗" in mistakes
    assert "怎么退款" in mistakes
    assert "知识库里没有，应该转人工" in mistakes
    assert mistakes.index("要发票吗") < mistakes.index("附近有店吗")
    assert "退钱" not in mistakes


def test_a_right_entry_that_was_not_answered_is_shown_apart() -> None:
    page = reported(Outcome("退钱行不", (A,), (A,), 0.4, answered=False))
    assert "退钱行不" in page[page.index("知道答案却没敢答的问题") :]


def test_nothing_that_was_asked_or_written_becomes_markup() -> None:
    page = reported(Outcome("<script>alert(1)</script>", (A,), (B,), 0.9, answered=True))
    assert "<script" not in page
    assert "怎么&lt;b&gt;开票" in page


def test_small_talk_is_only_reported_where_it_was_asked() -> None:
    outcome = Outcome("退钱", (A,), (A,), 0.9, answered=True)
    assert "闲聊" in reported(outcome)
    assert "闲聊" not in reported(outcome, talk=None)


def test_reliability_tells_what_was_said_and_done() -> None:
    (said, done, questions), *others = reliability(np.array([0.95, 0.93]), np.array([True, False]))
    assert said == pytest.approx(0.94)
    assert (done, questions) == (0.5, 2)
    assert not others


def test_a_chart_cuts_off_what_lies_below_it_and_keeps_the_last_point() -> None:
    many = [(at / 999, 1 - at / 999) for at in range(1000)]
    drawn = chart(
        Axes("横", "纵", lowest=0.5), [Line(many, "#000")], [Dot((1, 1), "<9>", "#000")], width=164, height=154
    )
    corners = drawn.split('points="')[1].split('"')[0].split()
    assert corners[0] == "52.0,10.0"
    assert corners[-1] == "152.0,110.0"
    assert len(corners) < 402
    assert "&lt;9&gt;" in drawn
