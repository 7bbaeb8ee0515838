"""What is exported opens safely in a spreadsheet and comes back as it was."""

import csv
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from kb.errors import InputError
from kb.ingest import plan, read
from kb.ingest.export import export, render
from kb.types import Entry, EntryId, EntryState, Link, SourcedEntry

TODAY = date(2026, 11, 21)
AWKWARD = [
    Entry(
        EntryId("00123"),
        "怎么退货？",
        '第一步，点"退货"\n第二步\t寄回',
        ("=1+1", "+86 开头的号码", "-5 度能用吗", "@客服"),
    ),
    Entry(
        EntryId("-7"),
        '=HYPERLINK("http://x","点我")',
        "＝全角也一样",
        category="'=引",
        tags=("甲,乙",),
        product="'奶粉'",
    ),
    Entry(
        EntryId("1e10"),
        "宝宝👨‍👩‍👧能用吗",
        "_x0041_ 原样 &amp; <b>",
        tags=("甲", "乙,丙"),
        valid_from=date(2026, 12, 1),
        valid_until=date(2026, 12, 13),
        state=EntryState.DRAFT,
        links=(Link("说明 一", "https://a.example/a?b=1&c=2"), Link("", "https://a.example/)")),
        follow_ups=("怎么退货？",),
    ),
    Entry(
        EntryId("TRUE"),
        "旧活动",
        "答" * 5000,
        tuple(f"第{n}种问法" + "长" * 150 for n in range(150)),
        state=EntryState.RETIRED,
    ),
]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx", ".jsonl", ".CSV"])
def test_what_is_exported_comes_back_unchanged(tmp_path: Path, suffix: str) -> None:
    known = [SourcedEntry(entry, "faq/a.csv") for entry in AWKWARD]
    path = tmp_path / f"out{suffix}"
    assert export(AWKWARD, path) == len(AWKWARD)
    found = read([path], today=TODAY)
    differing = [back.entry.id for back, entry in zip(found.entries, AWKWARD, strict=True) if back.entry != entry]
    assert differing == []
    assert [problem.code for problem in found.problems] == []
    assert plan(found, known).put == ()
    assert plan(found, known).retire == ()


def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    export(AWKWARD, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert len(cells) == 12 * (len(AWKWARD) + 1)
    assert not [cell for cell in cells if cell[:1] in set("=+-@＝＋－＠\t\r")]


def test_every_cell_of_a_workbook_is_a_text(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    export(AWKWARD, path)
    (sheet,) = openpyxl.load_workbook(path).worksheets
    body = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert body
    assert {(cell.data_type, cell.number_format, cell.quotePrefix) for cell in body} == {("s", "@", True)}


def test_a_file_that_went_from_csv_to_a_workbook_still_means_the_same(tmp_path: Path) -> None:
    export(AWKWARD[:1], tmp_path / "out.csv")
    made = openpyxl.Workbook()
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            made.active.append(row)
    made.save(tmp_path / "copied.xlsx")
    found = read([tmp_path / "copied.xlsx"], today=TODAY)
    assert [back.entry for back in found.entries] == AWKWARD[:1]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    export(AWKWARD[:1], path)
    before = path.read_bytes()
    too_long = Entry(EntryId("9"), "问", "答", tuple(f"{n}" + "长" * 199 for n in range(200)))
    with pytest.raises(InputError, match="“9”的“相似问”"):
        export([too_long], path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["out.xlsx"]


@pytest.mark.parametrize("suffix", [".pdf", "", ".xls"])
def test_only_known_formats_are_written(suffix: str) -> None:
    with pytest.raises(InputError, match="csv"):
        render(AWKWARD, suffix)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx"])
def test_an_empty_knowledge_gives_a_table_to_fill_in(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    assert export([], path) == 0
    found = read([path], today=TODAY)
    assert not found.blocked
    assert found.entries == ()
