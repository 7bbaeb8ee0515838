"""csv and tsv: text in columns, whatever parts them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kb import messages
from kb.ingest.blocks import Block
from kb.ingest.columns import HEADER_ROWS, find_header
from kb.ingest.contents import load, refuse_unless_text, sniff, wrong_format
from kb.ingest.encoding import decode
from kb.ingest.problems import Code, Report, Unusable
from kb.ingest.record import Record
from kb.ingest.sheet import blocks
from kb.ingest.table import MOST_ROWS, Grid, Row, find, records

if TYPE_CHECKING:
    import _csv

_DELIMITERS = (",", "\t", ";", "，", "；", "|")
_LONGEST_CELL = 4 << 20  # characters; beyond it a quote was left open


def read_csv(path: Path, report: Report) -> Iterator[Record | Block]:
    """Records of a csv or tsv file of entries, the rows of any other as a table. Raises Unusable."""
    data = load(path)
    refuse_unless_text(data)
    text, _ = decode(data)
    if sniff(text[:1024].encode()) == "html":
        raise wrong_format("html")
    grid = Grid(_rows(text, _delimiter(text)), parted=True)
    header = find(grid)
    if header is not None:
        return records(grid, header, report)
    if len(grid.rows) < 2:
        raise Unusable(Code.NO_HEADER, rows=HEADER_ROWS)
    report.add(Code.NO_TABLE, rows=HEADER_ROWS)
    report.held = True  # a table of entries may have lost its header
    return blocks(grid)


def _delimiter(text: str) -> str:
    """The delimiter with which the first rows show most known columns, or else are parted most regularly."""
    best, most = ",", 0
    for delimiter in _DELIMITERS:
        rows = []
        try:
            for _, row in zip(range(HEADER_ROWS), _parse(text, delimiter), strict=False):
                rows.append(row)
        except csv.Error:
            pass  # with the right delimiter `_rows` will say where
        found = find_header(rows)
        named = len(set(found[1]) - {None}) if found else 0
        if named > most:
            best, most = delimiter, named
    return best if most else max(_DELIMITERS, key=lambda delimiter: _regular(text, delimiter))


def _regular(text: str, delimiter: str) -> int:
    """Into how many columns a delimiter parts each of the first lines; 0 when it parts them differently."""
    counts = {line.count(delimiter) for line in text.splitlines()[:HEADER_ROWS] if line.strip()}
    return counts.pop() if len(counts) == 1 else 0


def _parse(text: str, delimiter: str) -> "_csv.Reader":
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _rows(text: str, delimiter: str) -> list[Row]:
    rows: list[Row] = []
    reader = _parse(text, delimiter)
    number, line = 0, 0
    try:
        for number, cells in enumerate(reader, 1):
            if any(cells):
                where = messages.ingest.row(number)
                if line + 1 != number:
                    where = messages.ingest.row_at_line(number, line + 1)
                rows.append(Row(number, cells, where))
                if len(rows) > MOST_ROWS:
                    raise Unusable(Code.TOO_MANY_ROWS, limit=MOST_ROWS)
            line = reader.line_num
    except csv.Error as error:
        where = messages.ingest.row_at_line(number + 1, line + 1)
        raise Unusable(Code.BROKEN_QUOTES, row=number + 1, where=where) from error
    return rows
