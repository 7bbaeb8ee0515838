"""What a page or a slide repeats: headers and footers, page numbers, the words of title and closing slides."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from statistics import median

from kb.ingest.blocks import Block, Heading, Paragraph
from kb.ingest.lines import ends_sentence

_NUMBER = re.compile(
    r"[-—–·~\s]*(?:"
    r"第\s*\d{1,4}\s*页(?:\s*[/,，、]?\s*共\s*\d{1,4}\s*页)?|共\s*\d{1,4}\s*页(?:\s*[/,，、]?\s*第\s*\d{1,4}\s*页)?"
    r"|[Pp](?:age|AGE)?\.?\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,4}\s*/\s*\d{1,4}|[-—–]+\s*\d{1,4}\s*[-—–]+"
    r")[-—–·~\s]*"
)
_LONGEST_NUMBER = 40  # characters of a line that is a page number
_BARE_NUMBER = re.compile(r"\d{1,4}")
_DIGITS = re.compile(r"\d+")
_SLIDE = re.compile(
    r"THANKS?(?: YOU)?[!！.]*|谢谢(?:大家|观看|聆听|您的.{1,4})?[!！。]*|感谢(?:您的)?(?:观看|聆听|观赏|阅读)[!！。]*"
    r"|(?:汇报|演讲|主讲|报告|制作|培训)(?:人|者|部门)\s*[:：].{0,24}|LOGO|Your [Ll]ogo",
    re.IGNORECASE,
)
_CHUNK = re.compile(r"\s*(\d{1,3})\s*[、.．]\s*")
_LONG = 100  # characters; a numbered item of a list is shorter than the text of a page


def page(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Drop what stands at the edge of several pages, numbers apart, and the formulas of slides."""
    pages: dict[str, set[int | None]] = defaultdict(set)
    for block in blocks:
        if isinstance(block, Paragraph) and block.edge:
            pages[_pattern(block.text)].add(block.spot.page)
    repeated = {pattern for pattern, where in pages.items() if len(where) > 1}
    removed: list[str] = []
    out: list[Block] = []
    for block in blocks:
        text = getattr(block, "text", "")
        at_edge = isinstance(block, Paragraph) and block.edge and _pattern(text) in repeated
        if at_edge or (text and _SLIDE.fullmatch(text.strip())):
            removed.append(text)
        else:
            out.append(block)
    return out, removed


def _pattern(text: str) -> str:
    return _DIGITS.sub("0", "".join(text.split()))


def page_numbers(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Drop lines that are a page number, and the numbers that a site puts before the text of each page."""
    removed: list[str] = []
    out: list[Block] = []
    for block in blocks:
        text = getattr(block, "text", "").strip()
        lone = isinstance(block, Paragraph) and block.edge and _BARE_NUMBER.fullmatch(text)
        numbers = len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text)
        if not isinstance(block, Heading) and text and (lone or numbers):
            removed.append(text)
        else:
            out.append(block)
    return _without_chunk_numbers(out, removed)


def _without_chunk_numbers(blocks: list[Block], removed: list[str]) -> tuple[list[Block], list[str]]:
    """1、2、3、… before long texts that break off in mid-sentence number the pages of a converted document."""
    found = [(at, number) for at, block in enumerate(blocks) if (number := _chunk(block)) is not None]
    out = list(blocks)
    for _, group in groupby(enumerate(found), key=lambda item: item[1][1] - item[0]):
        run = [at for _, (at, _) in group]
        whole = [blocks[at] for at in run]
        if len(run) < 3 or median(len(block.text) for block in whole if isinstance(block, Paragraph)) < _LONG:
            continue
        if sum(not ends_sentence(getattr(block, "text", "")) for block in whole) * 2 < len(run):
            continue
        for at in run:
            block = out[at]
            if isinstance(block, Paragraph):
                mark = _CHUNK.match(block.whole)
                if mark:
                    removed.append(mark.group().strip())
                    out[at] = replace(block, text=block.whole[mark.end() :], mark="", broken=True)
    return out, removed


def _chunk(block: Block) -> int | None:
    found = _CHUNK.match(block.whole) if isinstance(block, Paragraph) else None
    return int(found.group(1)) if found else None
