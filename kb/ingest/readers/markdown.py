"""md: headings, paragraphs, lists and tables as blocks; `state: live` in the front matter vouches for its answers."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kb import messages
from kb.ingest.blocks import Block, Heading, Paragraph, Spot, Table
from kb.ingest.contents import load, refuse_unless_text
from kb.ingest.document import declaration
from kb.ingest.encoding import decode
from kb.ingest.problems import Code, Report, Unusable

if TYPE_CHECKING:
    from markdown_it.token import Token

LARGEST_TEXT = 4 << 20  # bytes; it is a text that somebody wrote

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n.*?\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_STATE = re.compile(r"^(?:state|status|状态|词条状态)[ \t]*[:：][ \t]*[\"']?([^\s\"']+)", re.MULTILINE | re.IGNORECASE)


def read_markdown(path: Path, report: Report) -> Iterator[Block]:  # noqa: ARG001 - every reader is called so
    """Blocks of a Markdown file. Raises Unusable."""
    data = load(path)
    if len(data) > LARGEST_TEXT:
        raise Unusable(Code.TOO_LARGE, size=len(data) >> 20, limit=LARGEST_TEXT >> 20)
    refuse_unless_text(data)
    text, _ = decode(data)
    return blocks(text.removeprefix("\ufeff"))


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a Markdown text."""
    front = _FRONT_MATTER.match(text)
    if front and (stated := _STATE.search(front.group())):
        yield declaration(stated.group(1))
    # front matter would read as a heading; its lines stay, so that the others keep their numbers
    text = _FRONT_MATTER.sub(lambda found: "\n" * found.group().count("\n"), text)
    writer = _Writer()
    for token in _tokens(text):
        yield from writer.take(token)


def _tokens(text: str) -> list["Token"]:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    # which links are fit to use is judged, and reported, later
    parser.validateLink = _any_link  # type: ignore[method-assign]
    return parser.parse(text)


def _any_link(url: str) -> bool:  # noqa: ARG001 - the parser asks with it
    return True


class _Writer:
    """Makes blocks of tokens; knows in which lists and which table it is."""

    def __init__(self) -> None:
        self._lists: list[int | None] = []  # next number, None for a list without numbers
        self._mark = ""  # of the list item that begins
        self._heading = 0
        self._rows: list[tuple[str, ...]] = []
        self._row: list[str] = []
        self._in_table = False
        self._table_line = 1

    def take(self, token: "Token") -> Iterator[Block]:  # noqa: C901 - a case for each kind of token
        kind = token.type
        if kind == "heading_open":
            self._heading = int(token.tag[1:])
        elif kind == "heading_close":
            self._heading = 0
        elif kind in ("ordered_list_open", "bullet_list_open"):
            self._lists.append(int(token.attrGet("start") or 1) if kind == "ordered_list_open" else None)
        elif kind in ("ordered_list_close", "bullet_list_close"):
            self._lists.pop()
        elif kind == "list_item_open":
            self._open_item()
        elif kind == "table_open":
            self._in_table, self._rows, self._table_line = True, [], _line(token)
        elif kind == "tr_close":
            self._rows.append(tuple(self._row))
            self._row = []
        elif kind == "table_close":
            self._in_table = False
            yield self._table()
        elif kind == "inline":
            yield from self._inline(token)
        elif kind in ("fence", "code_block") and token.content.strip():
            yield self._paragraph(token.content.rstrip("\n"), (), token)

    def _open_item(self) -> None:
        number = self._lists[-1]
        self._mark = "- " if number is None else f"{number}. "
        if number is not None:
            self._lists[-1] = number + 1

    def _inline(self, token: "Token") -> Iterator[Block]:
        text = "".join(_text(child) for child in token.children or ())
        if self._in_table:
            self._row.append(" ".join(text.split("\n")))
        elif self._heading:
            yield Heading(" ".join(text.split("\n")), self._heading, _spot(token))
        elif text.strip():
            yield self._paragraph(text, tuple(_targets(token)), token)

    def _paragraph(self, text: str, links: tuple[tuple[str, str], ...], token: "Token") -> Paragraph:
        mark, self._mark = self._mark, ""
        depth = max(0, len(self._lists) - 1)
        return Paragraph(text, _spot(token), mark=mark, depth=depth, links=links)

    def _table(self) -> Table:
        first = Spot(row=self._table_line, where=messages.ingest.row(self._table_line))
        # the line with the dashes stands below the heading
        lines = [self._table_line + at + (at > 0) for at in range(len(self._rows))]
        return Table(tuple(self._rows), first, tuple(Spot(row=line, where=messages.ingest.row(line)) for line in lines))


def _line(token: "Token") -> int:
    return token.map[0] + 1 if token.map else 1


def _spot(token: "Token") -> Spot:
    line = _line(token)
    return Spot(row=line, where=messages.ingest.row(line))


def _targets(token: "Token") -> Iterator[tuple[str, str]]:
    """Title and address of every link, in order."""
    title: list[str] | None = None
    url = ""
    for child in token.children or ():
        if child.type == "link_open":
            title, url = [], str(child.attrGet("href") or "")
        elif child.type == "link_close" and title is not None:
            name = "".join(title).strip()
            yield ("" if name == url else name, url)
            title = None
        elif title is not None:
            title.append(_text(child))


def _text(token: "Token") -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "image":
        return token.content
    return token.content if token.type in ("text", "code_inline", "text_special") else ""
