"""xls, the format of Excel before 2007, by way of calamine. It tells values only: what was a formula can't be seen."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from kb import messages
from kb.ingest.blocks import Block
from kb.ingest.contents import load, sniff, wrong_format
from kb.ingest.problems import Code, Report, Unusable
from kb.ingest.readers.xlsx import read_sheets
from kb.ingest.record import Record
from kb.ingest.table import MOST_ROWS, Grid, Row

_MOST_COLUMNS: Final = 50  # further to the right nothing is looked at


def read_xls(path: Path, report: Report) -> Iterator[Record | Block]:
    """Records and tables of an old workbook. Raises Unusable."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    data = load(path)
    if sniff(data) != "ole":
        raise wrong_format(sniff(data))
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        grids = []
        for sheet in book.sheets_metadata:
            if sheet.visible == SheetVisibleEnum.Visible:
                grids.append((sheet.name, _grid(book.get_sheet_by_name(sheet.name), sheet.name)))
            else:
                report.add(Code.SHEET_HIDDEN, where=messages.ingest.sheet(sheet.name), sheet=sheet.name)
    except PasswordError as error:
        raise Unusable(Code.ENCRYPTED) from error
    except (CalamineError, ValueError, OSError) as error:
        refusal = wrong_format("ole", data)
        raise (refusal if refusal.code is Code.ENCRYPTED else Unusable(Code.DAMAGED)) from error
    report.add(Code.FORMULAS_UNSEEN)
    return read_sheets(grids, report)


def _grid(sheet: Any, name: str) -> Grid:
    rows: list[Row] = []
    first = sheet.start[0] if sheet.start else 0
    for number, values in enumerate(sheet.iter_rows(), first + 1):
        cells = [_shown(value) for value in values[:_MOST_COLUMNS]]
        if any(cells):
            rows.append(Row(number, cells, messages.ingest.row(number, name)))
            if len(rows) > MOST_ROWS:
                raise Unusable(Code.TOO_MANY_ROWS, limit=MOST_ROWS)
    merged = [
        (left, top + 1, bottom + 1) for (top, left), (bottom, _) in sheet.merged_cell_ranges or () if top < bottom
    ]
    return Grid(rows, merged=merged)


def _shown(value: object) -> str:
    """A value as its reader sees it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)
