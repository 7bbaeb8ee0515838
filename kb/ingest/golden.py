"""Golden questions from files: JSON lines of a question and the ids of the entries that answer it."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kb import messages
from kb.ingest.contents import load, refuse_unless_text
from kb.ingest.encoding import decode
from kb.ingest.problems import Code, Place, Report, Unusable
from kb.ingest.table import MOST_ROWS
from kb.text import normalise
from kb.types import EntryId, GoldenQuestion

#: Characters of a golden question: what a customer may ask.
LONGEST = 1000
_LONGEST_NOTE = 100


class Placed(NamedTuple):
    """A golden question and where it stands."""

    question: GoldenQuestion
    place: Place


def read_golden(path: Path, source: str, report: Report) -> Iterator[Placed]:
    """Read `{"question", "expected": [ids], "handoff", "kind"}` rows; whatever is none is reported. Raises Unusable."""
    data = load(path)
    refuse_unless_text(data)
    text, _ = decode(data)
    seen = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        seen += 1
        if seen > MOST_ROWS:
            raise Unusable(Code.TOO_MANY_ROWS, limit=MOST_ROWS)
        where = messages.ingest.row(number)
        question = _question(line, source)
        if question:
            yield Placed(question, Place(source, number, where))
        else:
            report.add(Code.BAD_GOLDEN, number, where, limit=LONGEST)


def _question(line: str, source: str) -> GoldenQuestion | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or not isinstance(row.get("expected"), list):
        return None
    text = _text(row.get("question"), LONGEST)
    ids = [_text(one, _LONGEST_NOTE) for one in row["expected"]]
    handoff, kind = (_text(row.get(name, ""), _LONGEST_NOTE) for name in ("handoff", "kind"))
    if not text or not normalise(text) or handoff is None or kind is None or not all(ids):
        return None
    expected = tuple(dict.fromkeys(EntryId(one) for one in ids if one))
    return GoldenQuestion(text, expected, handoff, kind, source)


def _text(value: Any, longest: int) -> str | None:
    """A text on one line; None for anything else, and for what cannot be stored."""
    if not isinstance(value, str) or len(value) > longest:
        return None
    line = " ".join(value.split())
    if not line.isprintable() and any(unicodedata.category(char) in ("Cc", "Cs") for char in line):
        return None
    return line
