import pytest

from kb.ingest import clean


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  怎么退货？\u3000", "怎么退货？"),
        ("第一步\r\n第二步\r第三步", "第一步\n第二步\n第三步"),
        ("甲\u2028乙\x0b丙", "甲\n乙\n丙"),
        ("退\x00款\x07", "退款"),
        ("\ufeff退款\ud800", "退款"),
        ("\u202e退款", "退款"),
        ("👨‍👩‍👧 宝宝", "👨‍👩‍👧 宝宝"),
        ("ＡＢＣ，全角", "ＡＢＣ，全角"),
    ],
)
def test_texts_stay_as_written_but_for_what_nobody_sees(raw: str, kept: str) -> None:
    assert clean.block(raw) == kept
    assert clean.block(kept) == kept


def test_removed_characters_are_counted() -> None:
    assert clean.unseen("退\x00款\x07\n\t") == 2


def test_a_line_has_no_breaks() -> None:
    assert clean.line("怎么\n退货\t呢 ") == "怎么 退货 呢"


def test_lines_of_a_cell_are_trimmed_and_kept_once() -> None:
    assert clean.lines(" 咋退\r\n\n咋退 \n退货流程") == ("咋退", "退货流程")
