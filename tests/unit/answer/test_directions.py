"""Which way something goes."""

import pytest

from kb.answer.directions import goals_changed, reversed_in, ways


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        pytest.param("从北京寄到上海多少钱", "从上海寄到北京多少钱", id="from and to"),
        pytest.param("补的税什么时候从银行卡扣", "退的税什么时候到银行卡", id="a source that was a goal"),
        pytest.param("我欠公司钱怎么办", "公司欠我钱怎么办", id="who owes whom"),
        pytest.param("好友送的流量能退吗", "怎么把流量送给好友", id="given by, not given to"),
        pytest.param("下属怎么提交任务", "怎么给下属分配任务", id="a party that is in no list"),
    ],
)
def test_what_goes_the_other_way_is_seen_from_either_side(asked: str, meant: str) -> None:
    mine, theirs = ways(asked), ways(meant)
    assert reversed_in(mine, theirs, [theirs])
    assert reversed_in(theirs, mine, [mine])
    assert not reversed_in(mine, theirs, [theirs, mine]), "another phrasing says it too"


def test_the_same_way_in_other_words_is_not_reversed() -> None:
    mine, theirs = ways("上海寄件到北京要多少运费"), ways("从上海寄到北京多少钱")
    assert not reversed_in(mine, theirs, [theirs])
    assert ways("开发票要多久").none


def test_two_goals_may_change_places_without_a_word_for_the_source() -> None:
    asked, meant = "微信的钱怎么充到饭卡", "饭卡的钱怎么退到微信"
    assert goals_changed(asked, meant, ways(asked), ways(meant), [ways(meant)])
    assert not goals_changed(asked, asked, ways(asked), ways(asked), [ways(asked)])
    assert not goals_changed(asked, meant, ways(asked), ways(meant), [ways(meant), ways(asked)])
