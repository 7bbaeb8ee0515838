"""Make the demonstration shop's product documents from their Markdown sources.

    python data/faq/documents/.sources/make.py [--into FOLDER]

Each `NAME.EXT.md` beside this script becomes `NAME.EXT` in the folder above; its `.md` documents are written by hand.
The packages and fonts listed in `.made-with.json` give the same bytes every time.

The documents have what real ones have, for ingestion to cope with: merged cells, page headers and footers, a page in
two columns, text boxes, speaker's notes, site navigation, hard-wrapped lines, GB18030. In a source, a table cell `^^`
continues the cell above and `<` the one to its left; a quotation is an aside (text box, speaker's note);
`<!-- two columns -->` holds until `<!-- one column -->`.
"""

import argparse
import hashlib
import html
import io
import itertools
import json
import re
import shutil
import string
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import docx
import openpyxl
import pptx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as DocxParagraph
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.pens.cu2quPen import Cu2QuPen  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fpdf import FPDF
from fpdf.fonts import FontFace
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from pptx.util import Emu, Inches, Pt

SOURCES: Final = Path(__file__).resolve().parent
WRITTEN: Final = datetime(2026, 11, 21, tzinfo=UTC)  # the one time in all files
SHOP: Final = "禾小满商城"
IN_GB18030: Final = frozenset({"签收验货须知"})  # as old desktop programs save text
PACKAGES: Final = ("fonttools", "fpdf2", "lxml", "markdown-it-py", "openpyxl", "python-docx", "python-pptx")

MARKDOWN: Final = MarkdownIt("commonmark").enable("table")


# What a source holds


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 2 begins a sheet or a slide."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list; a docx may hold one numbered list, because Word's own numbering would run on."""

    texts: tuple[str, ...]
    numbered: bool

    def marked(self) -> list[str]:
        """The items with their number or bullet written out."""
        return [f"{n}. {text}" if self.numbered else f"• {text}" for n, text in enumerate(self.texts, 1)]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its first row is the heading."""

    rows: tuple[tuple[str, ...], ...]

    def cells(self) -> Iterator[tuple[int, int, int, int, str]]:
        """Each cell once, as (row, column, rows it spans, columns it spans, text)."""
        for row, texts in enumerate(self.rows):
            for column, text in enumerate(texts):
                if text in ("^^", "<"):
                    continue
                right = itertools.takewhile(lambda at: at == "<", texts[column + 1 :])
                below = itertools.takewhile(lambda at: at == "^^", (at[column] for at in self.rows[row + 1 :]))
                yield row, column, 1 + sum(1 for _ in below), 1 + sum(1 for _ in right), text


@dataclass(frozen=True, slots=True)
class Aside:
    """Text beside the text: a text box, a speaker's note."""

    text: str


@dataclass(frozen=True, slots=True)
class Columns:
    """From here on the text stands in so many columns."""

    count: int


Block = Heading | Paragraph | Items | Table | Aside | Columns


def parse(source: str) -> list[Block]:
    """Read a source into its blocks. Raises ValueError for Markdown that the documents don't use."""
    return [_block(node) for node in SyntaxTreeNode(MARKDOWN.parse(source)).children]


def _block(node: SyntaxTreeNode) -> Block:
    texts = _texts(node)
    match node.type:
        case "heading":
            return Heading(int(node.tag[1]), texts[0])
        case "paragraph":
            return Paragraph(texts[0])
        case "blockquote":
            return Aside("\n".join(texts))
        case "bullet_list" | "ordered_list":
            return Items(texts, node.type == "ordered_list")
        case "table":
            return Table(tuple(_texts(row) for row in node.walk() if row.type == "tr"))
        case "html_block":
            return Columns({"<!-- two columns -->": 2, "<!-- one column -->": 1}[node.content.strip()])
    raise ValueError(f"the documents use no {node.type}")


def _texts(node: SyntaxTreeNode) -> tuple[str, ...]:
    return tuple(inner.content for inner in node.walk() if inner.type == "inline")


def title_of(blocks: Sequence[Block]) -> str:
    """Return the text of the first heading."""
    return next(block.text for block in blocks if isinstance(block, Heading))


def sections(blocks: Sequence[Block], level: int) -> Iterator[tuple[str, list[Block]]]:
    """Split at the headings of `level`; what stands before the first comes under an empty heading."""
    name, held = "", list[Block]()
    for block in blocks:
        if isinstance(block, Heading) and block.level == level:
            yield name, held
            name, held = block.text, []
        else:
            held.append(block)
    yield name, held


# Web page and plain text


def as_html(source: str) -> bytes:
    """Put the source into the help centre's page: navigation, cookie notice, side column, footer."""
    page = string.Template((SOURCES / "page.html").read_text("utf-8"))
    title = html.escape(title_of(parse(source)))
    return page.substitute(title=title, body=MARKDOWN.render(source)).encode()


def as_text(source: str, *, width: int = 36) -> list[str]:
    """Write the source as lines of at most `width` characters, broken anywhere; tables become tab-separated rows."""
    lines: list[str] = []
    chapters = iter("一二三四五六七八九")
    for block in parse(source):
        match block:
            case Heading(1, text):
                lines += [text, "=" * 2 * len(text)]
            case Heading(_, text):
                lines += ["", f"{next(chapters)}、{text}"]
            case Table(rows):
                lines += ["\t".join(row) for row in rows]
            case Items():
                lines += block.marked()
            case Paragraph(text) | Aside(text):
                lines += [text[at : at + width] for at in range(0, len(text), width)]
            case Columns():
                raise ValueError("plain text has no columns")
    return lines


# Word


def as_docx(source: str) -> bytes:
    """Write a Word document: styles for headings and lists, header and footer with fields, text boxes, merged cells."""
    blocks = parse(source)
    document = _empty_document(title_of(blocks))
    box = string.Template((SOURCES / "textbox.xml").read_text("utf-8"))
    boxes = itertools.count(1)
    for block in blocks:
        match block:
            case Heading(level, text):
                document.add_heading(text, level - 1)
            case Paragraph(text):
                _with_bold(document.add_paragraph(), text)
            case Items(texts, numbered):
                for text in texts:
                    document.add_paragraph(text, f"List {'Number' if numbered else 'Bullet'}")
            case Table():
                _docx_table(document, block)
            case Aside(text):
                run = box.substitute(number=next(boxes), text=html.escape(text))
                document.add_paragraph()._p.append(parse_xml(run))  # noqa: SLF001 - python-docx has no text boxes
            case Columns():
                raise ValueError("columns are only made in pdf and pptx")
    return _saved(document)


def _empty_document(title: str) -> Document:
    document = docx.Document()
    for style in document.styles:
        fonts = style.element.find(qn("w:rPr") + "/" + qn("w:rFonts"))
        if fonts is not None:
            fonts.attrib.clear()
            for script in ("w:ascii", "w:hAnsi", "w:eastAsia"):
                fonts.set(qn(script), "Microsoft YaHei")
    document.core_properties.author = SHOP
    document.core_properties.title = title
    document.core_properties.comments = ""
    section = document.sections[0]
    section.header.paragraphs[0].text = f"{SHOP} · {title}"
    _page_numbers(section.footer.paragraphs[0])
    return document


def _with_bold(paragraph: DocxParagraph, text: str) -> None:
    for n, part in enumerate(text.split("**")):
        if part:
            paragraph.add_run(part).bold = n % 2 == 1


def _page_numbers(paragraph: DocxParagraph) -> None:
    for before, field in (("第 ", "PAGE"), (" 页 共 ", "NUMPAGES")):
        paragraph.add_run(before)
        for kind in ("begin", field, "end"):
            run = paragraph.add_run()._r  # noqa: SLF001 - python-docx has no fields
            made = run.makeelement(qn("w:instrText" if kind == field else "w:fldChar"))
            if kind == field:
                made.text = field
            else:
                made.set(qn("w:fldCharType"), kind)
            run.append(made)
    paragraph.add_run(" 页")


def _docx_table(document: Document, table: Table) -> None:
    made = document.add_table(len(table.rows), len(table.rows[0]), "Table Grid")
    for row, column, down, across, text in table.cells():
        cell = made.cell(row, column).merge(made.cell(row + down - 1, column + across - 1))
        cell.text = text
        if row == 0:
            for run in cell.paragraphs[0].runs:
                run.bold = True
    document.add_paragraph()


# Excel


def as_xlsx(source: str) -> bytes:
    """Write a workbook, a sheet per section: a merged title line, the table with merged cells, remarks below it."""
    blocks = parse(source)
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.creator = SHOP
    for name, held in sections(blocks, 2):
        if not name:
            continue
        sheet = book.create_sheet(name)
        table = next(block for block in held if isinstance(block, Table))
        width = len(table.rows[0])
        _wide_row(sheet, 1, width, f"{title_of(blocks)} — {name}", Font(bold=True, size=14))
        for row, column, down, across, text in table.cells():
            cell = sheet.cell(row + 2, column + 1, text)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            if row == 0:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", fgColor="E8F0E4")
            if (down, across) != (1, 1):
                sheet.merge_cells(
                    start_row=row + 2, end_row=row + 1 + down, start_column=column + 1, end_column=column + across
                )
        for column in range(width):
            longest = max(len(row[column]) for row in table.rows)
            sheet.column_dimensions[get_column_letter(column + 1)].width = min(60, 6 + 2 * longest)
        below = len(table.rows) + 3
        for at, remark in enumerate((block.text for block in held if isinstance(block, Paragraph)), below):
            _wide_row(sheet, at, width, f"注：{remark}", Font(italic=True))
            sheet.row_dimensions[at].height = 32
    return _saved(book)


def _wide_row(sheet: Any, row: int, width: int, text: str, font: Font) -> None:
    cell = sheet.cell(row, 1, text)
    cell.font = font
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)


# PowerPoint


def as_pptx(source: str) -> bytes:
    """Write slides, one per section: asides are notes; of two columns the right one comes first in the file."""
    blocks = parse(source)
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    deck.core_properties.author = SHOP
    deck.core_properties.title = title_of(blocks)
    for number, (name, held) in enumerate(sections(blocks, 2), 1):
        slide = deck.slides.add_slide(deck.slide_layouts[5])  # the layout "Title Only"
        heading = slide.shapes.title
        heading.left, heading.top, heading.width, heading.height = Inches(0.7), Inches(0.4), Inches(11.9), Inches(1.1)
        heading.text_frame.text = name or title_of(blocks)
        if Columns(2) in held:
            columns = [(head, part) for head, part in sections(held, 3) if head]
            for at, (head, part) in reversed(list(enumerate(columns))):
                _text_box(slide, 0.9 + 6 * at, 5.6, [Paragraph(head), *part])
        else:
            _text_box(slide, 0.9, 11.5, held)
        for block in held:
            if isinstance(block, Table):
                _slide_table(slide, block)
        notes = [block.text for block in held if isinstance(block, Aside)]
        if notes:
            slide.notes_slide.notes_text_frame.text = "\n".join(notes)
        furniture = slide.shapes.add_textbox(Inches(0.7), Inches(6.9), Inches(11.9), Inches(0.4)).text_frame
        furniture.text = f"{SHOP} 内部培训资料　{number}"
        furniture.paragraphs[0].font.size = Pt(11)
    return _saved(deck)


def _text_box(slide: Any, left: float, width: float, blocks: Sequence[Block]) -> None:
    lines: list[str] = []
    for block in blocks:
        match block:
            case Paragraph(text):
                lines.append(text)
            case Items():
                lines += block.marked()
            case _:
                pass  # tables and notes have places of their own
    if not lines:
        return
    frame = slide.shapes.add_textbox(Inches(left), Inches(1.8), Inches(width), Inches(4.8)).text_frame
    frame.word_wrap = True
    frame.text = "\n".join(lines)
    for paragraph in frame.paragraphs:
        paragraph.font.size = Pt(24)
        paragraph.space_after = Pt(10)


def _slide_table(slide: Any, table: Table) -> None:
    rows, columns = len(table.rows), len(table.rows[0])
    size = Inches(0.9), Inches(1.8), Inches(11.5), Emu(rows * Inches(0.6))
    made = slide.shapes.add_table(rows, columns, *size).table
    for row, column, down, across, text in table.cells():
        cell = made.cell(row, column)
        if (down, across) != (1, 1):
            cell.merge(made.cell(row + down - 1, column + across - 1))
        cell.text_frame.text = text
        cell.text_frame.paragraphs[0].font.size = Pt(18)


# PDF


@dataclass(frozen=True, slots=True)
class Line:
    """A line that fits its column; sizes in points, lengths in millimetres."""

    text: str
    size: float = 10.5
    bold: bool = False
    before: float = 0.0
    indent: float = 0.0

    @property
    def height(self) -> float:
        """From this line to the next."""
        return self.size * 0.6


class Booklet(FPDF):
    """A4 pages with the title above and the page's number below."""

    GUTTER: Final = 10.0
    NEVER_FIRST: Final = "，。、；：？！）」》”’%℃"
    NEVER_LAST: Final = "（「《“‘"

    def __init__(self, title: str, text: str) -> None:
        super().__init__(format="A4")
        self.name = title
        characters = "".join(text.split()) + string.digits + f" 　|•第页{SHOP}"
        with tempfile.TemporaryDirectory() as folder:
            for style, face in (("", "Regular"), ("B", "Bold")):
                file = Path(folder, f"{face}.ttf")
                file.write_bytes(truetype(face, characters))
                self.add_font("Noto", style, file)
        self.set_margins(20, 25)
        self.set_auto_page_break(auto=True, margin=22)
        self.set_title(title)
        self.set_author(SHOP)
        self.set_lang("zh-CN")
        self.set_creation_date(WRITTEN)

    def header(self) -> None:
        """Write the running title, with a rule under it."""
        self.set_font("Noto", size=8)
        self.set_y(12)
        self.cell(self.epw, 5, f"{SHOP}　|　{self.name}", border="B", align="R")
        self.set_y(self.t_margin)

    def footer(self) -> None:
        """Write the page's number."""
        self.set_font("Noto", size=8)
        self.set_y(-15)
        self.cell(self.epw, 5, f"第 {self.page_no()} 页", align="C")

    def wrap(self, text: str, width: float) -> list[str]:
        """Break between characters and Latin words; no line begins with a closing mark or ends with an opening one."""
        lines = [""]
        for piece in re.findall(r"[A-Za-z0-9.\-–]+|.", text):
            line = lines[-1]
            if not line or self.get_string_width(line + piece) <= width:
                lines[-1] += piece
            elif piece in self.NEVER_FIRST or line[-1] in self.NEVER_LAST:
                lines[-1] = line[:-1]
                lines.append(line[-1] + piece)
            else:
                lines.append(piece.lstrip())
        return lines

    def lines(self, block: Block, width: float) -> list[Line]:
        """Set a heading, a paragraph or a list in lines of `width` millimetres."""
        match block:
            case Heading(level, text):
                style = Line("", size=(0, 20, 14, 11.5, 11)[level], bold=True, before=(0, 0, 5, 3, 2)[level])
                texts = [text]
            case Items():
                style, texts = Line("", indent=4, before=0.6), block.marked()
            case Paragraph(text):
                style, texts = Line("", before=1.6), [text]
            case _:
                raise ValueError(f"no lines for {block}")
        self.set_font("Noto", "B" if style.bold else "", style.size)
        return [
            Line(line, style.size, style.bold, 0 if n else style.before, style.indent)
            for text in texts
            for n, line in enumerate(self.wrap(text, width - style.indent - 1))
        ]

    def put(self, line: Line, left: float) -> None:
        """Write one line at the present height and move below it."""
        self.set_font("Noto", "B" if line.bold else "", line.size)
        self.set_xy(left + line.indent, self.get_y() + line.before)
        self.cell(0, line.height, line.text)
        self.set_y(self.get_y() + line.height)

    def in_two_columns(self, blocks: Sequence[Block]) -> None:
        """Fill pages of two columns; on the last one they are of about the same length."""
        width = (self.epw - self.GUTTER) / 2
        rest = [line for block in blocks for line in self.lines(block, width)]
        while rest:
            self.add_page()
            room = self.page_break_trigger - self.t_margin
            half = sum(line.before + line.height for line in rest) / 2 + 6
            for left, limit in ((self.l_margin, min(room, half)), (self.l_margin + width + self.GUTTER, room)):
                self.set_y(self.t_margin)
                while rest:
                    needed = rest[0].before + rest[0].height * (3 if rest[0].bold else 1)  # a heading isn't left alone
                    if self.get_y() + needed > self.t_margin + limit:
                        break
                    self.put(rest.pop(0), left)

    def ruled(self, table: Table, *, borders: str) -> None:
        """Draw a table with the given borders (fpdf2's `borders_layout`)."""
        self.set_font("Noto", size=9.5)
        longest = [min(22, max(len(row[c]) for row in table.rows)) + 2 for c in range(len(table.rows[0]))]
        widths = [self.epw * share / sum(longest) for share in longest]
        self.ln(2)
        with self.table(
            col_widths=widths,
            line_height=5.6,
            padding=1,
            borders_layout=borders,
            text_align="LEFT",
            headings_style=FontFace(emphasis="BOLD", fill_color=(232, 240, 228)),
        ) as drawn:
            for texts in table.rows:
                row = drawn.row()
                for text, width in zip(texts, widths, strict=True):
                    row.cell("\n".join(self.wrap(text, width - 5)))
        self.ln(2)


def as_pdf(source: str) -> bytes:
    """Write a PDF: running title, page numbers, a ruled table, others without lines, pages in two columns."""
    blocks = parse(source)
    booklet = Booklet(title_of(blocks), source)
    booklet.add_page()
    borders = itertools.chain(["ALL"], itertools.repeat("NONE"))
    at = blocks.index(Columns(2)) if Columns(2) in blocks else len(blocks)
    for block in blocks[:at]:
        if isinstance(block, Table):
            booklet.ruled(block, borders=next(borders))
            continue
        lines = booklet.lines(block, booklet.epw)
        kept = 30 if isinstance(block, Heading) else lines[0].height
        if booklet.will_page_break(kept):
            booklet.add_page()
        for line in lines:
            booklet.put(line, booklet.l_margin)
    booklet.in_two_columns(blocks[at + 1 :])
    return bytes(booklet.output())


def truetype(face: str, characters: str) -> bytes:
    """Cut Noto Sans CJK SC down to some characters, with TrueType outlines.

    Its own are CFF outlines numbered by CID; fpdf2 embeds those in a way that neither pypdf nor pdfminer can read back.
    """
    path, index = font(face)
    with TTFont(path, fontNumber=index) as whole:
        names = {ord(character): whole.getBestCmap()[ord(character)] for character in sorted(set(characters))}
        outlines = whole.getGlyphSet()
        glyphs = {}
        for name in (".notdef", *names.values()):
            pen = TTGlyphPen(None)
            outlines[name].draw(Cu2QuPen(pen, max_err=1, reverse_direction=True))
            glyphs[name] = pen.glyph()
        metrics = {name: whole["hmtx"][name] for name in glyphs}
        ascent, descent, created = whole["hhea"].ascent, whole["hhea"].descent, whole["head"].created
        builder = FontBuilder(whole["head"].unitsPerEm, isTTF=True)
    builder.updateHead(created=created, modified=created)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(names)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(metrics)
    builder.setupHorizontalHeader(ascent=ascent, descent=descent)
    builder.setupNameTable({"familyName": "Noto Sans CJK SC", "styleName": face, "psName": f"NotoSansCJKsc-{face}"})
    builder.setupOS2(sTypoAscender=ascent, sTypoDescender=descent, usWinAscent=ascent, usWinDescent=-descent)
    builder.setupPost()
    made = io.BytesIO()
    builder.save(made)
    return made.getvalue()


def font(face: str) -> tuple[Path, int]:
    """Find Noto Sans CJK SC in this face: its file and its number in there. Raises FileNotFoundError."""
    finder = shutil.which("fc-match")
    if finder:
        asked = [finder, "-f", "%{file}\n%{index}\n%{family}", f"Noto Sans CJK SC:style={face}"]
        found = subprocess.run(asked, check=True, capture_output=True, text=True).stdout  # noqa: S603 - no outside input
        path, index, family = found.split("\n")
        if "Noto Sans CJK SC" in family:
            return Path(path), int(index)
    raise FileNotFoundError("the font Noto Sans CJK SC is missing: install it (on Debian: fonts-noto-cjk, fontconfig)")


# The same bytes every time


def _saved(made: Any) -> bytes:
    """Save an Office package with every time in it set to `WRITTEN`."""
    packed, settled = io.BytesIO(), io.BytesIO()
    made.save(packed)
    time = WRITTEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + time, content)
            info = zipfile.ZipInfo(name, WRITTEN.timetuple()[:6])
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            target.writestr(info, content)
    return settled.getvalue()


def made_with() -> dict[str, str]:
    """Return what the bytes depend on: the packages' versions, zlib's, and the fonts' SHA-256."""
    found = {name: version(name) for name in PACKAGES} | {"zlib": zlib.ZLIB_RUNTIME_VERSION}
    for face in ("Regular", "Bold"):
        path, _ = font(face)
        found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def main() -> None:
    """Make all documents, then write them."""
    options = argparse.ArgumentParser(description="Make the demonstration shop's product documents.")
    options.add_argument("--into", type=Path, default=SOURCES.parent, help="where to (default: the folder above)")
    into: Path = options.parse_args().into
    makers: dict[str, Callable[[str], bytes]] = {
        ".docx": as_docx,
        ".html": as_html,
        ".pdf": as_pdf,
        ".pptx": as_pptx,
        ".xlsx": as_xlsx,
    }
    made: dict[str, bytes] = {}
    for path in sorted(SOURCES.glob("*.md")):
        name, source = Path(path.stem), path.read_text("utf-8")
        if name.stem in IN_GB18030:
            made[name.name] = "\r\n".join([*as_text(source), ""]).encode("gb18030")
        elif name.suffix == ".txt":
            made[name.name] = "\n".join([*as_text(source), ""]).encode()
        else:
            made[name.name] = makers[name.suffix](source)
    made[".made-with.json"] = (json.dumps(made_with(), indent=1, sort_keys=True) + "\n").encode()
    into.mkdir(parents=True, exist_ok=True)
    for file, content in made.items():
        (into / file).write_bytes(content)
        sys.stdout.write(f"{file}: {len(content):,} bytes\n")


if __name__ == "__main__":
    try:
        main()
    except FileNotFoundError as missing:
        sys.exit(str(missing))
