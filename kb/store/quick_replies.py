"""Sentences that agents send often: everybody's, and each agent's own."""

from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select

from kb.errors import NotFound
from kb.store.database import Database
from kb.store.schema import quick_replies
from kb.types import QuickReply


class QuickReplies:
    """Quick replies by who may use them; the owner of what everybody uses is ""."""

    def __init__(self, database: Database) -> None:
        self._database = database
        values = {column.name: bindparam(column.name, type_=column.type) for column in quick_replies.c}
        upsert = database.upsert(quick_replies).values(values)
        changed = {name: upsert.excluded[name] for name in values if name != "id"}
        self._put = database.prepare(upsert.on_conflict_do_update(index_elements=["id"], set_=changed))

    def of(self, agent: str) -> list[QuickReply]:
        """Return what this agent may use: everybody's first, then their own, each in order of title."""
        query = (
            select(quick_replies)
            .where(or_(quick_replies.c.owner == "", quick_replies.c.owner == agent))
            .order_by(quick_replies.c.owner != "", quick_replies.c.title, quick_replies.c.id)
        )
        with self._database.connection() as connection:
            return [_quick_reply(row) for row in connection.execute(query)]

    def get(self, id: str) -> QuickReply:  # noqa: A002
        """Return one; raises NotFound."""
        with self._database.connection() as connection:
            row = connection.execute(select(quick_replies).where(quick_replies.c.id == id)).one_or_none()
        if row is None:
            raise _unknown(id)
        return _quick_reply(row)

    def count(self, owner: str) -> int:
        """Return how many somebody has, or everybody shares for ""."""
        query = select(func.count()).select_from(quick_replies).where(quick_replies.c.owner == owner)
        with self._database.connection() as connection:
            return int(connection.execute(query).scalar_one())

    def put(self, reply: QuickReply) -> None:
        """Write a quick reply, instead of the one with this id if there is one."""
        with self._database.writing() as cursor:
            row = {"id": reply.id, "owner": reply.owner, "title": reply.title, "text": reply.text, "at": reply.at}
            self._put.run(cursor, row)

    def remove(self, id: str) -> None:  # noqa: A002
        """Remove one; raises NotFound."""
        with self._database.transaction() as connection:
            if connection.execute(delete(quick_replies).where(quick_replies.c.id == id)).rowcount == 0:
                raise _unknown(id)


def _unknown(id_: str) -> NotFound:
    return NotFound(f"there is no quick reply {id_!r}")


def _quick_reply(row: Any) -> QuickReply:
    return QuickReply(id=row.id, owner=row.owner, title=row.title, text=row.text, at=row.at)
