"""Entries whose time is over, or soon will be."""

from collections.abc import Iterator
from datetime import date, timedelta

from kb.ingest.review.findings import Finding, FindingCode, Standing, finding
from kb.types import EntryState

#: So many days ahead an editor is reminded.
SOON = timedelta(days=30)


def expiry(at: Standing, today: date) -> Iterator[Finding]:
    """Whether a live entry is no longer served, or stops within `SOON`."""
    last = at.entry.valid_until
    if at.entry.state is not EntryState.LIVE or last is None:
        return
    if last < today:
        yield finding(FindingCode.EXPIRED, at, last=last.isoformat())
    elif last <= today + SOON:
        yield finding(FindingCode.EXPIRES_SOON, at, last=last.isoformat(), days=(last - today).days)
