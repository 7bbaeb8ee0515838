"""The demonstration shop's documents, as they are read: what an agent would look for is there, and whole."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from kb.ingest import Reading, read
from kb.types import EntryState

DOCUMENTS = Path(__file__).parents[2] / "data" / "faq" / "documents"


@cache
def reading() -> Reading:
    return read([DOCUMENTS], today=date(2026, 11, 21))


def of(file: str) -> list[tuple[tuple[str, ...], str]]:
    return [(passage.section, passage.text) for passage in reading().passages if passage.source == f"documents/{file}"]


@pytest.mark.parametrize(
    ("file", "section", "text"),
    [
        pytest.param(
            "WN-200温奶器说明书.pdf",
            ("禾电温奶器 WN-200 使用说明书", "5 故障排查"),
            "现象：加热明显变慢；可能原因：杯腔水垢过厚；处理方法：按第 4 章除垢",
            id="a table without rules in a pdf",
        ),
        pytest.param(
            "WN-200温奶器说明书.pdf",
            ("禾电温奶器 WN-200 使用说明书", "1 产品概述", "1.2 主要参数"),
            "项目：一次可温；参数：1 瓶，瓶身直径不超过 7.2 厘米",
            id="a ruled table in a pdf",
        ),
        pytest.param(
            "禾牧奶粉冲调与转奶指南.pdf",
            ("禾牧奶粉冲调与转奶指南", "四、转奶怎么转", "先不要转奶的时候"),
            "宝宝生病期间、打疫苗前后、刚开始添加辅食的几天、天气骤变或旅行途中，请先不要转奶，等状态平稳后再开始。",
            id="a page in two columns",
        ),
        pytest.param(
            "云朵纸尿裤尺码手册.xlsx",
            ("尺码表", "云朵纸尿裤、拉拉裤尺码手册 — 尺码表"),
            "类型：拉拉裤（套穿）；尺码：XXL；适合体重 公斤：15kg 以上；适合体重 斤：30 斤以上；适合阶段：会走、会跑",
            id="merged cells and two rows of headings",
        ),
        pytest.param(
            "退换货政策全文.docx",
            ("禾小满商城退换货政策", "第四章 退款"),
            "付款方式：银行卡、信用卡；到账时间：7–15 个工作日",
            id="merged cells in a Word table",
        ),
        pytest.param(
            "吸奶器XN-100与XN-200对比与清洗.pptx",
            ("哪些能洗，哪些不能洗",),
            "讲师备注：主机和导管只用干布擦。主机进水一般算人为损坏，需要收费维修，最终以检测结果为准。",
            id="a speaker's note",
        ),
        pytest.param(
            "禾乐玩具安全与适龄.html",
            ("禾乐玩具安全与适龄", "适龄一览"),
            "玩具：木质积木；适用年龄：1.5 岁以上；主要信息：一套 80 粒；清洁：拧干的湿布擦拭后擦干，不要浸泡、水煮",
            id="a table of a web page",
        ),
        pytest.param(
            "签收验货须知.txt",
            ("签收验货须知", "三、遇到这些情况"),
            "情况：发错；怎么办：不要拆开使用，签收 15 天内申请售后，可换可退，运费商城承担",
            id="a table of a text in GB18030",
        ),
        pytest.param(
            "配送范围与运费表.md",
            ("配送范围与运费表", "快递与时效"),
            "收货地：偏远地区；发货后多久到：5–7 天",
            id="a table in Markdown",
        ),
    ],
)
def test_a_fact_is_found_whole_in_its_section(file: str, section: tuple[str, ...], text: str) -> None:
    assert (section, text) in of(file)


def test_a_text_box_stands_where_it_is_read() -> None:
    texts = [text for _, text in of("小满食光辅食添加手册.docx")]
    assert any("1 岁前不用另加盐" in text and "过敏提示：每款辅食" in text for text in texts)


def test_hard_wrapped_lines_are_whole_again() -> None:
    text = "".join(text for _, text in of("小家电保修条款.txt"))
    for sentence in (
        "电子体温计 TW-10、恒温调奶壶",
        "下单账号代为申请，",
        "不同意的，可要求原样寄回。",
        "线下维修点，也不提供",
    ):
        assert sentence in text


def test_no_furniture_is_left() -> None:
    there = "\n".join(f"{' '.join(passage.section)}\n{passage.text}" for passage in reading().passages)
    for scrap in (
        "Cookie",
        "内部培训资料",
        "热门文章",
        "版权所有",
        "禾小满商城 |",
        "第 1 页",
        "[TOC]",
        "这篇文章有帮助吗",
    ):
        assert scrap not in there


def test_every_question_is_a_draft_and_nothing_blocks() -> None:
    found = reading()
    assert len(found.entries) >= 20
    assert {known.entry.state for known in found.entries} == {EntryState.DRAFT}
    assert not found.blocked
    assert {summary.file for summary in found.files if not summary.passages} == set()
