"""md: a section whose heading is a question, or a paragraph 问：… 答：…, is an entry; what lies below is the answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kb import messages
from kb.ingest.columns import Column
from kb.ingest.contents import load, refuse_unless_text
from kb.ingest.encoding import decode
from kb.ingest.problems import Code, Report, Unusable
from kb.ingest.readers.markdown_text import plain, targets
from kb.ingest.record import Record

if TYPE_CHECKING:
    from markdown_it.token import Token

LARGEST_TEXT = 4 << 20  # bytes; it is a text that somebody wrote

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n.*?\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_NUMBER = r"[0-9０-９一二三四五六七八九十]*"
_ASKS = re.compile(rf"\s*(?:[Qq]{_NUMBER}|问题?{_NUMBER})\s*[:：.、]\s*")
_ANSWERS = re.compile(rf"\s*(?:[Aa]{_NUMBER}|答案?{_NUMBER}|回答)\s*[:：.、]\s*")
_LEADING_NUMBER = re.compile(
    r"\s*(?:\d+(?:\.\d+)*[.、)）]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）])\s*"
)
_QUESTION_WORDS = re.compile(
    r"怎么|怎样|咋|如何|什么|啥|多少|多久|多长|几天|几个|几次|哪|谁|何时|为何|为什么|是否|能否|可否|能不能|可不可以|可以不|"
    r"是不是|有没有|会不会|要不要|行不行|[吗么嘛呢]$|(?:how|what|why|when|where|which|who|can|do|does|is|are)\b",
    re.IGNORECASE,
)
_CATEGORY_LEVEL = 2  # headings up to this one group what lies below them


@dataclass(slots=True)
class _Section:
    """A heading, or a marked question, with the blocks below it."""

    title: str
    line: int  # 1-based
    level: int  # of the heading; 7, below all, for a marked question
    asks: bool
    category: str = ""
    body: list["Token"] = field(default_factory=list)


def read_markdown(path: Path, report: Report) -> Iterator[Record]:
    """Records of a Markdown file. Raises Unusable."""
    data = load(path)
    if len(data) > LARGEST_TEXT:
        raise Unusable(Code.TOO_LARGE, size=len(data) >> 20, limit=LARGEST_TEXT >> 20)
    refuse_unless_text(data)
    text, _ = decode(data)
    return _records(text, report)


def _records(text: str, report: Report) -> Iterator[Record]:
    without_question = 0
    for section in _sections(_blocks(text)):
        answer = without_answer_mark(plain(section.body))
        if section.asks:
            fields: dict[Column, object] = {
                Column.QUESTION: section.title,
                Column.ANSWER: answer,
                Column.CATEGORY: section.category,
                Column.LINKS: [{"title": title, "url": url} for title, url in targets(section.body)],
            }
            yield Record(fields, section.line, messages.ingest_row(section.line))
        elif answer:
            without_question += 1
    if without_question:
        report.add(Code.NO_QUESTION, count=without_question)


def _blocks(text: str) -> list["Token"]:
    from markdown_it import MarkdownIt

    # front matter would read as a heading; its lines stay, so that the others keep their numbers
    text = _FRONT_MATTER.sub(lambda found: "\n" * found.group().count("\n"), text.removeprefix("\ufeff"))
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    # which links are fit to use is judged, and reported, later
    parser.validateLink = _any_link  # type: ignore[method-assign]
    return parser.parse(text)


def _any_link(url: str) -> bool:  # noqa: ARG001 - the parser asks with it
    return True


def _sections(tokens: list["Token"]) -> Iterator[_Section]:
    """Cut at headings and marked questions. A plain heading inside a question's section stays in its answer."""
    above: list[tuple[int, str]] = []  # headings that group what follows
    current = _Section("", 1, 0, asks=False)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        opened = _opened(tokens, at)
        if opened is None or (current.asks and not opened.asks and opened.level > current.level):
            current.body.append(token)
            at += 1
            continue
        yield current
        if opened.level <= current.level or not current.asks:
            above = [(level, title) for level, title in above if level < opened.level]
        opened.category = next((title for level, title in reversed(above) if level <= _CATEGORY_LEVEL), "")
        if not opened.asks:
            above.append((opened.level, opened.title))
        current = opened
        at += 3  # opening, content, closing
    yield current


def _opened(tokens: list["Token"], at: int) -> _Section | None:
    """The section that begins at this token, or None."""
    token = tokens[at]
    if token.level != 0 or token.type not in ("heading_open", "paragraph_open"):
        return None
    line = token.map[0] + 1 if token.map else 1
    title = plain(tokens[at : at + 3])
    marked = _ASKS.match(title)
    if token.type == "heading_open":
        name = " ".join(title.split("\n"))
        question = name[marked.end() :] if marked else _LEADING_NUMBER.sub("", name, count=1)
        asks = bool(marked) or is_question(question)
        return _Section(question if asks else name, line, int(token.tag[1:]), asks=asks)
    if not marked:
        return None
    question, _, rest = title[marked.end() :].partition("\n")
    section = _Section(question, line, 7, asks=True)
    if rest:
        section.body = _paragraph_without_first_line(tokens[at : at + 3])
    return section


def is_question(title: str) -> bool:
    """Whether a heading asks something."""
    title = title.strip().rstrip("*_ ")
    return title.endswith(("?", "？")) or bool(_QUESTION_WORDS.search(title))


def without_answer_mark(text: str) -> str:
    """The text without 答：or A: before it."""
    return _ANSWERS.sub("", text, count=1) if _ANSWERS.match(text) else text


def _paragraph_without_first_line(paragraph: list["Token"]) -> list["Token"]:
    opening, inline, closing = paragraph
    children = inline.children or []
    first_break = next(at for at, child in enumerate(children) if child.type in ("softbreak", "hardbreak"))
    copied = inline.copy(children=children[first_break + 1 :])
    return [opening, copied, closing]
