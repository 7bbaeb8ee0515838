"""Words that a customer must not read: service taboos, and promises that nobody may make."""

from collections.abc import Iterator

from kb.ingest.review.findings import Finding, FindingCode, Standing, Weight, finding
from kb.ingest.review.lists import Wordings


def forbidden_wording(at: Standing, forbidden: Wordings) -> Iterator[Finding]:
    """Service taboos (服务忌语) in the answer; an editor may insist."""
    if said := forbidden.find(at.entry.answer):
        yield finding(FindingCode.FORBIDDEN_WORDING, at, Weight.CONFIRM, quotes=said)


def promises(at: Standing, listed: Wordings) -> Iterator[Finding]:
    """Superlatives, guarantees and medical claims in the answer; an editor may insist."""
    if said := listed.find(at.entry.answer):
        yield finding(FindingCode.PROMISE, at, Weight.CONFIRM, quotes=said)
