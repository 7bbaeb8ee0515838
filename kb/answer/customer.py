"""The customer's side of a conversation: its lines with what belongs to them, and its place in the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from kb import messages
from kb.answer.office import OfficeHours
from kb.ports import Clock
from kb.store.store import Store
from kb.types import ConversationId, KeyId, Message, TicketId, TicketState


class With(StrEnum):
    """Who answers next in a conversation."""

    BOT = "bot"
    QUEUE = "queue"  # a person, as soon as one takes the ticket
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a conversation as the customer's side needs it to show it once, and whole."""

    message: Message
    message_id: str | None = None  # by which the customer's side named what it sent; also on the reply to it
    reply: str | None = None  # on the bot's line: the whole reply as it went out, JSON


@dataclass(frozen=True, slots=True)
class Office:
    """Whether people are there."""

    open: bool
    hours: str  # in words; "" when no hours were set
    opens_at: datetime | None = None  # when people will be there again, while nobody is
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation stands."""

    who: With
    office: Office
    message: str = ""  # what to tell the customer while a person is awaited
    ahead: int | None = None  # tickets that come before this one, while it waits
    ticket_id: TicketId | None = None
    due_at: datetime | None = None


class CustomerSide:
    """What the one who asked may read of a conversation."""

    def __init__(self, store: Store, clock: Clock, hours: OfficeHours, timezone: ZoneInfo) -> None:
        self._store = store
        self._clock = clock
        self._hours = hours
        self._timezone = timezone

    def owner(self, conversation_id: ConversationId) -> KeyId | None:
        """Return the key that opened the conversation, None when the service ran open; raises NotFound."""
        return self._store.conversations.owner(conversation_id)

    def lines(self, conversation_id: ConversationId, after: int = 0, limit: int = 200) -> Sequence[Line]:
        """Return the lines after line `after`, oldest first."""
        found = self._store.conversations.messages(conversation_id, after, limit)
        if not found:
            return ()
        named: dict[int, Line] = {}
        by_id = {message.id: message for message in found}
        for sent in self._store.sent.among(conversation_id, found[0].id, found[-1].id):
            if sent.line in by_id:
                named[sent.line] = Line(by_id[sent.line], sent.message_id)
            if sent.reply_line in by_id:
                named[sent.reply_line] = Line(by_id[sent.reply_line], sent.message_id, sent.reply)
        return [named.get(message.id) or Line(message) for message in found]

    def standing(self, conversation_id: ConversationId) -> Standing:
        """Say who answers next; while a person is awaited, how many come before, and when people are there."""
        now = self._clock.now().astimezone(self._timezone)
        office = self._office(now)
        ticket_id = self._store.conversations.open_ticket(conversation_id)
        if ticket_id is None:
            return Standing(With.BOT, office)
        ticket = self._store.tickets.get(ticket_id)
        if ticket.state is not TicketState.WAITING:
            who = With.AGENT if ticket.state is TicketState.CLAIMED else With.BOT
            said = messages.widget.IN_SERVICE if who is With.AGENT else ""
            return Standing(who, office, said, ticket_id=ticket_id, due_at=ticket.due_at)
        ahead = self._store.tickets.ahead_of(ticket)
        said = messages.widget.in_queue(ahead)
        if not office.open and office.opens_at is not None:
            back = messages.widget.moment(office.opens_at, now)
            said = messages.widget.after_hours(office.hours, back, ahead, rests=self._hours.rests(now.date()))
        return Standing(With.QUEUE, office, said, ahead, ticket_id, ticket.due_at)

    def _office(self, now: datetime) -> Office:
        if not self._hours:
            return Office(open=True, hours="")
        until = self._hours.open_until(now)
        opens = None if until else self._hours.opens(now)
        return Office(until is not None, messages.widget.hours(self._hours.week()), opens, until)
