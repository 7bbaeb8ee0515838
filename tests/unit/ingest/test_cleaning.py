from collections.abc import Sequence

import pytest

from kb.ingest.blocks import Block, Heading, Paragraph, Spot, Table
from kb.ingest.cleaning import STEPS, Step, tidy


def texts(blocks: Sequence[Block]) -> list[str]:
    return [
        "|".join(cell for row in block.rows for cell in row) if isinstance(block, Table) else block.text
        for block in blocks
    ]


def after(step: Step, *lines: str, broken: bool = True) -> list[str]:
    blocks, _ = STEPS[step]([Paragraph(line, broken=broken) for line in lines])
    return texts(blocks)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ＸＮ－１００ 售价５９％", "XN-100 售价59%", id="full-width letters and digits"),
        pytest.param("⻓⻋⻔，⼀⼆三", "长车门，一二三", id="parts of characters"),
        pytest.param("豈有此理 ﬁve", "豈有此理 five", id="compatibility forms and ligatures"),
        pytest.param("你\u200b好\ufeff\u00ad", "你好", id="unseen"),
        pytest.param("甲\u3000乙\u00a0丙", "甲 乙 丙", id="spaces of other kinds"),
        pytest.param("\uf0b7 加水", "• 加水", id="a bullet of a symbol font"),
        pytest.param("第①步，（约３㎡）：好！", "第①步，（约3㎡）：好！", id="Chinese marks and signs stay"),
        pytest.param("７．５寸", "7.5寸", id="a full-width point in a number"),
    ],
)
def test_forms_become_ordinary(text: str, expected: str) -> None:
    assert after(Step.FORMS, text) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        "- 1、下载文档前请自行甄别文档内容的完整性",
        "本站所有内容均由合作方或网友上传，本站不对文档的完整性做任何保证",
        "如有侵权请联系我们删除",
        "本文内容如侵犯您的权益，请及时告知",
        "查看更多",
        "点击展开全文",
        "- 大小：2.56 MB",
        "- 文档页数：18",
        "© 2026 某某文库 版权所有",
        "京ICP备12345678号",
        "仅供个人学习、研究之用，不得用于商业用途",
        "客服手册.docx VIP",
        "文档评论(0)",
        "158****3873 + 关注",
    ],
)
def test_lines_of_a_site_go(line: str) -> None:
    assert after(Step.SITE, "保修一年。", line, "从签收算起。") == ["保修一年。", "从签收算起。"]


@pytest.mark.parametrize(
    "line",
    [
        "会员日当天付款，享双倍积分。",
        "下载「禾小满」App，在我的订单里申请售后。",
        "侵权商品的投诉由专人处理，请提供权利证明。",
        "电子发票可以下载后打印。",
        "用户上门自提时请出示提货码。",
        "在帮助中心查看更多尺码说明，再决定买哪一款。",
        "文件大小不要超过 5 MB，格式为 jpg 或 png。",
        "满享卡是付费会员，99 元一年。",
    ],
)
def test_lines_of_a_shop_stay(line: str) -> None:
    assert after(Step.SITE, line) == [line]


def test_a_list_of_other_documents_goes_until_text_comes_again() -> None:
    lines = ("保修一年。", "您可能关注的文档", "空调说明书", "冰箱的选购 2026", "签收以后请先验货，再确认收货。")
    assert after(Step.SITE, *lines) == ["保修一年。", "签收以后请先验货，再确认收货。"]


def test_converters_are_silenced() -> None:
    warning = "Evaluation Warning: The document was created with Spire.Doc for .NET."
    assert after(Step.CONVERTER, warning, f"{warning}保修一年。") == ["保修一年。"]


def edge(text: str, page: int) -> Paragraph:
    return Paragraph(text, Spot(page), edge=True)


def test_headers_and_footers_go_when_several_pages_have_them() -> None:
    blocks: list[Block] = []
    for page in (1, 2, 3):
        blocks += [edge("商城 使用说明", page), Paragraph("商城 使用说明", Spot(page)), edge(f"{page}", page)]
    blocks.append(edge("这句只在第三页的边上。", 3))
    kept, removed = STEPS[Step.PAGE](blocks)
    assert texts(kept) == ["商城 使用说明"] * 3 + ["这句只在第三页的边上。"]
    assert len(removed) == 6


@pytest.mark.parametrize("line", ["第 3 页", "第3页 共10页", "- 3 -", "3 / 10", "Page 3 of 10", "共 10 页 第 3 页"])
def test_page_numbers_go(line: str) -> None:
    assert after(Step.PAGE_NUMBERS, line) == []


@pytest.mark.parametrize("line", ["第 3 页有图，请对照安装。", "3/4 的顾客选它", "24", "2026-12-01", "-18 度冷冻"])
def test_other_numbers_stay(line: str) -> None:
    assert after(Step.PAGE_NUMBERS, line) == [line]


def test_numbers_of_a_list_are_not_those_of_pages() -> None:
    lines = [f"{number}、{'请先断电放凉，再擦干机身和水箱，' * 8}最后装好。" for number in range(1, 6)]
    assert after(Step.PAGE_NUMBERS, *lines) == lines


def test_a_stray_line_in_another_script_goes_and_a_second_language_stays() -> None:
    chinese = ["保修从签收算起，一共一年。"] * 30
    assert after(Step.SCRIPT, *chinese, "ቤተ መጻሕፍቲ ባይዱ") == chinese
    russian = ["Гарантия один год."] * 30
    assert after(Step.SCRIPT, *chinese, *russian) == [*chinese, *russian]
    assert after(Step.SCRIPT, "WN-200", "Ω 5", "37℃") == ["WN-200", "Ω 5", "37℃"]


def test_a_stretch_that_comes_again_goes_and_repeated_steps_stay() -> None:
    stretch = [f"第{number}句说明，写得长一点，以便够得上一段文字。" for number in range(12)]
    assert after(Step.REPEATED, *stretch, "中间。", *stretch) == [*stretch, "中间。"]
    steps = ["打开订单页。", "点申请售后。", "填写原因。", "等待审核。", "寄回商品。"]
    assert after(Step.REPEATED, "甲款", *steps, "乙款", *steps) == ["甲款", *steps, "乙款", *steps]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["目录", "安装", "使用", "保养"], id="under its heading"),
        pytest.param(["安装……1", "使用……5", "保养……9"], id="with leaders"),
        pytest.param(["第一章安装第二章使用第三章保养"], id="run together"),
        pytest.param(["• 安装 • 使用 • 保养"], id="in one line with bullets"),
        pytest.param(["一、安装", "二、使用", "三、保养", "四、维修", "五、退换"], id="given away by the headings"),
        pytest.param(["[TOC]"], id="a mark for one"),
    ],
)
def test_tables_of_contents_go(lines: list[str]) -> None:
    body = ["一、安装", "先放平，再接水。", "二、使用", "先加水，再通电。", "三、保养", "用软布擦，别泡水。"]
    plain = [line.partition("、")[2] if lines[0] == "目录" and "、" in line[:2] else line for line in body]
    plain = (
        plain
        if not lines[0].startswith("•")
        else [line.partition("、")[2] if line[1] == "、" else line for line in body]
    )
    assert after(Step.CONTENTS, *lines, *plain) == plain


def test_a_list_without_a_table_of_contents_stays() -> None:
    lines = ["可以退的有：", "纸尿裤", "奶粉", "奶瓶", "玩具", "以上商品都要未拆封，才能退。"]
    assert after(Step.CONTENTS, *lines) == lines


def test_bullets_and_numbers_alone_go_and_others_become_items() -> None:
    blocks, removed = STEPS[Step.BULLETS](
        [Paragraph(text) for text in ("01", "•", "1 2", "• 加水", "5%", "。", "－－－", "➢ 通电", "37.5")]
    )
    assert [block.whole for block in blocks if isinstance(block, Paragraph)] == ["- 加水", "5%", "。", "- 通电", "37.5"]
    assert len(removed) == 6


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["请先断电放凉，再擦干机", "身和水箱。"], ["请先断电放凉，再擦干机身和水箱。"], id="inside a word"
        ),
        pytest.param(["请先断电，", "再擦干。"], ["请先断电，再擦干。"], id="behind a comma"),
        pytest.param(["注意数据安全", "。"], ["注意数据安全。"], id="a lone end"),
        pytest.param(["请先断电。", "再擦干。"], ["请先断电。", "再擦干。"], id="two sentences"),
        pytest.param(["清洗保养", "用软布擦，不要泡水。"], ["清洗保养", "用软布擦，不要泡水。"], id="a heading"),
        pytest.param(
            ["用软布擦，再用清水漂洗并", "故障排查", "先看插头，再看水位。"],
            ["用软布擦，再用清水漂洗并", "故障排查", "先看插头，再看水位。"],
            id="a torn end before a heading",
        ),
        pytest.param(
            ["有两种情形：", "1. 保修期内", "2. 保修期外"], ["有两种情形：", "1. 保修期内", "2. 保修期外"], id="items"
        ),
        pytest.param(
            ["适用型号有 WN-", "200 和 XN-100 两款。"], ["适用型号有 WN-200 和 XN-100 两款。"], id="a model's name"
        ),
        pytest.param(
            ["press the power but-", "ton, then wait."], ["press the power button, then wait."], id="a hyphen"
        ),
        pytest.param(
            ["提供优质的产品 和服务 ，一直如此。"], ["提供优质的产品和服务，一直如此。"], id="spaces for breaks"
        ),
        pytest.param(["第一条 签收后七天内可以退。"], ["第一条 签收后七天内可以退。"], id="a space that is meant"),
    ],
)
def test_cut_lines_are_joined(lines: list[str], expected: list[str]) -> None:
    assert after(Step.JOIN, *lines) == expected


def test_halves_of_a_sentence_find_each_other() -> None:
    lines = (
        "解决问题",
        "根据分析的结果，采取适当的措施解决，如提",
        "跟踪反馈",
        "问题解决以后，及时把结果告诉顾客。",
        "供补偿、调整产品等。",
    )
    assert after(Step.JOIN, *lines) == [
        "解决问题",
        "根据分析的结果，采取适当的措施解决，如提供补偿、调整产品等。",
        "跟踪反馈",
        "问题解决以后，及时把结果告诉顾客。",
    ]


def test_a_half_that_fits_nowhere_stays_where_it_is() -> None:
    lines = ("支付方式", "支持微信、支付宝，云闪付", "退款方式", "退款原路退回，不能改退。", "请在订单页查看进度。")
    assert after(Step.JOIN, *lines) == list(lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("客户服务服务务中心", "客户服务中心"),
        ("在任何与与客户的的互动中中", "在任何与客户的互动中"),
        (
            "有20%是因为为没有人人去关心心他们，665%的的顾客离离开的因因为你做做的不好好",
            "有20%是因为没有人去关心他们，65%的顾客离开的因为你做的不好",
        ),
        ("各种礼礼节往往往是谢谢谢的形形式，纷纷纷努力力推行行", "各种礼节往往是谢谢的形式，纷纷努力推行"),
    ],
)
def test_stuttering_text_is_mended(text: str, expected: str) -> None:
    assert after(Step.STUTTER, text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "谢谢您，我们常常天天看看爸爸妈妈，111 号也可以。",
        "拉拉裤没有 NB 码，云朵拉拉裤 XXL 码适合 15kg 以上，拉拉裤不分前后。",
        "宝宝亲亲抱抱举高高，奶奶慢慢走，娃娃蹦蹦跳跳。",
        "请一一核对，件件都要看看，人人有责，时时留意。",
        "他现在在家，目的的确明确，机会会来的。",
        "研究研究再说，讨论讨论，考虑考虑。",
        "200 元、1000 元、88 折、666",
    ],
)
def test_doubles_that_belong_stay(text: str) -> None:
    assert after(Step.STUTTER, text) == [text]


def test_every_step_leaves_a_clean_document_alone() -> None:
    blocks: list[Block] = [
        Heading("保修", 1),
        Paragraph("保修一年，从签收算起。"),
        Paragraph("先断电", mark="1. "),
        Paragraph("再擦干", mark="2. "),
        Table((("情形", "费用"), ("故障", "免费"), ("摔坏", "收费"))),
        Heading("退换", 1),
        Paragraph("签收 7 天内可以退，详见「我的 → 售后」。"),
    ]
    cleaned, done = tidy(blocks, "a.docx")
    assert cleaned == blocks
    assert done == ()


def test_a_step_twice_is_a_step_once() -> None:
    lines = ["查看更多", "01", "• 加水，再通", "电。", "ＸＮ１００", "客户服务服务务中心", "第 3 页"]
    once, _ = tidy([Paragraph(line, broken=True) for line in lines], "a.txt")
    twice, done = tidy(once, "a.txt")
    assert twice == once
    assert done == ()
