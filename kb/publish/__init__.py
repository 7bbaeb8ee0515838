"""From the knowledge in the store to a live release: built beside, held against golden questions, then pointed to."""

from kb.publish.diff import Diff, EntryChange
from kb.publish.editing import Editing, Kept, Page, Wanted
from kb.publish.gate import Change, Gate, GateRefused, Outcome
from kb.publish.intake import Intake, Looked
from kb.publish.jobs import Worker
from kb.publish.lists import Line, Said, Use, Vocabulary
from kb.publish.publisher import Published, Publisher

__all__ = [
    "Change",
    "Diff",
    "Editing",
    "EntryChange",
    "Gate",
    "GateRefused",
    "Intake",
    "Kept",
    "Line",
    "Looked",
    "Outcome",
    "Page",
    "Published",
    "Publisher",
    "Said",
    "Use",
    "Vocabulary",
    "Wanted",
    "Worker",
]
