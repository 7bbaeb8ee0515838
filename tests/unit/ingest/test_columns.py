import pytest

from kb.ingest.columns import Column, find_header, recognise


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("标准问", Column.QUESTION),
        (" 标 准 问 ", Column.QUESTION),
        ("標準問", Column.QUESTION),
        ("Ｑｕｅｓｔｉｏｎ", Column.QUESTION),
        ("标准问/question", Column.QUESTION),
        ("标准问（必填）", Column.QUESTION),
        ("\ufeff编号", Column.ID),
        ("Valid From", Column.VALID_FROM),
        ("valid_until", Column.VALID_UNTIL),
        ("相似问1", Column.VARIANTS),
        ("相似问 12", Column.VARIANTS),
        ("追问", Column.FOLLOW_UPS),
        ("链接", Column.LINKS),
        ("答案2", None),
        ("序号", None),
        ("备注", None),
        ("", None),
        ("/", None),
        ("答" * 100, None),
    ],
)
def test_headers_are_known_by_many_names(name: str, column: Column | None) -> None:
    assert recognise(name) is column


def test_every_column_is_known_by_its_chinese_and_its_english_name() -> None:
    assert all(recognise(column.value) is recognise(column.label) is column for column in Column)


def test_the_header_is_the_row_that_names_most() -> None:
    rows = [["常见问题 2026"], ["问题反馈请找小王", "答案"], ["分类", "标准问", "答案"], ["退款", "怎么退", "这样"]]
    assert find_header(rows) == (2, (Column.CATEGORY, Column.QUESTION, Column.ANSWER))


def test_a_table_about_something_else_has_no_header() -> None:
    assert find_header([["分类", "数量"], ["退款", "3"]]) is None


def test_a_header_is_not_looked_for_far_down() -> None:
    assert find_header([["x"]] * 10 + [["标准问", "答案"]]) is None
