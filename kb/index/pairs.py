"""Pairs of texts, each with a table of its units by the other's: where all of them lie, laid end to end."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import add, mul
from typing import Self

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
#: Where something of a pair begins among that of all pairs, and where it ends.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of some pairs, one behind the other, each row by row."""

    high: list[int]  # (pairs,) the units of the first text of each, which are the rows
    wide: list[int]  # (pairs,) those of the second, the columns
    row: Places  # (cells,) the row that each is in, counted through all tables
    column: Places  # (cells,)
    row_sizes: Places  # (rows,) how many cells each has
    column_sizes: Places  # (columns,)
    turned: Places  # (cells,) the places of the cells when each table is taken column by column
    sizes: Places  # (2 * pairs,) how many rows the first pair has, how many columns, how many rows the second …
    first: Places  # (rows,) where each stands when the rows of each pair lie before its columns
    second: Places  # (columns,)

    @classmethod
    def of(cls, rows: Places, columns: Places) -> Self:
        """Tables of so many rows and columns, at least one of each."""
        rows_before, columns_before = rows.cumsum() - rows, columns.cumsum() - columns
        row_sizes, column_sizes = columns.repeat(rows), rows.repeat(columns)
        every_row, every_column = np.arange(len(row_sizes)), np.arange(len(column_sizes))
        cells = rows * columns
        every = np.arange(int(cells.sum()))
        shift = row_sizes.cumsum() - row_sizes - columns_before.repeat(rows)
        # down a column, the next cell lies a row further
        turned = every - (column_sizes.cumsum() - column_sizes).repeat(column_sizes)
        turned *= columns.repeat(cells)
        turned += (every_column + (cells.cumsum() - cells - columns_before).repeat(columns)).repeat(column_sizes)
        sizes = np.empty(2 * len(rows), np.int64)
        sizes[::2], sizes[1::2] = rows, columns
        return cls(
            rows.tolist(),
            columns.tolist(),
            every_row.repeat(row_sizes),
            every - shift.repeat(row_sizes),
            row_sizes,
            column_sizes,
            turned,
            sizes,
            every_row + columns_before.repeat(rows),
            every_column + (rows_before + rows).repeat(columns),
        )

    def each(self) -> Iterator[tuple[Span, Span, Span]]:
        """The rows, the columns and the cells of each pair."""
        cells = map(mul, self.high, self.wide)
        return zip(*(pairwise(accumulate(sizes, initial=0)) for sizes in (self.high, self.wide, cells)), strict=True)

    def both(self) -> Iterator[Span]:
        """The rows and columns of each pair, when they lie together."""
        return pairwise(accumulate(map(add, self.high, self.wide), initial=0))
