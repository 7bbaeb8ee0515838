"""Texts as the editor wrote them: trimmed, line breaks unified, without characters that nobody can see or type.

Every function here gives the same again when applied to its own result.
"""

import re

# C0 and C1 controls other than line breaks and tab, lone surrogates, byte order marks, non-characters that XML refuses,
# and the marks that turn the reading direction around (they can make a text look like another)
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BREAK_IN_LINE = re.compile(r"\s*[\n\t]\s*")


def unseen(text: str) -> int:
    """How many characters `block` and `line` would remove as control characters."""
    return 0 if text.isprintable() else len(_UNSEEN.findall(text))


def unify(text: str) -> str:
    """The text without unseen characters and with line feeds as its only line breaks; not trimmed."""
    if text.isprintable():
        return text
    return _LINE_BREAK.sub("\n", _UNSEEN.sub("", text))


def block(text: str) -> str:
    """A text that may have several lines."""
    return unify(text).strip()


def line(text: str) -> str:
    """A text of one line: line breaks and tabs become a space."""
    text = text.strip()
    return text if text.isprintable() else _BREAK_IN_LINE.sub(" ", unify(text).strip())


def lines(text: str) -> tuple[str, ...]:
    """The lines of a cell that hold something, each once."""
    return tuple(dict.fromkeys(part for part in map(line, unify(text).split("\n")) if part))
