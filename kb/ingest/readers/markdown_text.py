"""Markdown blocks as the plain text that a customer reads, and the links in them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token


def plain(tokens: Sequence["Token"]) -> str:
    """The text without markup: lists keep their numbers or dashes, blocks are parted by an empty line."""
    writer = _Writer()
    for token in tokens:
        writer.take(token)
    return writer.text()


def targets(tokens: Sequence["Token"]) -> Iterator[tuple[str, str]]:
    """Title and address of every link, in order."""
    for token in tokens:
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
                title.append(_inline(child))


class _Writer:
    """Writes blocks; knows in which lists it is."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._lists: list[int | None] = []  # next number, None for a list without numbers
        self._mark = ""  # of the list item that begins
        self._row: list[str] | None = None  # cells of the table row being read

    def take(self, token: "Token") -> None:
        kind = token.type
        if kind == "ordered_list_open":
            self._lists.append(int(token.attrGet("start") or 1))
        elif kind == "bullet_list_open":
            self._lists.append(None)
        elif kind in ("ordered_list_close", "bullet_list_close"):
            self._lists.pop()
            self._gap()
        elif kind == "list_item_open":
            self._open_item()
        elif kind == "tr_open":
            self._row = []
        elif kind == "tr_close" and self._row is not None:
            self._lines.append(" | ".join(self._row))
            self._row = None
        elif kind == "inline":
            self._write("".join(_inline(child) for child in token.children or ()))
        elif kind in ("fence", "code_block"):
            self._write(token.content.rstrip("\n"))
            self._gap()
        elif kind in ("paragraph_close", "heading_close", "table_close") and not token.hidden:
            self._gap()

    def text(self) -> str:
        return "\n".join(self._lines).strip()

    def _open_item(self) -> None:
        if not self._lists:
            return
        number = self._lists[-1]
        self._mark = "- " if number is None else f"{number}. "
        if number is not None:
            self._lists[-1] = number + 1

    def _write(self, text: str) -> None:
        if self._row is not None:
            self._row.append(" ".join(text.split("\n")))
            return
        indent = "  " * (len(self._lists) - 1)
        first, *rest = text.split("\n")
        self._lines.append(indent + self._mark + first)
        self._lines.extend(indent + " " * len(self._mark) + line for line in rest)
        self._mark = ""

    def _gap(self) -> None:
        if not self._lists and self._lines and self._lines[-1]:
            self._lines.append("")


def _inline(token: "Token") -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "image":
        return token.content
    return token.content if token.type in ("text", "code_inline", "text_special") else ""
