"""Where in a text a reader's words are found, in whatever script, width or case they are written."""

from collections.abc import Sequence
from functools import lru_cache

from kb.text import normalise

#: A piece of a text, text[start:end], counted in code points.
Span = tuple[int, int]


def spans(text: str, words: Sequence[str]) -> list[Span]:
    """Return the places in `text` where one of the normalised `words` stands, in order, touching ones joined."""
    plain: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        form = _form(char)
        plain.append(form)
        origin.extend([at] * len(form))
    joined = "".join(plain)
    found = sorted(
        (origin[start], origin[start + len(word) - 1] + 1)
        for word in set(words)
        if word
        for start in _all(joined, word)
    )
    merged: list[Span] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _all(text: str, word: str) -> list[int]:
    found = []
    at = text.find(word)
    while at >= 0:
        found.append(at)
        at = text.find(word, at + 1)
    return found


@lru_cache(maxsize=30_000)
def _form(char: str) -> str:
    """The normalised form of a character within a word: alone, the hyphen of a model code would be dropped."""
    return normalise(f"a{char}a")[1:-1]
