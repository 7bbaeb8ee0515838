"""Stray lines in a script that the document is not written in, as converters make of pictures and broken fonts."""

import unicodedata
from collections.abc import Sequence

from kb.ingest.blocks import Block, Table, texts

_LONGEST = 80  # characters; more is a text that somebody wrote
_SHARE = 0.05  # of the lines at most; more is a document in two languages
_AT_HOME = (
    "CJK",
    "LATIN",
    "DIGIT",
    "IDEOGRAPHIC",
    "FULLWIDTH",
    "GREEK",
    "KATAKANA-HIRAGANA",
    "BOPOMOFO",
    "MICRO",
    "SUPERSCRIPT",
)


def script(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Drop short lines of foreign letters only, in a document that is nearly all Chinese or Latin."""
    foreign = [block for block in blocks if _foreign(block)]
    if not foreign or len(foreign) > max(3, _SHARE * len(blocks)):
        return list(blocks), []
    dropped = {id(block) for block in foreign}
    return [block for block in blocks if id(block) not in dropped], [getattr(block, "text", "") for block in foreign]


def _foreign(block: Block) -> bool:
    if isinstance(block, Table):
        return False
    (text,) = texts(block)
    letters = [char for char in text if char.isalpha()]
    return (
        len(letters) > 1
        and len(text) <= _LONGEST
        and not text.isascii()
        and not any(unicodedata.name(letter, "CJK").startswith(_AT_HOME) for letter in letters)
    )
