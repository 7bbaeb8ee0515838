from kb.index.concepts import concepts


def test_one_wish_in_other_words_is_one_concept() -> None:
    assert set(concepts("取消订单")) & set(concepts("撤销订单")) == {"cancel"}
    assert "delivery" in concepts("快递几天到")
    assert "delivery" in concepts("包裹几天到")


def test_how_and_cannot_are_two_wishes() -> None:
    assert "fail" in concepts("会员卡用不了怎么办")
    assert "fail" not in concepts("会员卡怎么用")
    assert "how" not in concepts("会员卡用不了怎么办")


def test_the_longest_way_to_say_it_counts() -> None:
    assert "unbind" in concepts("解除绑定")
    assert "cancel" not in concepts("解除绑定")


def test_a_question_mark_in_words_asks_whether() -> None:
    assert "whether" in concepts("支持货到付款吗")
