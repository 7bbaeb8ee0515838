import pytest

from kb.ingest.blocks import Block, Heading, Paragraph, Table
from kb.ingest.columns import Column
from kb.ingest.document import document
from kb.ingest.lines import numbered_level
from kb.ingest.outline import outline
from kb.ingest.pairs import pairs


def found(*blocks: Block) -> list[tuple[object, object]]:
    records, _ = pairs(outline(blocks))
    return [(record.fields[Column.QUESTION], record.fields[Column.ANSWER]) for record in records]


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param([Paragraph("问：怎么退？"), Paragraph("答：这样退。")], id="marked"),
        pytest.param([Paragraph("Q1: 怎么退？"), Paragraph("A1: 这样退。")], id="marked in Latin"),
        pytest.param([Paragraph("问题1：怎么退？答：这样退。")], id="in one line"),
        pytest.param([Paragraph("问：怎么退？\n答：这样退。")], id="in one paragraph"),
        pytest.param([Heading("怎么退？", 2), Paragraph("这样退。")], id="a heading"),
        pytest.param([Heading("3.2 怎么退？", 2), Paragraph("这样退。")], id="a numbered heading"),
        pytest.param([Paragraph("1. 怎么退？"), Paragraph("这样退。")], id="a numbered question"),
        pytest.param([Paragraph("怎么退？", mark="1. "), Paragraph("答：这样退。")], id="an item"),
        pytest.param([Table((("问题", "答案"), ("怎么退？", "这样退。")))], id="a table"),
    ],
)
def test_a_question_with_its_answer_is_found(blocks: list[Block]) -> None:
    assert found(*blocks) == [("怎么退？", "这样退。")]


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param([Heading("怎么退？", 2)], id="without an answer"),
        pytest.param([Heading("怎么退？", 2), Paragraph("长" * 2000)], id="with a chapter for an answer"),
        pytest.param(
            [Heading("怎么选？", 2), Table((("尺码", "体重"), ("S", "4kg")))], id="with a table for an answer"
        ),
        pytest.param(
            [Heading("怎么用", 1), Heading("加水", 2), Paragraph("加到线。"), Heading("通电", 2), Paragraph("插紧。")],
            id="a chapter of sections",
        ),
        pytest.param([Paragraph("1. 坏了吗？"), Paragraph("2. 少了吗？")], id="a list of questions"),
        pytest.param([Paragraph("为什么要这样？因为有人不看说明，弄坏了。")], id="a question in running text"),
        pytest.param([Heading("退换", 2), Paragraph("签收 7 天内可以退。")], id="no question"),
    ],
)
def test_what_is_no_pair_stays_a_passage(blocks: list[Block]) -> None:
    assert found(*blocks) == []
    records, rest = pairs(blocks)
    assert records == []
    assert rest == blocks


def test_nothing_is_in_both_and_nothing_in_neither() -> None:
    made = document(
        [
            Heading("退换", 1),
            Paragraph("自营商品都可以退。"),
            Heading("怎么退？", 2),
            Paragraph("这样退。"),
            Heading("时限", 1),
            Paragraph("七天。"),
        ],
        "a.docx",
    )
    assert [record.fields[Column.ANSWER] for record in made.records] == ["这样退。"]
    assert [record.fields[Column.CATEGORY] for record in made.records] == ["退换"]
    assert [passage.text for passage in made.passages] == ["退换：自营商品都可以退。\n时限：七天。"]


@pytest.mark.parametrize(
    ("text", "level"),
    [("第一章 总则", 1), ("一、范围", 2), ("（一）时限", 3), ("1.2 主要参数", 2), ("1.2.3 清洗", 3)],
)
def test_numbered_headings_are_told_by_their_number(text: str, level: int) -> None:
    (heading, _) = outline([Paragraph("x。"), Paragraph(text), Paragraph("说明写在这里，看一看。")])[1:]
    assert isinstance(heading, Heading)
    assert heading.level == level


@pytest.mark.parametrize(
    "text", ["1.5 岁以上，可以用", "3.5%的顾客", "一、先断电，再擦干。", "2.5kg", "第一次使用要空转，请留意", "7.2"]
)
def test_other_numbers_are_no_numbers_of_headings(text: str) -> None:
    assert numbered_level(text) is None


def test_a_title_alone_at_the_end_is_kept_as_text() -> None:
    assert outline([Paragraph("先看这里，再动手。"), Paragraph("智能语音交互")])[1] == Paragraph("智能语音交互")
