import pytest

from kb.index.courtesy import without_courtesy
from kb.text import normalise


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("您好，请问怎么退款", "怎么退款"),
        ("你好呀，想问一下怎么退款，谢谢", "怎么退款"),
        ("亲，请问运费多少", "运费多少"),
        ("麻烦问下多久发货呀谢谢啦", "多久发货呀"),
        ("怎么退款？谢谢！", "怎么退款"),
        ("在吗？发票怎么开", "发票怎么开"),
        ("我想咨询一下会员怎么办", "会员怎么办"),
    ],
)
def test_greetings_and_thanks_are_taken_off(said: str, asked: str) -> None:
    assert without_courtesy(normalise(said)) == asked


@pytest.mark.parametrize(
    "text",
    [
        "亲子装怎么洗",
        "客服几点上班",
        "请问下单后多久发货"[2:],
        "额度是多少",
        "在不在保修期",
        "怎么联系客服",
        "母亲节有活动吗",
        "你好",
        "hiv",
        "太麻烦了",
    ],
)
def test_what_only_looks_polite_stays(text: str) -> None:
    assert without_courtesy(normalise(text)) == text


def test_asking_about_an_order_keeps_its_verb() -> None:
    assert without_courtesy("请问下单后多久发货") == "下单后多久发货"
