"""Statements that are compiled once and run on the driver's own cursor."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import SelectBase

from kb.store.columns import UtcTime

Row = Mapping[str, Any]
#: A row as the driver takes it.
Bound = Sequence[Any] | Mapping[str, Any]
Processor = Callable[[Any], Any]
Executable = SelectBase | UpdateBase


class Statement:
    """One statement in the words of one database, with what turns values into the driver's and back.

    What every question needs runs like this: SQLAlchemy's own execution takes as long again as SQLite's work.
    """

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        """Compile `statement`."""
        compiled: Any = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._constants: dict[str, Any] = {}
        processors: dict[str, Processor] = {}
        for name, bind in compiled.binds.items():
            processor = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if not bind.required:
                self._constants[name] = processor(bind.value) if processor else bind.value
            elif processor:
                if isinstance(bind.type, UtcTime):
                    processor = lru_cache(maxsize=64)(processor)  # what is written together shares its moment
                processors[name] = processor
        # SQLite finds values by their place sooner than by their name; psycopg has only names
        self._named = not compiled.positional
        self._names: Sequence[str] = list(compiled.binds) if self._named else compiled.positiontup
        self._processors = [processors.get(name) for name in self._names]
        self._results: list[tuple[int, Processor]] = [
            (place, processor)
            for place, column in enumerate(statement.exported_columns)
            if (processor := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]

    def bind(self, row: Row) -> Bound:
        """Return a row in the driver's values; raises InputError for text that cannot be stored."""
        row = {**self._constants, **row} if self._constants else row
        values = [
            row[name] if processor is None else processor(row[name])
            for name, processor in zip(self._names, self._processors, strict=True)
        ]
        return dict(zip(self._names, values, strict=True)) if self._named else values

    def run(self, cursor: Any, row: Row) -> None:
        """Execute for one row."""
        cursor.execute(self._sql, self.bind(row))

    def many(self, cursor: Any, bound: Sequence[Bound]) -> None:
        """Execute for each of many rows that went through `bind` before."""
        if bound:
            cursor.executemany(self._sql, bound)

    def one(self, cursor: Any, row: Row) -> Sequence[Any] | None:
        """Execute and return the first row of the result, if there is one."""
        cursor.execute(self._sql, self.bind(row))
        found: Sequence[Any] | None = cursor.fetchone()
        if found is None or not self._results:
            return found
        values = list(found)
        for place, processor in self._results:
            values[place] = processor(values[place])
        return values

    def all(self, cursor: Any, row: Row) -> list[Sequence[Any]]:
        """Execute and return every row of the result; equal values in a column may be one object."""
        cursor.execute(self._sql, self.bind(row))
        found: list[Sequence[Any]] = cursor.fetchall()
        if not found or not self._results:
            return found
        columns = list(zip(*found, strict=True))
        for place, processor in self._results:
            columns[place] = tuple(_processed(columns[place], processor))
        return list(zip(*columns, strict=True))


def _processed(values: Sequence[Any], processor: Processor) -> list[Any]:
    """Process each text once: most of a column's are the same few."""
    done: dict[str, Any] = {}
    out: list[Any] = []
    for value in values:
        if type(value) is not str:
            out.append(processor(value))
        elif value in done:
            out.append(done[value])
        else:
            out.append(done.setdefault(value, processor(value)))
    return out
