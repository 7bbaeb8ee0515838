"""What an editor is warned of before anything is written: one check a file, all of them pure functions.

findings = review(reading.entries, reading.places, rest, embedder, today=today)
"""

from kb.ingest.review.checks import review, superseded
from kb.ingest.review.findings import Finding, FindingCode, Standing, Weight
from kb.ingest.review.lists import Lists

__all__ = ["Finding", "FindingCode", "Lists", "Standing", "Weight", "review", "superseded"]
