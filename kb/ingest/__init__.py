"""Documents become entries and passages: read, clean, parse, check, plan, apply.

reading = read([Path("data/faq")], today=today)
changes = plan(reading, store.entries.all())
store.entries.apply(changes.put, changes.retire, ...)

`reading.passages` holds what stands in documents without a question, `reading.cleaned` what was taken away from them,
and `reading.proposed` the entries that are drafts because they were found in running text.
"""

from kb.ingest.cleaning import Cleaned, Step
from kb.ingest.documents import DocumentChange
from kb.ingest.plan import Change, Plan, plan
from kb.ingest.problems import Code, Place, Problem
from kb.ingest.read import FileSummary, Reading, read

__all__ = [
    "Change",
    "Cleaned",
    "Code",
    "DocumentChange",
    "FileSummary",
    "Place",
    "Plan",
    "Problem",
    "Reading",
    "Step",
    "plan",
    "read",
]
