"""Lines that were cut in mid-sentence, by the width of a page, a column or a text box."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from unicodedata import east_asian_width

from kb.ingest.blocks import Block, Paragraph, rewrite
from kb.ingest.cleaning.torn import mended
from kb.ingest.lines import HAN, bare_title, ends_sentence, has_pause, is_title_over, join, numbered_level, opens_item

_GOES_ON = re.compile(r"[，、,（(“‘《【/／+＋&和与或及的]$")
_WENT_ON = re.compile(r"[，、。；！？：）)”’》】%]")
_CLOSED = re.compile(r"[）)”’》】]")
_GAP = re.compile(
    rf"(?<=[{HAN}，。；：！？、）]) (?=[{HAN}，。；：！？、“（])|(?<=[{HAN}\d%A-Za-z）)”]) +(?=[，。；：！？、）”])"
    rf"|(?<=[{HAN}]) +(?=[,;:!?](?:\s*[{HAN}]|$))|(?<=[{HAN}][,;:!?]) +(?=[{HAN}])"
)
_NUMBER = re.compile(r"\s*第[一二三四五六七八九十百零\d]+[条款项步] ")  # the space after it is meant
_CODE = re.compile(r"[A-Za-z]-$")  # a model's name cut at its dash
_SHORT = 12  # characters; a line without a pause that is shorter is cut by intent
_TAIL = 300  # characters at the end of a paragraph that decide whether it goes on
_MARGIN = 3  # columns by which a full line may be shorter than the widest


def rejoin(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Put the parts of a sentence together again; what is listed are the seams, as …end|beginning…."""
    width = _full_width(blocks)
    out: list[Block] = []
    seams: list[str] = []
    open_one: _Open | None = None
    for at, block in enumerate(blocks):
        if not isinstance(block, Paragraph):
            out += open_one.closed() if open_one else []
            out.append(block)
            open_one = None
            continue
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        if open_one and _goes_on(open_one, block, following, width):
            seams.append(f"…{open_one.tail[-8:]}|{block.text[:8]}…")
            open_one.add(block)
        else:
            out += open_one.closed() if open_one else []
            open_one = _Open(block)
    out += open_one.closed() if open_one else []
    return [_closed_up(block, seams) for block in mended(out, seams)], seams


class _Open:
    """A paragraph that may go on: only its end is looked at, however long it grows."""

    def __init__(self, first: Paragraph) -> None:
        self.last = first  # the line, as it stood, at which it ends
        self.tail = first.text[-_TAIL:]
        self._first = first
        self._parts = [first.text]
        self._links = list(first.links)

    def add(self, block: Paragraph) -> None:
        """Put a line behind it."""
        joined = join(self.tail, block.text)
        end = self._parts[-1]
        self._parts[-1] = end[: len(end) - len(self.tail)]
        self._parts.append(joined)
        self.tail = joined[-_TAIL:]
        self._links += block.links
        self.last = block

    def closed(self) -> list[Block]:
        """The paragraph as it is now."""
        if self.last is self._first:
            return [self._first]
        text = "".join(self._parts)
        return [replace(self._first, text=text, broken=self.last.broken, links=tuple(self._links))]


def _goes_on(  # noqa: PLR0911 - each line is one sign, in the order of their strength
    before: _Open, block: Paragraph, following: Block | None, width: int
) -> bool:
    last = before.last
    first, second = before.tail.rstrip(), block.text.lstrip()
    if block.mark or not first or not second or block.contents:
        return False
    if _WENT_ON.match(second) and not (_CLOSED.match(second) and ends_sentence(first)):
        return not (ends_sentence(first) and len(second) == 1)
    if last.broken and _CODE.search(first) and second[0].isdigit():
        return True
    if ends_sentence(first) or first.endswith(("：", ":")) or opens_item(second) or numbered_level(second):
        return False
    if not last.broken and not _GOES_ON.search(first):
        return False
    if "\n" in block.text or numbered_level(first) or _heading_like(first, second, block, following, width):
        return False
    if is_title_over(first, second):
        return False
    if _GOES_ON.search(first) and has_pause(first):
        return True
    if last.broken and width and columns(last.whole) >= width - _MARGIN:
        return True
    running = has_pause(first) or (
        len(first) > _SHORT and (ends_sentence(second) or has_pause(second)) and not bare_title(first)
    )
    return running and last.broken


def _heading_like(first: str, second: str, block: Paragraph, following: Block | None, width: int) -> bool:
    """Whether the second line rather heads what follows than ends the sentence before it."""
    if has_pause(second) or ends_sentence(second) or not bare_title(second):
        return False
    if width and columns(block.whole) >= width - _MARGIN:
        return False
    if isinstance(following, Paragraph) and not following.mark and _WENT_ON.match(following.text):
        return False
    return len(second) < 0.8 * len(first.rsplit("\n", 1)[-1]) or following is None


def _closed_up(block: Block, seams: list[str]) -> Block:
    """Spaces inside of sentences are what is left of line breaks."""
    if not isinstance(block, Paragraph):
        return block

    def close(text: str) -> str:
        if not (has_pause(text) or ends_sentence(text)):
            return text
        start = number.end() if (number := _NUMBER.match(text)) else 0
        seams.extend(f"…{text[max(0, found.start() - 4) : found.end() + 4]}…" for found in _GAP.finditer(text, start))
        return text[:start] + _GAP.sub("", text[start:])

    return rewrite(block, close)


def columns(text: str) -> int:
    """Width of a text where a Chinese character takes two columns."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _full_width(blocks: Sequence[Block]) -> int:
    """The width at which the lines of a hard-wrapped text are broken, 0 when it isn't hard-wrapped."""
    widths = [columns(block.whole) for block in blocks if isinstance(block, Paragraph) and block.broken]
    if len(widths) < 5:
        return 0
    common = Counter(widths)
    best = max(common, key=lambda width: sum(common[width - off] for off in range(_MARGIN + 1)))
    near = sum(common[best - off] for off in range(_MARGIN + 1))
    longer = sum(count for width, count in common.items() if width > best + _MARGIN)
    return best if best >= 20 and near >= 4 and near * 5 >= len(widths) and longer * 4 <= near else 0
