"""xlsx: every visible sheet with a header. Formulas are never calculated, and what was calculated is not trusted."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from kb import messages
from kb.ingest.columns import HEADER_ROWS
from kb.ingest.contents import load, sniff, wrong_format
from kb.ingest.problems import Code, Report, Unusable
from kb.ingest.readers.workbook import LARGEST_UNPACKED, Cell, Damaged, Sheet, Workbook
from kb.ingest.record import Flaw, Record
from kb.ingest.table import MOST_ROWS, Grid, Header, Row, find, records

_MOST_PARTS = 5_000
_MOST_COLUMNS = 50  # further to the right nothing is looked at
_PASSWORD = 0x1  # flag of a part in the archive


def read_xlsx(path: Path, report: Report) -> Iterator[Record]:
    """Records of an Excel workbook. Raises Unusable."""
    data = load(path)
    if sniff(data) != "zip":
        raise wrong_format(sniff(data))
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _refuse_what_is_no_workbook(archive)
            grids = _grids(Workbook(archive), report)
    except (Damaged, zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unusable(Code.DAMAGED) from error
    tables: list[tuple[Grid, Header]] = []
    others: list[str] = []
    for name, grid in grids:
        if header := find(grid):
            header.require()  # before the first record: a file is used whole or not at all
            tables.append((grid, header))
        elif grid.rows:
            others.append(name)
    if not tables:  # a size chart or a manual: knowledge perhaps, but no entries
        raise Unusable(Code.NO_TABLE, rows=HEADER_ROWS)
    for name in others:
        report.add(Code.SHEET_SKIPPED, where=messages.ingest_sheet(name), sheet=name)
    return (record for grid, header in tables for record in records(grid, header, report))


def _refuse_what_is_no_workbook(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unusable(Code.TOO_LARGE_UNPACKED, limit=LARGEST_UNPACKED >> 20)
    if any(part.flag_bits & _PASSWORD for part in parts):
        raise Unusable(Code.ENCRYPTED)
    if "xl/workbook.xml" not in {part.filename.lower() for part in parts}:
        raise wrong_format("zip")


def _grids(book: Workbook, report: Report) -> list[tuple[str, Grid]]:
    grids = []
    for sheet in book.sheets:
        if sheet.visible:
            grids.append((sheet.name, _grid(book, sheet)))
        else:
            report.add(Code.SHEET_HIDDEN, where=messages.ingest_sheet(sheet.name), sheet=sheet.name)
    return grids


def _grid(book: Workbook, sheet: Sheet) -> Grid:
    cells = book.cells(sheet, columns=_MOST_COLUMNS, rows=MOST_ROWS)
    rows = []
    flaws: dict[tuple[int, int], Flaw] = {}
    for number in sorted(cells.rows):
        row = cells.rows[number]
        texts = [""] * (max(row) + 1)
        for at, cell in row.items():
            code = _flaw(cell)
            if code is None:
                texts[at] = cell.text
            else:
                flaws[number, at] = Flaw(code, value=cell.text)
        rows.append(Row(number, texts, messages.ingest_row(number, sheet.name)))
    return Grid(rows, flaws, cells.merged)


def _flaw(cell: Cell) -> Code | None:
    if cell.formula:
        return Code.FORMULA
    return Code.CELL_ERROR if cell.error else None
