"""One reader per format. A new format is a new module here and one line in `READERS`.

A reader takes a file and a report, and yields records. What makes the whole file useless it raises as `Unusable`.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from kb.ingest.problems import Report
from kb.ingest.readers.csv_file import read_csv
from kb.ingest.readers.jsonl import read_jsonl
from kb.ingest.readers.markdown import read_markdown
from kb.ingest.readers.xlsx import read_xlsx
from kb.ingest.record import Record

Reader = Callable[[Path, Report], Iterator[Record]]

#: By file name extension, lower case.
READERS: Final[Mapping[str, Reader]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".xlsx": read_xlsx,
    ".md": read_markdown,
    ".jsonl": read_jsonl,
}
