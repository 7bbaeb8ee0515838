"""What was asked in vain, what editors decided about it, and how often each entry answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select

from kb.store.audit import Audit
from kb.store.database import Database
from kb.store.schema import answers, entry_history, feedback, gap_decisions, revisions, tickets
from kb.types import (
    DecisionKind,
    EntryId,
    EntryUse,
    GapDecision,
    Handling,
    Note,
    Reason,
    ReplyKind,
    Trace,
)

#: Decisions after which a customer may ask the same in other words.
_OPEN_ENDED = (
    Reason.NOTHING_CLOSE,
    Reason.NOT_SURE_ENOUGH,
    Reason.TOO_CLOSE_TO_CALL,
    Reason.DETAIL_DIFFERS,
    Reason.SAME_PHRASING,
)
_TICKET = ("draft", "category", "claimed_at", "replied_at", "closed_at", "reply", "reply_kind", "outcome")


class Gaps:
    """Reads the record of answers for what is missing, and remembers what was decided about it."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit
        values = {column.name: bindparam(column.name, type_=column.type) for column in gap_decisions.c}
        upsert = database.upsert(gap_decisions).values(values)
        changed = {name: upsert.excluded[name] for name in values if name != "mark"}
        self._put = database.prepare(upsert.on_conflict_do_update(index_elements=["mark"], set_=changed))

    def traces(self, since: datetime) -> list[Trace]:
        """Return what was asked since then and may have been in vain, by conversation and in order.

        That is every question handed over because nothing was close, every disliked answer, and the whole of each
        conversation in which the customer was asked back or handed over for want of an answer.
        """
        unsettled = select(answers.c.conversation_id).where(
            answers.c.at >= since,
            answers.c.conversation_id.is_not(None),
            answers.c.reason.in_([reason.value for reason in _OPEN_ENDED]),
        )
        query = (
            select(
                answers.c.id,
                answers.c.at,
                answers.c.question,
                answers.c.decision,
                answers.c.reason,
                answers.c.entry_id,
                answers.c.conversation_id,
                feedback.c.helpful,
                tickets.c.id.label("ticket_id"),
                *(tickets.c[name].label(f"ticket_{name}") for name in _TICKET),
            )
            .select_from(
                answers.outerjoin(feedback, feedback.c.answer_id == answers.c.id).outerjoin(
                    tickets,
                    and_(tickets.c.answer_id == answers.c.id, tickets.c.conversation_id == answers.c.conversation_id),
                )
            )
            .where(
                answers.c.at >= since,
                or_(
                    answers.c.reason == Reason.NOTHING_CLOSE.value,
                    feedback.c.helpful.is_(False),
                    answers.c.conversation_id.in_(unsettled),
                ),
            )
            .order_by(answers.c.conversation_id, answers.c.at, answers.c.id)
        )
        with self._database.connection() as connection:
            return [_trace(row) for row in connection.execute(query)]

    def decisions(self) -> list[GapDecision]:
        """Return every decision, oldest first."""
        query = select(gap_decisions).order_by(gap_decisions.c.at, gap_decisions.c.mark)
        with self._database.connection() as connection:
            return [
                GapDecision(row.mark, row.question, row.action, row.entry_id, row.author, row.at)
                for row in connection.execute(query)
            ]

    def decide(self, decisions: Sequence[GapDecision], note: Note | None = None) -> None:
        """Remember decisions, all or none; a second one about the same phrasing replaces the first.

        The audit log is told `note`, unless it was told with the entry that the gap became.
        """
        rows = [
            self._put.bind(
                {
                    "mark": one.mark,
                    "question": one.question,
                    "action": one.action,
                    "entry_id": one.entry_id,
                    "author": one.author,
                    "at": one.at,
                }
            )
            for one in decisions
        ]
        with self._database.writing() as cursor:
            self._put.many(cursor, rows)
            if decisions:
                self._audit.add_within(cursor, note, decisions[0].at)

    def uses(self, since: datetime) -> dict[EntryId, EntryUse]:
        """Return how often each entry answered since then; an entry that never did is there with 0 hits."""
        disliked = func.sum(case((feedback.c.helpful.is_(False), 1), else_=0))
        hits = (
            select(answers.c.entry_id, func.count(), disliked, func.max(answers.c.at))
            .select_from(answers.outerjoin(feedback, feedback.c.answer_id == answers.c.id))
            .where(
                answers.c.at >= since,
                answers.c.decision == DecisionKind.ANSWER.value,
                answers.c.entry_id.is_not(None),
            )
            .group_by(answers.c.entry_id)
        )
        written = (
            select(entry_history.c.id, func.min(revisions.c.at))
            .join_from(entry_history, revisions)
            .group_by(entry_history.c.id)
        )
        with self._database.connection() as connection:
            counted = {row[0]: row for row in connection.execute(hits)}
            return {
                EntryId(id_): EntryUse(
                    EntryId(id_),
                    hits=counted[id_][1] if id_ in counted else 0,
                    disliked=int(counted[id_][2]) if id_ in counted else 0,
                    last=counted[id_][3] if id_ in counted else None,
                    since=since_,
                )
                for id_, since_ in connection.execute(written)
            }


def _trace(row: Any) -> Trace:
    handling = None
    if row.ticket_id is not None:
        values = {name: getattr(row, f"ticket_{name}") for name in _TICKET}
        values["reply_kind"] = ReplyKind(row.ticket_reply_kind) if row.ticket_reply_kind else None
        handling = Handling(**values)
    return Trace(
        answer_id=row.id,
        at=row.at,
        question=row.question,
        decision=DecisionKind(row.decision),
        reason=Reason(row.reason),
        entry_id=row.entry_id,
        conversation_id=row.conversation_id,
        helpful=row.helpful,
        handling=handling,
    )
