import numpy as np
import pytest

from kb.index import details as module
from kb.index.details import Detail, Details, DetailTable, details
from kb.text import normalise


def difference(question: str, phrasing: str) -> str:
    """The kind of detail in which the two contradict each other, "" for none."""
    asked, text = normalise(question), normalise(phrasing)
    found = DetailTable.build([text]).differences(asked, details(asked), np.array([0]))[0]
    return next((kind.value for kind, differs in zip(Detail, found, strict=True) if differs), "")


@pytest.mark.parametrize(
    ("question", "phrasing", "kind"),
    [
        ("7天内可以退吗", "15天内可以退吗", "quantity"),
        ("一段奶粉怎么冲", "二段奶粉怎么冲", "quantity"),
        ("M码适合多大", "L码适合多大", "quantity"),
        ("xl码有货吗", "L码有货吗", "quantity"),
        ("满199减30", "满299减30", "quantity"),
        ("WN-200怎么用", "XN-100怎么用", "code"),
        ("未发货怎么退款", "已发货怎么退款", "opposite"),
        ("怎么绑定银行卡", "怎么解绑银行卡", "opposite"),
        ("拆封后能退吗", "没拆封能退吗", "opposite"),
        ("开专票", "开普票", "opposite"),
        ("哪些商品不能退", "哪些商品能退", "negation"),
        ("哪些商品可以退", "哪些商品不可以退", "negation"),
        ("为什么退不了款", "怎么退款", "negation"),
        ("没收到货怎么退款", "收到货怎么退款", "negation"),
    ],
)
def test_twins_that_ask_for_the_opposite_differ(question: str, phrasing: str, kind: str) -> None:
    assert difference(question, phrasing) == kind
    assert difference(phrasing, question) == kind


@pytest.mark.parametrize(
    ("question", "phrasing"),
    [
        ("七天无理由退货", "7天无理由退货"),
        ("二段奶粉多大喝", "2段奶粉适合多大的宝宝"),
        ("十五天内", "15天内"),
        ("能不能退", "能退吗"),
        ("不能退吗", "能退吗"),
        ("有没有货", "有货吗"),
        ("到货了没", "到货了吗"),
        ("不好意思我想退货", "我想退货"),
        ("我买了3天能退吗", "能退吗"),
        ("一个月没收到货", "没收到货"),
        ("绑定和解绑的区别", "怎么解绑"),
        ("wn200", "多少钱"),
        ("两公斤", "2kg"),
        ("付款失败", "付不了款"),
        ("为什么不发货", "怎么还没发货"),
    ],
)
def test_what_is_the_same_in_other_words_does_not_differ(question: str, phrasing: str) -> None:
    assert difference(question, phrasing) == ""
    assert difference(phrasing, question) == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十天", 10),
        ("十五天", 15),
        ("二十天", 20),
        ("一百二十天", 120),
        ("两天", 2),
        ("二〇天", 20),
        ("半年", 0.5),
        ("1.5年", 1.5),
        ("一万元", 10_000),
        ("3千元", 3000),
    ],
)
def test_chinese_numerals_are_read(text: str, value: float) -> None:
    assert {amount for _, amount in details(text).quantities} == {value}


def test_a_saved_table_gives_the_same_differences() -> None:
    texts = ["7天内能退吗", "不能退", "wn-200怎么用", "普通问题"]
    built = DetailTable.build(texts)
    again = DetailTable(texts, built.arrays())
    rows = np.arange(len(texts))
    for question in ("15天内能退", "能退", "xn-100怎么用", "m码"):
        read = details(question)
        assert np.array_equal(built.differences(question, read, rows), again.differences(question, read, rows))
        assert np.array_equal(built.denials_differ(read, rows), again.denials_differ(read, rows))


def test_what_a_row_says_is_read_when_it_is_asked_for_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["7天内能退吗", "不能退款吗", "15天内能退吗"]
    first = DetailTable.build(texts)
    read: list[str] = []

    def reading(text: str) -> Details:
        read.append(text)
        return details(text)

    monkeypatch.setattr(module, "details", reading)
    table = DetailTable(texts, first.arrays())
    question = "30天内能退吗"
    for _ in range(2):
        table.differences(question, details(question), np.array([0, 1]))
    assert read == ["7天内能退吗"]
    again = table.restore(
        ["15天内能退吗", "7天内能退吗"], {name: array[[2, 0]] for name, array in table.arrays().items()}
    )
    again.differences(question, details(question), np.array([1]))
    assert read == ["7天内能退吗"]
