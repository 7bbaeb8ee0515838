"""Documents become entries: read, clean, parse, check, plan, apply.

reading = read([Path("data/faq")], today=today)
changes = plan(reading, store.entries.all())
store.entries.apply(changes.put, changes.retire, ...)
"""

from kb.ingest.plan import Change, Plan, plan
from kb.ingest.problems import Code, Place, Problem
from kb.ingest.read import FileSummary, Reading, read

__all__ = ["Change", "Code", "FileSummary", "Place", "Plan", "Problem", "Reading", "plan", "read"]
