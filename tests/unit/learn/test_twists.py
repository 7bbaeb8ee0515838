"""Minimal pairs made of training texts: what turns a question, and what only words it otherwise."""

import numpy as np
import pytest

from kb.learn.twists import TWISTS, Twist, antonym, aspect, negation, number, parties, reworded, twisted


def ways(twist: Twist, text: str) -> set[str | None]:
    return {twist(text, np.random.default_rng(seed)) for seed in range(40)}


@pytest.mark.parametrize(
    ("twist", "text", "made"),
    [
        pytest.param(negation, "花呗能还信用卡", "花呗不能还信用卡", id="denied"),
        pytest.param(negation, "为什么无法提现", "为什么能提现", id="said again"),
        pytest.param(negation, "钱还没收到", "钱还收到", id="a state"),
        pytest.param(antonym, "怎么开通免密支付", "怎么关闭免密支付", id="the opposite"),
        pytest.param(parties, "我怎么转账给朋友", "朋友怎么转账给我", id="who gives to whom"),
    ],
)
def test_one_change_turns_the_question(twist: Twist, text: str, made: str) -> None:
    assert made in ways(twist, text)


def test_another_number_is_another() -> None:
    assert all(made and made != "满199减20" for made in ways(number, "满199减20"))
    assert ways(number, "怎么还款") == {None}


def test_another_question_about_the_same_never_is_the_same_in_other_words() -> None:
    made = ways(aspect, "怎么提现")
    assert "为什么提现" in made
    assert not made & {"如何提现", "怎样提现", "咋提现"}


def test_what_asks_both_ways_cannot_be_turned_by_a_negation() -> None:
    assert ways(negation, "能不能退货") == {None}
    assert ways(negation, "可以退货吗") == {None}


def test_other_words_for_the_same() -> None:
    assert "如何修改密码" in ways(reworded, "怎么修改密码")
    assert ways(reworded, "䶮") == {None}


def test_any_kind_that_fits_is_drawn() -> None:
    random = np.random.default_rng(0)
    drawn = {twisted("怎么开通7天会员", random) for _ in range(60)}
    assert {"怎么关闭7天会员", "为什么开通7天会员"} & drawn
    assert any("7天" not in made for made in drawn if made)
    assert twisted("䶮", random) is None
    assert len(TWISTS) == 5
