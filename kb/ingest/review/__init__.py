"""What an editor is warned of before anything is written: one check a file, all of them pure functions.

findings = review(reading.entries, reading.places, rest, embedder, today=today)
"""

from kb.ingest.review.checks import review
from kb.ingest.review.findings import Finding, FindingCode, Standing, Weight
from kb.ingest.review.lists import Lists
from kb.ingest.review.planned import review_plan, untold

__all__ = ["Finding", "FindingCode", "Lists", "Standing", "Weight", "review", "review_plan", "untold"]
