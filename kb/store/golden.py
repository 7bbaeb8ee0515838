"""Golden questions: what customers ask, with the entries that answer it, kept with the knowledge."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, select

from kb.errors import NotFound
from kb.store.database import Database
from kb.store.schema import golden_questions
from kb.store.statement import Bound
from kb.types import EntryId, GoldenQuestion

_COLUMNS = [column for column in golden_questions.c if column.name != "revision"]


class Golden:
    """The golden questions as they are. They are written by `Entries.apply`, as part of a revision."""

    def __init__(self, database: Database) -> None:
        self._database = database
        values = {column.name: bindparam(column.name, type_=column.type) for column in golden_questions.c}
        upsert = database.upsert(golden_questions).values(values)
        changed = {name: upsert.excluded[name] for name in values if name != "id"}
        self._put = database.prepare(upsert.on_conflict_do_update(index_elements=["id"], set_=changed))
        self._remove = database.prepare(
            delete(golden_questions).where(golden_questions.c.id == bindparam("id", required=True))
        )

    def all(self) -> list[GoldenQuestion]:
        """Return every golden question, in order of source and text; no text appears twice."""
        query = select(*_COLUMNS).order_by(golden_questions.c.source, golden_questions.c.text)
        with self._database.connection() as connection:
            return [_question(row) for row in connection.execute(query)]

    def get(self, id: str) -> GoldenQuestion:  # noqa: A002
        """Return the one whose `golden_id` this is; raises NotFound."""
        with self._database.connection() as connection:
            row = connection.execute(select(*_COLUMNS).where(golden_questions.c.id == id)).one_or_none()
        if row is None:
            raise NotFound(f"there is no golden question {id!r}")
        return _question(row)

    def unchanged_since(self, revision: int) -> int:
        """Count those that no revision after this one wrote."""
        query = select(func.count()).where(golden_questions.c.revision <= revision)
        with self._database.connection() as connection:
            return int(connection.execute(query).scalar_one())

    def bind(self, put: Sequence[GoldenQuestion], revision: int) -> list[Bound]:
        """Return rows for `write_within`."""
        return [self._put.bind(_row(question, revision)) for question in put]

    def write_within(self, cursor: Any, rows: Sequence[Bound], remove: Iterable[str]) -> None:
        """Write and remove (by text) inside a transaction of the caller's."""
        self._remove.many(cursor, [self._remove.bind({"id": golden_id(text)}) for text in remove])
        self._put.many(cursor, rows)


def golden_id(text: str) -> str:
    """Name a golden question by its text: 16 hexadecimal digits."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _row(question: GoldenQuestion, revision: int) -> dict[str, Any]:
    return {
        "id": golden_id(question.text),
        "text": question.text,
        "expected": question.expected,
        "handoff": question.handoff,
        "kind": question.kind,
        "source": question.source,
        "revision": revision,
    }


def _question(row: Any) -> GoldenQuestion:
    expected = tuple(EntryId(one) for one in row.expected)
    return GoldenQuestion(row.text, expected, row.handoff, row.kind, row.source)
