import codecs

import pytest

from kb.ingest.encoding import decode
from kb.ingest.problems import Code, Unusable

SIMPLIFIED = "编号,标准问,答案\n1,怎么申请退款？,请在订单页点击「申请退款」，48 小时内到账。\n"
TRADITIONAL = "編號,標準問,答案\n1,怎麼申請退款？,請在訂單頁點擊「申請退款」，48 小時內到賬。\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "utf-16-le"),
        (SIMPLIFIED, "utf-16-be"),
        (SIMPLIFIED, "utf-32"),
        (SIMPLIFIED, "gbk"),
        (SIMPLIFIED + "😀龘", "gb18030"),
        (SIMPLIFIED.replace("「", "“").replace("」", "”"), "gb2312"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "utf-8"),
        ("标准问,答案\n怎么退款,这样退\n", "gb18030"),
        ("標準問,答案\n怎麼退款,這樣退\n", "big5"),
        ("question,answer\na,b\n", "ascii"),
    ],
)
def test_a_text_is_read_in_the_encoding_that_it_was_written_in(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize(
    ("data", "row"),
    [
        pytest.param((SIMPLIFIED * 3).encode() + b"\xe6\x80", 7, id="cut in the middle of a character"),
        pytest.param(SIMPLIFIED.encode() + b"\xff\xfe\xff" + SIMPLIFIED.encode(), 3, id="bytes that are no text"),
        pytest.param(codecs.BOM_UTF8 + b"a\nb\n\xff", 3, id="a mark that promises too much"),
        pytest.param(b"question,answer\ncaf\xe9,cr\xe8me br\xfbl\xe9e\n", 2, id="western european"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_row(data: bytes, row: int) -> None:
    with pytest.raises(Unusable) as refused:
        decode(data)
    assert refused.value.code is Code.UNDECODABLE
    assert refused.value.row == row


def test_nul_bytes_are_named_with_their_row() -> None:
    with pytest.raises(Unusable) as refused:
        decode("标准问,答案\n怎么退".encode() + b"\0" * 8)
    assert (refused.value.code, refused.value.row) == (Code.NUL_BYTES, 2)


def test_simplified_and_mixed_text_is_never_taken_for_traditional() -> None:
    everyday = "您好退换货流程运费险由买家承担发票抬头修改积分过期优惠券不能叠加使用奶粉纸尿裤尺码温奶器保修"
    for at in range(len(everyday) - 6):
        text = f"问题,答案\n{everyday[at : at + 6]},{everyday[::-1][at : at + 6]}\n"
        assert decode(text.encode("gb18030"))[0] == text
