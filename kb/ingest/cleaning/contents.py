"""Tables of contents.

They are marked as such, have leaders, stand under a heading that says so or together in one line, or are given away by
headings that come again.
"""

import re
from collections.abc import Sequence

from kb.ingest.blocks import Block, Heading, Paragraph
from kb.ingest.lines import has_pause, numbered_level

_TITLE = re.compile(
    r"目\s*[录錄]|CONTENTS?|Contents?|TABLE OF CONTENTS|\[TOC\]|(?:CHAPTER|PART)(?:\s*\d+)?", re.IGNORECASE
)
_LEADER = re.compile(r"(?:\.{3,}|…+|·{3,}|(?:\.\s){3,}|\t+|\s{3,})\s*\d{1,4}\s*$")
_CHAPTERS = re.compile(r"第\s*[一二三四五六七八九十百\d]+\s*[章节篇部]")
_DECIMALS = re.compile(r"(?<!\d)\d{1,2}\.\d{1,2}(?=[\u4e00-\u9fff\s])")
_ORDINAL = re.compile(
    r"\s*(?:[•●·\-–—*]\s*|\d{1,2}(?:\.\d{1,2})*[.、．]?\s*|[一二三四五六七八九十]+、\s*|第[一二三四五六七八九十\d]+[章节]\s*)+"
)
_BETWEEN = re.compile(r"\s*[•●·■◆▪|｜]\s*")
_LONGEST_ITEM = 40
_RUN = 5  # so many headings without a word between them


def contents(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Drop tables of contents; the headings themselves stay where they head something."""
    drop: set[int] = set()
    for at, block in enumerate(blocks):
        text = getattr(block, "text", "").strip()
        if not text:
            continue
        if (isinstance(block, Paragraph) and block.contents) or _TITLE.fullmatch(text) or _run_together(text):
            drop.add(at)
        if re.fullmatch(r"目\s*[录錄]|CONTENTS?|TABLE OF CONTENTS", text, re.IGNORECASE):
            drop |= _listed(blocks, at + 1)
    drop |= _in_one_line(blocks)
    drop |= _with_leaders(blocks)
    drop |= _heard_again(blocks)
    return (
        [block for at, block in enumerate(blocks) if at not in drop],
        [getattr(blocks[at], "text", "") for at in sorted(drop)],
    )


def _run_together(text: str) -> bool:
    """第一章…第二章…第三章… in one line, or 1.1…1.2…1.3…1.4…, without a sentence among them."""
    if has_pause(text) or text.endswith("。"):
        return False
    return len(_CHAPTERS.findall(text)) >= 3 or len(_DECIMALS.findall(text)) >= 4


def _name(text: str) -> str:
    """A heading without its number and page; a text that is too long for one as it is."""
    if len(text) > 3 * _LONGEST_ITEM:
        return text
    return "".join(_ORDINAL.sub("", _LEADER.sub("", text), count=1).split())


def _item(block: Block) -> str:
    """The name that a line of a table of contents gives, "" when it can't be one."""
    if not isinstance(block, Paragraph) or len(block.text) > _LONGEST_ITEM or has_pause(block.text):
        return ""
    return _name(block.text)


def _listed(blocks: Sequence[Block], start: int) -> set[int]:
    """The short lines below 目录, until running text or the first of them again."""
    found: set[int] = set()
    first = ""
    for at in range(start, len(blocks)):
        text = getattr(blocks[at], "text", "").strip()
        if _TITLE.fullmatch(text) or text.isdigit():
            if found and not text.isdigit():
                break
            continue
        item = _item(blocks[at])
        if not item or item == first or text.endswith(("。", "：", ":")):
            break
        first = first or item
        found.add(at)
    later = {_name(getattr(block, "text", "")) for block in blocks[max(found, default=start) + 1 :]}
    heard = sum(_item(blocks[at]) in later for at in found)
    return found if heard * 2 >= len(found) else set()


def _in_one_line(blocks: Sequence[Block]) -> set[int]:
    """• 甲 • 乙 • 丙 where most of them are headings elsewhere."""
    texts = {_name(getattr(block, "text", "")) for block in blocks}
    found = set()
    for at, block in enumerate(blocks):
        if isinstance(block, Paragraph) and not has_pause(block.text):
            items = [item for item in _BETWEEN.split(block.text) if item]
            if len(items) > 2 and sum(_name(item) in texts for item in items) * 2 > len(items):
                found.add(at)
    return found


def _with_leaders(blocks: Sequence[Block]) -> set[int]:
    found = {
        at
        for at, block in enumerate(blocks)
        if isinstance(block, Paragraph)
        and len(block.text) <= 3 * _LONGEST_ITEM
        and _LEADER.search(block.text)
        and not has_pause(block.text)
    }
    return found if len(found) > 2 else set()


def _heard_again(blocks: Sequence[Block]) -> set[int]:
    """Runs of numbered headings with nothing below them, of which several come again further down."""
    found: set[int] = set()
    at = 0
    while at < len(blocks):
        end = at
        while end < len(blocks) and _is_entry(blocks[end]):
            end += 1
        if end - at >= _RUN:
            names = [_name(getattr(block, "text", "")) for block in blocks[at:end]]
            later = {_name(getattr(block, "text", "")) for block in blocks[end:]}
            # the last of a run may be the first heading of the text itself
            again = [place for place, name in enumerate(names) if name in names[:place] and place > 2]
            stop = again[0] if again else len(names)
            later |= set(names[stop:])
            heard = sum(name in later for name in names[:stop])
            if heard >= 3 or heard * 3 >= stop:
                found |= set(range(at, at + stop))
        at = max(end, at + 1)
    return found


def _is_entry(block: Block) -> bool:
    if isinstance(block, Heading):
        return False  # formatted: it heads something, and what is empty is seen to later
    text = getattr(block, "text", "").strip()
    plain = re.sub(r"^\d{1,2}[.、．]\s*(?=第)", "", text)
    return isinstance(block, Paragraph) and not block.mark.startswith("-") and numbered_level(plain) is not None
