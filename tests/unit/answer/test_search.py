from datetime import date

import pytest

from kb.answer.highlight import spans
from kb.answer.match import Matcher
from kb.answer.search import search
from kb.types import Scope
from tests.fakes.shop import ENTRIES, release

TODAY = date(2026, 11, 19)
ANYTHING = Scope()


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return release().matcher


def ids(matcher: Matcher, text: str, scope: Scope = ANYTHING, **page: int) -> list[str]:
    return [hit.entry.id for hit in search(matcher, text, scope, TODAY, **page).hits]


def test_a_word_finds_the_entries_that_say_it(matcher: Matcher) -> None:
    assert set(ids(matcher, "退款")) == {"refund-sent", "refund-unsent"}


def test_the_exact_question_comes_first(matcher: Matcher) -> None:
    assert ids(matcher, "发票抬头可以修改吗")[0] == "title"


def test_words_that_only_the_answer_says_are_found(matcher: Matcher) -> None:
    assert "fee" in ids(matcher, "8元")


def test_nothing_is_found_where_nothing_is_shared(matcher: Matcher) -> None:
    assert ids(matcher, "zzzz") == []


def test_without_words_everything_served_today_is_leafed_through(matcher: Matcher) -> None:
    page = search(matcher, "", ANYTHING, TODAY, limit=4, offset=2)
    live = sorted(one.id for one in ENTRIES if one.served_on(TODAY))
    assert page.total == len(live) == len(ENTRIES) - 1
    assert [hit.entry.id for hit in page.hits] == live[2:6]


def test_pages_join_to_the_whole(matcher: Matcher) -> None:
    whole = ids(matcher, "怎么")
    assert len(whole) > 3
    assert ids(matcher, "怎么", limit=2) + ids(matcher, "怎么", limit=50, offset=2) == whole


def test_the_scope_narrows(matcher: Matcher) -> None:
    assert ids(matcher, "", Scope(category="发票")) == ["invoice", "title"]
    assert ids(matcher, "发票", Scope(tags=("常用",))) == ["invoice"]
    assert "milk" not in ids(matcher, "", Scope(product="纸尿裤"))


def test_what_has_expired_is_not_found(matcher: Matcher) -> None:
    assert "sale-over" not in ids(matcher, "双十一活动什么时候结束")


def test_the_places_of_the_words_are_given(matcher: Matcher) -> None:
    hit = search(matcher, "发票", ANYTHING, TODAY).hits[0]
    assert all(hit.entry.question[start:end] == "发票" for start, end in hit.in_question)
    assert hit.in_question


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        pytest.param("怎么退款，退款多久到", ["退款"], ["退款", "退款"], id="every place"),
        pytest.param("退貨流程", ["退货"], ["退貨"], id="Traditional characters"),
        pytest.param("ＷＮ－200怎么用", ["wn-200"], ["ＷＮ－200"], id="full width"),
        pytest.param("😀退款", ["退款"], ["退款"], id="after an emoji, counted in code points"),
        pytest.param("退款款", ["退款", "款款"], ["退款款"], id="overlapping words are one place"),
        pytest.param("没有", ["退款"], [], id="nothing"),
        pytest.param("", ["退款"], [], id="no text"),
    ],
)
def test_spans_mark_words_as_they_are_written(text: str, words: list[str], marked: list[str]) -> None:
    assert [text[start:end] for start, end in spans(text, words)] == marked
