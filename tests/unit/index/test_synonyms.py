"""Words of one meaning, read as the first of their group."""

import pytest

from kb.index.synonyms import Synonyms
from kb.text import Words

GROUPS = (("快递", "包裹", "物流"), ("优惠券", "抵用券", "券"), ("运费", "邮费"))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("我的包裹到哪了", "我的快递到哪了", id="another word for it"),
        pytest.param("快递到哪了", "快递到哪了", id="the word itself"),
        pytest.param("抵用券怎么用", "优惠券怎么用", id="the longer word first"),
        pytest.param("优惠券怎么用", "优惠券怎么用", id="a word that holds another of its group"),
        pytest.param("证券怎么买", "证券怎么买", id="a character within another word"),
        pytest.param("券怎么用", "优惠券怎么用", id="the character alone"),
        pytest.param("包裹的邮费谁出", "快递的运费谁出", id="two groups"),
        pytest.param("怎么退款", "怎么退款", id="none of them"),
    ],
)
def test_each_word_is_read_as_the_first_of_its_group(text: str, read: str) -> None:
    assert Synonyms(GROUPS).read(text, Words()) == read


def test_reading_twice_changes_nothing_more() -> None:
    chased = Synonyms((("快递", "包裹"), ("包裹", "物流")))
    for text in ("物流到哪了", "包裹到哪了", "快递到哪了"):
        once = chased.read(text, Words())
        assert chased.read(once, Words()) == once


def test_without_groups_a_text_stays() -> None:
    assert Synonyms(()).read("包裹", Words()) == "包裹"
