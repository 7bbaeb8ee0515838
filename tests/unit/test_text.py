"""Chinese text has one door."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jieba import Tokenizer
from opencc import OpenCC

from kb.text import SIMPLIFIED, Words, bigrams, characters, fingerprint, normalise, number_of, plain_numbers


@pytest.mark.parametrize(
    ("written", "matched"),
    [
        pytest.param("怎么退款？", "怎么退款", id="punctuation goes"),
        pytest.param("  怎么　退 款\n", "怎么退款", id="white space between Chinese characters goes"),
        pytest.param("iPhone  Pro Max 能用吗", "iphone pro max能用吗", id="one space between Latin words stays"),
        pytest.param("ＷＮ－２００温奶器", "wn-200温奶器", id="full width becomes half width"),
        pytest.param("請問發票抬頭寫錯了怎麼辦", "请问发票抬头写错了怎么办", id="Traditional becomes Simplified"),
        pytest.param("水温45.5℃，兑1/2", "水温45.5°c兑1/2".replace("°", " "), id="numbers keep what is inside them"),
        pytest.param("打 8.5 折，省 15%！", "打8.5折省15%", id="a percentage stays one"),
        pytest.param("-- 50% off...", "50% off", id="stray marks go"),
        pytest.param("怎么用😀👍", "怎么用", id="emoji go"),
        pytest.param("😀？！…", "", id="nothing is left of marks alone"),
        pytest.param("e\u0301\u0301\u0301", "é", id="piled-up combining marks go"),
        pytest.param("满\u200b59\ufeff包邮", "满59包邮", id="zero-width characters go"),
        pytest.param("㈱①½", "株1 1 2".replace("1 1", "11"), id="compatibility forms"),
    ],
)
def test_text_is_brought_to_one_form(written: str, matched: str) -> None:
    assert normalise(written) == matched


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text(alphabet=SIMPLIFIED, max_size=40))
def test_no_phrase_of_frequent_simplified_characters_needs_converting(text: str) -> None:
    assert OpenCC("t2s").convert(text) == text
    assert normalise(text) == text


@pytest.mark.parametrize("text", ["沈船", "土坏", "藉口", "答覆", "英哩"])
def test_a_phrase_that_only_looks_simplified_is_converted(text: str) -> None:
    assert normalise(text) == OpenCC("t2s").convert(text) != text


@given(st.text(max_size=60))
def test_nothing_but_words_is_left(text: str) -> None:
    kinds = {unicodedata.category(char)[0] for char in normalise(text) if char not in " .-+/%_"}
    assert kinds <= {"L", "N"}


@given(st.text(alphabet="退款多久abC1 。2-.%", max_size=30))
def test_units_hold_every_letter_once(text: str) -> None:
    normal = normalise(text)
    assert "".join(characters(normal)) == normal.replace(" ", "")


def test_a_model_code_is_one_unit() -> None:
    assert characters(normalise("WN-200 和 TN-120")) == ["wn-200", "和", "tn-120"]


def test_even_one_character_has_two_bigrams() -> None:
    assert bigrams("退") == ["^退", "退$"]
    assert bigrams("退款") == ["^退", "退款", "款$"]


@given(st.text(alphabet="退款多久ab1 的％.？！。?!", max_size=12))
def test_marks_at_the_end_mean_nothing(text: str) -> None:
    assert normalise(f"{text}？") == normalise(f"{text}。!") == normalise(f" {text}")


def test_words_know_the_house_s_own() -> None:
    text = normalise("满享卡怎么续费")
    assert "满享卡" not in Words()(text)
    assert "满享卡" in Words(["满享卡"])(text)


def test_words_made_again_from_their_table_cut_alike() -> None:
    words = Words(["满享卡"])
    again = Words(words.own, dict(words.table))
    assert again(normalise("满享卡怎么续费")) == words(normalise("满享卡怎么续费"))
    assert "满享卡" not in Words().table


def test_a_word_that_jieba_knows_as_well_counts_once() -> None:
    words = Words(["我们", "可以", "没有", "一个", "自己", "他们", "什么", "时候", "这个", "知道"])
    assert words("开不了机") == Words(words.own, dict(words.table))("开不了机")


@given(st.text(alphabet="退款多久ab1 的不了开发票什么时候满享卡送货上门", max_size=30))
def test_words_are_those_of_jieba(text: str) -> None:
    normal = normalise(text)
    assert OWN(normal) == [word for word in CUTTER.cut(normal) if word != " "]


@given(st.text(alphabet="退款多久ab1 的", max_size=20))
def test_words_lose_nothing(text: str) -> None:
    normal = normalise(text)
    assert "".join(WORDS(normal)) == normal.replace(" ", "")


WORDS, OWN, CUTTER = Words(), Words(["满享卡"]), Tokenizer()
CUTTER.FREQ, CUTTER.total, CUTTER.initialized = OWN.table, sum(OWN.table.values()), True


def test_fingerprints_differ_with_the_text() -> None:
    assert fingerprint("退款") == fingerprint("退款")
    assert fingerprint("退款") != fingerprint("退货")
    assert len(fingerprint("")) == 32


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("十五天", "15天"),
        ("两件", "2件"),
        ("一百二十三", "123"),
        ("二十", "20"),
        ("二零二六年", "2026年"),
        ("零五号", "05号"),
        ("一百零五", "105"),
        ("7天", "7天"),
    ],
)
def test_numerals_become_digits(text: str, plain: str) -> None:
    assert plain_numbers(text) == plain


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("半", 0.5),
        ("7.5", 7.5),
        ("1.5万", 15_000),
        ("十", 10),
        ("二十一", 21),
        ("一百零五", 105),
        ("两千三百", 2_300),
        ("三万五千", 35_000),
        ("一亿", 100_000_000),
        ("二零二六", 2026),
    ],
)
def test_a_written_number_has_its_value(numeral: str, value: float) -> None:
    assert number_of(numeral) == value
