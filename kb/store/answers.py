"""What was asked and decided, and what the customers thought of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from kb.errors import NotFound
from kb.store.conversations import Conversations
from kb.store.database import Database
from kb.store.schema import answers, feedback
from kb.types import AnswerId, AnswerRecord, DecisionKind, EntryId, Feedback, Reason


class Answers:
    """A record of every decision that was not a dry run."""

    def __init__(self, database: Database, conversations: Conversations) -> None:
        self._database = database
        self._conversations = conversations
        self._add = database.prepare(insert(answers))

    def add(self, record: AnswerRecord) -> None:
        """Keep a record, making its conversation when it is new; raises Conflict when its id is taken."""
        with self._database.writing() as cursor:
            if record.conversation_id is not None:
                self._conversations.add_within(cursor, record.conversation_id, (), record.at, channel=record.channel)
            self.add_within(cursor, [record])

    def get(self, id: AnswerId) -> AnswerRecord:  # noqa: A002
        """Return one record; raises NotFound."""
        with self._database.connection() as connection:
            row = connection.execute(select(answers).where(answers.c.id == id)).one_or_none()
        if row is None:
            raise _unknown(id)
        return _record(row)

    def recent(self, limit: int) -> list[AnswerRecord]:
        """Return the last `limit` records, newest first."""
        query = select(answers).order_by(answers.c.at.desc(), answers.c.id).limit(limit)
        with self._database.connection() as connection:
            return [_record(row) for row in connection.execute(query)]

    def feedback(self, id: AnswerId, helpful: bool, comment: str, at: datetime) -> None:  # noqa: A002
        """Keep what a customer thought of an answer; a second word replaces the first. Raises NotFound."""
        said = {"helpful": helpful, "comment": comment, "at": at}
        upsert = self._database.upsert(feedback).values(answer_id=id, **said)
        upsert = upsert.on_conflict_do_update(index_elements=["answer_id"], set_=said)
        with self._database.transaction() as connection:
            if connection.execute(select(answers.c.id).where(answers.c.id == id)).first() is None:
                raise _unknown(id)
            connection.execute(upsert)

    def feedback_on(self, id: AnswerId) -> Feedback | None:  # noqa: A002
        """Return what the customer thought of an answer, if anything was said."""
        with self._database.connection() as connection:
            row = connection.execute(select(feedback).where(feedback.c.answer_id == id)).one_or_none()
        return None if row is None else Feedback(AnswerId(row.answer_id), row.helpful, row.comment, row.at)

    def add_within(self, cursor: Any, records: Iterable[AnswerRecord]) -> None:
        """Keep records inside a transaction of the caller's; their conversations must be there."""
        self._add.many(cursor, [self._add.bind(_row(record)) for record in records])


def _unknown(id_: AnswerId) -> NotFound:
    return NotFound(f"there is no answer {id_!r}")


def _row(record: AnswerRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "at": record.at,
        "question": record.question,
        "decision": record.decision.value,
        "reason": record.reason.value,
        "confidence": record.confidence,
        "entry_id": record.entry_id,
        "candidates": record.candidates,
        "release": record.release,
        "took_ms": record.took_ms,
        "conversation_id": record.conversation_id,
        "channel": record.channel,
        "category": record.category,
        "product": record.product,
    }


def _record(row: Any) -> AnswerRecord:
    return AnswerRecord(
        id=AnswerId(row.id),
        at=row.at,
        question=row.question,
        decision=DecisionKind(row.decision),
        reason=Reason(row.reason),
        confidence=row.confidence,
        entry_id=row.entry_id,
        candidates=tuple((EntryId(entry_id), confidence) for entry_id, confidence in row.candidates),
        release=row.release,
        took_ms=row.took_ms,
        conversation_id=row.conversation_id,
        channel=row.channel,
        category=row.category,
        product=row.product,
    )
