"""Texts that differ in one thing only, and whether it matters."""

import pytest

from kb.answer.twins import turned
from kb.index.knowledge import matched_form


def asks_otherwise(question: str, *phrasings: str) -> bool:
    known = [matched_form(phrasing) for phrasing in phrasings]
    return turned(matched_form(question), known[0], known)


@pytest.mark.parametrize(
    ("question", "phrasing"),
    [
        pytest.param("满199减50的券怎么领", "满199减20的券怎么领", id="another amount"),
        pytest.param("支持十五天无理由退货吗", "支持七天无理由退货吗", id="another number of days"),
        pytest.param("用70度的水冲奶粉可以吗", "用40度的水冲奶粉可以吗", id="another temperature"),
        pytest.param("大号婴儿床配几号床垫", "小号婴儿床配几号床垫", id="another size"),
        pytest.param("iPhone 16换电池多少钱", "iPhone 15换电池多少钱", id="another model"),
        pytest.param("支付宝付款怎么退", "微信付款怎么退", id="another way to pay"),
        pytest.param("羊奶粉怎么冲泡", "牛奶粉怎么冲泡", id="another product"),
        pytest.param("没收到取件码怎么取快递", "收到取件码怎么取快递", id="a negation more"),
        pytest.param("待产包里含哪些东西", "待产包里不含哪些东西", id="a negation less"),
        pytest.param("怎么解绑银行卡", "怎么绑定银行卡", id="the opposite step"),
        pytest.param("手机发烫怎么降温", "手机为什么发烫", id="another question about the same"),
        pytest.param("公积金多久能提取", "公积金怎么提取", id="when, not how"),
    ],
)
def test_one_thing_that_differs_is_seen(question: str, phrasing: str) -> None:
    assert asks_otherwise(question, phrasing)


@pytest.mark.parametrize(
    ("question", "phrasing"),
    [
        pytest.param("退款多久到账呀", "退款多久到账", id="a particle"),
        pytest.param("支持7天无理由退货吗", "支持七天无理由退货吗", id="digits for numerals"),
        pytest.param("能不能退货", "能退货吗", id="asked by saying it twice"),
        pytest.param("货发了没", "货发了吗", id="asked with 没"),
        pytest.param("怎样申请退款", "怎么申请退款", id="another word for the same question"),
        pytest.param("我买的奶粉宝宝不爱喝打开了还能退不", "拆封的奶粉能退吗", id="worded differently altogether"),
        pytest.param("退款多久到账", "退款多久到账", id="the same"),
    ],
)
def test_what_changes_nothing_is_passed_over(question: str, phrasing: str) -> None:
    assert not asks_otherwise(question, phrasing)


def test_what_another_phrasing_of_the_entry_says_is_meant_too() -> None:
    assert asks_otherwise("微信付款怎么退", "支付宝付款怎么退")
    assert not asks_otherwise("微信付款怎么退", "支付宝付款怎么退", "用微信付款的订单退到哪")


def test_one_character_counts_only_with_its_neighbour() -> None:
    assert asks_otherwise("大号婴儿床配多大床垫", "小号婴儿床配多大床垫")
