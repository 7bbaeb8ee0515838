"""Personal data that must not stand in a knowledge base: everybody can ask for it."""

import re
from collections.abc import Iterator

from kb.ingest.review.findings import Finding, FindingCode, Standing, Weight, finding
from kb.ingest.review.lists import Wordings
from kb.privacy import PersonalKind, find

#: These belong to one person and to nobody's answer; the others may be the shop's own.
_CERTAIN = frozenset({PersonalKind.MOBILE, PersonalKind.IDENTITY_CARD, PersonalKind.BANK_CARD})
_SHORTEST_ORDER = 6  # digits
_HOTLINE = re.compile(r"^(?:400|800|95\d{3}|12\d{3})")


def personal_data(at: Standing, allowed: Wordings) -> Iterator[Finding]:
    """Personal data in the phrasings and in the answer, each once."""
    told: set[str] = set()
    for text in (*at.entry.phrasings, at.entry.answer):
        for piece in find(text):
            said = text[piece.start : piece.end]
            digits = re.sub(r"\D", "", said)
            if said in told or allowed.covers(said):
                continue
            if piece.kind is PersonalKind.LANDLINE and _HOTLINE.match(digits):
                continue  # a service number is nobody's own
            if piece.kind is PersonalKind.ORDER and len(digits) < _SHORTEST_ORDER:
                continue  # 每单 100 元
            told.add(said)
            weight = Weight.BLOCKS if piece.kind in _CERTAIN else Weight.CONFIRM
            yield finding(FindingCode.PERSONAL_DATA, at, weight, quote=said, kind=piece.kind.value)
