"""A grid that is no table of entries: its tables, each with what stands over it as a paragraph."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.ingest.blocks import Block, Heading, Paragraph, Spot, Table
from kb.ingest.cells import restore
from kb.ingest.lines import LONGEST_HEADING, ends_sentence, has_pause
from kb.ingest.table import Grid, Row


@dataclass(frozen=True, slots=True)
class _Line:
    """A row with its merged cells filled."""

    row: Row
    cells: tuple[str, ...]
    filled: int  # cells that hold something themselves, merged ones counted once

    @property
    def spot(self) -> Spot:
        return Spot(row=self.row.number, where=self.row.where)


def blocks(grid: Grid) -> Iterator[Block]:
    """Cut a sheet at its empty rows; a row with one cell is a line of text, the others are tables."""
    started = {(first, column): last for column, first, last in grid.merged}
    first_line = True
    for part in _parts(_lines(grid)):
        table: list[_Line] = []
        for line in part:
            if line.filled > 1:
                table.append(line)
                continue
            yield from _table(table, started)
            table = []
            text = next((cell for cell in line.cells if cell), "")
            titled = first_line and len(text) <= LONGEST_HEADING and not has_pause(text) and not ends_sentence(text)
            yield Heading(text, 2, line.spot) if titled else Paragraph(text, line.spot)
            first_line = False
        yield from _table(table, started)
        first_line = False


def _lines(grid: Grid) -> list[_Line]:
    owners: dict[tuple[int, int], str] = {}
    texts = {row.number: row.cells for row in grid.rows}
    for column, first, last in grid.merged:
        above = texts.get(first, ())
        text = above[column] if column < len(above) else ""
        for number in range(first + 1, min(last, first + 1000) + 1):
            owners[number, column] = text
    out = []
    for row in grid.rows:
        own = [restore(cell).strip() for cell in row.cells]
        width = max([len(own), *(column + 1 for number, column in owners if number == row.number)])
        cells = [own[at] if at < len(own) and own[at] else owners.get((row.number, at), "") for at in range(width)]
        if any(cells):
            out.append(
                _Line(
                    row, tuple(cells), sum(map(bool, own)) + sum(1 for at in range(width) if (row.number, at) in owners)
                )
            )
    return out


def _parts(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    part: list[_Line] = []
    for line in lines:
        if part and line.row.number > part[-1].row.number + 1:
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def _table(lines: Sequence[_Line], started: Mapping[tuple[int, int], int]) -> Iterator[Block]:
    """A table without the columns that hold nothing; its head is as deep as the cells merged in its first row."""
    if not lines:
        return
    top = lines[0].row.number
    bottom = max((last for (first, _), last in started.items() if first == top), default=top)
    head = max(1, sum(line.row.number <= bottom for line in lines))
    width = max(len(line.cells) for line in lines)
    rows = [list(line.cells + ("",) * (width - len(line.cells))) for line in lines]
    for row in rows[: head - 1]:  # a name over several columns stands in the first of them
        for at in range(1, width):
            row[at] = row[at] or row[at - 1]
    kept = [at for at in range(width) if any(row[at] for row in rows)]
    texts = tuple(tuple(row[at] for at in kept) for row in rows)
    yield Table(texts, lines[0].spot, tuple(line.spot for line in lines), head=head if head < len(lines) else 1)
