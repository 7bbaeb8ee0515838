"""Sentences whose two halves stand in different places, as converters leave what a slide or a page broke in two."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from kb.ingest.blocks import Block, Paragraph
from kb.ingest.lines import HAN, bare_title, ends_sentence, has_pause, join, opens_item
from kb.text import Words

_HAN_AT_END = re.compile(f"[{HAN}]$")
_PARTICLE = re.compile(r"的(?!确|士|哥)|们|了(?!解|不|结|断|然|却)|着(?!急|重|手|火|装|凉|陆)")
_SHORTEST_END, _LONGEST_START = 10, 60  # characters
_MOST_ENDS = 20
_NEAR = 6  # characters at either side of the tear that are looked at


def mended(blocks: Sequence[Block], seams: list[str]) -> list[Block]:
    """Put a first half and its second half together where only one of each fits; the second leaves its place."""
    ends = {at: block for at, block in enumerate(blocks) if isinstance(block, Paragraph) and _breaks_off(block)}
    starts = {
        at: block for at, block in enumerate(blocks) if ends and isinstance(block, Paragraph) and _is_rest(blocks, at)
    }
    if not ends or len(ends) > _MOST_ENDS:
        return list(blocks)  # a text without full stops is not torn, it has none
    found = dict(
        _only((end, start) for end in ends for start in starts if _one_word(ends[end].text, starts[start].text))
    )
    left = [end for end in ends if end not in found]
    particles = [start for start in starts if start not in found.values() and _PARTICLE.match(starts[start].text)]
    if len(left) == len(particles) == 1:
        found[left[0]] = particles[0]
    gone = set(found.values())
    out: list[Block] = []
    for at, block in enumerate(blocks):
        if at in found and isinstance(block, Paragraph):
            rest = starts[found[at]]
            seams.append(f"…{block.text[-8:]}|{rest.text[:8]}…")
            out.append(replace(block, text=join(block.text, rest.text), links=block.links + rest.links))
        elif at not in gone:
            out.append(block)
    return out


def _breaks_off(block: Paragraph) -> bool:
    text = block.text.rstrip()
    return (
        block.broken
        and not block.mark
        and len(text) >= _SHORTEST_END
        and has_pause(text)
        and not opens_item(text)
        and bool(_HAN_AT_END.search(text))
    )


def _is_rest(blocks: Sequence[Block], at: int) -> bool:
    """Whether a paragraph ends a sentence, and may have begun elsewhere: one that ends stands before it, or a title."""
    block, before = blocks[at], blocks[at - 1] if at else None
    if not isinstance(block, Paragraph) or not isinstance(before, Paragraph) or block.mark or opens_item(block.text):
        return False
    return (
        ends_sentence(block.text)
        and len(block.text) <= _LONGEST_START
        and (ends_sentence(before.text) or bare_title(before.text))
    )


def _one_word(first: str, second: str) -> bool:
    """Whether two halves of a word meet: the second stands alone, and makes a word of the dictionary with the first."""
    end, start = first.rstrip()[-_NEAR:], second.lstrip()[:_NEAR]
    head = _words()(start)[:1]
    if not head or len(head[0]) > 1 or not _HAN_AT_END.match(head[0]):
        return False
    word = end[-1] + head[0]
    known = _words()._cutter.FREQ  # noqa: SLF001 - the cutter also makes words up that are in no dictionary
    return bool(known.get(word)) and word in _words()(end + start) and word not in _words()(end)


def _only(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs of which neither half fits another."""
    found = list(pairs)
    firsts, seconds = [first for first, _ in found], [second for _, second in found]
    return [pair for pair in found if firsts.count(pair[0]) == 1 and seconds.count(pair[1]) == 1]


@cache
def _words() -> Words:
    return Words()
