"""One reader per format. A new format is a new module here and one line in `READERS`.

A reader takes a file and a report, and yields records (of tables of entries) and blocks (of documents). What makes the
whole file useless it raises as `Unusable`.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from kb.ingest.blocks import Block
from kb.ingest.problems import Report
from kb.ingest.readers.csv_file import read_csv
from kb.ingest.readers.jsonl import read_jsonl
from kb.ingest.readers.markdown import read_markdown
from kb.ingest.readers.pdf import read_pdf
from kb.ingest.readers.slides import read_pptx
from kb.ingest.readers.text_file import read_text
from kb.ingest.readers.web_page import read_html
from kb.ingest.readers.word import read_docx
from kb.ingest.readers.xls import read_xls
from kb.ingest.readers.xlsx import read_xlsx
from kb.ingest.record import Record

Reader = Callable[[Path, Report], Iterator[Record | Block]]

#: By file name extension, lower case.
READERS: Final[Mapping[str, Reader]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
    ".xls": read_xls,
    ".jsonl": read_jsonl,
    ".md": read_markdown,
    ".txt": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".docx": read_docx,
    ".docm": read_docx,
    ".pptx": read_pptx,
    ".pptm": read_pptx,
    ".pdf": read_pdf,
}
