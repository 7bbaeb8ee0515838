"""html: the main content of a page, without navigation, sidebars, footer, forms and cookie notices."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kb.ingest.blocks import Block, Heading, Paragraph, Table
from kb.ingest.contents import load, refuse_unless_text
from kb.ingest.document import declaration
from kb.ingest.encoding import decode
from kb.ingest.problems import Code, Report, Unusable
from kb.ingest.spans import Cell, unspanned

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

LARGEST_PAGE: Final = 16 << 20  # bytes
_ABYSS = 3_000  # elements that must be closed, within one another
_NESTING = re.compile(
    r"<(/?)(?:div|span|section|article|table|a|b|i|u|em|strong|font|center|ul|ol|blockquote)\b", re.IGNORECASE
)
_DEEPEST = 200  # elements within one another; beyond it only their text is taken

_SCRAP = (
    "script, style, noscript, template, svg, canvas, iframe, object, embed, form, button, input, select, textarea, nav,"
    "dialog, [hidden], [aria-hidden=true], [role=navigation], [role=banner], [role=contentinfo], [role=search],"
    "[role=dialog], [role=alertdialog], [role=complementary], [role=menu], [role=menubar]"
)
_AROUND = "body > header, body > footer, body > aside, footer, aside, body > div > header, body > div > footer"
_NAMED = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|menu|breadcrumbs?|crumbs?|footer|sidebar|side-bar|cookies?|consent|gdpr|share|sharing"
    r"|social|comments?|related|recommend(?:ed|ations)?|advert(?:isement)?|ads?|banner|toolbar|pagination|pager|popup"
    r"|modal|toast|feedback|subscribe|login|copyright|skip-link|back-to-top|toc)(?:$|[-_ ])",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "header",
        "hr",
        "html",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_MENU_DEPTH = 4  # so many elements may stand between a menu and its links
_MOSTLY_LINKS = 0.6  # share of the characters of a list or division; more is a menu


def read_html(path: Path, report: Report) -> Iterator[Block]:  # noqa: ARG001 - every reader is called so
    """Blocks of a web page. Raises Unusable."""
    from selectolax.lexbor import LexborHTMLParser

    data = load(path)
    if len(data) > LARGEST_PAGE:
        raise Unusable(Code.TOO_LARGE, size=len(data) >> 20, limit=LARGEST_PAGE >> 20)
    refuse_unless_text(data)
    text, _ = decode(data)
    _refuse_abyss(text)
    page = LexborHTMLParser(text)
    stated = page.css_first('meta[name="kb:state"]')
    if stated is not None:
        yield declaration(str(stated.attributes.get("content") or ""))
    body = page.body
    if body is None:
        return
    content = _content(body)
    writer = _Writer()
    writer.walk(content, 0)
    writer.close()
    yield from writer.blocks


def _refuse_abyss(text: str) -> None:
    """Raise Unusable when elements stand in one another without end: the parser takes the square of that."""
    depth = 0
    for found in _NESTING.finditer(text):
        depth = max(0, depth - 1) if found.group(1) else depth + 1
        if depth > _ABYSS:
            raise Unusable(Code.DAMAGED)


def _content(body: "LexborNode") -> "LexborNode":
    """The part of the page that it is about, freed from what surrounds it."""
    for node in body.css(_SCRAP):
        node.decompose()
    chosen = None
    for selector in ("main", "[role=main]", "article"):
        found = body.css(selector)
        if found:
            chosen = max(found, key=lambda node: len(node.text()))
            if len(chosen.text().strip()) * 4 < len(body.text().strip()):
                chosen = None  # a teaser, not the content
                continue
            break
    root = chosen if chosen is not None else body
    for node in root.css(_AROUND):
        node.decompose()
    for node in root.css("[class], [id], [style]"):
        attributes = node.attributes
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if node.tag not in ("body", "html", "main", "article") and (
            _NAMED.search(names) or _UNSEEN.search(attributes.get("style") or "")
        ):
            node.decompose()
    for node in _around_links(root):
        _drop_menu(node)
    return root


def _around_links(root: "LexborNode") -> list["LexborNode"]:
    """What stands closely around links: lists and divisions that may be menus."""
    found: dict[int, LexborNode] = {}
    for link in root.css("a"):
        node = link.parent
        for _ in range(_MENU_DEPTH):
            if node is None or node.mem_id == root.mem_id:
                break
            if node.tag in ("ul", "ol", "div", "section", "p", "table"):
                found[node.mem_id] = node
            node = node.parent
    return list(found.values())


def _drop_menu(node: "LexborNode") -> None:
    """Take out what is nearly nothing but several links."""
    links = node.css("a")
    if len(links) < 3:
        return
    length = len(_SPACE.sub("", node.text()))
    linked = sum(len(_SPACE.sub("", link.text())) for link in links)
    if linked > _MOSTLY_LINKS * length and length < 60 * len(links) and "。" not in node.text():
        node.decompose()


class _Writer:
    """Makes blocks of nodes: text is gathered until something that stands for itself begins or ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._text: list[str] = []
        self._links: list[tuple[str, str]] = []
        self._lists: list[int | None] = []
        self._mark = ""

    def walk(self, node: "LexborNode", depth: int) -> None:  # noqa: C901 - a case for each kind of element
        for child in node.iter(include_text=True):
            tag = str(child.tag)
            if tag == "-text":
                self._text.append(_SPACE.sub(" ", child.text_content or ""))
            elif depth >= _DEEPEST:
                self._text.append(_SPACE.sub(" ", child.text()))
            elif tag == "br":
                self._text.append("\n")
            elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
                self.close()
                self._heading(child, int(tag[1]))
            elif tag in ("summary", "dt"):
                self.close()
                self._heading(child, 6)
            elif tag == "table" and len(child.css("table")) < 2:  # one around others is there for the layout
                self.close()
                self._table(child)
            elif tag in ("ul", "ol"):
                self.close()
                self._lists.append(_start(child) if tag == "ol" else None)
                self.walk(child, depth + 1)
                self.close()
                self._lists.pop()
            elif tag == "li":
                self.close()
                self._mark = self._next_mark()
                self.walk(child, depth + 1)
                self.close()
            elif tag in _BLOCKS:
                self.close()
                self.walk(child, depth + 1)
                self.close()
            elif tag == "a":
                self._link(child)
                self.walk(child, depth + 1)
            else:
                self.walk(child, depth + 1)

    def close(self) -> None:
        """End the paragraph that is being gathered."""
        lines = (" ".join(line.split()) for line in "".join(self._text).split("\n"))
        text = "\n".join(line for line in lines if line)
        self._text = []
        links, self._links = tuple(self._links), []
        if text:
            depth = max(0, len(self._lists) - 1)
            self.blocks.append(Paragraph(text, mark=self._mark, depth=depth, links=links))
            self._mark = ""

    def _heading(self, node: "LexborNode", level: int) -> None:
        text = " ".join(node.text().split())
        if text:
            self.blocks.append(Heading(text, level))

    def _link(self, node: "LexborNode") -> None:
        url = str(node.attributes.get("href") or "")
        title = " ".join(node.text().split())
        if url.startswith(("http://", "https://")):
            self._links.append(("" if title == url else title, url))

    def _next_mark(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "- "
        number = self._lists[-1]
        self._lists[-1] = number + 1
        return f"{number}. "

    def _table(self, node: "LexborNode") -> None:
        rows: list[list[Cell]] = []
        head = 0
        for row in node.css("tr"):
            cells = [
                Cell(" ".join(cell.text(separator=" ").split()), _span(cell, "rowspan"), _span(cell, "colspan"))
                for cell in row.iter()
                if cell.tag in ("td", "th")
            ]
            if cells:
                headed = all(cell.tag == "th" for cell in row.iter() if cell.tag in ("td", "th"))
                head += headed and head == len(rows)
                rows.append(cells)
        texts = unspanned(rows)
        if len(texts) == 1 or (texts and len(texts[0]) == 1):
            self.blocks += [Paragraph("\n".join(cell for cell in row if cell)) for row in texts if any(row)]
        elif texts:
            self.blocks.append(Table(texts, head=head or 1))


def _start(node: "LexborNode") -> int:
    text = str(node.attributes.get("start") or "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _span(node: "LexborNode", name: str) -> int:
    text = str(node.attributes.get(name) or "1").strip()
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 5 else 1
