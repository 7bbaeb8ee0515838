"""A question about one product is not answered from an entry about another."""

from kb.answer.products import Products
from kb.index.knowledge import Knowledge
from kb.text import normalise
from kb.types import Entry, EntryId
from tests.fakes.embedder import BigramEmbedder

ENTRIES = [
    Entry(
        EntryId("a-wash"),
        "云净洗衣液可以机洗吗",
        "可以。",
        ("洗衣液 机洗",),
        category="洗护",
        product="云净洗衣液",
        tags=("洗衣液",),
    ),
    Entry(EntryId("b-warmer"), "怎么加热", "放进温奶器。", category="小家电", product="温奶器WN-200"),
    Entry(EntryId("c-nappy"), "多少片一包", "60 片。", category="纸尿裤", product="云朵纸尿裤"),
    Entry(EntryId("d-return"), "可以退货吗", "可以。", category="售后"),
    Entry(EntryId("e-opened"), "开封了能退吗", "不能。", category="洗护", product="云净洗护", tags=("洗护",)),
]
WASH, WARMER, NAPPY, RETURN, OPENED = range(5)


def another(text: str, position: int) -> bool:
    return Products(Knowledge.build(ENTRIES, BigramEmbedder())).another(normalise(text), position)


def test_a_question_about_another_product_is_seen() -> None:
    assert another("纸尿裤可以机洗吗", WASH)
    assert another("温奶器能洗衣服吗", WASH)
    assert another("洗衣液多少一包", NAPPY)


def test_a_question_about_this_product_or_none_is_passed_over() -> None:
    assert not another("洗衣液可以机洗吗", WASH)
    assert not another("这个可以机洗吗", WASH)
    assert not another("温奶器怎么加热", WARMER)  # the model's number does not matter
    assert not another("纸尿裤一包多少片", NAPPY)


def test_what_holds_for_all_products_answers_for_each() -> None:
    assert not another("纸尿裤可以退货吗", RETURN)
    assert not another("洗衣液开封了能退吗", OPENED)
    assert another("纸尿裤开封了能退吗", OPENED)
