"""What an agent should look at again before a reply goes out: words nobody should read, and personal data."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kb.ingest.review.lists import Lists, Wordings
from kb.privacy import find

#: Characters shown on either side of what was found.
_AROUND = 8


class CautionKind(StrEnum):
    """Why a reply should be looked at again."""

    FORBIDDEN = "forbidden"  # 服务忌语
    PROMISE = "promise"  # what nobody may promise
    PERSONAL = "personal"  # personal data; what is public is none


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to look at again, and where it stands."""

    kind: CautionKind
    what: str  # the kind of personal data; else ""
    words: str
    line: int  # from 1
    around: str  # the words with what stands beside them


def cautions(text: str, lists: Callable[[], Lists]) -> list[Caution]:
    """Return what speaks against sending `text` as it is, in order of where it stands."""
    known = lists()
    plain = unicodedata.normalize("NFKC", text)
    found = [
        *_said(plain, known.forbidden, CautionKind.FORBIDDEN),
        *_said(plain, known.promises, CautionKind.PROMISE),
        *(
            (one.start, CautionKind.PERSONAL, one.kind.value, plain[one.start : one.end])
            for one in find(plain)
            if not known.allowed.covers(plain[one.start : one.end])
        ),
    ]
    shown = text if len(text) == len(plain) else plain  # as it was typed, wherever places are the same in both
    return [
        Caution(kind, what, words, plain.count("\n", 0, start) + 1, _around(shown, start, start + len(words)))
        for start, kind, what, words in sorted(found)
    ]


def _said(plain: str, wordings: Wordings, kind: CautionKind) -> Iterator[tuple[int, CautionKind, str, str]]:
    for words in wordings.find(plain):
        yield plain.find(words), kind, "", words


def _around(plain: str, start: int, end: int) -> str:
    """Return what is found with its neighbours on the same line."""
    first = max(start - _AROUND, plain.rfind("\n", 0, start) + 1)
    stop = plain.find("\n", end)
    last = min(end + _AROUND, stop if stop >= 0 else len(plain))
    begins = "…" if first and plain[first - 1] != "\n" else ""
    ends = "…" if last < len(plain) and plain[last] != "\n" else ""
    return f"{begins}{plain[first:last].strip()}{ends}"
