"""xls, the format of Excel before 2007, by way of calamine. It tells values only: what was a formula can't be seen."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kb import messages
from kb.ingest.blocks import Block
from kb.ingest.contents import load, sniff, wrong_format
from kb.ingest.problems import Code, Report, Unusable
from kb.ingest.readers import xls_apart
from kb.ingest.readers.xlsx import read_sheets
from kb.ingest.record import Record
from kb.ingest.table import MOST_ROWS, Grid, Row

_MOST_COLUMNS: Final = 50  # further to the right nothing is looked at


def read_xls(path: Path, report: Report) -> Iterator[Record | Block]:
    """Records and tables of an old workbook. Raises Unusable."""
    data = load(path)
    if sniff(data) != "ole":
        raise wrong_format(sniff(data))
    said = _read_apart(data)
    if "problem" in said:
        refusal = wrong_format("ole", data)
        encrypted = said["problem"] == "encrypted" or refusal.code is Code.ENCRYPTED
        raise Unusable(Code.ENCRYPTED) if encrypted else Unusable(Code.DAMAGED)
    grids = []
    for sheet in said["sheets"]:
        if sheet["hidden"]:
            report.add(Code.SHEET_HIDDEN, where=messages.ingest.sheet(sheet["name"]), sheet=sheet["name"])
        else:
            grids.append((sheet["name"], _grid(sheet)))
    report.add(Code.FORMULAS_UNSEEN)
    return read_sheets(grids, report)


def _read_apart(data: bytes) -> dict[str, Any]:
    """What a process of its own makes of the workbook; one that ends before it has said anything found it damaged."""
    command = [sys.executable, "-I", xls_apart.__file__, str(MOST_ROWS), str(_MOST_COLUMNS)]
    try:
        done = subprocess.run(  # noqa: S603 - our own file, and nothing of what was handed in is in the command
            command, input=data, capture_output=True, check=True, timeout=5 * xls_apart.MOST_TIME
        )
        said: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return {"problem": "damaged"}
    return said


def _grid(sheet: dict[str, Any]) -> Grid:
    rows = [Row(number, cells, messages.ingest.row(number, sheet["name"])) for number, cells in sheet["rows"]]
    if len(rows) > MOST_ROWS:
        raise Unusable(Code.TOO_MANY_ROWS, limit=MOST_ROWS)
    return Grid(rows, merged=[(left, top, bottom) for left, top, bottom in sheet["merged"]])
