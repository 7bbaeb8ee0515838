"""Whatever is thrown at ingestion: what is exported comes back, and bytes never raise."""

import tempfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import docx
import openpyxl
import pptx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.ingest import cells, clean, plan, read
from kb.ingest.blocks import Paragraph
from kb.ingest.cleaning import tidy as tidy_up
from kb.ingest.encoding import decode
from kb.ingest.export import export
from kb.ingest.problems import Unusable
from kb.text import normalise
from kb.types import Entry, EntryId, EntryState, Link, SourcedEntry

TODAY = date(2026, 11, 21)
PIECES = st.sampled_from(
    [
        *"=+-@'\"＝＋－＠,;|\t\n，；、&<>[]()_ \u3000\u00a0\u2028\x07",
        "\r\n",
        "_x000D_",
        "00123",
        "退货",
        "怎么",
        "ＡＢ",
        "😀",
        "👨‍👩‍👧",
        "null",
        "1e5",
    ]
)
TEXT = st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=12).map("".join)
LINE = TEXT.map(clean.line)
QUESTION = LINE.filter(lambda text: bool(normalise(text)) and len(text) <= 200)
ADDRESS = LINE.filter(lambda text: not any(char.isspace() for char in text)).map("https://a.example/".__add__)


def _links(line: tuple[str, str]) -> Link | None:
    return cells.make_link(*line)


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    made = []
    for entry_id in draw(st.lists(LINE.filter(lambda text: 0 < len(text) <= 100), max_size=5, unique=True)):
        question = draw(QUESTION)
        long = draw(st.sampled_from([1, 1, 1, 900]))
        variants = [text for text in draw(st.lists(QUESTION, max_size=4, unique=True)) if text != question]
        days = sorted(draw(st.lists(st.dates(date(1990, 1, 1), date(2199, 12, 31)), min_size=2, max_size=2)))
        made.append(
            Entry(
                id=EntryId(entry_id),
                question=question,
                answer=draw(TEXT.map(clean.block).filter(lambda text: 0 < len(text) <= 5)) * long,
                variants=tuple(variants),
                category=draw(LINE),
                tags=tuple(draw(st.lists(LINE.filter(bool), max_size=3, unique=True))),
                product=draw(LINE),
                valid_from=draw(st.sampled_from([None, days[0]])),
                valid_until=draw(st.sampled_from([None, days[1]])),
                state=draw(st.sampled_from(EntryState)),
                links=tuple(
                    link
                    for link in draw(st.lists(st.tuples(LINE, ADDRESS).map(_links), max_size=3, unique=True))
                    if link
                ),
                follow_ups=tuple(draw(st.lists(LINE.filter(bool), max_size=3, unique=True))),
            )
        )
    return made


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx", ".jsonl"])
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(known=entries().filter(bool))
def test_what_is_exported_comes_back_unchanged(suffix: str, known: list[Entry]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"out{suffix}")
        export(known, path)
        found = read([path], today=TODAY)
    differing = [(back.entry, entry) for back, entry in zip(found.entries, known, strict=False) if back.entry != entry]
    assert differing == []
    assert len(found.entries) == len(known)
    changes = plan(found, [SourcedEntry(entry, "faq/a.csv") for entry in known])
    assert (changes.put, changes.retire) == ((), ())


@settings(deadline=None, max_examples=200)
@given(text=TEXT)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    for tidy in (clean.line, clean.block):
        assert tidy(tidy(text)) == tidy(text)
        assert clean.unseen(tidy(text)) == 0


DIRT = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "目录",
                "01",
                "。",
                "查看更多",
                "第 3 页",
                "• 加水",
                "一、范围",
                "1.1 用法",
                "客户服务服务务中心",
                "问：怎么退",
            ]
        ),
        st.text(alphabet="退货换的的与与客户，。：1234、 \n•一二第章节", max_size=30),
    ),
    max_size=30,
)


@settings(deadline=None, max_examples=150)
@given(lines=DIRT)
def test_cleaning_never_raises_and_never_writes_what_was_not_there(lines: list[str]) -> None:
    blocks, _ = tidy_up([Paragraph(line, broken=True) for line in lines], "a.txt")
    there = {char for line in lines for char in line}
    assert {char for block in blocks if isinstance(block, Paragraph) for char in block.text} <= there | {" "}


@settings(deadline=None, max_examples=200)
@given(text=TEXT)
def test_no_text_is_left_for_a_spreadsheet_to_calculate(text: str) -> None:
    assert cells.defuse(text)[:1] not in set("=+-@＝＋－＠")
    assert cells.restore(cells.defuse(text)) == text
    assert cells.restore(cells.keep_apostrophe(text)) == text


@settings(deadline=None, max_examples=300)
@given(
    data=st.one_of(
        st.binary(max_size=60),
        TEXT.flatmap(
            lambda text: st.sampled_from(
                [text.encode("utf-8", "replace"), text.encode("gb18030", "replace"), text.encode("utf-16", "replace")]
            )
        ),
    )
)
def test_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except Unusable as refused:
        assert refused.row is not None  # noqa: PT017 - either outcome is right
    else:
        assert "\0" not in text


TABLE = '编号,标准问,相似问,答案,链接\n1,怎么退货,"咋退\n退货",好,说明 https://a.example\n'


def _workbook() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.xlsx")
        made = openpyxl.Workbook()
        for row in (["标准问", "答案", "分类"], ["怎么退", "好", "退款"], ["怎么换", "=1", None]):
            made.active.append(row)
        made.active.merge_cells("C2:C3")
        made.save(path)
        return path.read_bytes()


def _document() -> bytes:
    made: Any = docx.Document()
    made.add_heading("怎么退？", 1)
    made.add_paragraph("这样退。")
    made.add_table(2, 2).cell(0, 0).text = "尺码"
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _slides() -> bytes:
    made = pptx.Presentation()
    made.slides.add_slide(made.slide_layouts[1]).shapes.title.text = "退货"
    out = BytesIO()
    made.save(out)
    return out.getvalue()


SEEDS = {
    ".txt": "退换\n====\n一、范围\n1. 怎么退？\n这样退，先申请\n再寄回。\n地区\t天数\n普通\t7\n".encode(),
    ".html": "<main><h1>退</h1><p>好<table><tr><td rowspan=2>a<td>b<tr><td>c</table><ul><li>d</ul></main>".encode(),
    ".docx": _document(),
    ".pptx": _slides(),
    ".xls": (Path(__file__).parents[1] / "integration" / "documents" / "旧表.xls").read_bytes(),
    ".csv": TABLE.encode(),
    ".tsv": TABLE.replace(",", "\t").encode("gb18030"),
    ".jsonl": '{"id": "1", "question": "怎么退", "answer": "好", "links": [{"title": "x", "url": "https://a.example"}]}\n'.encode(),
    ".md": "# 退货\n## 怎么退？\n1. [x](https://a.example)\n\n| a |\n|---|\n| b |\n\n问：谁付\n答：您\n".encode(),
    ".xlsx": _workbook(),
}


class Spoiled(NamedTuple):
    """How a good file is spoiled; where is told as a share of its length, so that an example stays short."""

    suffix: str
    edits: list[tuple[float, int, bytes]]  # where, how many bytes go, what comes in their place
    end: float  # what lies behind is cut off

    def data(self) -> bytes:
        data = bytearray(SEEDS[self.suffix])
        for at, length, new in self.edits:
            start = int(at * len(data))
            data[start : start + length] = new
        return bytes(data[: int(self.end * len(data))])


SHARE = st.floats(0, 1, allow_nan=False)
EDITS = st.lists(st.tuples(SHARE, st.integers(0, 8), st.binary(max_size=8)), max_size=6)
SPOILED = st.builds(Spoiled, st.sampled_from(sorted(SEEDS)), EDITS, st.one_of(st.just(1.0), SHARE))


@settings(deadline=None, max_examples=400)
@given(file=SPOILED)
def test_a_spoiled_file_never_raises_and_gives_only_entries_that_can_be_served(file: Spoiled) -> None:
    suffix, data = file.suffix, file.data()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a{suffix}")
        path.write_bytes(data)
        found = read([path], today=TODAY)
        changes = plan(found, [])
    for known in found.entries:
        assert normalise(known.entry.question)
        assert known.entry.answer
        assert known.entry.id
        assert all(link.url.startswith(("http://", "https://", "HTTP")) for link in known.entry.links)
    assert all(problem.message and problem.advice for problem in changes.problems)
    if found.files and found.files[0].blocked:
        assert found.blocked or found.problems
        assert path.name in found.held_sources
