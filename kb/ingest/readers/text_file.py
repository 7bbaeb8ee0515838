"""txt: lines; what parts columns with tabs is a table, what is underlined is a heading, a form feed ends a page."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from kb import messages
from kb.ingest.blocks import Block, Heading, Paragraph, Spot, Table
from kb.ingest.contents import load, refuse_unless_text, sniff, wrong_format
from kb.ingest.encoding import decode
from kb.ingest.problems import Code, Report, Unusable

LARGEST_TEXT = 16 << 20  # bytes
_UNDERLINE = re.compile(r"\s*(?:=+|-{3,}|─{3,}|━{3,}|\*{3,}|_{3,})\s*")
_AT_EDGE = 2  # lines at the top and bottom of a page


def read_text(path: Path, report: Report) -> Iterator[Block]:  # noqa: ARG001 - every reader is called so
    """Blocks of a plain text. Raises Unusable."""
    data = load(path)
    if len(data) > LARGEST_TEXT:
        raise Unusable(Code.TOO_LARGE, size=len(data) >> 20, limit=LARGEST_TEXT >> 20)
    refuse_unless_text(data)
    text, _ = decode(data)
    if sniff(text[:1024].encode()) == "html":
        raise wrong_format("html")
    return _blocks(text.removeprefix("\ufeff"))


def _blocks(text: str) -> Iterator[Block]:
    number = 0
    pages = text.split("\f")
    for page, content in enumerate(pages, 1):
        lines = re.split(r"\r\n?|\n", content)
        spots = [_spot(number + at, page if len(pages) > 1 else None) for at in range(1, len(lines) + 1)]
        number += len(lines) - 1
        yield from _page(lines, spots, several=len(pages) > 1)


def _spot(row: int, page: int | None) -> Spot:
    return Spot(page, row, messages.ingest.row(row))


def _page(lines: list[str], spots: list[Spot], *, several: bool) -> Iterator[Block]:
    filled = [at for at, line in enumerate(lines) if line.strip()]
    edges = {*filled[:_AT_EDGE], *filled[-_AT_EDGE:]} if several else set()
    for columns, group in groupby(range(len(lines)), key=lambda at: _columns(lines[at])):
        run = list(group)
        if columns > 1 and len(run) > 1:
            rows = tuple(tuple(cell.strip() for cell in lines[at].split("\t")) for at in run)
            yield Table(rows, spots[run[0]], tuple(spots[at] for at in run))
            continue
        for at in run:
            line = lines[at].strip()
            below = lines[at + 1] if at + 1 < len(lines) else ""
            if not line or _UNDERLINE.fullmatch(line):
                continue
            if (
                len(line) <= 60
                and _UNDERLINE.fullmatch(below)
                and below.strip()[0] in "=-"
                and len(below.strip()) >= len(line)
            ):
                yield Heading(line, 1 if "=" in below else 2, spots[at])
                continue
            goes_on = bool(below.strip()) and not below.startswith(("\u3000", "    "))
            yield Paragraph(line, spots[at], broken=goes_on, edge=at in edges)


def _columns(line: str) -> int:
    """How many columns tabs make of a line; a tab at its beginning only indents."""
    return line.strip().count("\t") + 1
