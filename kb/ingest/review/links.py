"""Links inside the knowledge that lead nowhere. Pages on the web are not fetched."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from kb import messages
from kb.ingest.review.findings import Finding, FindingCode, Standing, finding
from kb.text import normalise
from kb.types import Entry

_ID = r"[A-Za-z]{1,8}[-_]?\d{2,}"
_REFERENCES = (
    ("entry", re.compile(rf"(?:词条|编号|知识点|条目)\s*(?:编号)?[：:「“\"]?\s*({_ID})(?![0-9A-Za-z])")),
    ("entry", re.compile(r"\[\[\s*([^\[\]]{1,100}?)\s*\]\]")),
    ("entry", re.compile(r"\]\(\s*(?:#|kb:|entry:)([^()\s]{1,100})\s*\)")),
    ("question", re.compile(r"(?:问题|词条|标准问|常见问题)\s*[「“《]([^」”》]{2,80})[」”》]")),
)
_URL = re.compile(r"https?://[^\s，。；、）)」”》]+")
_INSIDE = (".local", ".lan", ".internal", ".intranet", ".corp")


class Known:
    """What can be linked to."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        """Take the entries that customers can be given, by id."""
        self.ids = {entry_id.lower() for entry_id in entries}
        self.questions = {normalise(entry.question) for entry in entries.values()}

    def has(self, said: str) -> bool:
        """Whether an id or a standard question is called so."""
        return said.lower() in self.ids or normalise(said) in self.questions


def referred(entry: Entry) -> list[str]:
    """The ids and questions that an entry's follow-ups and answer name."""
    return [*entry.follow_ups, *(said for _, pattern in _REFERENCES for said in pattern.findall(entry.answer))]


def dead_links(at: Standing, known: Known) -> Iterator[Finding]:
    """Follow-ups, ids, and questions that no entry has, and addresses that only open inside the company."""
    for follow_up in at.entry.follow_ups:
        if normalise(follow_up) == normalise(at.entry.question):
            yield _dead(at, follow_up, "itself")
        elif normalise(follow_up) not in known.questions:
            yield _dead(at, follow_up, "follow_up")
    for kind, pattern in _REFERENCES:
        for said in pattern.findall(at.entry.answer):
            if not known.has(said):
                yield _dead(at, said, kind)
    for url in dict.fromkeys((*(link.url for link in at.entry.links), *_URL.findall(at.entry.answer))):
        if _only_inside(url):
            yield _dead(at, url, "inside")


def _dead(at: Standing, said: str, kind: str) -> Finding:
    return finding(FindingCode.DEAD_LINK, at, quotes=[said], kind=messages.review.LINKS[kind])


def _only_inside(url: str) -> bool:
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return True
    if host == "localhost" or host.endswith(_INSIDE) or "." not in host:
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False
