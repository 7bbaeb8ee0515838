"""Cells that span rows and columns, written into every place that they cover."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MOST_COLUMNS: Final = 100  # of a table in a document; further to the right nothing is looked at

MOST_CELLS: Final = 500_000  # likewise, of all its rows together


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it stands in its row."""

    text: str
    rows: int = 1
    columns: int = 1


def unspanned(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[str, ...], ...]:
    """The texts, row by row, as many in each; rows that hold nothing are left out."""
    open_cells: dict[int, tuple[str, int]] = {}  # by column: text, and how many rows it goes on
    out: list[list[str]] = []
    cells = 0
    for row in rows:
        if cells > MOST_CELLS:
            break
        line: list[str] = []
        waiting = list(row)
        while (waiting or any(at >= len(line) for at in open_cells)) and len(line) < MOST_COLUMNS:
            at = len(line)
            if at in open_cells:
                text, left = open_cells.pop(at)
                line.append(text)
                if left > 1:
                    open_cells[at] = (text, left - 1)
                continue
            if not waiting:
                line.append("")
                continue
            cell = waiting.pop(0)
            for column in range(at, min(at + max(1, cell.columns), MOST_COLUMNS)):
                line.append(cell.text)
                if cell.rows > 1:
                    open_cells[column] = (cell.text, cell.rows - 1)
        out.append(line)
        cells += len(line)
    width = max(map(len, out), default=0)
    return tuple(tuple(line + [""] * (width - len(line))) for line in out if any(line))
