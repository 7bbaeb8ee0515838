from datetime import date

import pytest

from kb.ingest import cells
from kb.types import EntryState, Link


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01",
        "2026-12-1",
        "2026/12/1",
        "2026.12.01",
        "2026年12月1日",
        "2026 年 12 月 1 日",
        "２０２６－１２－０１",
        "20261201",
        "2026-12-01 00:00:00",
        "2026-12-01T00:00",
        "46357",
        "46357.0",
    ],
)
def test_a_day_is_understood_however_it_is_written(text: str) -> None:
    assert cells.parse_date(text) == date(2026, 12, 1)


@pytest.mark.parametrize(
    "text", ["明天", "2026-13-01", "2026-02-30", "12-01", "0026-12-01", "12345", "2026-12-01 x", "-1"]
)
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    assert cells.parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", EntryState.LIVE),
        ("  ", EntryState.LIVE),
        ("上线", EntryState.LIVE),
        ("上線", EntryState.LIVE),
        ("Live", EntryState.LIVE),
        ("草稿", EntryState.DRAFT),
        ("停用", EntryState.RETIRED),
        ("已下线", EntryState.RETIRED),
        ("大概吧", None),
        ("！！", None),
    ],
)
def test_states_have_their_names_and_nothing_else_passes(text: str, state: EntryState | None) -> None:
    assert cells.parse_state(text) is state


def test_tags_on_one_line_are_parted_by_any_comma() -> None:
    assert cells.split_tags("退货, 运费，时效、7天；质量|x") == ("退货", "运费", "时效", "7天", "质量", "x")


@pytest.mark.parametrize("tags", [(), ("退货",), ("退货", "运费"), ("甲,乙",), ("甲、乙", "丙")])
def test_tags_come_back_as_they_were(tags: tuple[str, ...]) -> None:
    assert cells.split_tags(cells.join_tags(tags)) == tags


@pytest.mark.parametrize(
    ("line", "link"),
    [
        ("退货说明 https://help.hexiaoman.example/r", Link("退货说明", "https://help.hexiaoman.example/r")),
        ("退货 说明 http://a.example", Link("退货 说明", "http://a.example")),
        ("https://a.example/x", Link("", "https://a.example/x")),
        ("[退货](https://a.example/x)", Link("退货", "https://a.example/x")),
    ],
)
def test_a_link_has_a_title_or_not(line: str, link: Link) -> None:
    assert cells.parse_link(line) == link
    assert cells.parse_link(cells.format_link(link)) == link


@pytest.mark.parametrize(
    "line",
    [
        "javascript:alert(1)",
        "点我 javascript:alert(1)",
        "ftp://a.example",
        "https://",
        "退货说明",
        "http://[x",
        "data:text/html,x",
    ],
)
def test_only_web_pages_are_linked(line: str) -> None:
    assert cells.parse_link(line) is None


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@you", "＝1", "'=1", "''-x"])
def test_what_a_spreadsheet_would_calculate_is_defused_and_restored(text: str) -> None:
    assert cells.defuse(text).startswith("'")
    assert cells.restore(cells.defuse(text)) == text
    assert cells.restore(cells.keep_apostrophe(text)) == text


@pytest.mark.parametrize("text", ["", "怎么退货", "'引用'", "1-2", "' =x"])
def test_ordinary_texts_are_left_alone(text: str) -> None:
    assert cells.defuse(text) == text == cells.restore(text)
