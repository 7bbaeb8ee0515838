"""From the knowledge in the store to a live release: built beside, held against golden questions, then pointed to."""

from kb.publish.catalogue import Facets, Served
from kb.publish.diff import Diff, EntryChange
from kb.publish.editing import Checked, Editing, Imported, Kept, Page, Wanted
from kb.publish.gate import Change, Gate, GateRefused, Outcome
from kb.publish.intake import Intake, Looked
from kb.publish.jobs import Worker
from kb.publish.library import Drafted, Held, Library
from kb.publish.lists import Line, Said, Use, Vocabulary
from kb.publish.pending import Pending, pending
from kb.publish.preview import Compared, Preview
from kb.publish.publisher import Published, Publisher

__all__ = [
    "Change",
    "Checked",
    "Compared",
    "Diff",
    "Drafted",
    "Editing",
    "EntryChange",
    "Facets",
    "Gate",
    "GateRefused",
    "Held",
    "Imported",
    "Intake",
    "Kept",
    "Library",
    "Line",
    "Looked",
    "Outcome",
    "Page",
    "Pending",
    "Preview",
    "Published",
    "Publisher",
    "Said",
    "Served",
    "Use",
    "Vocabulary",
    "Wanted",
    "Worker",
    "pending",
]
