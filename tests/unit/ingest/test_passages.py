from hypothesis import given
from hypothesis import strategies as st

from kb.ingest.blocks import Heading, Paragraph, Spot, Table
from kb.ingest.passages import LONGEST, SHORTEST, cut, passages

SENTENCE = "保修从签收之日起算，请妥善保管订单。"


def shown(*blocks: Heading | Paragraph | Table) -> list[tuple[tuple[str, ...], str]]:
    return [(passage.section, passage.text) for passage in passages(blocks, "a.docx")]


def test_a_long_section_is_cut_evenly_at_ends_of_sentences() -> None:
    text = "".join(f"第{number}条写明保修从签收之日起算，请妥善保管订单。" for number in range(50))
    pieces = [text for _, text in shown(Heading("保修", 1), Paragraph(text))]
    assert "".join(pieces) == text
    assert all(SHORTEST <= len(piece) <= LONGEST and piece.endswith("。") for piece in pieces)
    assert max(map(len, pieces)) < 1.6 * min(map(len, pieces))


def test_short_sections_go_together_under_their_titles_but_not_over_pages() -> None:
    first, second = Spot(1), Spot(2)
    assert shown(
        Heading("说明", 1, first),
        Heading("加水", 2, first),
        Paragraph("加到线。", first),
        Heading("通电", 2, first),
        Paragraph("插紧。", first),
        Heading("清洗", 2, second),
        Paragraph("擦干。", second),
    ) == [(("说明",), "加水：加到线。\n通电：插紧。"), (("说明", "清洗"), "擦干。")]


def test_a_table_gives_its_rows_with_their_headings() -> None:
    table = Table(
        (
            ("尺码", "体重", "体重"),
            ("", "公斤", "斤"),
            ("NB", "5 以下", "10 以下"),
            ("S", "同上", "同上"),
            ("", "", ""),
        ),
        head=2,
    )
    assert shown(table) == [
        ((), "尺码：NB；体重 公斤：5 以下；体重 斤：10 以下"),
        ((), "尺码：S；体重 公斤、体重 斤：同上"),
    ]


def test_items_stay_with_the_line_that_announces_them() -> None:
    items = [Paragraph(f"第{number}种情形要先检测，再报价，您同意后才维修。", mark="- ") for number in range(3)]
    (only,) = shown(Paragraph("有三种情形："), *items)
    assert only[1].startswith("有三种情形：\n- 第0种")


def test_lines_that_only_look_like_headings_are_not_lost() -> None:
    prices = [Heading(text, 3) for text in ("地区 首重 续重", "江浙沪 6 元 2 元", "新疆 18 元 15 元")]
    told = (("说明书", "运费"), "地区 首重 续重\n江浙沪 6 元 2 元\n新疆 18 元 15 元")
    assert shown(Heading("说明书", 1), Heading("运费", 2), *prices) == [told]
    assert (
        shown(Heading("说明书", 1), Heading("运费", 2), *prices, Heading("保修", 2), Paragraph(SENTENCE * 5))[0] == told
    )
    assert shown(Heading("运费", 2), *prices, Heading("其他地区", 3), Paragraph(SENTENCE * 5))[-1][0] == (
        "运费",
        "其他地区",
    )
    assert shown(Heading("说明书", 1), Heading("运费", 2), *prices[:2]) == []
    assert shown(Heading("常见问题", 1), *[Heading(f"{what}能退吗？", 2) for what in "甲乙丙丁"]) == []


def test_the_same_text_in_the_same_section_counts_once() -> None:
    text = SENTENCE * 5
    assert len(shown(Heading("甲", 1), Paragraph(text), Heading("甲", 1), Paragraph(text))) == 1
    assert len(shown(Heading("甲", 1), Paragraph(text), Heading("乙", 1), Paragraph(text))) == 2
    assert len(shown(Table((("a", "b"), ("1", "2"), ("1", "2"))))) == 1


def test_the_id_depends_on_source_section_and_text() -> None:
    def made(source: str, title: str, text: str) -> str:
        return passages([Heading(title, 1), Paragraph(text)], source)[0].id

    ids = {made("a", "甲", "子。"), made("b", "甲", "子。"), made("a", "乙", "子。"), made("a", "甲", "丑。")}
    assert len(ids) == 4
    assert made("a", "甲", "子。") == "p-" + made("a", "甲", "子。")[2:]


def test_a_sentence_without_end_is_cut_all_the_same() -> None:
    text = "没有句号，" * 300
    assert "".join(cut(text)) == text
    assert all(len(piece) <= LONGEST for piece in cut("字" * 5000))


@given(st.lists(st.text(alphabet="保修退换，。！\n1 a", max_size=60), max_size=40))
def test_no_character_is_lost(parts: list[str]) -> None:
    found = passages([Paragraph(part) for part in parts], "a")
    there = "".join(sorted({char for passage in found for char in passage.text if not char.isspace()}))
    meant = {char for part in parts if any(c.isalnum() for c in part) for char in part if not char.isspace()}
    assert meant - set("，。！") <= set(there)
    assert all(0 < len(passage.text) <= LONGEST for passage in found)
