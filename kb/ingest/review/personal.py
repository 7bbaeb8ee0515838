"""Personal data that must not stand in a knowledge base: everybody can ask for it."""

import re
from collections.abc import Iterator

from kb import messages
from kb.ingest.review.findings import Finding, FindingCode, Standing, Weight, finding
from kb.ingest.review.lists import Wordings
from kb.privacy import PersonalKind, find

#: These belong to one person and to nobody's answer; the others may be the shop's own.
_CERTAIN = frozenset({PersonalKind.MOBILE, PersonalKind.IDENTITY_CARD, PersonalKind.BANK_CARD})
#: Mail for everybody: an address there is somebody's own.
_MAILBOX = re.compile(
    r"@(?:vip\.)?(?:qq|foxmail|163|126|yeah|139|189|wo|sina|sohu|tom|21cn|aliyun|gmail|outlook|hotmail|live|msn|yahoo|icloud|me|"
    r"proton|protonmail)\.",
    re.IGNORECASE,
)
_HOUSE = re.compile("(?:[路街巷弄村苑]|大道|胡同|小区|花园|公寓)[^，。；\n]{0,24}[号栋幢座元层楼室]")
_SHORTEST_ORDER = 6  # digits
_HOTLINE = re.compile(r"^(?:400|800|95\d{3}|12\d{3})")


def personal_data(at: Standing, allowed: Wordings) -> Iterator[Finding]:
    """Personal data in the phrasings and in the answer: one finding for what blocks, one for what may be the shop's."""
    said: dict[Weight, dict[str, str]] = {Weight.BLOCKS: {}, Weight.CONFIRM: {}}
    for text in (*at.entry.phrasings, at.entry.answer):
        for piece in find(text) if _worth_a_look(text) else ():
            words = text[piece.start : piece.end]
            if not _public(piece.kind, words) and not allowed.covers(words):
                weight = Weight.BLOCKS if piece.kind in _CERTAIN else Weight.CONFIRM
                said[weight][words] = piece.kind.value
    for weight, found in said.items():
        if found:
            kinds = messages.review.AND.join(dict.fromkeys(found.values()))
            yield finding(FindingCode.PERSONAL_DATA, at, weight, quotes=tuple(found), kind=kinds)


def _worth_a_look(text: str) -> bool:
    """Whether the text has enough figures, a mailbox or a house; nearly no text has, and looking closely is slow."""
    return (
        sum(map(str.isdigit, text)) >= _SHORTEST_ORDER or "@" in text or "＠" in text or _HOUSE.search(text) is not None
    )


def _public(kind: PersonalKind, words: str) -> bool:
    """Whether it is nobody's own: a service number, a company's mailbox, or an amount (每单 100 元)."""
    if kind is PersonalKind.EMAIL:
        return _MAILBOX.search(words) is None
    digits = re.sub(r"\D", "", words)
    if kind is PersonalKind.LANDLINE:
        return _HOTLINE.match(digits) is not None
    return kind is PersonalKind.ORDER and len(digits) < _SHORTEST_ORDER
