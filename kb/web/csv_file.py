"""Tables as CSV files that a spreadsheet opens without harm."""

import csv
import io
from collections.abc import Iterable, Sequence

from kb.ingest.cells import defuse


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return the table in UTF-8 with a byte order mark, by which Excel knows it; no cell is taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def _cell(value: object) -> object:
    """Numbers stay numbers; everything else is text that must not begin like a formula, with or without a blank."""
    if value is None:
        return ""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else defuse(str(value).strip())
