"""Bullets and numbers that stand alone, and bullets that stand before a text."""

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.ingest.blocks import Block, Paragraph

_ALONE = re.compile(r"[\W_]*|[\W_]*\d{1,2}(?:\s+\d{1,2})*[\W_]*|[A-Za-z]")
_CLOSING = re.compile(r"[。！？；，、）】”’]")
_BULLET = re.compile(r"\s*(?:[•●○■□◆◇▪▫►▶➢➤✓✔★☆※❖♦▲△]\s*|[-–—*·]\s+)+(?=\S)")
_PERCENT = re.compile(r"\d\s*[%％]|\d[.:：]\d")


def bullets(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Drop lone ones; write the others as list items. A lone end of sentence is left to be joined."""
    removed: list[str] = []
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            text = block.text.strip()
            if _ALONE.fullmatch(text) and not _CLOSING.match(text) and not _PERCENT.search(text):
                removed.append(text)
                continue
            found = _BULLET.match(block.text)
            if found:
                removed.append(found.group().strip())
                block = replace(block, text=block.text[found.end() :], mark=block.mark or "- ")  # noqa: PLW2901 - the block without it
        out.append(block)
    return out, removed
