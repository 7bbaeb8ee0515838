"""xlsx: every visible sheet; with a header its rows are entries, without one a table of a document.

Formulas are never calculated, and what was calculated is not trusted.
"""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from lzma import LZMAError
from pathlib import Path

from kb import messages
from kb.ingest.blocks import Block, Heading
from kb.ingest.columns import HEADER_ROWS
from kb.ingest.contents import load, sniff, wrong_format
from kb.ingest.office import has_macros, office_kind
from kb.ingest.problems import Code, Report, Unusable
from kb.ingest.readers.workbook import LARGEST_UNPACKED, Cell, Damaged, Sheet, Workbook
from kb.ingest.record import Flaw, Record
from kb.ingest.sheet import blocks
from kb.ingest.table import MOST_ROWS, Grid, Header, Row, find, records

_MOST_PARTS = 5_000
_MOST_COLUMNS = 50  # further to the right nothing is looked at
_PASSWORD = 0x1  # flag of a part in the archive


def read_xlsx(path: Path, report: Report) -> Iterator[Record | Block]:
    """Records and tables of an Excel workbook. Raises Unusable."""
    data = load(path)
    if sniff(data) != "zip":
        raise wrong_format(sniff(data), data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _refuse_what_is_no_workbook(archive)
            if has_macros(archive):
                report.add(Code.MACROS)
            grids = _grids(Workbook(archive), report)
    except (
        Damaged,
        zipfile.BadZipFile,
        zlib.error,
        LZMAError,
        ValueError,
        NotImplementedError,
        EOFError,
        OSError,
    ) as error:
        raise Unusable(Code.DAMAGED) from error
    return read_sheets(grids, report)


def read_sheets(grids: Sequence[tuple[str, Grid]], report: Report) -> Iterator[Record | Block]:
    """What stands in sheets, given with their names: records of the tables of entries, and the other tables."""
    tables: list[tuple[Grid, Header]] = []
    others: list[tuple[str, Grid]] = []
    for name, grid in grids:
        if header := find(grid):
            header.require()  # before the first record: a file is used whole or not at all
            tables.append((grid, header))
        elif grid.rows:
            others.append((name, grid))
    if not tables:
        report.add(Code.NO_TABLE, rows=HEADER_ROWS)
        report.held = True  # a table of entries may have lost its header
    else:
        for name, _ in others:
            report.add(Code.SHEET_SKIPPED, where=messages.ingest.sheet(name), sheet=name)
    return _found(tables, others, report)


def _found(
    tables: Sequence[tuple[Grid, Header]], others: Sequence[tuple[str, Grid]], report: Report
) -> Iterator[Record | Block]:
    for grid, header in tables:
        yield from records(grid, header, report)
    for name, grid in others:
        yield Heading(name, 1)
        yield from blocks(grid)


def _refuse_what_is_no_workbook(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unusable(Code.TOO_LARGE_UNPACKED, limit=LARGEST_UNPACKED >> 20)
    if any(part.flag_bits & _PASSWORD for part in parts):
        raise Unusable(Code.ENCRYPTED)
    if "xl/workbook.xml" not in {part.filename.lower() for part in parts}:
        raise wrong_format(office_kind(archive))


def _grids(book: Workbook, report: Report) -> list[tuple[str, Grid]]:
    grids = []
    for sheet in book.sheets:
        if sheet.visible:
            grids.append((sheet.name, _grid(book, sheet)))
        else:
            report.add(Code.SHEET_HIDDEN, where=messages.ingest.sheet(sheet.name), sheet=sheet.name)
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
        rows.append(Row(number, texts, messages.ingest.row(number, sheet.name)))
    return Grid(rows, flaws, cells.merged)


def _flaw(cell: Cell) -> Code | None:
    if cell.formula:
        return Code.FORMULA
    return Code.CELL_ERROR if cell.error else None
