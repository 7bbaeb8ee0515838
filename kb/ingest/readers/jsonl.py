"""JSON Lines: one object a line, with the English field names and lists where there are several values."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb import messages
from kb.ingest.columns import Column, recognise
from kb.ingest.contents import load, refuse_unless_text
from kb.ingest.encoding import decode
from kb.ingest.problems import Code, Report, Unusable
from kb.ingest.record import Flaw, Record
from kb.ingest.table import MOST_ROWS


def read_jsonl(path: Path, report: Report) -> Iterator[Record]:
    """Records of a JSON Lines file. Raises Unusable."""
    data = load(path)
    refuse_unless_text(data)
    text, _ = decode(data)
    return _records(text, report)


def _records(text: str, report: Report) -> Iterator[Record]:
    unknown: Counter[str] = Counter()
    seen = 0
    for number, line in enumerate(text.split("\n"), 1):  # not splitlines: JSON may hold U+2028 as it is
        if not line.strip():
            continue
        seen += 1
        if seen > MOST_ROWS:
            raise Unusable(Code.TOO_MANY_ROWS, limit=MOST_ROWS)
        where = messages.ingest.row(number)
        value = _parse(line)
        if not isinstance(value, dict):
            yield Record({}, number, where, (Flaw(Code.BAD_JSON),))
            continue
        fields: dict[Column, object] = {}
        for name, content in value.items():
            column = recognise(name)
            if column is None:
                unknown[name] += 1
            else:
                fields[column] = content
        yield Record(fields, number, where)
    for name in unknown:
        report.add(Code.UNKNOWN_COLUMN, column=name)


def _parse(line: str) -> Any:
    try:
        return json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError):  # ValueError: also numbers of thousands of digits
        return None


def _refuse(name: str) -> Any:
    raise ValueError(name)
