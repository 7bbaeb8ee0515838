"""Headings in a text that has no formatting, told by their numbers, their length and what follows them."""

import re
from collections.abc import Sequence

from kb.ingest.blocks import Block, Heading, Paragraph
from kb.ingest.lines import (
    LONGEST_HEADING,
    bare_title,
    ends_sentence,
    has_pause,
    is_title_over,
    numbered_level,
    opens_item,
)

_NUMBER = re.compile(r"\d{1,2}\s*[.、．)）]\s*(?!\d)")
_SLIDE_NUMBER = re.compile(r"0\d\s*(?=第\s*[一二三四五六七八九十]+\s*[章节])")
_NUMBERED, _LEAF = 5, 6  # levels; headings with nothing to go by are below all others
_DEEPEST_RUN = 3  # so many bare titles over one another
_ITEMS = 3  # so many numbered lines without a word between them are a list
_TITLE = 0  # level of the document's own name, which stands over everything


def outline(blocks: Sequence[Block]) -> list[Block]:
    """Make headings of the paragraphs that are headings; formatted documents keep the ones they have.

    What is numbered like a heading becomes one everywhere; a short line without a number only where nothing is
    formatted, and only when text follows.
    """
    formatted = sum(isinstance(block, Heading) for block in blocks) > 1
    out: list[Block] = list(blocks)
    if not formatted:
        out[:1] = [_titled(block) for block in out[:1]]
    for at, block in enumerate(out):
        if not isinstance(block, Paragraph) or block.mark or "\n" in block.text:
            continue
        text = _SLIDE_NUMBER.sub("", block.text.strip())
        level = numbered_level(text)
        if level is not None and not _is_list(blocks, at, level):
            out[at] = Heading(text, level, block.spot)
        elif not formatted and _numbered_title(blocks, at):
            out[at] = Heading(text, _NUMBERED, block.spot)
    return out if formatted else _bare(out)


def _titled(block: Block) -> Block:
    """The first line of a document as its title, if it looks like one."""
    if not isinstance(block, Paragraph) or block.mark or "\n" in block.text or len(block.text) > LONGEST_HEADING:
        return block
    text = block.text.strip()
    if (
        has_pause(text)
        or ends_sentence(text)
        or opens_item(text)
        or numbered_level(text)
        or text.endswith(("：", ":", "、"))
    ):
        return block
    return Heading(text, _TITLE, block.spot)


def _is_list(blocks: Sequence[Block], at: int, level: int) -> bool:
    """Whether the lines around it are numbered in the same way: then they are items, not headings."""
    if at + 1 == len(blocks):
        return True
    if level == 1:
        return False
    first = last = at
    while first and _numbered_so(blocks[first - 1], level):
        first -= 1
    while last + 1 < len(blocks) and _numbered_so(blocks[last + 1], level):
        last += 1
    return last - first >= _ITEMS - 1


def _numbered_so(block: Block, level: int) -> bool:
    return isinstance(block, Paragraph) and numbered_level(block.text) == level


def _numbered_title(blocks: Sequence[Block], at: int) -> bool:
    """Whether this is "3. 退换货流程" with text, not the next item, below it."""
    text = getattr(blocks[at], "text", "").strip()
    number = _NUMBER.match(text)
    following = blocks[at + 1] if at + 1 < len(blocks) else None
    return (
        number is not None
        and isinstance(following, Paragraph)
        and not opens_item(following.whole)
        and _runs(following)
        and (bare_title(text[number.end() :]) or is_title_over(text, following.text))
    )


def _runs(block: Block | None) -> bool:
    """Whether a block is text that a heading may head."""
    if isinstance(block, Paragraph):
        return bool(block.mark) or has_pause(block.text) or ends_sentence(block.text) or opens_item(block.text)
    return block is not None and not isinstance(block, Heading)


def _bare(blocks: list[Block]) -> list[Block]:
    """Headings without a number, told by the text below them; of several over one another the last is the deepest."""
    out = list(blocks)
    at = 0
    while at < len(blocks):
        end = at
        while end < len(blocks) and _is_bare(blocks[end]):
            end += 1
        following = blocks[end] if end < len(blocks) else None
        before = blocks[at - 1] if at else None
        if end > at and _runs(following) and _is_over(before):
            first = max(at, end - _DEEPEST_RUN)
            for place in range(first, end):
                block = blocks[place]
                if isinstance(block, Paragraph):
                    out[place] = Heading(block.text.strip(), _LEAF - (end - 1 - place), block.spot)
        at = max(end, at + 1)
    return out


def _is_bare(block: Block) -> bool:
    return (
        isinstance(block, Paragraph)
        and not block.mark
        and "\n" not in block.text
        and bare_title(block.text)
        and not ends_sentence(block.text)
    )


def _is_over(block: Block | None) -> bool:
    return (
        not isinstance(block, Paragraph)
        or ends_sentence(block.text)
        or bool(block.mark)
        or not block.broken
        or has_pause(block.text)
    )
