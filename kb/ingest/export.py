"""Entries become a file that an editor can open, and that `read` turns back into the same entries.

A spreadsheet must not calculate what customers and editors wrote: in csv and tsv an apostrophe goes before a text that
looks like a formula, in xlsx every cell is marked as text. Reading takes the apostrophe away again.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kb import messages
from kb.errors import InputError
from kb.files import write_whole
from kb.ingest.cells import defuse, format_link, join_tags, keep_apostrophe
from kb.ingest.columns import Column
from kb.types import Entry

if TYPE_CHECKING:
    import pandas as pd

LONGEST_CELL: Final = 32_767  # characters, by Excel
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_WIDE = {Column.QUESTION: 32, Column.VARIANTS: 40, Column.ANSWER: 60, Column.LINKS: 40, Column.FOLLOW_UPS: 32}


def export(entries: Iterable[Entry], path: Path) -> int:
    """Write entries to `path` in the format that its name ends with, whole or not at all; return how many.

    Raises InputError for another format, or when a cell would be longer than Excel allows.
    """
    chosen = list(entries)
    write_whole(path, render(chosen, path.suffix))
    return len(chosen)


def render(entries: Sequence[Entry], suffix: str) -> bytes:
    """The bytes of a file of entries; `suffix` is .csv, .tsv, .xlsx or .jsonl. Raises InputError."""
    writer = _WRITERS.get(suffix.lower())
    if writer is None:
        raise InputError(messages.ingest.EXPORT_FORMAT.format(suffix=suffix))
    return writer(entries)


def _frame(entries: Sequence[Entry]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame([_cells(entry) for entry in entries], columns=[column.label for column in Column], dtype=object)


def _cells(entry: Entry) -> list[str]:
    cells: Mapping[Column, str] = {
        Column.ID: entry.id,
        Column.QUESTION: entry.question,
        Column.VARIANTS: "\n".join(entry.variants),
        Column.ANSWER: entry.answer,
        Column.CATEGORY: entry.category,
        Column.TAGS: join_tags(entry.tags),
        Column.PRODUCT: entry.product,
        Column.VALID_FROM: entry.valid_from.isoformat() if entry.valid_from else "",
        Column.VALID_UNTIL: entry.valid_until.isoformat() if entry.valid_until else "",
        Column.STATE: messages.ingest.STATES[entry.state.value],
        Column.LINKS: "\n".join(format_link(link) for link in entry.links),
        Column.FOLLOW_UPS: "\n".join(entry.follow_ups),
    }
    return [cells[column] for column in Column]


def _csv(entries: Sequence[Entry]) -> bytes:
    return _separated(entries, ",")


def _tsv(entries: Sequence[Entry]) -> bytes:
    return _separated(entries, "\t")


def _separated(entries: Sequence[Entry], delimiter: str) -> bytes:
    text = io.StringIO(newline="")
    frame = _frame(entries)
    frame.map(defuse).to_csv(text, sep=delimiter, index=False, lineterminator="\r\n")
    return text.getvalue().encode("utf-8-sig")  # the mark tells Excel that it is UTF-8


def _jsonl(entries: Sequence[Entry]) -> bytes:
    return b"".join(json.dumps(entry.as_dict(), ensure_ascii=False).encode() + b"\n" for entry in entries)


def _xlsx(entries: Sequence[Entry]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    frame = _frame(entries).map(keep_apostrophe)
    _refuse_long_cells(frame)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(messages.ingest.EXPORT_SHEET)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(Column, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDE.get(column, 14)
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")

    def cell(text: str) -> Any:
        made = WriteOnlyCell(sheet, _ESCAPE_LIKE.sub("_x005F_", text))
        made.data_type = "s"  # what begins with = stays a text
        made.number_format = "@"  # and so it does when somebody edits it; 00123 keeps its zeros
        made.quotePrefix = True
        made.alignment = wrapped
        return made

    head = [WriteOnlyCell(sheet, str(name)) for name in frame.columns]
    for name in head:
        name.font = bold
    sheet.append(head)
    for row in frame.itertuples(index=False, name=None):
        sheet.append([cell(text) for text in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _refuse_long_cells(frame: "pd.DataFrame") -> None:
    for name in frame.columns:
        lengths = frame[name].map(len)
        if len(lengths) and lengths.max() > LONGEST_CELL:
            at = int(lengths.to_numpy().argmax())
            entry_id = str(frame[messages.ingest.COLUMNS["id"]].iloc[at])
            raise InputError(
                messages.ingest.EXPORT_CELL_TOO_LONG.format(id=entry_id, column=name, length=int(lengths.iloc[at]))
            )


_WRITERS: Final[Mapping[str, Callable[[Sequence[Entry]], bytes]]] = {
    ".csv": _csv,
    ".tsv": _tsv,
    ".xlsx": _xlsx,
    ".jsonl": _jsonl,
}
