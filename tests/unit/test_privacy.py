"""Personal data is masked, and ordinary shop talk is left alone."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.privacy import PersonalKind, find, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我的电话13812345678帮我查", "我的电话[手机号]帮我查"),
        ("138 1234 5678", "[手机号]"),
        ("+86 138-1234-5678", "[手机号]"),
        ("１３８１２３４５６７８", "[手机号]"),
        ("身份证11010519491231002X", "身份证[身份证号]"),
        ("身份证 110105 19491231 002x 的", "身份证 [身份证号] 的"),
        ("卡号6222 0212 3456 7894 120", "卡号[银行卡号]"),
        ("发到zhang.san@example.com谢谢", "发到[邮箱]谢谢"),
        ("座机010-62345678转801", "座机[电话]"),
        ("打(0755)2345678也行", "打[电话]也行"),
        ("我住北京市朝阳区建国路88号院3号楼2单元501室", "我住[地址]"),
        ("寄到上海市徐汇区漕溪北路18号", "寄到[地址]"),
        ("寄到人民路八号楼三单元就行", "寄到[地址]就行"),
        ("订单号:HX20261101234", "订单号:[单号]"),
        ("我的订单 3321 到哪了", "我的订单 [单号] 到哪了"),
        ("SF1234567890123到哪了", "[单号]到哪了"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "7天无理由退货几天到账",
        "满199减30能用几张",
        "WN-200和TN-120哪个好",
        "3段800g一罐多少钱",
        "订单超过30分钟未付款会取消吗",
        "订单2026年11月的能开发票吗",
        "这条路怎么走",
        "小区门口可以放吗",
        "周一到周五8:30-22:30",
        "双12是2026-12-01到2026-12-13吗",
        "100分抵1元",
    ],
)
def test_shop_talk_is_left_alone(text: str) -> None:
    assert mask(text) == text


def test_a_number_with_a_wrong_check_digit_is_no_identity_card() -> None:
    assert [f.kind for f in find("110105194912310021")] == [PersonalKind.ORDER]


@given(st.text(max_size=200))
def test_findings_are_in_order_and_never_overlap(text: str) -> None:
    findings = find(text)
    assert all(0 <= f.start < f.end <= len(text) for f in findings)
    assert all(a.end <= b.start for a, b in pairwise(findings))


@given(st.text(alphabet="1380 -市区路号楼a@.订单号：", max_size=300))
def test_masking_a_masked_text_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize("piece", ["路", "1", "市区", "一号", "a.", "a@", "1 ", "订单", "省市区路号"])
def test_no_text_makes_the_search_run_away(piece: str) -> None:
    start = time.process_time()
    find((piece * 1000)[:1000])
    assert time.process_time() - start < 2  # a runaway pattern takes minutes
