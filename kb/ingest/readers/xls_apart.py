"""Reads an old workbook from standard input in a process of its own, and writes what it holds as JSON.

calamine allocates as much as a file claims to hold, and ends the process when there is not so much memory: here that is
a process which nobody misses. Run as a file, so that it loads nothing but calamine.
"""

import json
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

#: Bytes of address space: sixteen million cells, more than an old sheet can hold, take a third of it.
MOST_MEMORY = 2 << 30
#: Seconds of processor time.
MOST_TIME = 60


def main(most_rows: int, most_columns: int) -> None:
    """Write `{"sheets": …}`, or `{"problem": …}` for a workbook that cannot be read; leave hidden sheets empty."""
    _bounded()
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    sheets: list[dict[str, Any]] = []
    said: dict[str, Any] = {"sheets": sheets}
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
        for sheet in book.sheets_metadata:
            hidden = sheet.visible != SheetVisibleEnum.Visible
            found = {} if hidden else _sheet(book.get_sheet_by_name(sheet.name), most_rows, most_columns)
            sheets.append({"name": sheet.name, "hidden": hidden, **found})
    except PasswordError:
        said = {"problem": "encrypted"}
    except (CalamineError, ValueError, OSError, MemoryError):
        said = {"problem": "damaged"}
    sys.stdout.write(json.dumps(said))


def _bounded() -> None:
    with suppress(ImportError):  # where there is no such module the machine's own bounds must do
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_TIME, MOST_TIME))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _sheet(sheet: Any, most_rows: int, most_columns: int) -> dict[str, Any]:
    """Rows that hold something, one more than `most_rows` at most, with their numbers; and what is merged downwards."""
    rows: list[tuple[int, list[str]]] = []
    first = sheet.start[0] if sheet.start else 0
    for number, values in enumerate(sheet.iter_rows(), first + 1):
        cells = [_shown(value) for value in values[:most_columns]]
        if any(cells):
            rows.append((number, cells))
            if len(rows) > most_rows:
                break
    merged = [
        (left, top + 1, bottom + 1) for (top, left), (bottom, _) in sheet.merged_cell_ranges or () if top < bottom
    ]
    return {"rows": rows, "merged": merged}


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


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
