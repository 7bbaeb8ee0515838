"""pptx: slides in order; on each the title, then the shapes as they are read, tables, and the speaker's notes."""

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kb import messages
from kb.ingest.blocks import Block, Heading, Paragraph, Spot, Table
from kb.ingest.contents import load
from kb.ingest.layout import Box, reading_order
from kb.ingest.lines import bare_title
from kb.ingest.office import has_macros, refuse_unless
from kb.ingest.problems import Code, Report, Unusable
from kb.ingest.spans import Cell, unspanned

if TYPE_CHECKING:
    from pptx.presentation import Presentation

_MOST_SLIDES: Final = 2_000
_FOOT: Final = 0.9  # of a slide's height: below it stand footers
_DEEPEST: Final = 20  # groups within one another
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM: Final = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_FURNITURE: Final = frozenset({"SLIDE_NUMBER", "FOOTER", "DATE", "HEADER", "SLIDE_IMAGE"})


def read_pptx(path: Path, report: Report) -> Iterator[Block]:
    """Blocks of a presentation. Raises Unusable."""
    data = load(path)
    refuse_unless("pptx", data)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if has_macros(archive):
            report.add(Code.MACROS)
    try:
        yield from _slides(_opened(data), report)
    except Unusable:
        raise
    except Exception as error:  # whatever a damaged file makes the library raise
        raise Unusable(Code.DAMAGED) from error


def _opened(data: bytes) -> "Presentation":
    import pptx

    return pptx.Presentation(BytesIO(data))


def _slides(presentation: "Presentation", report: Report) -> Iterator[Block]:
    pages = len(presentation.slides)
    foot = (presentation.slide_height or 0) * _FOOT
    for number, slide in enumerate(presentation.slides, 1):
        report.pages(number, pages)
        if number > _MOST_SLIDES:
            report.add(Code.PAGES_UNREAD, read=_MOST_SLIDES, pages=pages)
            report.held = True
            return
        if slide._element.get("show") == "0":  # noqa: SLF001 - the library has no name for it
            report.add(Code.SLIDE_HIDDEN, number, messages.ingest.slide(number), slide=number)
            continue
        yield from _slide(slide, number, foot)


def _slide(slide: Any, number: int, foot: float) -> Iterator[Block]:
    spot = Spot(number, None, messages.ingest.slide(number))
    title = slide.shapes.title
    name = " ".join(title.text_frame.text.split()) if title is not None and title.has_text_frame else ""
    shapes = [
        shape
        for shape in _flat(slide.shapes, 0)
        if not (title is not None and shape.shape_id == title.shape_id and name)
    ]
    order = reading_order([_box(shape) for shape in shapes])
    blocks = [block for at in order for block in _shape(shapes[at], spot, at_foot=0 < foot < _box(shapes[at]).top)]
    if not name and blocks and isinstance(blocks[0], Paragraph) and bare_title(blocks[0].text) and len(blocks) > 1:
        name, blocks = blocks[0].text, blocks[1:]
    yield Heading(name, 1, spot)
    yield from _with_headings(blocks, Heading(name, 1, spot, may_ask=False))
    if slide.has_notes_slide:
        frame = slide.notes_slide.notes_text_frame
        notes = Spot(number, None, messages.ingest.slide(number, notes=True))
        said = list(_paragraphs(frame, notes)) if frame is not None else []
        if said:  # what is said to the audience is not what the slide answers
            yield Heading(name, 1, notes, may_ask=False)
            yield from said


def _flat(shapes: Any, depth: int) -> Iterator[Any]:
    """All shapes that may hold text, groups opened."""
    for shape in shapes:
        kind = shape.placeholder_format.type if shape.is_placeholder else None
        if kind is not None and kind.name in _FURNITURE:
            continue
        if hasattr(shape, "shapes") and depth < _DEEPEST:
            yield from _flat(shape.shapes, depth + 1)
        elif shape.has_text_frame or getattr(shape, "has_table", False) or _is_diagram(shape):
            yield shape


def _box(shape: Any) -> Box:
    left, top, width, height = (getattr(shape, name) or 0 for name in ("left", "top", "width", "height"))
    return Box(left, top, left + width, top + height)


def _shape(shape: Any, spot: Spot, *, at_foot: bool) -> Iterator[Block]:
    if getattr(shape, "has_table", False):
        yield from _table(shape.table, spot)
    elif shape.has_text_frame:
        yield from (replace(block, edge=at_foot) for block in _paragraphs(shape.text_frame, spot))
    else:
        yield from _diagram(shape, spot)


def _paragraphs(frame: Any, spot: Spot) -> Iterator[Paragraph]:
    for paragraph in frame.paragraphs:
        text = paragraph.text.replace("\v", "\n").strip()
        if not text:
            continue
        properties = paragraph._p.pPr  # noqa: SLF001 - bullets have no place in the library's objects
        bullet = properties is not None and any(
            properties.find(f"{_A}{name}") is not None for name in ("buChar", "buAutoNum", "buBlip")
        )
        links = tuple(
            (run.text, run.hyperlink.address)
            for run in paragraph.runs
            if run.hyperlink is not None and run.hyperlink.address
        )
        mark = "- " if bullet or paragraph.level else ""
        yield Paragraph(text, spot, mark=mark, depth=paragraph.level, links=links)


def _with_headings(blocks: list[Block], title: Heading) -> Iterator[Block]:
    """A short line over running text on a slide heads it; a table below such a text is the slide's again."""
    headed = False
    for at, block in enumerate(blocks):
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        heads = (isinstance(following, Paragraph) and not bare_title(following.text)) or isinstance(following, Table)
        if isinstance(block, Paragraph) and not block.mark and bare_title(block.text) and heads:
            headed = True
            yield Heading(block.text, 2, block.spot)
        else:
            before = blocks[at - 1] if at else None
            if headed and isinstance(block, Table) and isinstance(before, Paragraph) and not bare_title(before.text):
                headed = False
                yield title
            yield block


def _table(table: Any, spot: Spot) -> Iterator[Block]:
    rows = [
        [
            Cell(cell.text_frame.text.strip(), cell.span_height, cell.span_width)
            for cell in row.cells
            if not cell.is_spanned
        ]
        for row in table.rows
    ]
    texts = unspanned(rows)
    if texts:
        yield Table(texts, spot)


def _is_diagram(shape: Any) -> bool:
    data = next(shape._element.iter(f"{_A}graphicData"), None)  # noqa: SLF001 - likewise
    return data is not None and data.get("uri") == _DIAGRAM


def _diagram(shape: Any, spot: Spot) -> Iterator[Block]:
    """The texts of a SmartArt drawing."""
    from lxml import etree

    ids = next(shape._element.iter(f"{{{_DIAGRAM}}}relIds"), None)  # noqa: SLF001 - likewise
    name = (
        ids.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm") if ids is not None else None
    )
    if not name:
        return
    part = shape.part.related_part(name)
    root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
    for paragraph in root.iter(f"{_A}p"):
        text = "".join(piece.text or "" for piece in paragraph.iter(f"{_A}t")).strip()
        if text:
            yield Paragraph(text, spot, mark="- ")
