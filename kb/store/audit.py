"""The audit log: who changed what, and when. Rows are added, never changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select

from kb.store.database import Database
from kb.store.schema import audit
from kb.types import AuditEntry, Note

#: Who changes something on the command line, when nobody says who sits there.
COMMAND_LINE = "kb"


class Audit:
    """Every change that people make, written in the transaction that makes it wherever that is one of the store's."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._add = database.prepare(
            insert(audit).values(
                {column.name: bindparam(column.name, type_=column.type) for column in audit.c if column.name != "id"}
            )
        )

    def add(self, actor: str, action: str, target: str, detail: Mapping[str, Any], at: datetime) -> None:
        """Write down a change that was made elsewhere."""
        with self._database.writing() as cursor:
            self.add_within(cursor, Note(actor, action, target, detail), at)

    def add_within(self, cursor: Any, note: Note | None, at: datetime) -> None:
        """Write down a change in the transaction that makes it; without a note there is nothing to write."""
        if note is not None:
            row = {"at": at, "actor": note.actor, "action": note.action, "target": note.target}
            self._add.run(cursor, {**row, "detail": dict(note.detail)})

    def add_on(self, connection: Connection, note: Note | None, at: datetime) -> None:
        """Do what `add_within` does, on SQLAlchemy's connection."""
        self.add_within(connection.connection.cursor(), note, at)

    def find(
        self,
        *,
        actor: str = "",
        action: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[int, list[AuditEntry]]:
        """Return how many changes fit, and some of them, newest first; `until` itself is not included.

        An `action` that ends in a dot stands for all that begin so: "entry." for "entry.write", "entry.retire" …
        """
        which = _narrowed(actor, action, since, until)
        page = which.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit).offset(offset)
        with self._database.connection() as connection:
            total = int(connection.execute(select(func.count()).select_from(which.subquery())).scalar_one())
            return total, [
                AuditEntry(row.id, row.at, row.actor, row.action, row.target, row.detail)
                for row in connection.execute(page)
            ]

    def actors(self) -> list[str]:
        """Return everybody who ever changed something, in order of name."""
        with self._database.connection() as connection:
            return list(connection.execute(select(audit.c.actor).distinct().order_by(audit.c.actor)).scalars())


def _narrowed(actor: str, action: str, since: datetime | None, until: datetime | None) -> Select[Any]:
    query = select(audit)
    if actor:
        query = query.where(audit.c.actor == actor)
    if action:
        query = query.where(audit.c.action.startswith(action) if action.endswith(".") else audit.c.action == action)
    if since is not None:
        query = query.where(audit.c.at >= since)
    if until is not None:
        query = query.where(audit.c.at < until)
    return query
