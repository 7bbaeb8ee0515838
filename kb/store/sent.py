"""Lines that a customer's side named itself, with the reply each was given, so that a repeated send changes nothing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, or_, select

from kb.store.database import Database
from kb.store.schema import sent_messages
from kb.types import ConversationId, Message, SentMessage


class SentMessages:
    """What was sent under an id of the sender's own making; kept as long as its conversation."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._add = database.prepare(insert(sent_messages))

    def reply_to(self, conversation_id: ConversationId, message_id: str) -> str | None:
        """Return the reply that this message was given, as it went out; None when it never came."""
        query = select(sent_messages.c.reply).where(
            sent_messages.c.conversation_id == conversation_id, sent_messages.c.message_id == message_id
        )
        with self._database.connection() as connection:
            reply: str | None = connection.execute(query).scalar_one_or_none()
        return reply

    def among(self, conversation_id: ConversationId, first: int, last: int) -> list[SentMessage]:
        """Return what was sent so and has a line from `first` to `last` in the conversation."""
        query = select(sent_messages).where(
            sent_messages.c.conversation_id == conversation_id,
            or_(
                sent_messages.c.line.between(first, last),
                sent_messages.c.reply_line.between(first, last),
            ),
        )
        with self._database.connection() as connection:
            return [
                SentMessage(row.message_id, row.line, row.reply_line, row.reply) for row in connection.execute(query)
            ]

    def add_within(
        self, cursor: Any, conversation_id: ConversationId, message_id: str, reply: str, lines: Sequence[Message]
    ) -> None:
        """Keep a message and its reply inside a transaction of the caller's that added `lines` for them.

        Raises Conflict when the conversation already has a message of this id.
        """
        self._add.run(
            cursor,
            {
                "conversation_id": conversation_id,
                "message_id": message_id,
                "line": lines[0].id,
                "reply_line": lines[1].id if len(lines) > 1 else None,
                "reply": reply,
            },
        )
