"""The blocks of one document become proposed entries and passages."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from kb.ingest.blocks import Block, Paragraph
from kb.ingest.cells import parse_state
from kb.ingest.cleaning import Cleaned, Step, tidy
from kb.ingest.columns import Column
from kb.ingest.outline import outline
from kb.ingest.pairs import pairs
from kb.ingest.passages import passages
from kb.ingest.record import Record
from kb.types import EntryState, Passage

_DECLARES = re.compile(r"(?:词条)?状态\s*[:：]\s*(\S{1,12})")
_HEAD = 8  # so many blocks from the start may declare something


@dataclass(frozen=True, slots=True)
class Document:
    """What a document gives: questions with answers, and the passages that are left."""

    records: tuple[Record, ...]
    passages: tuple[Passage, ...]
    cleaned: tuple[Cleaned, ...]


def document(blocks: Sequence[Block], source: str, without: Collection[Step] = ()) -> Document:
    """Clean, find the headings, take out the pairs, cut the rest.

    A pair becomes a draft, so that nothing is published by accident. A document whose first lines hold
    词条状态：上线 says otherwise for all of its pairs, and a state column for those of its table.
    """
    body, declared = _declared(blocks)
    clean, cleaned = tidy(body, source, without)
    records, rest = pairs(outline(clean))
    stated = [_with_state(record, declared) for record in records]
    return Document(tuple(stated), tuple(passages(rest, source)), cleaned)


def declaration(value: str) -> Paragraph:
    """The line with which a reader hands on a state that its format declares elsewhere."""
    return Paragraph(f"词条状态：{value}")


def _declared(blocks: Sequence[Block]) -> tuple[list[Block], EntryState | None]:
    for at, block in enumerate(blocks[:_HEAD]):
        found = _DECLARES.fullmatch(block.text.strip()) if isinstance(block, Paragraph) else None
        state = parse_state(found.group(1)) if found else None
        if state:
            return [*blocks[:at], *blocks[at + 1 :]], state
    return list(blocks), None


def _with_state(record: Record, declared: EntryState | None) -> Record:
    if record.fields.get(Column.STATE):
        return replace(record, proposed=False)
    state = declared or EntryState.DRAFT
    return replace(record, fields={**record.fields, Column.STATE: state.value}, proposed=declared is None)
