"""Blocks become passages: section path and text, cut at the ends of sentences; a table's row is a passage."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, zip_longest

from kb.ingest.blocks import Block, Heading, Paragraph, Spot, Table
from kb.ingest.lines import sentences
from kb.ingest.wording import is_question
from kb.types import Passage, PassageId

SHORTEST, LONGEST = 80, 400  # characters
_LINES = 3  # so many headings without anything below them are none
_CLAUSE = re.compile(r"[^，、,：:]*[，、,：:]?")
_SAYS_SOMETHING = re.compile(r"\w")


@dataclass(slots=True)
class _Section:
    """What stands directly below a heading; sections of one path may come several times."""

    path: tuple[str, ...]
    parts: list[tuple[str, Spot]] = field(default_factory=list)  # paragraphs
    rows: list[tuple[str, Spot]] = field(default_factory=list)

    def length(self) -> int:
        """Characters of its paragraphs."""
        return sum(len(text) for text, _ in self.parts)

    def page(self) -> int | None:
        """The page on which it begins."""
        return [*self.parts, *self.rows][0][1].page


def passages(blocks: Sequence[Block], source: str) -> list[Passage]:
    """Cut a document. The same text in the same section counts once."""
    found: dict[PassageId, Passage] = {}
    for section in _merged(_sections(list(_told(blocks)))):
        for text, spot in [*_pieces(section.parts), *section.rows]:
            if _SAYS_SOMETHING.search(text):
                passage_id = derive_passage_id(source, section.path, text)
                made = Passage(passage_id, source, section.path, text, spot.page, spot.where)
                found.setdefault(passage_id, made)
    return list(found.values())


def derive_passage_id(source: str, section: Sequence[str], text: str) -> PassageId:
    """The id of a passage: the same for the same text in the same section of the same source."""
    key = "\0".join((source, *section, "", text))
    return PassageId("p-" + hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).hexdigest())


# --- sections


def _told(blocks: Sequence[Block]) -> Iterator[Block]:
    """Headings of one level, one after the other with nothing below any, are lines that only look like headings."""
    bare: list[Heading] = []
    for block, after in zip_longest(blocks, blocks[1:]):
        heading = block if isinstance(block, Heading) and _is_bare(block, after) else None
        if bare and not (heading and heading.level == bare[-1].level):
            yield from _as_lines(bare)
            bare = []
        if heading:
            bare.append(heading)
        else:
            yield block
    yield from _as_lines(bare)


def _is_bare(heading: Heading, after: Block | None) -> bool:
    """Whether a heading says something and nothing stands below it; questions without answers say nothing."""
    closes = after is None or (isinstance(after, Heading) and after.level <= heading.level)
    return closes and bool(heading.text) and not is_question(heading.text)


def _as_lines(bare: Sequence[Heading]) -> Iterable[Block]:
    return bare if len(bare) < _LINES else [Paragraph(heading.text, heading.spot) for heading in bare]


def _sections(blocks: Sequence[Block]) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    current = _Section(())
    for at, block in enumerate(blocks):
        if isinstance(block, Heading):
            yield current
            path = [(level, title) for level, title in path if level < block.level]
            if block.text and not (path and path[-1][1] == block.text):
                path.append((block.level, " ".join(block.text.split())))
            current = _Section(tuple(title for _, title in path))
        elif isinstance(block, Table):
            current.rows += table_rows(block)
        else:
            _take(current, block, blocks[at - 1] if at else None)
    yield current


def _take(section: _Section, block: Paragraph, before: Block | None) -> None:
    """Add a paragraph; an item that follows an item, or the line that announces it, belongs to the same text."""
    text = block.whole.strip()
    if not text:
        return
    goes_with = isinstance(before, Paragraph) and (
        (block.mark and (before.mark or before.text.rstrip().endswith(("：", ":")))) or block.depth > 0
    )
    if goes_with and section.parts:
        last, spot = section.parts[-1]
        section.parts[-1] = (f"{last}\n{text}", spot)
    else:
        section.parts.append((text, block.spot))


def _merged(found: Iterator[_Section]) -> list[_Section]:
    """Sections too short to stand alone, put together with their neighbours below the same heading on the same page."""
    kept = [section for section in found if section.parts or section.rows]
    out: list[_Section] = []
    for (parent, _), group in groupby(kept, key=lambda section: (section.path[:-1], section.page())):
        collected = _Section(parent)  # short sections under their titles
        before: list[_Section] = []  # the only one of them so far, as it was
        for section in group:
            if not section.path or section.rows or section.length() >= SHORTEST:
                out += _closed(collected, before)
                collected, before = _Section(parent), []
                out.append(section)
            elif before and before[-1].path == section.path:
                before[-1].parts += section.parts
                collected.parts += section.parts
            else:
                before.append(section)
                collected.parts.append((f"{section.path[-1]}：{_lines(section)}", section.parts[0][1]))
            if len(before) > 1 and collected.length() >= SHORTEST:
                out.append(collected)
                collected, before = _Section(parent), []
        last = out[-1] if out else None
        fits = last and last.path == parent and not last.rows and last.length() + collected.length() <= LONGEST
        if before and last and fits and last.page() == before[0].page():
            last.parts += collected.parts
        else:
            out += _closed(collected, before)
    return out


def _closed(collected: _Section, before: list[_Section]) -> list[_Section]:
    """Several short sections as one; one as it was."""
    return [collected] if len(before) > 1 else before


def _lines(section: _Section) -> str:
    return "\n".join(text for text, _ in section.parts)


# --- cutting


def _pieces(parts: Sequence[tuple[str, Spot]]) -> list[tuple[str, Spot]]:
    """Paragraphs put together or cut to between SHORTEST and LONGEST characters, as even as can be."""
    out: list[tuple[str, Spot]] = []
    for text, spot in parts:
        fits = out and out[-1][1].page == spot.page and len(out[-1][0]) + len(text) + 1 <= LONGEST
        if fits and (len(out[-1][0]) < SHORTEST or len(text) < SHORTEST):
            out[-1] = (f"{out[-1][0]}\n{text}", out[-1][1])
        elif len(text) > LONGEST:
            out += [(piece, spot) for piece in cut(text)]
        else:
            out.append((text, spot))
    if len(out) > 1 and len(out[-1][0]) < SHORTEST and out[-2][1].page == out[-1][1].page:
        (before, spot), (last, _) = out[-2:]
        out[-2:] = [(piece, spot) for piece in cut(f"{before}\n{last}")]
    return out


def cut(text: str) -> list[str]:
    """Cut a text at ends of sentences into pieces of at most LONGEST characters, about equally long."""
    if len(text) <= LONGEST:
        return [text]
    units = [unit for line in text.split("\n") for unit in _units(line)]
    total = sum(len(unit) for unit, _ in units)
    wanted = total / -(-total // (LONGEST * 3 // 4))
    pieces: list[str] = []
    opens = False  # whether the last piece begins a line
    current = ""
    for unit, first in units:
        glue = "\n" if first and current else ""
        if current and (len(current) + len(glue) + len(unit) > LONGEST or len(current) + len(unit) / 2 > wanted):
            pieces.append(current)
            current, opens = unit, first
        else:
            current += glue + unit
    if current:
        pieces.append(current)
    if len(pieces) > 1 and len(pieces[-1]) < SHORTEST and len(pieces[-2]) + len(pieces[-1]) <= LONGEST:
        pieces[-2:] = [pieces[-2] + ("\n" if opens else "") + pieces[-1]]
    return pieces


def _units(line: str) -> Iterator[tuple[str, bool]]:
    """The sentences of a line, a sentence that is too long by its clauses; and whether each begins the line."""
    first = True
    for sentence in sentences(line):
        parts = [sentence] if len(sentence) <= LONGEST else _CLAUSE.findall(sentence)
        for part in parts:
            for at in range(0, len(part), LONGEST):
                yield part[at : at + LONGEST], first
                first = False


# --- tables


def table_rows(table: Table) -> Iterator[tuple[str, Spot]]:
    """Every row below the heading as "column：value；…"; a cell over several columns names them together."""
    head = table.rows[: table.head] if len(table.rows) > table.head else ()
    names = [_named(cells) for cells in zip(*head, strict=False)] if head else []
    for number in range(len(head), len(table.rows)):
        row = table.rows[number]
        cells = [(names[at] if at < len(names) else "", " ".join(cell.split())) for at, cell in enumerate(row)]
        shown: list[tuple[str, str]] = []
        for value, group in groupby((cell for cell in cells if cell[1]), key=lambda cell: cell[1]):
            name = "、".join(dict.fromkeys(name for name, _ in group if name and name != value))
            if shown and name and shown[-1][0] == name:
                shown[-1] = (name, f"{shown[-1][1]}、{value}")
            else:
                shown.append((name, value))
        if shown:
            yield "；".join(f"{name}：{value}" if name else value for name, value in shown), table.at(number)


def _named(cells: Sequence[str]) -> str:
    """The name of a column under one or several rows of headings."""
    return " ".join(dict.fromkeys(" ".join(cell.split()) for cell in cells if cell.strip()))
