"""docx: paragraphs, headings, lists, tables with merged cells, text boxes and footnotes, in the order of the text.

python-docx opens the package and knows the styles; the body is walked here, because text boxes, list numbers, hidden
text and tracked deletions have no place in its objects. Format: ECMA-376 part 1, section 17.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kb import messages
from kb.ingest.blocks import NOWHERE, Block, Heading, Paragraph, Spot, Table
from kb.ingest.contents import load
from kb.ingest.lines import LONGEST_HEADING, bare_title, has_pause
from kb.ingest.office import has_macros, refuse_unless
from kb.ingest.problems import Code, Report, Unusable
from kb.ingest.spans import Cell, unspanned

if TYPE_CHECKING:
    from docx.document import Document

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_UNREAD: Final = frozenset({f"{_MC}Fallback", f"{_W}del", f"{_W}moveFrom", f"{_W}rt", f"{_W}instrText", f"{_W}delText"})
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录)\s*\d?", re.IGNORECASE)
_MACRO_TYPE: Final = b"application/vnd.ms-word.document.macroEnabled.main+xml"
_PLAIN_TYPE: Final = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def read_docx(path: Path, report: Report) -> Iterator[Block]:
    """Blocks of a Word document. Raises Unusable."""
    data = load(path)
    refuse_unless("docx", data)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if has_macros(archive):
            report.add(Code.MACROS)
            data = _declared_plain(archive)
    try:
        yield from _Walker(_opened(data)).blocks()
    except Unusable:
        raise
    except Exception as error:  # whatever a damaged file makes the library raise
        raise Unusable(Code.DAMAGED) from error


def _opened(data: bytes) -> "Document":
    import docx

    return docx.Document(BytesIO(data))


def _declared_plain(archive: zipfile.ZipFile) -> bytes:
    """The same archive as a document without macros: python-docx opens no other. The macros stay unread."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for part in archive.infolist():
            content = archive.read(part)
            if part.filename == "[Content_Types].xml":
                content = content.replace(_MACRO_TYPE, _PLAIN_TYPE)
            new.writestr(part.filename, content)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says about its paragraphs."""

    level: int | None = None  # of a heading; 0 for the title
    contents: bool = False
    numbering: tuple[str, int] | None = None  # list id and level


@dataclass(slots=True)
class _Text:
    """What is gathered of one paragraph."""

    parts: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bold: int = 0  # characters
    plain: int = 0


class _Walker:
    def __init__(self, document: "Document") -> None:
        self._document = document
        self._styles = self._read_styles()
        self._formats = self._read_numbering()
        self._counters: dict[str, list[int]] = {}
        self._footnotes = self._read_footnotes()
        self._paged = next(document.element.body.iter(f"{_W}lastRenderedPageBreak"), None) is not None
        self._page = 1

    def blocks(self) -> Iterator[Block]:
        yield from self._inside(self._document.element.body)

    # --- walking

    def _inside(self, parent: Any) -> Iterator[Block]:
        for child in parent:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield from self._table(child)
            elif child.tag == f"{_W}sdt":
                content = child.find(f"{_W}sdtContent")
                if content is not None and not _is_contents(child):
                    yield from self._inside(content)
                elif content is not None:
                    yield from (Paragraph(text, contents=True) for text in self._texts(content))
            elif child.tag in (f"{_W}ins", f"{_W}moveTo", f"{_W}customXml", f"{_W}smartTag"):
                yield from self._inside(child)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        gathered = _Text()
        self._gather(element, gathered)
        text = "".join(gathered.parts).strip()
        style = self._style(element)
        if text:
            yield self._block(element, text, style, gathered)
        for box in gathered.boxes:
            yield from self._inside(box)
        for note in gathered.notes:
            yield Paragraph(messages.ingest.footnote(note), self._spot())

    def _block(self, element: Any, text: str, style: _Style, gathered: _Text) -> Block:
        if style.contents:
            return Paragraph(text, self._spot(), contents=True)
        if style.level is not None and len(text) <= 3 * LONGEST_HEADING:
            return Heading(" ".join(text.split()), style.level, self._spot())
        numbering = self._numbering(element) or style.numbering
        if numbering is None and not gathered.plain and bare_title(text) and not has_pause(text):
            return Heading(text, 5, self._spot())  # a short line all in bold
        mark, depth = self._mark(numbering) if numbering else ("", 0)
        return Paragraph(text, self._spot(), mark=mark, depth=depth, links=tuple(gathered.links))

    def _gather(  # noqa: C901, PLR0912 - a case for each kind of element
        self, element: Any, into: _Text, *, bold: bool = False
    ) -> None:
        for child in element:
            tag = child.tag
            if tag in _UNREAD:
                continue
            if tag == f"{_W}r":
                if child.find(f"{_W}rPr/{_W}vanish") is None:
                    self._gather(child, into, bold=_is_on(child.find(f"{_W}rPr/{_W}b")))
            elif tag in (f"{_W}t", f"{_M}t"):
                text = child.text or ""
                into.parts.append(text)
                into.bold, into.plain = (
                    (into.bold + len(text), into.plain) if bold else (into.bold, into.plain + len(text))
                )
            elif tag == f"{_W}tab":
                into.parts.append("\t")
            elif tag in (f"{_W}br", f"{_W}cr"):
                self._break(child, into)
            elif tag == f"{_W}lastRenderedPageBreak":
                self._page += 1
            elif tag == f"{_W}noBreakHyphen":
                into.parts.append("-")
            elif tag == f"{_W}txbxContent":
                into.boxes.append(child)
            elif tag == f"{_W}footnoteReference":
                note = self._footnotes.get(child.get(f"{_W}id", ""))
                into.notes += [note] if note else []
            elif tag == f"{_W}hyperlink":
                self._link(child, into)
            elif tag != f"{_W}pPr":
                self._gather(child, into, bold=bold)

    def _break(self, element: Any, into: _Text) -> None:
        if element.get(f"{_W}type") == "page":
            self._page += not self._paged
        else:
            into.parts.append("\n")

    def _link(self, element: Any, into: _Text) -> None:
        start = len(into.parts)
        self._gather(element, into)
        relation = self._document.part.rels.get(element.get(f"{_R}id", ""))
        if relation is not None and relation.is_external:
            title = "".join(into.parts[start:]).strip()
            into.links.append(("" if title == relation.target_ref else title, relation.target_ref))

    def _spot(self) -> Spot:
        return Spot(self._page, None, messages.ingest.page(self._page)) if self._paged else NOWHERE

    def _texts(self, element: Any) -> Iterator[str]:
        """The texts of the paragraphs anywhere inside."""
        for paragraph in element.iter(f"{_W}p"):
            gathered = _Text()
            self._gather(paragraph, gathered)
            text = "".join(gathered.parts).strip()
            if text:
                yield text

    # --- tables

    def _table(self, element: Any) -> Iterator[Block]:
        rows: list[list[Cell]] = []
        goes_on: list[list[bool]] = []
        head = 0
        for row in _children(element, "tr"):
            cells, continued = self._row(row)
            head += head == len(rows) and _is_on(row.find(f"{_W}trPr/{_W}tblHeader"))
            rows.append(cells)
            goes_on.append(continued)
        texts = _merged_down(unspanned(rows), goes_on, rows)
        if len(texts) == 1 or (texts and len(texts[0]) == 1):  # a frame around text
            for row in _children(element, "tr"):
                for cell in _children(row, "tc"):
                    yield from self._inside(cell)
        elif texts:
            deep = 2 if len(goes_on) > 2 and any(goes_on[1]) and not all(goes_on[1]) else 1
            yield Table(texts, self._spot(), head=max(head, deep))

    def _row(self, row: Any) -> tuple[list[Cell], list[bool]]:
        cells: list[Cell] = []
        continued: list[bool] = []
        before = row.find(f"{_W}trPr/{_W}gridBefore")
        if before is not None:
            cells.append(Cell("", columns=_number(before)))
            continued += [False] * _number(before)
        for cell in _children(row, "tc"):
            properties = cell.find(f"{_W}tcPr")
            span = merge = None
            if properties is not None:
                span, merge = properties.find(f"{_W}gridSpan"), properties.find(f"{_W}vMerge")
            columns = _number(span) if span is not None else 1
            cells.append(Cell("\n".join(self._texts(cell)), columns=columns))
            continued += [merge is not None and merge.get(f"{_W}val", "continue") == "continue"] * columns
        return cells, continued

    # --- styles, numbering, notes

    def _style(self, element: Any) -> _Style:
        properties = element.find(f"{_W}pPr")
        if properties is None:
            return _Style()
        named = properties.find(f"{_W}pStyle")
        style = self._styles.get(named.get(f"{_W}val", ""), _Style()) if named is not None else _Style()
        outline = properties.find(f"{_W}outlineLvl")
        if outline is not None and _number(outline) < 9:
            return _Style(_number(outline) + 1, style.contents, style.numbering)
        return style

    def _read_styles(self) -> dict[str, _Style]:
        elements = {style.get(f"{_W}styleId", ""): style for style in self._document.styles.element.iter(f"{_W}style")}
        return {name: _resolved(name, elements) for name in elements}

    def _read_numbering(self) -> dict[str, dict[int, str]]:
        """Number format by list id and level."""
        try:
            root = self._document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return {}
        abstract = {
            one.get(f"{_W}abstractNumId"): {
                _number(level, "ilvl"): (
                    level.find(f"{_W}numFmt").get(f"{_W}val") if level.find(f"{_W}numFmt") is not None else "decimal"
                )
                for level in one.findall(f"{_W}lvl")
            }
            for one in root.findall(f"{_W}abstractNum")
        }
        found = {}
        for one in root.findall(f"{_W}num"):
            target = one.find(f"{_W}abstractNumId")
            found[one.get(f"{_W}numId", "")] = abstract.get(target.get(f"{_W}val") if target is not None else None, {})
        return found

    def _numbering(self, element: Any) -> tuple[str, int] | None:
        return _list_of(element.find(f"{_W}pPr"))

    def _mark(self, numbering: tuple[str, int]) -> tuple[str, int]:
        """The mark of the next item of a list, with its depth."""
        name, level = numbering
        style = self._formats.get(name, {}).get(level, "bullet")
        if style in ("bullet", "none"):
            return "- ", level
        counters = self._counters.setdefault(name, [])
        del counters[level + 1 :]
        counters += [0] * (level + 1 - len(counters))
        counters[level] += 1
        return f"{counters[level]}. ", level

    def _read_footnotes(self) -> dict[str, str]:
        from lxml import etree

        for relation in self._document.part.rels.values():
            if relation.reltype.endswith("/footnotes") and not relation.is_external:
                parser = etree.XMLParser(resolve_entities=False, no_network=True)
                root = etree.fromstring(relation.target_part.blob, parser)
                return {
                    note.get(f"{_W}id"): "".join(text.text or "" for text in note.iter(f"{_W}t")).strip()
                    for note in root.findall(f"{_W}footnote")
                }
        return {}


def _children(element: Any, name: str) -> Iterator[Any]:
    """Children of this name, those inside of content controls and insertions included."""
    for child in element:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _children(child, name)


def _merged_down(
    texts: tuple[tuple[str, ...], ...], goes_on: list[list[bool]], rows: list[list[Cell]]
) -> tuple[tuple[str, ...], ...]:
    """Write into each cell that continues the one above what stands there."""
    if len(texts) != len(rows):  # empty rows were left out; they continue nothing
        goes_on = [flags for flags, row in zip(goes_on, rows, strict=True) if any(cell.text for cell in row)]
    out: list[list[str]] = []
    for line, flags in zip(texts, goes_on, strict=True):
        filled = list(line)
        for at, continues in enumerate(flags[: len(filled)]):
            if continues and out:
                filled[at] = out[-1][at]
        out.append(filled)
    return tuple(tuple(line) for line in out)


def _resolved(name: str, elements: dict[str, Any]) -> _Style:
    """A style with what it inherits."""
    level: int | None = None
    numbering: tuple[str, int] | None = None
    contents = False
    seen: set[str] = set()
    while name in elements and name not in seen:
        seen.add(name)
        style = elements[name]
        label = style.find(f"{_W}name")
        title = label.get(f"{_W}val", "") if label is not None else ""
        properties = style.find(f"{_W}pPr")
        contents = contents or bool(_CONTENTS.fullmatch(title))
        if level is None:
            level = _level(title, properties)
        numbering = numbering or _list_of(properties)
        base = style.find(f"{_W}basedOn")
        name = base.get(f"{_W}val", "") if base is not None else ""
    return _Style(level, contents, numbering)


def _level(title: str, properties: Any) -> int | None:
    if title.lower() in ("title", "标题"):
        return 0
    found = _HEADING.fullmatch(title)
    if found:
        return int(found.group(1))
    outline = properties.find(f"{_W}outlineLvl") if properties is not None else None
    return _number(outline) + 1 if outline is not None and _number(outline) < 9 else None


def _list_of(properties: Any) -> tuple[str, int] | None:
    numbering = properties.find(f"{_W}numPr") if properties is not None else None
    if numbering is None:
        return None
    name, level = numbering.find(f"{_W}numId"), numbering.find(f"{_W}ilvl")
    if name is None or name.get(f"{_W}val") == "0":
        return None
    return name.get(f"{_W}val", ""), min(_number(level), 8) if level is not None else 0


def _is_contents(element: Any) -> bool:
    gallery = element.find(f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
    return gallery is not None and gallery.get(f"{_W}val") == "Table of Contents"


def _is_on(element: Any) -> bool:
    """Whether a switch is there and not turned off."""
    return element is not None and element.get(f"{_W}val", "1") not in ("0", "false", "off")


def _number(element: Any, name: str = "val") -> int:
    text = element.get(f"{_W}{name}", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
