"""What every reader hands on: the fields of one would-be entry, not yet judged."""

from dataclasses import dataclass, field

from kb.ingest.columns import Column
from kb.ingest.problems import Code


@dataclass(frozen=True, slots=True)
class Flaw:
    """A cell that has no value that could be used."""

    code: Code
    column: Column | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One row, line or section. A field is a text, or (JSON) whatever was written there; a missing one is empty."""

    fields: dict[Column, object]
    row: int | None = None  # 1-based, as the editor sees it
    where: str = ""
    flaws: tuple[Flaw, ...] = field(default=())
    proposed: bool = False  # found in a document: its state is a proposal, which never overrules an editor's
