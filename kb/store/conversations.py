"""Conversations: what customers, the bot and agents wrote, in order, and how it is forgotten."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, insert, literal_column, select

from kb.errors import NotFound
from kb.privacy import mask
from kb.store.audit import COMMAND_LINE, Audit
from kb.store.database import Database
from kb.store.schema import answers, conversations, messages, tickets
from kb.types import Author, ConversationId, KeyId, Message, Note, TicketId, TicketState

_LOOKED_UP = 16  # conversations in one look
#: Written out: for a value that it is handed, SQLite plans anew every time whether the index of open tickets will do.
_OPEN = tickets.c.state != literal_column(f"'{TicketState.CLOSED.value}'")
_BATCH = 500  # conversations erased in one transaction: other writers wait no longer than that


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose a conversation is, and whether a person has it."""

    owner: KeyId | None  # the key that began it, None when it was begun without one
    ticket_id: TicketId | None  # open, so that the bot is silent


class Conversations:
    """The lines of every conversation; everything that belongs to one goes with it."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit
        upsert = database.upsert(conversations).values(
            {column.name: bindparam(column.name, type_=column.type) for column in conversations.c}
        )
        upsert = upsert.on_conflict_do_update(
            index_elements=["id"],
            set_={
                "last_message": conversations.c.last_message + upsert.excluded.last_message,
                "active_at": upsert.excluded.active_at,
            },
        )
        self._touch = database.prepare(upsert.returning(conversations.c.last_message))
        self._add = database.prepare(insert(messages))
        some = [bindparam(f"id{at}", type_=conversations.c.id.type, required=True) for at in range(_LOOKED_UP)]
        self._standing = database.prepare(
            select(conversations.c.id, conversations.c.owner, tickets.c.id)
            .join_from(
                conversations,
                tickets,
                and_(
                    tickets.c.conversation_id == conversations.c.id,
                    _OPEN,
                ),
                isouter=True,
            )
            .where(conversations.c.id.in_(some))
        )
        self._last_said = database.prepare(
            select(messages.c.text)
            .where(
                messages.c.conversation_id == bindparam("id", required=True),
                messages.c.author == Author.CUSTOMER.value,
            )
            .order_by(messages.c.id.desc())
            .limit(1)
        )
        self._open_ticket = database.prepare(
            select(tickets.c.id).where(
                tickets.c.conversation_id == bindparam("id", required=True),
                _OPEN,
            )
        )

    def add_message(
        self,
        conversation_id: ConversationId,
        author: Author,
        text: str,
        at: datetime,
        *,
        ticket_id: TicketId | None = None,
        owner: KeyId | None = None,
        channel: str = "",
    ) -> Message:
        """Add one line; `owner` and `channel` are kept when this begins the conversation.

        Ids rise by one within the conversation, from 1, whoever writes at the same time.
        """
        with self._database.writing() as cursor:
            return self.add_within(
                cursor, conversation_id, [(author, text)], at, ticket_id=ticket_id, owner=owner, channel=channel
            )[0]

    def messages(self, conversation_id: ConversationId, after: int = 0, limit: int = 200) -> list[Message]:
        """Return at most `limit` lines whose id is above `after`, in order; none for an unknown conversation."""
        query = (
            select(messages.c.id, messages.c.author, messages.c.text, messages.c.at, messages.c.ticket_id)
            .where(messages.c.conversation_id == conversation_id, messages.c.id > after)
            .order_by(messages.c.id)
            .limit(limit)
        )
        with self._database.connection() as connection:
            return [
                Message(id=row.id, author=Author(row.author), text=row.text, at=row.at, ticket_id=row.ticket_id)
                for row in connection.execute(query)
            ]

    def owner(self, id: ConversationId) -> KeyId | None:  # noqa: A002
        """Return the key that began the conversation, None when it was begun without one; raises NotFound."""
        with self._database.connection() as connection:
            row = connection.execute(select(conversations.c.owner).where(conversations.c.id == id)).one_or_none()
        if row is None:
            raise NotFound(f"there is no conversation {id!r}")
        owner: KeyId | None = row.owner
        return owner

    def standing(self, ids: Sequence[ConversationId]) -> dict[ConversationId, Standing]:
        """Return where each of these conversations stands; one that is not there is left out."""
        found: dict[ConversationId, Standing] = {}
        if not ids:
            return found
        with self._database.reading() as cursor:
            for begin in range(0, len(ids), _LOOKED_UP):
                some = ids[begin : begin + _LOOKED_UP]
                row = {f"id{at}": some[min(at, len(some) - 1)] for at in range(_LOOKED_UP)}
                found |= {id_: Standing(owner, ticket_id) for id_, owner, ticket_id in self._standing.all(cursor, row)}
        return found

    def last_said(self, id: ConversationId) -> str:  # noqa: A002
        """Return what the customer wrote last, "" when nothing."""
        with self._database.reading() as cursor:
            row = self._last_said.one(cursor, {"id": id})
        return "" if row is None else str(row[0])

    def open_ticket(self, conversation_id: ConversationId) -> TicketId | None:
        """Return the ticket that makes the bot silent here, if one is waiting or claimed."""
        with self._database.reading() as cursor:
            return self.open_ticket_within(cursor, conversation_id)

    def forget(self, conversation_id: ConversationId, *, by: str = COMMAND_LINE, at: datetime | None = None) -> bool:
        """Erase a conversation: messages, answers, feedback, tickets and their events. Say whether there was one.

        The audit log keeps its id, less what may be personal in it.
        """
        with self._database.transaction() as connection:
            # the rest goes with it, by ON DELETE CASCADE
            gone = connection.execute(delete(conversations).where(conversations.c.id == conversation_id)).rowcount
            if gone:
                self._audit.add_on(
                    connection, Note(by, "conversation.forget", mask(conversation_id)), at or datetime.now(UTC)
                )
        self._database.scrub()
        return gone > 0

    def forget_older_than(self, at: datetime) -> int:
        """Erase every conversation without a message since `at`, and older answers that belong to none.

        One whose ticket is open stays: somebody waits. Return how many conversations were erased.
        """
        waits = exists().where(
            tickets.c.conversation_id == conversations.c.id, tickets.c.state != TicketState.CLOSED.value
        )
        old = select(conversations.c.id).where(conversations.c.active_at < at, ~waits).limit(_BATCH)
        loose = select(answers.c.id).where(answers.c.conversation_id.is_(None), answers.c.at < at).limit(_BATCH)
        self._erase(delete(answers).where(answers.c.id.in_(loose)))
        erased = self._erase(delete(conversations).where(conversations.c.id.in_(old)))
        self._database.scrub()
        return erased

    def _erase(self, some: Any) -> int:
        erased = 0
        while True:
            with self._database.transaction() as connection:
                gone = connection.execute(some).rowcount
            erased += gone
            if gone < _BATCH:
                return erased

    def add_within(
        self,
        cursor: Any,
        conversation_id: ConversationId,
        lines: Sequence[tuple[Author, str]],
        at: datetime,
        *,
        ticket_id: TicketId | None = None,
        owner: KeyId | None = None,
        channel: str = "",
    ) -> tuple[Message, ...]:
        """Do what `add_message` does, for any number of lines, inside a transaction of the caller's."""
        added = self.go_on_within(cursor, conversation_id, lines, at, ticket_id=ticket_id, owner=owner, channel=channel)
        self.write_within(cursor, [(conversation_id, added)])
        return added

    def go_on_within(
        self,
        cursor: Any,
        conversation_id: ConversationId,
        lines: Sequence[tuple[Author, str]],
        at: datetime,
        *,
        ticket_id: TicketId | None = None,
        owner: KeyId | None = None,
        channel: str = "",
    ) -> tuple[Message, ...]:
        """Begin or go on with a conversation and number its new lines, which `write_within` then writes."""
        row = {
            "id": conversation_id,
            "owner": owner,
            "channel": channel,
            "created_at": at,
            "active_at": at,
            "last_message": len(lines),
        }
        found = self._touch.one(cursor, row)
        assert found is not None
        first = found[0] - len(lines) + 1
        return tuple(Message(first + step, author, text, at, ticket_id) for step, (author, text) in enumerate(lines))

    def write_within(self, cursor: Any, added: Iterable[tuple[ConversationId, Sequence[Message]]]) -> None:
        """Write the lines that `go_on_within` numbered."""
        self._add.many(
            cursor,
            [
                self._add.bind(
                    {
                        "conversation_id": conversation_id,
                        "id": message.id,
                        "author": message.author.value,
                        "text": message.text,
                        "at": message.at,
                        "ticket_id": message.ticket_id,
                    }
                )
                for conversation_id, lines in added
                for message in lines
            ],
        )

    def open_ticket_within(self, cursor: Any, conversation_id: ConversationId) -> TicketId | None:
        """Do what `open_ticket` does, on the caller's cursor."""
        found = self._open_ticket.one(cursor, {"id": conversation_id})
        return None if found is None else found[0]
