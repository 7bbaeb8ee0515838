"""Tickets: questions on their way through people's hands, each step written down."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from kb.errors import Conflict, NotFound
from kb.store.conversations import Conversations
from kb.store.database import Database
from kb.store.schema import conversations, messages, ticket_events, tickets
from kb.types import (
    Author,
    ConversationId,
    EntryId,
    Message,
    PassageId,
    Priority,
    Reason,
    ReplyKind,
    Ticket,
    TicketCandidate,
    TicketEvent,
    TicketId,
    TicketPassage,
    TicketState,
)

#: Outcome with which an agent gives a conversation back to the bot.
RETURNED = "returned"

_URGENT_FIRST = case((tickets.c.priority == Priority.URGENT.value, 0), else_=1)


class Tickets:
    """The queue of handed-over questions; a conversation has one open ticket at most."""

    def __init__(self, database: Database, conversations: Conversations) -> None:
        self._database = database
        self._conversations = conversations
        self._add = database.prepare(insert(tickets))
        self._note = database.prepare(
            insert(ticket_events).values(
                {
                    column.name: bindparam(column.name, type_=column.type)
                    for column in ticket_events.c
                    if column.name != "id"
                }
            )
        )

    def add(self, ticket: Ticket, now: datetime) -> None:
        """Put a ticket into the queue, making its conversation when it is new.

        Raises Conflict when the conversation already has an open ticket or the id is taken.
        """
        with self._database.writing() as cursor:
            self._conversations.add_within(cursor, ticket.conversation_id, (), now)
            self.add_within(cursor, [(ticket, now)])

    def get(self, id: TicketId) -> Ticket:  # noqa: A002
        """Return one ticket; raises NotFound."""
        with self._database.connection() as connection:
            return _read(connection, id)

    def find(
        self,
        *,
        state: TicketState | None = None,
        assignee: str | None = None,
        priority: Priority | None = None,
        team: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Ticket]:
        """Return the tickets that fit everything asked for: urgent ones first, then by the time they are due.

        Closed ones, when only those are asked for, come back with the last closed first.
        """
        order = (
            (tickets.c.closed_at.desc(), tickets.c.id)
            if state is TicketState.CLOSED
            else (_URGENT_FIRST, tickets.c.due_at, tickets.c.id)
        )
        query = _narrowed(select(tickets), state, assignee, priority, team).order_by(*order).limit(limit).offset(offset)
        with self._database.connection() as connection:
            return [_ticket(row) for row in connection.execute(query)]

    def count(self, state: TicketState, *, assignee: str | None = None, team: str | None = None) -> int:
        """Return how many tickets stand there."""
        query = _narrowed(select(func.count()).select_from(tickets), state, assignee, None, team)
        with self._database.connection() as connection:
            return int(connection.execute(query).scalar_one())

    def ahead_of(self, ticket: Ticket) -> int:
        """Return how many waiting tickets come before this one in the order of `find`."""
        rank = 0 if ticket.priority is Priority.URGENT else 1
        place = tuple_(_URGENT_FIRST, tickets.c.due_at, tickets.c.id)
        before = tuple_(literal(rank), literal(ticket.due_at, tickets.c.due_at.type), literal(ticket.id))
        query = (
            select(func.count())
            .select_from(tickets)
            .where(tickets.c.state == TicketState.WAITING.value, place < before)
        )
        with self._database.connection() as connection:
            return int(connection.execute(query).scalar_one())

    def claim(self, id: TicketId, agent: str, at: datetime) -> Ticket:  # noqa: A002
        """Take a waiting ticket; of several who try at once exactly one gets it, the others a Conflict.

        Claiming one's own again is fine and changes nothing. What one has handed to a colleague can be taken back until
        the colleague does something with it: a name may be misspelt. Raises NotFound, or Conflict.
        """
        free = or_(tickets.c.state == TicketState.WAITING.value, _handed_over_by(agent))
        with self._database.transaction() as connection:
            taken = connection.execute(
                update(tickets)
                .where(tickets.c.id == id, free)
                .values(state=TicketState.CLAIMED.value, assignee=agent, claimed_at=at)
            )
            ticket = _read(connection, id)
            if taken.rowcount:
                self._write(connection, id, _Step("claimed", agent, at))
            elif ticket.state is TicketState.CLOSED:
                raise Conflict(f"ticket {id} is closed")
            elif ticket.assignee != agent:
                raise Conflict(f"ticket {id} was claimed by {ticket.assignee}")
            return ticket

    def release(self, id: TicketId, agent: str, at: datetime) -> Ticket:  # noqa: A002
        """Put one's own ticket back into the queue; raises NotFound, or Conflict when it is not this agent's."""
        changed = {"state": TicketState.WAITING.value, "assignee": "", "claimed_at": None}
        return self._take(id, _Step("released", agent, at), changed)

    def transfer(self, id: TicketId, agent: str, to: str, note: str, at: datetime) -> Ticket:  # noqa: A002
        """Hand one's own ticket to another agent; raises NotFound, or Conflict when it is not this agent's."""
        step = _Step("transferred", agent, at, {"to": to, "note": note})
        return self._take(id, step, {"assignee": to, "claimed_at": at})

    def reply(self, id: TicketId, agent: str, text: str, kind: ReplyKind, at: datetime) -> Message:  # noqa: A002
        """Write to the customer; the line and the ticket change together.

        Raises NotFound, or Conflict when the ticket is not claimed by this agent.
        """
        with self._database.transaction() as connection:
            cursor = connection.connection.cursor()
            conversation_id = _read(connection, id).conversation_id
            # the conversation before the ticket, in every transaction that needs both, so that none waits in a circle
            lines = [(Author.AGENT, text)]
            message, *_ = self._conversations.add_within(cursor, conversation_id, lines, at, ticket_id=id)
            changed = {
                "reply": text,
                "reply_kind": kind.value,
                "replied_at": func.coalesce(tickets.c.replied_at, literal(at, tickets.c.replied_at.type)),
            }
            self._change(
                connection, id, _Step("replied", agent, at, {"kind": kind.value, "message": message.id}), changed
            )
            return message

    def close(self, id: TicketId, agent: str, outcome: str, at: datetime) -> Ticket:  # noqa: A002
        """End one's own ticket, "solved" for instance, or "returned", which is to say: back to the bot.

        Raises NotFound, or Conflict when the ticket is not claimed by this agent.
        """
        kind = "returned" if outcome == RETURNED else "closed"
        changed = {"state": TicketState.CLOSED.value, "outcome": outcome, "closed_at": at}
        return self._take(id, _Step(kind, agent, at, {"outcome": outcome}), changed)

    def pass_on(self, id: TicketId, agent: str, team: str, note: str, at: datetime) -> Ticket:  # noqa: A002
        """Put one's own ticket back into the queue for a team; raises NotFound, or Conflict when it is not theirs."""
        changed = {"state": TicketState.WAITING.value, "assignee": "", "claimed_at": None, "team": team}
        return self._take(id, _Step("transferred", agent, at, {"team": team, "note": note}), changed)

    def write_down(self, id: TicketId, kind: str, agent: str, detail: Mapping[str, Any], at: datetime) -> TicketEvent:  # noqa: A002
        """Keep a step that changes nothing on the ticket itself, whoever has it; raises NotFound."""
        with self._database.transaction() as connection:
            _read(connection, id)
            self._write(connection, id, _Step(kind, agent, at, detail))
            query = select(func.max(ticket_events.c.id)).where(ticket_events.c.ticket_id == id)
            return TicketEvent(int(connection.execute(query).scalar_one()), at, kind, agent, detail)

    def last_event(self) -> int:
        """Return a number that grows with every step of any ticket: as long as it stays, the queue is the same."""
        with self._database.connection() as connection:
            return int(connection.execute(select(func.max(ticket_events.c.id))).scalar_one() or 0)

    def expire_claims(self, idle_since: datetime, at: datetime) -> list[TicketId]:
        """Put back into the queue what nobody has touched since, though the customer waits; return which.

        The customer waits until the first reply, and again after writing something new. A name to which a ticket was
        handed counts like one who claimed it, whether it exists or not.
        """
        untouched = _untouched_since(idle_since)
        with self._database.transaction() as connection:
            # locked first and looked at again: an agent may have replied while this waited for the lock
            locked = select(tickets.c.id).where(untouched).with_for_update(skip_locked=True)
            ids = connection.execute(locked).scalars().all()
            idle = select(tickets.c.id, tickets.c.assignee).where(tickets.c.id.in_(ids), untouched)
            expired = connection.execute(idle).all() if ids else []
            for id_, agent in expired:
                back = {"state": TicketState.WAITING.value, "assignee": "", "claimed_at": None}
                connection.execute(update(tickets).where(tickets.c.id == id_).values(**back))
                self._write(connection, id_, _Step("expired", agent, at))
        return [TicketId(id_) for id_, _ in expired]

    def spoken_to(self, agent: str) -> set[TicketId]:
        """Return those of the agent's tickets that were answered and in which the customer has written since."""
        query = (
            select(tickets.c.id)
            .join(conversations, conversations.c.id == tickets.c.conversation_id)
            .join(
                messages,
                and_(messages.c.conversation_id == conversations.c.id, messages.c.id == conversations.c.last_message),
            )
            .where(
                tickets.c.assignee == agent,
                tickets.c.state == TicketState.CLAIMED.value,
                tickets.c.replied_at.is_not(None),
                messages.c.author == Author.CUSTOMER.value,
            )
        )
        with self._database.connection() as connection:
            return {TicketId(id_) for id_ in connection.execute(query).scalars()}

    def agents(self) -> list[str]:
        """Return everybody who has or had a ticket, in order of name."""
        query = select(tickets.c.assignee).where(tickets.c.assignee != "").distinct().order_by(tickets.c.assignee)
        with self._database.connection() as connection:
            return list(connection.execute(query).scalars())

    def events(self, id: TicketId) -> list[TicketEvent]:  # noqa: A002
        """Return what happened to a ticket, in order; raises NotFound."""
        query = select(ticket_events).where(ticket_events.c.ticket_id == id).order_by(ticket_events.c.id)
        with self._database.connection() as connection:
            found = [
                TicketEvent(id=row.id, at=row.at, kind=row.kind, actor=row.actor, detail=row.detail)
                for row in connection.execute(query)
            ]
        if not found:
            raise _unknown(id)
        return found

    def add_within(self, cursor: Any, opened: Sequence[tuple[Ticket, datetime]]) -> None:
        """Do what `add` does, for tickets of conversations that a transaction of the caller's has touched."""
        for ticket, _ in opened:
            if ticket.state is not TicketState.CLOSED:
                open_one = self._conversations.open_ticket_within(cursor, ticket.conversation_id)
                if open_one is not None:
                    raise Conflict(f"the conversation already has an open ticket, {open_one}")
        self._add.many(cursor, [self._add.bind(_row(ticket)) for ticket, _ in opened])
        created = {"kind": "created", "actor": Author.BOT.value, "detail": {}}
        self._note.many(
            cursor, [self._note.bind({"ticket_id": ticket.id, "at": now, **created}) for ticket, now in opened]
        )

    def _take(self, id_: TicketId, step: "_Step", changed: Mapping[str, Any]) -> Ticket:
        with self._database.transaction() as connection:
            self._change(connection, id_, step, changed)
            return _read(connection, id_)

    def _change(self, connection: Connection, id_: TicketId, step: "_Step", changed: Mapping[str, Any]) -> None:
        """Change a ticket and write down who did what; raises Conflict unless it is claimed by the one who acts."""
        own = (
            update(tickets)
            .where(tickets.c.id == id_, tickets.c.state == TicketState.CLAIMED.value, tickets.c.assignee == step.actor)
            .values(**changed)
        )
        if connection.execute(own).rowcount == 0:
            ticket = _read(connection, id_)
            whose = f"claimed by {ticket.assignee}" if ticket.state is TicketState.CLAIMED else ticket.state.value
            raise Conflict(f"ticket {id_} is {whose}; claim it first")
        self._write(connection, id_, step)

    def _write(self, connection: Connection, id_: TicketId, step: "_Step") -> None:
        row = {"ticket_id": id_, "at": step.at, "kind": step.kind, "actor": step.actor, "detail": step.detail}
        self._note.run(connection.connection.cursor(), row)


@dataclass(frozen=True, slots=True)
class _Step:
    """What is about to be written down as a `TicketEvent`."""

    kind: str
    actor: str
    at: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)


def _handed_over_by(agent: str) -> ColumnElement[bool]:
    """Whether a ticket's last step was that this agent handed it to a colleague."""
    after = ticket_events.alias("after")
    later = select(after.c.id).where(after.c.ticket_id == ticket_events.c.ticket_id, after.c.id > ticket_events.c.id)
    handed = select(ticket_events.c.id).where(
        ticket_events.c.ticket_id == tickets.c.id,
        ticket_events.c.kind == "transferred",
        ticket_events.c.actor == agent,
        ~exists(later),
    )
    return and_(tickets.c.state == TicketState.CLAIMED.value, exists(handed))


def _untouched_since(at: datetime) -> ColumnElement[bool]:
    """Whether a ticket is claimed, no step was taken since `at`, and its customer waits for one."""
    step = select(ticket_events.c.id).where(ticket_events.c.ticket_id == tickets.c.id, ticket_events.c.at >= at)
    asked_again = (
        select(messages.c.id)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(
            conversations.c.id == tickets.c.conversation_id,
            messages.c.id == conversations.c.last_message,
            messages.c.author == Author.CUSTOMER.value,
            messages.c.at < at,
        )
    )
    waits = or_(tickets.c.replied_at.is_(None), exists(asked_again))
    return and_(tickets.c.state == TicketState.CLAIMED.value, ~exists(step), waits)


def _narrowed(
    query: Select[Any],
    state: TicketState | None,
    assignee: str | None,
    priority: Priority | None,
    team: str | None,
) -> Select[Any]:
    for column, wanted in (
        (tickets.c.state, state),
        (tickets.c.assignee, assignee),
        (tickets.c.priority, priority),
        (tickets.c.team, team),
    ):
        if wanted is not None:
            query = query.where(column == str(wanted))
    return query


def _unknown(id_: TicketId) -> NotFound:
    return NotFound(f"there is no ticket {id_!r}")


def _read(connection: Connection, id_: TicketId) -> Ticket:
    row = connection.execute(select(tickets).where(tickets.c.id == id_)).one_or_none()
    if row is None:
        raise _unknown(id_)
    return _ticket(row)


def _row(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "conversation_id": ticket.conversation_id,
        "answer_id": ticket.answer_id,
        "question": ticket.question,
        "summary": ticket.summary,
        "reason": ticket.reason.value,
        "category": ticket.category,
        "priority": ticket.priority.value,
        "state": ticket.state.value,
        "created_at": ticket.created_at,
        "due_at": ticket.due_at,
        "draft": ticket.draft,
        "candidates": [_shown(candidate) for candidate in ticket.candidates],
        "assignee": ticket.assignee,
        "claimed_at": ticket.claimed_at,
        "replied_at": ticket.replied_at,
        "closed_at": ticket.closed_at,
        "reply": ticket.reply,
        "reply_kind": ticket.reply_kind.value if ticket.reply_kind else None,
        "outcome": ticket.outcome,
        "passages": [asdict(passage) for passage in ticket.passages],
        "team": ticket.team,
    }


def _shown(candidate: TicketCandidate) -> dict[str, Any]:
    """What `asdict` gives, in a tenth of its time."""
    return {
        "entry_id": candidate.entry_id,
        "question": candidate.question,
        "matched": candidate.matched,
        "confidence": candidate.confidence,
        "answer": candidate.answer,
    }


def _ticket(row: Any) -> Ticket:
    return Ticket(
        id=TicketId(row.id),
        conversation_id=ConversationId(row.conversation_id),
        answer_id=row.answer_id,
        question=row.question,
        summary=row.summary,
        reason=Reason(row.reason),
        category=row.category,
        priority=Priority(row.priority),
        state=TicketState(row.state),
        created_at=row.created_at,
        due_at=row.due_at,
        draft=row.draft,
        candidates=tuple(
            TicketCandidate(
                EntryId(kept["entry_id"]), kept["question"], kept["matched"], kept["confidence"], kept["answer"]
            )
            for kept in row.candidates
        ),
        assignee=row.assignee,
        claimed_at=row.claimed_at,
        replied_at=row.replied_at,
        closed_at=row.closed_at,
        reply=row.reply,
        reply_kind=ReplyKind(row.reply_kind) if row.reply_kind else None,
        outcome=row.outcome,
        passages=tuple(
            TicketPassage(PassageId(kept["passage_id"]), kept["citation"], kept["text"], kept["confidence"])
            for kept in row.passages or ()
        ),
        team=row.team,
    )
