"""What figures are made of: counted in the database where it can be, read as few columns where it cannot."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, func, select

from kb.store.database import Database
from kb.store.schema import answers, conversations, feedback, tickets
from kb.types import (
    DecisionKind,
    EntryId,
    EntryTally,
    Handled,
    Priority,
    Reason,
    ReleaseId,
    ReleaseTally,
    ReplyKind,
    Tally,
    Turn,
)

#: Not questions: greetings, empty messages, and what is said while a person has the conversation.
NO_QUESTION = (Reason.GREETING, Reason.EMPTY, Reason.WITH_AGENT)

_HELPFUL = func.sum(case((feedback.c.helpful.is_(True), 1), else_=0)).label("helpful")
_UNHELPFUL = func.sum(case((feedback.c.helpful.is_(False), 1), else_=0)).label("unhelpful")
_ANSWERED = func.sum(case((answers.c.decision == DecisionKind.ANSWER.value, 1), else_=0)).label("answered")
_JUDGED = answers.outerjoin(feedback, feedback.c.answer_id == answers.c.id)
_A_QUESTION = answers.c.reason.not_in([reason.value for reason in NO_QUESTION])
#: A span of time as parameters, so that the same statement serves every day.
_IN_SPAN = and_(
    answers.c.at >= bindparam("since", type_=answers.c.at.type),
    answers.c.at < bindparam("until", type_=answers.c.at.type),
)


class Insights:
    """Questions and tickets of a span of time, of one channel or (None) of all; the end is not included."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def channels(self) -> list[str]:
        """Return the channels that questions ever came by, in order of name."""
        with self._database.connection() as connection:
            return list(connection.execute(select(answers.c.channel).distinct().order_by(answers.c.channel)).scalars())

    def tallies(self, spans: list[tuple[datetime, datetime]], channel: str | None = None) -> list[list[Tally]]:
        """Return what was asked in each span, by channel, decision and reason; what is no question is left out."""
        columns = (answers.c.channel, answers.c.decision, answers.c.reason)
        query = (
            select(*columns, func.count().label("count"), _HELPFUL, _UNHELPFUL)
            .select_from(_JUDGED)
            .where(_IN_SPAN, _A_QUESTION, *_of(answers.c.channel, channel))
            .group_by(*columns)
            .order_by(*columns)
        )
        with self._database.connection() as connection:
            return [[_tally(row) for row in _run(connection, query, span)] for span in spans]

    def releases(self, since: datetime, until: datetime, channel: str | None = None) -> list[ReleaseTally]:
        """Return what each release was asked, in the order in which they began to answer."""
        first = func.min(answers.c.at).label("first")
        query = (
            select(answers.c.release, first, func.count().label("questions"), _ANSWERED, _HELPFUL, _UNHELPFUL)
            .select_from(_JUDGED)
            .where(_IN_SPAN, _A_QUESTION, *_of(answers.c.channel, channel))
            .group_by(answers.c.release)
            .order_by(first, answers.c.release)
        )
        with self._database.connection() as connection:
            return [
                ReleaseTally(
                    ReleaseId(row.release),
                    row.first,
                    int(row.questions),
                    int(row.answered),
                    int(row.helpful),
                    int(row.unhelpful),
                )
                for row in _run(connection, query, (since, until))
            ]

    def top(self, since: datetime, until: datetime, limit: int, channel: str | None = None) -> list[EntryTally]:
        """Return the entries that answered most, the most asked first."""
        hits = func.count().label("hits")
        query = (
            select(answers.c.entry_id, hits, _HELPFUL, _UNHELPFUL)
            .select_from(_JUDGED)
            .where(
                _IN_SPAN,
                answers.c.decision == DecisionKind.ANSWER.value,
                answers.c.entry_id.is_not(None),
                *_of(answers.c.channel, channel),
            )
            .group_by(answers.c.entry_id)
            .order_by(hits.desc(), answers.c.entry_id)
            .limit(limit)
        )
        with self._database.connection() as connection:
            return [
                EntryTally(EntryId(row.entry_id), int(row.hits), int(row.helpful), int(row.unhelpful))
                for row in _run(connection, query, (since, until))
            ]

    def handled(self, since: datetime, until: datetime, channel: str | None = None) -> list[Handled]:
        """Return the tickets that came in this span, in the order in which they came."""
        columns = [tickets.c[name] for name in Handled.__slots__ if name != "channel"]
        query = (
            select(conversations.c.channel, *columns)
            .join_from(tickets, conversations)
            .where(tickets.c.created_at >= since, tickets.c.created_at < until, *_of(conversations.c.channel, channel))
            .order_by(tickets.c.created_at, tickets.c.id)
        )
        with self._database.connection() as connection:
            return [_handled(row) for row in connection.execute(query)]

    def turns(self, since: datetime, until: datetime, channel: str | None = None) -> list[Turn]:
        """Return the questions of conversations in which the customer was asked back, by conversation and in order."""
        asked_back = and_(_IN_SPAN, answers.c.decision == DecisionKind.CLARIFY.value, _A_QUESTION)
        names = ("conversation_id", "channel", "at", "decision", "reason", "entry_id", "candidates")
        query = (
            select(*(answers.c[name] for name in names))
            .where(
                answers.c.at >= bindparam("since", type_=answers.c.at.type),
                answers.c.conversation_id.in_(select(answers.c.conversation_id).where(asked_back)),
                *_of(answers.c.channel, channel),
            )
            .order_by(answers.c.conversation_id, answers.c.at, answers.c.id)
        )
        with self._database.connection() as connection:
            return [_turn(row) for row in _run(connection, query, (since, until))]


def _run(connection: Connection, query: Select[Any], span: tuple[datetime, datetime]) -> Any:
    return connection.execute(query, {"since": span[0], "until": span[1]})


def _of(column: ColumnElement[str], channel: str | None) -> list[ColumnElement[bool]]:
    return [] if channel is None else [column == channel]


def _tally(row: Any) -> Tally:
    decision, reason = DecisionKind(row.decision), Reason(row.reason)
    return Tally(row.channel, decision, reason, int(row.count), int(row.helpful), int(row.unhelpful))


def _handled(row: Any) -> Handled:
    values = {name: getattr(row, name) for name in Handled.__slots__}
    kind = ReplyKind(row.reply_kind) if row.reply_kind else None
    return Handled(**{**values, "reason": Reason(row.reason), "priority": Priority(row.priority), "reply_kind": kind})


def _turn(row: Any) -> Turn:
    offered = tuple(EntryId(entry_id) for entry_id, _ in row.candidates)
    decision, reason = DecisionKind(row.decision), Reason(row.reason)
    return Turn(row.conversation_id, row.channel, row.at, decision, reason, row.entry_id, offered)
