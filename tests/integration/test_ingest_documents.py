"""Documents of every format, made here, and what is read from them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pptx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pptx.util import Cm

from kb.ingest import Code, Reading, plan, read
from kb.ingest.cleaning import Step
from kb.types import EntryState, SourcedEntry
from tests.fakes.paper import HEIGHT, Put, Rule, lines, pdf

TODAY = date(2026, 11, 21)
DOCUMENTS = Path(__file__).parent / "documents"


def reading(*paths: Path) -> Reading:
    return read(paths, today=TODAY)


def passages(found: Reading) -> list[tuple[tuple[str, ...], str]]:
    return [(passage.section, passage.text) for passage in found.passages]


def pairs(found: Reading) -> list[tuple[str, str]]:
    return [(known.entry.question, known.entry.answer) for known in found.entries]


def codes(found: Reading) -> list[Code]:
    return [problem.code for problem in found.problems]


# --- html

PAGE = """<!DOCTYPE html><html><head><title>开发票 - 商城</title><style>p{color:red}</style></head><body>
<div class="cookie-bar">我们使用 Cookie，继续浏览即表示同意。</div>
<header><a href="/">首页</a><nav><a>购物</a><a>配送</a></nav></header>
<p class="breadcrumb">首页 &gt; 帮助</p>
<main><h1>开发票</h1><p>企业和个人都可以<b>开票</b>，<br>不另外收费。</p>
<ul><li>电子发票：当天开好</li><li>专用发票<ol><li>上传资质</li><li>等待审核</li></ol></li></ul>
<table><tr><th rowspan="2">类型</th><th colspan="2">时间</th></tr><tr><th>开好</th><th>寄出</th></tr>
<tr><td>电子</td><td>1 天</td><td>不寄</td></tr><tr><td>专用</td><td colspan="2">7 天</td></tr></table>
<h2>抬头写错了怎么改？</h2><p>点<a href="https://a.example/x">申请换开</a>。</p>
<p hidden>看不见的字</p><script>var a = 1;</script></main>
<aside><h2>热门文章</h2><a>怎么退货</a></aside>
<footer>© 2026 商城 版权所有</footer></body></html>"""


def test_a_web_page_gives_its_content_and_nothing_around_it(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE, encoding="utf-8")
    found = reading(path)
    assert pairs(found) == [("抬头写错了怎么改？", "点申请换开。")]
    assert [link.url for link in found.entries[0].entry.links] == ["https://a.example/x"]
    assert passages(found) == [
        (
            ("开发票",),
            "企业和个人都可以开票，\n不另外收费。\n- 电子发票：当天开好\n- 专用发票\n1. 上传资质\n2. 等待审核",
        ),
        (("开发票",), "类型：电子；时间 开好：1 天；时间 寄出：不寄"),
        (("开发票",), "类型：专用；时间 开好、时间 寄出：7 天"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "big5"])
def test_a_web_page_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.htm"
    text = "<html><body><h1>尺碼說明</h1><p>這款紙尿褲偏小，建議選大一碼，可以先買小包試穿一下。</p></body></html>"
    path.write_bytes(text.encode(encoding))
    assert passages(reading(path)) == [(("尺碼說明",), "這款紙尿褲偏小，建議選大一碼，可以先買小包試穿一下。")]


def test_a_page_made_of_divisions_is_read_without_its_menus(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    menu = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("购物指南", "配送说明", "退换政策", "会员"))
    path.write_text(
        f"<html><body><div><ul>{menu}</ul></div><div><div>满 59 元包邮，偏远地区满 99 元。</div></div></body></html>",
        encoding="utf-8",
    )
    assert passages(reading(path)) == [((), "满 59 元包邮，偏远地区满 99 元。")]


# --- docx


def word(path: Path, fill: Callable[[Any], None]) -> Path:
    made: Any = docx.Document()
    fill(made)
    made.save(path)
    return path


def test_a_word_file_gives_headings_lists_tables_and_text_boxes_in_order(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        made.add_paragraph("说明书", style="Title")
        made.add_heading("用法", 1)
        made.add_paragraph("先看这里，再动手。")
        for text in ("加水", "通电"):
            made.add_paragraph(text, style="List Number")
        made.add_paragraph("别烫手", style="List Bullet")
        box = parse_xml(
            f"<w:r {nsdecls('w', 'wp')} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
            "<mc:AlternateContent><mc:Choice Requires='wps'><w:txbxContent><w:p><w:r><w:t>框里的提示，请留意。</w:t>"
            "</w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r>"
            "<w:t>框里的提示，请留意。</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
        made.add_paragraph("框外的话在前。")._p.append(box)
        made.add_heading("保修", 1)
        table = made.add_table(4, 3)
        texts = [
            ["情形", "费用", "运费"],
            ["故障", "免费", "我们出"],
            ["摔坏", "收费", "您出"],
            ["进水", "收费", "您出"],
        ]
        for at, row in enumerate(texts):
            for column, text in enumerate(row):
                table.cell(at, column).text = text
        table.cell(2, 1).merge(table.cell(3, 1)).text = "收费"
        table.cell(1, 1).merge(table.cell(1, 2)).text = "都不用出"
        removed = parse_xml(f"<w:p {nsdecls('w')}><w:del><w:r><w:delText>删掉的字</w:delText></w:r></w:del></w:p>")
        made.element.body.append(removed)

    found = reading(word(tmp_path / "a.docx", fill))
    assert passages(found) == [
        (
            ("说明书", "用法"),
            "先看这里，再动手。\n1. 加水\n2. 通电\n- 别烫手\n框外的话在前。\n框里的提示，请留意。",
        ),
        (("说明书", "保修"), "情形：故障；费用、运费：都不用出"),
        (("说明书", "保修"), "情形：摔坏；费用：收费；运费：您出"),
        (("说明书", "保修"), "情形：进水；费用：收费；运费：您出"),
    ]


def test_questions_in_a_word_file_become_drafts(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        made.add_heading("售后", 1)
        made.add_heading("保修多久？", 2)
        made.add_paragraph("一年，从签收算起。")
        made.add_paragraph("问：进水保修吗？")
        made.add_paragraph("答：不保修，属于人为损坏。")
        made.add_paragraph("Q2：在哪里申请？A：在订单页。")
        table = made.add_table(2, 2)
        for at, text in enumerate(("标准问", "答案", "怎么寄回", "用泡沫包好。")):
            table.cell(at // 2, at % 2).text = text

    found = reading(word(tmp_path / "a.docx", fill))
    assert pairs(found) == [
        ("保修多久？", "一年，从签收算起。"),
        ("进水保修吗？", "不保修，属于人为损坏。"),
        ("在哪里申请？", "在订单页。"),
        ("怎么寄回", "用泡沫包好。"),
    ]
    assert {known.entry.state for known in found.entries} == {EntryState.DRAFT}
    assert found.proposed == {known.entry.id for known in found.entries}
    assert Code.PROPOSED in codes(found)


def test_a_document_that_says_so_is_taken_as_approved(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        made.add_heading("售后问答", 1)
        made.add_paragraph("词条状态：上线")
        made.add_heading("保修多久？", 2)
        made.add_paragraph("一年，从签收算起。")

    found = reading(word(tmp_path / "a.docx", fill))
    assert [known.entry.state for known in found.entries] == [EntryState.LIVE]
    assert found.proposed == frozenset()
    path = tmp_path / "b.md"
    path.write_text("---\nstate: live\n---\n## 怎么退？\n这样退。\n", encoding="utf-8")
    assert [known.entry.state for known in reading(path).entries] == [EntryState.LIVE]


def test_a_proposal_never_overrules_a_live_entry(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("## 怎么退？\n这样退。\n", encoding="utf-8")
    (draft,) = reading(path).entries
    live = SourcedEntry(
        type(draft.entry).from_dict(draft.entry.as_dict() | {"state": "live", "answer": "那样退。"}), draft.source
    )
    changes = plan(reading(path), [live])
    assert changes.empty
    assert Code.PROPOSAL_DIFFERS in [problem.code for problem in changes.problems]
    assert plan(reading(path), [draft]).empty


def test_a_table_of_entries_comes_before_a_document(tmp_path: Path) -> None:
    folder = tmp_path / "faq"
    folder.mkdir()
    (folder / "a.md").write_text("## 怎么退？\n资料里这样写。\n", encoding="utf-8")
    (folder / "b.csv").write_text("标准问,答案\n怎么退？,审定的答案。\n", encoding="utf-8")
    found = reading(folder)
    assert pairs(found) == [("怎么退？", "审定的答案。")]
    assert found.entries[0].entry.state is EntryState.LIVE


# --- pptx


def test_slides_are_read_from_the_top_left_with_tables_and_notes(tmp_path: Path) -> None:
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "选购"

    def put(left: float, top: float, text: str) -> None:
        slide.shapes.add_textbox(Cm(left), Cm(top), Cm(9), Cm(2)).text_frame.text = text

    put(13, 8, "右边说明，给背奶的妈妈。")
    put(1, 8, "左边说明，偶尔用的选它。")
    put(13, 5.5, "双边款")
    put(1, 5.5, "单边款")
    table = slide.shapes.add_table(2, 2, Cm(1), Cm(12), Cm(20), Cm(3)).table
    for at, text in enumerate(("款式", "价格", "单边", "见商品页")):
        table.cell(at // 2, at % 2).text = text
    slide.notes_slide.notes_text_frame.text = "讲慢一点。"
    hidden = made.slides.add_slide(made.slide_layouts[5])
    hidden.shapes.title.text = "藏起来的"
    hidden._element.set("show", "0")
    path = tmp_path / "a.pptx"
    made.save(str(path))
    found = reading(path)
    assert passages(found) == [
        (("选购",), "单边款：左边说明，偶尔用的选它。\n双边款：右边说明，给背奶的妈妈。"),
        (("选购",), "款式：单边；价格：见商品页"),
        (("选购",), "讲慢一点。"),
    ]
    assert {passage.page for passage in found.passages} == {1}
    assert found.passages[-1].where == "第 1 张幻灯片的备注"
    assert Code.SLIDE_HIDDEN in codes(found)


# --- pdf

LEFT = (
    "温奶器用隔水加热的方式把奶瓶里的奶温到合适的温度，不用来烧水。放入奶瓶以前请先在杯腔里加水，"
    "水位在最低线和最高线之间。请不要无水干烧，加水也不要超过最高水位线，以免溢出。"
)
RIGHT = (
    "喂奶以前一定要摇匀，并滴在手腕内侧试温，不烫再喂宝宝。温好的奶请当次喝完，不要再次冷藏、冷冻，"
    "也不要反复加热。使用完毕请拔下插头，倒净余水，擦干杯腔，晾干以后再收好。"
)
ROWS = [
    ("现象", "原因", "办法"),
    ("不通电", "插头没有插紧", "插紧插头再试"),
    ("不加热", "水位低于最低线", "加水后重新启动"),
    ("有焦味", "内部故障", "立即断电并联系客服"),
]


def furniture(number: int) -> list[Put | Rule]:
    return [Put(60, 40, "禾小满商城 使用说明", 8), Put(280, HEIGHT - 42, f"第 {number} 页", 8)]


def table(*, ruled: bool) -> list[Put | Rule]:
    out: list[Put | Rule] = [
        Put(x, 124 + 20 * at, text) for at, row in enumerate(ROWS) for x, text in zip((64, 204, 364), row, strict=True)
    ]
    if ruled:
        out += [Rule(60, 120 + 20 * at, 540, 120 + 20 * at) for at in range(5)]
        out += [Rule(x, 120, x, 200) for x in (60, 200, 360, 540)]
    return out


def test_two_columns_are_read_one_after_the_other_without_the_furniture(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    first = [*furniture(1), Put(60, 80, "温奶器使用说明", 18), *lines(LEFT, 60, 120, wide=20)]
    path.write_bytes(pdf([[*first, *lines(RIGHT, 320, 120, wide=20)], [*furniture(2), Put(60, 80, "保修", 14)]]))
    found = reading(path)
    assert passages(found) == [(("温奶器使用说明",), LEFT), (("温奶器使用说明",), RIGHT)]
    assert [done.count for done in found.cleaned if done.step is Step.PAGE] == [4]
    assert [(passage.page, passage.where) for passage in found.passages] == [(1, "第 1 页"), (1, "第 1 页")]


def test_a_sentence_goes_on_in_the_next_column_and_on_the_next_page(tmp_path: Path) -> None:
    text = (LEFT + RIGHT)[:160]
    first, second, third = text[:60], text[60:120], text[120:]
    path = tmp_path / "a.pdf"
    path.write_bytes(
        pdf(
            [
                [*furniture(1), *lines(first, 60, 120, wide=20), *lines(second, 320, 120, wide=20)],
                [*furniture(2), *lines(third, 60, 120, wide=20)],
            ]
        )
    )
    assert [text for _, text in passages(reading(path))] == [text]


@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "without rules"])
def test_a_table_is_read_row_by_row(tmp_path: Path, ruled: bool) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([[Put(60, 80, "故障排查", 14), *lines(LEFT, 60, 240, wide=40), *table(ruled=ruled)]]))
    assert passages(reading(path)) == [
        (("故障排查",), LEFT),
        (("故障排查",), "现象：不通电；原因：插头没有插紧；办法：插紧插头再试"),
        (("故障排查",), "现象：不加热；原因：水位低于最低线；办法：加水后重新启动"),
        (("故障排查",), "现象：有焦味；原因：内部故障；办法：立即断电并联系客服"),
    ]


def test_what_is_printed_twice_to_look_bold_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    said = "保修从签收之日起算，请妥善保管订单。"
    path.write_bytes(pdf([[*lines(LEFT, 60, 240, wide=40), Put(60, 100, said), Put(60.4, 100.3, said)]]))
    assert sum(passage.text.count(said) for passage in read([path], today=TODAY).passages) == 1


def test_a_scanned_file_is_reported_as_such_and_blocks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([[], []], picture=True))
    found = reading(path)
    assert codes(found) == [Code.SCANNED]
    assert not found.blocked
    assert found.held_sources == {"a.pdf"}


def test_scanned_pages_among_others_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([lines(LEFT, 60, 120, wide=40), [], []], picture=True))
    found = reading(path)
    assert [problem.message for problem in found.problems] == ["第 2、3 页是扫描图片，没有文字，未导入"]
    assert [text for _, text in passages(found)] == [LEFT]


def test_a_long_file_tells_its_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([lines(f"第{page}章的说明，写在这里。", 60, 120, wide=40) for page in range(1, 31)]))
    told: list[str] = []
    found = read([path], today=TODAY, progress=lambda source, *_: told.append(source))
    assert told == ["a.pdf", *(f"a.pdf（第 {page} / 30 页）" for page in range(1, 31)), "a.pdf"]
    assert len(found.passages) == 30


# --- tables that are no entries, and other texts


def test_an_old_workbook_is_read_with_its_merged_cells_and_a_word_about_formulas() -> None:
    found = reading(DOCUMENTS / "旧表.xls")
    assert [(known.entry.id, known.entry.answer, known.entry.category) for known in found.entries] == [
        ("A1", "在订单页申请。", "退换"),
        ("A2", "买家出。", "退换"),
        ("A3", "59", "运费"),
    ]
    assert {known.entry.state for known in found.entries} == {EntryState.LIVE}
    assert passages(found) == [(("尺码",), "尺码：NB；体重：5kg 以下"), (("尺码",), "尺码：S；体重：4–8kg")]
    assert codes(found) == [Code.SHEET_HIDDEN, Code.FORMULAS_UNSEEN, Code.SHEET_SKIPPED]


def test_a_csv_without_questions_becomes_passages_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("地区;运费;时效\n江浙沪;8 元;1–2 天\n新疆;15 元;5–7 天\n", encoding="utf-8")
    found = reading(path)
    assert passages(found) == [
        ((), "地区：江浙沪；运费：8 元；时效：1–2 天"),
        ((), "地区：新疆；运费：15 元；时效：5–7 天"),
    ]
    assert [passage.where for passage in found.passages] == ["第 2 行", "第 3 行"]
    assert codes(found) == [Code.NO_TABLE]
    assert found.held_sources == {"a.csv"}


def test_a_text_with_questions_gives_them_and_the_rest_as_passages(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "退换说明\n========\n\n一、范围\n自营商品都可以退换，从签收\n那天算起。\n\n二、常见问题\n1. 怎么申请退货？\n"
        "打开订单页，点申请售后。\n2. 运费谁出？\n质量问题我们出，其他您出。\n\n"
        "三、时限\n地区\t天数\n普通\t7\n偏远\t10\n",
        encoding="gb18030",
    )
    found = reading(path)
    assert pairs(found) == [
        ("怎么申请退货？", "打开订单页，点申请售后。"),
        ("运费谁出？", "质量问题我们出，其他您出。"),
    ]
    assert passages(found) == [
        (("退换说明", "一、范围"), "自营商品都可以退换，从签收那天算起。"),
        (("退换说明", "三、时限"), "地区：普通；天数：7"),
        (("退换说明", "三、时限"), "地区：偏远；天数：10"),
    ]
    assert [found.places[known.entry.id].row for known in found.entries] == [9, 11]


def test_the_same_document_gives_the_same_ids_and_another_text_another(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# 运费\n满 59 元包邮。\n", encoding="utf-8")
    first = reading(path).passages
    assert reading(path).passages == first
    path.write_text("# 运费\n满 99 元包邮。\n", encoding="utf-8")
    assert reading(path).passages[0].id != first[0].id
