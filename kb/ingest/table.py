"""A grid of cells becomes records: header found, columns named, merged cells filled, empty rows dropped.

pandas does the work on whole columns; it is imported on the first table, not before.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kb.ingest.cells import restore
from kb.ingest.columns import HEADER_ROWS, REPEATABLE, Column, find_header, recognise
from kb.ingest.problems import Code, Report, Unusable
from kb.ingest.record import Flaw, Record

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 200_000  # rows that hold something

#: Columns in which a cell merged over several rows counts for each of them.
_FILLED = (
    Column.ANSWER,
    Column.CATEGORY,
    Column.TAGS,
    Column.PRODUCT,
    Column.VALID_FROM,
    Column.VALID_UNTIL,
    Column.STATE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something."""

    number: int  # 1-based, as a spreadsheet shows it
    cells: Sequence[str]
    where: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it stands in a file, without its empty rows."""

    rows: Sequence[Row]
    flaws: dict[tuple[int, int], Flaw] = field(default_factory=dict)  # by row number and 0-based column
    merged: Sequence[tuple[int, int, int]] = ()  # 0-based column, first and last row number
    parted: bool = False  # by a delimiter: a cell beyond the header means that one was taken for two


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands and what it names, column by column."""

    at: int  # position in the grid's rows
    row: Row
    columns: tuple[Column | None, ...]

    def require(self) -> None:
        """Raise Unusable when the question or the answer is missing or a column comes twice."""
        for column in (Column.QUESTION, Column.ANSWER):
            if column not in self.columns:
                raise self.unusable(Code.MISSING_COLUMN, column)
        for column in Column:
            if column not in REPEATABLE and self.columns.count(column) > 1:
                raise self.unusable(Code.DUPLICATE_COLUMN, column)

    def unusable(self, code: Code, column: Column) -> Unusable:
        """The refusal of the table because of a column."""
        return Unusable(code, row=self.row.number, where=self.row.where, column=column.label)


def find(grid: Grid) -> Header | None:
    """The grid's header among the first rows of the sheet, or None."""
    first = [row for row in grid.rows[:HEADER_ROWS] if row.number <= HEADER_ROWS]
    found = find_header([row.cells for row in first])
    return Header(found[0], first[found[0]], found[1]) if found else None


def records(grid: Grid, header: Header, report: Report) -> Iterator[Record]:
    """One record for each row below the header that holds something in a known column."""
    header.require()
    _name_unknown(header, report)
    body = _repeated_headers_dropped(grid.rows[header.at + 1 :], header)
    frame = _frame(body, header, grid)
    where = {row.number: row for row in body}
    flaws = _flaws(grid, header)
    width = len(header.columns)
    fields = [Column(name) for name in frame.columns]
    for number, *values in frame.itertuples(name=None):
        row = where[number]
        found = flaws.get(number, [])
        if _overflows(row, width, grid):
            found = [*found, Flaw(Code.EXTRA_CELLS)]
        yield Record(dict(zip(fields, values, strict=True)), number, row.where, tuple(found))


def _frame(body: Sequence[Row], header: Header, grid: Grid) -> "pd.DataFrame":
    """Columns are fields, the index is the row number; every cell a text."""
    import pandas as pd

    width = len(header.columns)
    cells = [[*row.cells[:width], *[""] * (width - len(row.cells))] for row in body]
    raw = pd.DataFrame(cells, index=[row.number for row in body], columns=range(width), dtype=object)
    _fill_merged(raw, header, grid)
    named: dict[Column, pd.Series[str]] = {}
    for at, column in enumerate(header.columns):
        if column is not None:
            values = pd.Series(map(restore, raw[at]), index=raw.index, dtype=object)
            named[column] = named[column] + "\n" + values if column in named else values
    frame = pd.DataFrame(named, index=raw.index, dtype=object)
    extra = pd.Series([_overflows(row, width, grid) for row in body], index=raw.index, dtype=bool)
    flawed = pd.Series(raw.index.isin([number for number, _ in grid.flaws]), index=raw.index)
    holds = frame.apply(lambda values: values.str.strip().ne("")).any(axis=1)
    kept: pd.DataFrame = frame[holds | extra | flawed]
    return kept


def _overflows(row: Row, width: int, grid: Grid) -> bool:
    return grid.parted and any(cell.strip() for cell in row.cells[width:])


def _fill_merged(raw: "pd.DataFrame", header: Header, grid: Grid) -> None:
    """Write what stands in a merged cell into every row that it spans; ranges that overlap are damage, passed over."""
    numbers = list(raw.index)
    end: dict[int, int] = {}
    for at, first, last in sorted(grid.merged):
        if at < len(header.columns) and header.columns[at] in _FILLED and first > end.get(at, header.row.number):
            start, stop = bisect_left(numbers, first), bisect_right(numbers, last)
            if start < stop and numbers[start] == first:
                raw.iloc[start:stop, at] = str(raw.iloc[start, at])
            end[at] = last


def _flaws(grid: Grid, header: Header) -> dict[int, list[Flaw]]:
    found: dict[int, list[Flaw]] = {}
    for (number, at), flaw in grid.flaws.items():
        column = header.columns[at] if at < len(header.columns) else None
        if column is not None:
            found.setdefault(number, []).append(Flaw(flaw.code, column, flaw.value))
    return found


def _repeated_headers_dropped(rows: Sequence[Row], header: Header) -> list[Row]:
    """Tables that were put together by copying have their header several times."""
    return [row for row in rows if tuple(row.cells) != tuple(header.row.cells)]


def _name_unknown(header: Header, report: Report) -> None:
    for name, column in zip(header.row.cells, header.columns, strict=True):
        if column is None and name.strip() and recognise(name) is None:
            report.add(Code.UNKNOWN_COLUMN, header.row.number, header.row.where, column=name.strip())
