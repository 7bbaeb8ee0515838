"""What an upload came to, as it is kept with its job: enough for an editor to decide without the files."""

from typing import Any

from kb.ingest.review import Finding
from kb.publish.intake import Looked
from kb.types import Entry, SourcedEntry

#: So many entries or findings of one kind are kept; the rest are counted.
KEPT = 200


def report(looked: Looked) -> dict[str, Any]:
    """Plain JSON values: both sides of every change and of every finding that has two."""
    plan = looked.plan
    return {
        "problems": [
            {
                "file": one.file,
                "where": one.where,
                "code": one.code.value,
                "message": one.message,
                "advice": one.advice,
                "blocks": one.blocks,
            }
            for one in sorted(looked.problems, key=lambda one: not one.blocks)[:KEPT]
        ],
        "findings": [_finding(one) for one in looked.findings[:KEPT]],
        "added": [_listed(one) for one in plan.added[:KEPT]],
        "changed": [
            {"source": change.new.source, "old": change.old.entry.as_dict(), "new": change.new.entry.as_dict()}
            for change in plan.changed[:KEPT]
        ],
        "retired": [_listed(one) for one in plan.retired[:KEPT]],
        "counts": {
            "problems": len(looked.problems),
            "blocking": looked.blocking,
            "findings": len(looked.findings),
            "harmful": looked.harmful,
            "doubtful": looked.doubtful,
            "added": len(plan.added),
            "changed": len(plan.changed),
            "retired": len(plan.retired),
            "unchanged": len(plan.unchanged) + len(plan.moved),
            "golden": len(plan.golden) + len(plan.golden_gone),
        },
        "retires_many": looked.retires_many,
        "retire_share": plan.retire_share,
    }


def _listed(one: SourcedEntry) -> dict[str, Any]:
    return {"source": one.source, "entry": one.entry.as_dict()}


def _finding(one: Finding) -> dict[str, Any]:
    other = one.other
    return {
        "code": one.code.value,
        "weight": one.weight.value,
        "file": one.file,
        "where": one.where,
        "message": one.message,
        "advice": one.advice,
        "quotes": list(one.quotes),
        "ours": _side(one.entry) if one.entry else None,
        "theirs": {**_side(other.entry), "file": other.place.file, "where": other.place.where} if other else None,
    }


def _side(entry: Entry) -> dict[str, Any]:
    return {"id": entry.id, "question": entry.question, "answer": entry.answer, "variants": list(entry.variants)}
