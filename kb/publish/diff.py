"""What differs between two releases: their entries, and what they make of the golden questions."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from kb.publish.gate import Change
from kb.types import Entry, ReleaseId


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry that differs, and in what."""

    old: Entry
    new: Entry
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """From release `a` to release `b`, each part in order of id."""

    a: ReleaseId
    b: ReleaseId
    added: tuple[Entry, ...]
    changed: tuple[EntryChange, ...]
    removed: tuple[Entry, ...]
    golden: int  # golden questions that were asked of both
    answers: tuple[Change, ...]  # golden questions that they treat differently

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "a": self.a,
            "b": self.b,
            "added": [entry.as_dict() for entry in self.added],
            "changed": [
                {
                    "id": change.new.id,
                    "fields": list(change.fields),
                    "old": change.old.as_dict(),
                    "new": change.new.as_dict(),
                }
                for change in self.changed
            ],
            "removed": [entry.as_dict() for entry in self.removed],
            "golden": self.golden,
            "answers": [change.as_dict() for change in self.answers],
        }


def entries(
    a: Sequence[Entry], b: Sequence[Entry]
) -> tuple[tuple[Entry, ...], tuple[EntryChange, ...], tuple[Entry, ...]]:
    """Return what `b` has more than `a`, what it has otherwise, and what it lacks."""
    before = {entry.id: entry for entry in a}
    after = {entry.id: entry for entry in b}
    return (
        tuple(entry for entry in b if entry.id not in before),
        tuple(
            EntryChange(before[entry.id], entry, _differing(before[entry.id], entry))
            for entry in b
            if entry.id in before and entry != before[entry.id]
        ),
        tuple(entry for entry in a if entry.id not in after),
    )


def _differing(old: Entry, new: Entry) -> tuple[str, ...]:
    return tuple(field.name for field in fields(Entry) if getattr(old, field.name) != getattr(new, field.name))
