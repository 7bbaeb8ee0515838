"""Long answers in which nobody is spoken to."""

import re
from collections.abc import Iterator

from kb.ingest.review.findings import Finding, FindingCode, Standing, finding
from kb.ingest.review.lists import Wordings
from kb.text import normalise

#: From so many characters on an answer owes the customer a 您 or 请.
LONG = 40
_ITEM = re.compile(
    r"^\s*(?:\d{1,2}[.、)）]|[（(]?[一二三四五六七八九十\d]{1,2}[)）、.]|[-•·●*▪]|[①-⑳]|第[一二三四五六七八九十\d]+[步条项]|\||[^，。；]{1,20}[：:\t|])"
)


def manners(at: Standing, polite: Wordings) -> Iterator[Finding]:
    """Whether a long answer has no polite word; lists and tables need none."""
    answer = at.entry.answer
    if len(answer) < LONG or polite.find(answer) or polite.find(normalise(answer)):
        return
    lines = [line for line in answer.splitlines() if line.strip()]
    if sum(bool(_ITEM.match(line)) for line in lines) >= 2:
        return
    yield finding(FindingCode.IMPOLITE, at, length=len(answer))
