"""Questions with their answers in a document: marked 问 / 答 or Q / A, numbered, as headings, or in a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from kb import messages
from kb.ingest.blocks import Block, Heading, Paragraph, Spot, Table
from kb.ingest.columns import Column, find_header
from kb.ingest.lines import opens_item
from kb.ingest.plain import plain
from kb.ingest.record import Record
from kb.ingest.wording import (
    asked,
    is_answer,
    is_question,
    split_answer,
    without_answer_mark,
    without_any_number,
    without_number,
)

LONGEST_ANSWER = 1_500  # characters; more is reading matter with a question for its heading
_LONGEST_QUESTION = 80  # of a paragraph that nothing marks as a question
_CATEGORY_LEVEL = 2  # headings up to this one group what lies below them
_BELOW_ALL = 7  # level of a question that is no heading


@dataclass(slots=True)
class _Section:
    """A heading, or a question, with the blocks below it."""

    opening: Block | None
    title: str
    level: int
    asks: bool
    spot: Spot
    category: str = ""
    body: list[Block] = field(default_factory=list)


def pairs(blocks: Sequence[Block]) -> tuple[list[Record], list[Block]]:
    """Return a record for each question with an answer, and the blocks that belong to none."""
    found: list[Record] = []
    rest: list[Block] = []
    for section in _sections(blocks):
        record = _record(section)
        if record:
            found.append(record)
            continue
        if section.opening is not None:
            rest.append(section.opening)
        for block in section.body:
            rows = list(_rows(block, section.title)) if isinstance(block, Table) else []
            found += rows
            if not rows:
                rest.append(block)
    return found, rest


def _record(section: _Section) -> Record | None:
    if not section.asks or not _answers(section.body):
        return None
    answer = without_answer_mark(plain(section.body))
    if not answer or len(answer) > LONGEST_ANSWER:
        return None
    links = [link for block in section.body if isinstance(block, Paragraph) for link in block.links]
    fields: dict[Column, object] = {
        Column.QUESTION: section.title,
        Column.ANSWER: answer,
        Column.CATEGORY: section.category,
        Column.LINKS: [{"title": title, "url": url} for title, url in links],
    }
    where = section.spot.where or messages.ingest.section(section.title)
    return Record(fields, section.spot.row or section.spot.page, where)


def _answers(body: Sequence[Block]) -> bool:
    """Whether a question's section can be its answer: a table is better found row by row, a chapter by section."""
    return (
        any(isinstance(block, Paragraph) for block in body)
        and not any(isinstance(block, Table) for block in body)
        and sum(isinstance(block, Heading) for block in body) < 2
    )


def _sections(blocks: Sequence[Block]) -> Iterator[_Section]:
    """Cut at headings and questions. A plain heading inside a question's section stays in its answer."""
    above: list[tuple[int, str]] = []  # headings that group what follows
    current = _Section(None, "", 0, asks=False, spot=Spot())
    for at, block in enumerate(blocks):
        opened = _opened(blocks, at)
        if isinstance(block, Table) and current.level == _BELOW_ALL and _is_faq(block):
            yield current  # a table of its own, not a part of the answer before it
            current = _Section(None, above[-1][1] if above else "", _BELOW_ALL, asks=False, spot=block.spot)
        if opened is None or (current.asks and not opened.asks and opened.level > current.level):
            current.body.append(block)
            continue
        yield current
        if opened.level <= current.level or not current.asks:
            above = [(level, title) for level, title in above if level < opened.level]
        opened.category = next((title for level, title in reversed(above) if level <= _CATEGORY_LEVEL), "")
        if not opened.asks:
            above.append((opened.level, without_any_number(opened.title)))
        current = opened
    yield current


def _opened(blocks: Sequence[Block], at: int) -> _Section | None:
    """The section that begins with this block, or None."""
    block = blocks[at]
    if isinstance(block, Table):
        return None
    marked = asked(block.text)
    if isinstance(block, Heading):
        question = without_number(block.text) if marked is None else marked
        asks = block.may_ask and (marked is not None or is_question(question))
        return _Section(block, question if asks else block.text, block.level, asks=asks, spot=block.spot)
    if marked is not None:
        first, _, more = marked.partition("\n")
        question, answer = split_answer(first)
        body = "\n".join(part for part in (answer, more) if part)
        section = _Section(block, question, _BELOW_ALL, asks=True, spot=block.spot)
        if body:
            section.body.append(replace(block, text=body, mark="", broken=False))
        return section
    return _asking(blocks, at)


def _asking(blocks: Sequence[Block], at: int) -> _Section | None:
    """A paragraph that is one question and nothing else, with what looks like its answer below."""
    block = blocks[at]
    following = blocks[at + 1] if at + 1 < len(blocks) else None
    if not isinstance(block, Paragraph) or not isinstance(following, Paragraph):
        return None
    question = without_number(block.text.strip())
    numbered = opens_item(block.whole) and not block.mark.startswith("-")
    single = question.endswith(("?", "？")) and not any(mark in question[:-1] for mark in "。！？!?\n")
    answered = is_answer(following.text) or (numbered and not following.text.endswith(("?", "？")))
    if len(question) > _LONGEST_QUESTION or not single or not answered:
        return None
    return _Section(block, question, _BELOW_ALL, asks=True, spot=block.spot)


def _is_faq(table: Table) -> bool:
    """Whether a table has a question and an answer column."""
    header = find_header(table.rows)
    return header is not None and {Column.QUESTION, Column.ANSWER} <= set(header[1])


def _rows(table: Table, category: str) -> Iterator[Record]:
    """The rows of a table that has a question and an answer column."""
    header = find_header(table.rows)
    if header is None or not _is_faq(table):
        return
    at, columns = header
    for number in range(at + 1, len(table.rows)):
        fields: dict[Column, object] = {Column.CATEGORY: category}
        for column, cell in zip(columns, table.rows[number], strict=False):
            if column is not None and cell.strip():
                before = fields.get(column, "") if column is Column.VARIANTS else ""
                fields[column] = f"{before}\n{cell}" if before else cell
        if fields.get(Column.QUESTION) or fields.get(Column.ANSWER):
            spot = table.at(number)
            yield Record(fields, spot.row or spot.page, spot.where)
