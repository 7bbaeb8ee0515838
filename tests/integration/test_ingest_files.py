"""Real files, good and bad, read from a folder."""

import os
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kb.ingest import Code, Reading, plan, read
from kb.ingest.readers import csv_file, workbook, xlsx
from kb.types import EntryState, SourcedEntry

TODAY = date(2026, 11, 21)
TABLE = "编号,标准问,相似问,答案\n1,怎么退货,咋退,在订单页申请。\n2,运费谁出,,买家出。\n"


def reading(*paths: Path) -> Reading:
    return read(paths, today=TODAY)


def blocking(found: Reading) -> list[tuple[Code, int | None]]:
    return [(problem.code, problem.row) for problem in found.problems if problem.blocks]


def notices(found: Reading) -> list[Code]:
    return [problem.code for problem in found.problems if not problem.blocks]


def questions(found: Reading) -> list[str]:
    return [known.entry.question for known in found.entries]


def book(path: Path, *sheets: list[list[Any]], **states: str) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets, 1):
        sheet = made.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    made.save(path)
    return made


# --- folders


def test_a_folder_is_read_in_order_and_its_sources_have_the_same_names_anywhere(tmp_path: Path) -> None:
    for place in ("here", "there/deep"):
        folder = tmp_path / place / "faq"
        (folder / "sub").mkdir(parents=True)
        (folder / "b.csv").write_text("标准问,答案\n怎么退货,这样。\n", encoding="utf-8")
        (folder / "a.jsonl").write_text('{"question": "怎么换货", "answer": "那样。"}\n', encoding="utf-8")
        (folder / "sub" / "c.MD").write_text("## 怎么付款？\n扫码。\n", encoding="utf-8")
        found = reading(folder)
        assert [known.source for known in found.entries] == ["faq/a.jsonl", "faq/b.csv", "faq/sub/c.MD"]
        assert questions(found) == ["怎么换货", "怎么退货", "怎么付款？"]
        assert found.scopes == ("faq",)
        assert [problem.code for problem in found.problems] == [Code.PROPOSED]


def test_a_file_or_folder_given_alone_is_the_one_that_came_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "faq" / "sub").mkdir(parents=True)
    for name in ("a.csv", "sub/b.csv"):
        (tmp_path / "faq" / name).write_text("标准问,答案\n怎么退货,这样。\n", encoding="utf-8")

    def scopes(name: str, *known: str) -> tuple[str, ...]:
        return read([tmp_path / "faq" / name], today=TODAY, known=known).scopes

    assert scopes("a.csv") == scopes("a.csv", "other/a.csv", "faq/b.csv") == ("a.csv",)
    assert scopes("a.csv", "faq/a.csv") == ("faq/a.csv",)
    assert scopes("a.csv", "faq/a.csv", "a.csv") == ("a.csv",)
    assert scopes("sub", "faq/sub/b.csv") == ("faq/sub",)
    assert scopes("sub/b.csv", "faq/sub/b.csv") == ("faq/sub/b.csv",)
    assert scopes(".", f"{tmp_path.name}/faq/a.csv") == (f"{tmp_path.name}/faq",)


def test_hidden_temporary_and_measuring_files_are_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "faq"
    (folder / "questions").mkdir(parents=True)
    (folder / ".git").mkdir()
    for name in (
        "~$a.xlsx",
        ".DS_Store",
        "._a.csv",
        "a.csv~",
        "a.csv.tmp",
        "Thumbs.db",
        "questions/q.csv",
        ".git/x.csv",
    ):
        (folder / name).write_text("x", encoding="utf-8")
    (folder / "a.csv").write_text(TABLE, encoding="utf-8")
    found = reading(folder)
    assert [summary.file for summary in found.files] == ["faq/a.csv"]
    assert found.problems == ()


def test_formats_that_are_not_read_are_named_and_block_nothing(tmp_path: Path) -> None:
    for name in ("guide.doc", "old.ppt", "page.mht"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a.csv").write_text(TABLE, encoding="utf-8")
    found = reading(tmp_path)
    assert notices(found) == [Code.UNSUPPORTED] * 3
    assert blocking(found) == []


def test_a_folder_without_anything_to_read_blocks_and_retires_nothing(tmp_path: Path) -> None:
    full = tmp_path / "faq"
    full.mkdir()
    (full / "a.csv").write_text(TABLE, encoding="utf-8")
    known = reading(full).entries
    (full / "a.csv").unlink()
    found = reading(full)
    assert blocking(found) == [(Code.NOTHING_FOUND, None)]
    assert plan(found, known).retire == ()


def test_a_path_that_is_not_there_blocks(tmp_path: Path) -> None:
    assert blocking(reading(tmp_path / "nowhere.csv")) == [(Code.NOT_FOUND, None)]


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    folder = tmp_path / "faq"
    folder.mkdir()
    (folder / "a.csv").write_text(TABLE, encoding="utf-8")
    found = reading(folder, folder / "a.csv", folder / ".." / "faq")
    assert len(found.entries) == 2
    assert found.problems == ()


def test_two_files_of_one_source_name_block(tmp_path: Path) -> None:
    for place in ("x", "y"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "a.csv").write_text(TABLE, encoding="utf-8")
    assert blocking(reading(tmp_path / "x" / "a.csv", tmp_path / "y" / "a.csv")) == [(Code.NAME_TWICE, None)]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    (tmp_path / "b.csv").symlink_to(tmp_path / "nowhere")
    assert blocking(reading(tmp_path)) == [(Code.UNREADABLE, None)] * 2


def test_progress_tells_every_file_and_the_end(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("标准问,答案\n", encoding="utf-8")
    told: list[tuple[str, int, int]] = []
    read([tmp_path], today=TODAY, progress=lambda *step: told.append(step))
    root = tmp_path.name
    assert told == [(f"{root}/a.csv", 0, 2), (f"{root}/b.csv", 1, 2), (f"{root}/b.csv", 2, 2)]


# --- tables


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "，", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_table_is_read_whatever_parts_its_columns(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE.replace(",", delimiter).encode(encoding))
    assert questions(reading(path)) == ["怎么退货", "运费谁出"]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('说明\n\n标准问,答案\n"怎么\n退货",好\n\n没有答案,\n', encoding="utf-8")
    found = reading(path)
    assert [(problem.row, problem.where) for problem in found.problems] == [(6, "第 6 行（用文本编辑器看是第 7 行）")]
    assert questions(found) == ["怎么 退货"]


def test_several_columns_of_variants_are_put_together(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("标准问,答案,相似问1,相似问2\n怎么退货,好,咋退,\n怎么换货,好,,咋换\n", encoding="utf-8")
    assert [known.entry.variants for known in reading(path).entries] == [("咋退",), ("咋换",)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("问题,分类\n怎么退,x\n", (Code.MISSING_COLUMN, 1), id="no answer column"),
        pytest.param("答案\n好\n", (Code.MISSING_COLUMN, 1), id="no question column"),
        pytest.param("甲,乙\n", (Code.NO_HEADER, None), id="no header"),
        pytest.param("\n" * 50, (Code.NO_HEADER, None), id="empty lines only"),
        pytest.param("问题,答案,答案\n怎么退,a,b\n", (Code.DUPLICATE_COLUMN, 1), id="two answer columns"),
        pytest.param('问题,答案\n怎么退,a\n怎么换,"没有结束\n后面,b\n', (Code.BROKEN_QUOTES, 3), id="an open quote"),
        pytest.param("", (Code.EMPTY_FILE, None), id="no bytes"),
        pytest.param("<html><table><tr><td>问题</td></tr></table>", (Code.WRONG_FORMAT, None), id="a web page"),
        pytest.param("问题,答案\n1,怎么\0退\n", (Code.NUL_BYTES, 2), id="a NUL"),
        pytest.param("编号,问题,答案\n1,怎么退,a\n1,怎么换,b\n", (Code.SAME_ID, 3), id="an id twice"),
    ],
)
def test_a_table_that_cannot_be_used_blocks(tmp_path: Path, text: str, problem: tuple[Code, int | None]) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    found = reading(path)
    assert blocking(found) == [problem]
    assert found.entries == ()


def test_a_cell_too_many_means_a_comma_without_quotes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("问题,答案\n怎么退,先申请,再寄回\n怎么换,好,,\n", encoding="utf-8")
    found = reading(path)
    assert notices(found) == [Code.EXTRA_CELLS]
    assert questions(found) == ["怎么换"]


def test_a_repeated_question_without_ids_is_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("问题,答案,产品\n怎么洗,a,甲\n怎么洗？,b,甲\n怎么洗,c,乙\n", encoding="utf-8")
    found = reading(path)
    assert notices(found) == [Code.REPEATED_QUESTION]
    assert [known.entry.answer for known in found.entries] == ["a", "c"]


def test_unknown_columns_are_pointed_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("问题,答案,备注,\n怎么退,好,x,\n", encoding="utf-8")
    assert notices(reading(path)) == [Code.UNKNOWN_COLUMN]


def test_a_million_empty_rows_cost_little(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("问题,答案\n" + ",\n" * 1_000_000 + "怎么退,好\n", encoding="utf-8")
    found = reading(path)
    assert [(known.entry.question, found.places[known.entry.id].row) for known in found.entries] == [
        ("怎么退", 1_000_002)
    ]


def test_more_rows_than_are_accepted_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "MOST_ROWS", 10)
    path = tmp_path / "a.csv"
    path.write_text("问题,答案\n" + "怎么退,好\n" * 10, encoding="utf-8")
    assert blocking(reading(path)) == [(Code.TOO_MANY_ROWS, None)]


# --- what stays although it can't be read


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param("", id="empty"),
        pytest.param("编号,标准问\n1,怎么退货\n", id="a column is gone"),
        pytest.param("编号,标准问,答案\n1,怎么退货,\n2,运费谁出,买家出。\n", id="an answer is gone"),
        pytest.param("编号,标准问,答案,状态\n1,怎么退货,好,对\n2,运费谁出,买家出。,\n", id="a state is wrong"),
        pytest.param("编号,标准问,答案\n,,好\n2,运费谁出,买家出。\n", id="nobody knows which entry it was"),
        pytest.param(TABLE + "1,又一个,好\n", id="an id stands there twice"),
    ],
)
def test_damage_never_retires(tmp_path: Path, damaged: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLE, encoding="utf-8")
    known = reading(path).entries
    path.write_text(damaged, encoding="utf-8")
    found = reading(path)
    assert found.problems
    assert plan(found, known).retire == ()


def test_a_row_taken_out_is_retired(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLE, encoding="utf-8")
    known = reading(path).entries
    path.write_text(TABLE.rpartition("2,")[0], encoding="utf-8")
    assert plan(reading(path), known).retire == ("2",)


# --- workbooks


def test_every_sheet_with_a_header_is_read_and_others_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made = book(
        path,
        [["门店常见问题"], [], ["标准问", "答案"], ["怎么退货", "好"]],
        [["数量", "分类"], [1, 2]],
        [],
        [["question", "answer"], ["怎么换货", "行"]],
        [["question", "answer"], ["藏起来的", "行"]],
    )
    made["表5"].sheet_state = "hidden"
    made.save(path)
    found = reading(path)
    assert questions(found) == ["怎么退货", "怎么换货"]
    assert notices(found) == [Code.SHEET_HIDDEN, Code.SHEET_SKIPPED]
    assert [found.places[known.entry.id].where for known in found.entries] == [
        "工作表“表1”第 4 行",
        "工作表“表4”第 2 行",
    ]


def test_a_workbook_of_something_else_is_passed_over_and_retires_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book(path, [["编号", "标准问", "答案"], ["1", "怎么退", "好"]])
    known = reading(path).entries
    book(path, [["尺码", "体重"], ["NB", "5kg 以下"]], [["说明"]])
    found = reading(path)
    assert notices(found) == [Code.NO_TABLE]
    assert blocking(found) == []
    assert plan(found, known).retire == ()


def test_cells_become_what_the_editor_sees(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    head = ["编号", "标准问", "答案", "生效时间", "失效时间", "产品"]
    book(
        path,
        [
            head,
            ["00123", "满多少包邮", 59.0, date(2026, 12, 1), "2026年12月13日", True],
            [12, "退多少", 0.5, 46357, None, None],
        ],
    )
    first, second = (known.entry for known in reading(path).entries)
    assert (first.id, first.answer, first.valid_from, first.valid_until, first.product) == (
        "00123",
        "59",
        date(2026, 12, 1),
        date(2026, 12, 13),
        "TRUE",
    )
    assert (second.id, second.answer, second.valid_from) == ("12", "0.5", date(2026, 12, 1))


def test_the_other_calendar_of_excel_is_respected(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made = book(path, [["标准问", "答案", "生效时间"]])
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    made["表1"].append(["怎么退", "好", date(2026, 12, 1)])
    made.save(path)
    assert reading(path).entries[0].entry.valid_from == date(2026, 12, 1)


def test_merged_cells_count_for_every_row_they_span(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows: list[list[Any]] = [
        ["退款", "怎么退款", "好"],
        [None, "多久退款", "行"],
        [None, "退到哪", "可以"],
        ["物流", "几天到", "三天"],
    ]
    made = book(path, [["分类", "标准问", "答案"], *rows])
    made["表1"].merge_cells("A2:A4")
    made["表1"].merge_cells("B5:B6")
    made.save(path)
    found = reading(path)
    assert [known.entry.category for known in found.entries] == ["退款", "退款", "退款", "物流"]
    assert found.problems == ()


def test_a_formula_is_a_problem_and_what_was_calculated_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book(path, [["标准问", "答案", "备注"], ["怎么退", "=1+1", ""], ["怎么换", "好", "=2"], ["怎么修", "#REF!", ""]])
    with_value = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(with_value, "w") as new:
        for name in old.namelist():
            new.writestr(
                name, old.read(name).replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>").replace(b"<v></v>", b"<v>2</v>")
            )
    path.write_bytes(with_value.getvalue())
    found = reading(path)
    assert questions(found) == ["怎么换"]
    assert notices(found) == [Code.UNKNOWN_COLUMN, Code.FORMULA, Code.CELL_ERROR]


def test_rich_text_and_excels_own_escapes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book(path, [["标准问", "答案"], ["怎么退", "X"]])
    data = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            rich = "<r><t>第一步_x000D_\n_xD83D_</t></r><r><t>第二步</t></r><rPh><t>dì</t></rPh>".encode()
            new.writestr(name, part.replace(b"<t>X</t>", rich))
    path.write_bytes(data.getvalue())
    assert reading(path).entries[0].entry.answer == "第一步\n\n第二步".replace("\n\n", "\n")


def _without(name: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            for part in old.namelist():
                if part != name:
                    new.writestr(part, old.read(part))
        return out.getvalue()

    return change


def _replacing(name: str, old_text: bytes, new_text: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            for part in old.namelist():
                content = old.read(part)
                new.writestr(part, content.replace(old_text, new_text, 1) if part == name else content)
        return out.getvalue()

    return change


def _overwritten(data: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        at = archive.getinfo(SHEET).header_offset + 100
    return data[:at] + b"\0" * 50 + data[at + 50 :]


SHEET = "xl/worksheets/sheet1.xml"
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet'


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        pytest.param(lambda data: data[: len(data) // 2], Code.DAMAGED, id="cut in half"),
        pytest.param(lambda data: data[:-30], Code.DAMAGED, id="cut at the end"),
        pytest.param(_overwritten, Code.DAMAGED, id="overwritten"),
        pytest.param(lambda _: b"PK\x03\x04", Code.DAMAGED, id="only a mark"),
        pytest.param(lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Code.WRONG_FORMAT, id="an old xls"),
        pytest.param(lambda _: b"<html><table></table></html>", Code.WRONG_FORMAT, id="a web page"),
        pytest.param(lambda _: TABLE.encode(), Code.WRONG_FORMAT, id="a csv"),
        pytest.param(_without("xl/workbook.xml"), Code.WRONG_FORMAT, id="an archive of something else"),
        pytest.param(_without(SHEET), Code.DAMAGED, id="a sheet is missing"),
        pytest.param(_without("xl/_rels/workbook.xml.rels"), Code.DAMAGED, id="the list of parts is missing"),
        pytest.param(_replacing(SHEET, b"</row>", b"</wor>"), Code.DAMAGED, id="bad xml"),
        pytest.param(_replacing(SHEET, b"<worksheet", BOMB), Code.DAMAGED, id="an entity bomb"),
        pytest.param(_replacing(SHEET, b'r="A2"', b'r="A99999999"'), Code.DAMAGED, id="a row beyond the last"),
        pytest.param(_replacing(SHEET, b'r="A2"', b'r="ZZZ2"'), Code.DAMAGED, id="a column beyond the last"),
        pytest.param(_replacing(SHEET, b't="inlineStr"', b't="s"'), Code.DAMAGED, id="a text that is nowhere"),
    ],
)
def test_a_workbook_that_is_none_blocks_with_its_reason(
    tmp_path: Path, damage: Callable[[bytes], bytes], code: Code
) -> None:
    path = tmp_path / "a.xlsx"
    book(path, [["标准问", "答案"], ["怎么退", "好"]])
    path.write_bytes(damage(path.read_bytes()))
    found = reading(path)
    assert blocking(found) == [(code, None)]
    assert found.entries == ()


def test_a_workbook_that_unpacks_to_more_than_is_accepted_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    book(path, [["标准问", "答案"], ["怎么退", "好"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * (2 << 20))
    monkeypatch.setattr(xlsx, "LARGEST_UNPACKED", 1 << 20)
    assert path.stat().st_size < 20_000
    assert blocking(reading(path)) == [(Code.TOO_LARGE_UNPACKED, None)]


def test_a_long_text_shared_by_many_cells_is_not_multiplied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LONGEST_SHEET", 10_000)
    path = tmp_path / "a.xlsx"
    book(path, [["标准问", "答案"], *[["怎么退", "好" * 200]] * 100])
    assert blocking(reading(path)) == [(Code.TOO_LARGE_UNPACKED, None)]


def test_more_cells_than_are_accepted_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_CELLS", 100)
    path = tmp_path / "a.xlsx"
    book(path, [["标准问", "答案"], *[["怎么退", "好"]] * 100])
    assert blocking(reading(path)) == [(Code.TOO_LARGE_UNPACKED, None)]


def test_a_note_beside_the_table_does_not_spoil_the_row(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book(path, [["标准问", "答案"], ["怎么退", "好", "待确认"]])
    assert questions(reading(path)) == ["怎么退"]


def test_a_cell_in_the_last_corner_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made = book(path, [["标准问", "答案"], ["怎么退", "好"]])
    made["表1"]["XFD1048576"] = "x"
    made.save(path)
    assert questions(reading(path)) == ["怎么退"]


# --- JSON lines and Markdown


def test_bad_lines_of_json_are_named_and_the_others_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = [
        '{"question": "怎么退", "answer": "好"}',
        '{"question": "怎么',
        "[1]",
        "[" * 100_000,
        '{"question": "怎么换", "answer": NaN}',
        "1" * 5_000,
        '{"问题": "怎么修", "答案": "寄回", "extra": 1}',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = reading(path)
    assert [(problem.code, problem.row) for problem in found.problems] == [
        *((Code.BAD_JSON, row) for row in range(2, 7)),
        (Code.UNKNOWN_COLUMN, None),
    ]
    assert questions(found) == ["怎么退", "怎么修"]


def test_questions_in_a_text_become_entries(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "---\ntitle: 退换货怎么办？\n---\n# 退换货\n本店说明。\n"
        "## 1. 怎么退货？\n答：打开[订单页](https://a.example/o)，点**退货**。\n\n1. 填原因\n2. 寄回\n\n"
        "### 注意\n别拆封。\n"
        "## 门店\n上海。\n"
        "# 支付\n问：能货到付款吗\n答：不能。\n\nQ2: 花呗呢？\n\nA: 可以。[坏](javascript:x)\n",
        encoding="utf-8",
    )
    found = reading(path)
    assert [(known.entry.question, known.entry.answer, known.entry.category) for known in found.entries] == [
        ("怎么退货？", "打开订单页，点退货。\n\n1. 填原因\n2. 寄回\n\n注意\n\n别拆封。", "退换货"),
        ("能货到付款吗", "不能。", "支付"),
        ("花呗呢？", "可以。坏", "支付"),
    ]
    assert [link.url for link in found.entries[0].entry.links] == ["https://a.example/o"]
    assert [found.places[known.entry.id].row for known in found.entries] == [6, 17, 20]
    assert notices(found) == [Code.BAD_LINK, Code.PROPOSED]
    assert {known.entry.state for known in found.entries} == {EntryState.DRAFT}
    assert [(passage.section, passage.text) for passage in found.passages] == [
        (("退换货",), "本店说明。\n门店：上海。"),
    ]


def test_the_demonstration_kind_of_line_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"id": "HD003", "question": "双12什么时候开始", "variants": ["双十二几号", "12.12活动"], '
        '"answer": "12 月 1 日起。", "category": "优惠券与活动", "tags": ["活动"], "product": "", '
        '"valid_from": "2026-12-01", "valid_until": "2026-12-13", "state": "live", '
        '"links": [{"title": "活动页", "url": "https://help.hexiaoman.example/a"}], "follow_ups": []}\n',
        encoding="utf-8",
    )
    found = reading(path)
    (known,) = found.entries
    assert found.problems == ()
    assert isinstance(known, SourcedEntry)
    assert known.entry.state is EntryState.LIVE
    assert known.entry.valid_until == date(2026, 12, 13)
