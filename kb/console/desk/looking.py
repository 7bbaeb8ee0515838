"""What the desk shows, fetched in one go and off the event loop."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kb.errors import KbError, NotFound
from kb.types import Limits, Message, Ticket, TicketEvent, TicketId, TicketState
from kb.wiring import Kb

#: Tickets shown at first, and so many more each time.
STEP = 50
#: Lines of a conversation that are shown.
_LINES = 200


class Queue(StrEnum):
    """Which tickets are listed."""

    WAITING = "waiting"
    MINE = "mine"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class View:
    """What an agent looks at."""

    agent: str
    queue: Queue = Queue.WAITING
    team: str | None = None  # None: every team's, and nobody's
    limit: int = STEP


@dataclass(frozen=True, slots=True)
class Listed:
    """The queue as it was a moment ago."""

    tickets: Sequence[Ticket]
    counts: dict[Queue, int]
    spoken_to: frozenset[TicketId]  # mine, in which the customer has the last word

    def total(self, queue: Queue) -> int:
        """How many there are in all."""
        return self.counts[queue]


@dataclass(frozen=True, slots=True)
class Opened:
    """One ticket with everything that was said and done."""

    ticket: Ticket
    lines: Sequence[Message]
    events: Sequence[TicketEvent]


def listed(kb: Kb, view: View) -> Listed:
    """Fetch the tickets that are shown, and how many there are of each kind."""
    desk = kb.desk
    narrowed = {
        Queue.WAITING: {"state": TicketState.WAITING, "team": view.team},
        Queue.MINE: {"state": TicketState.CLAIMED, "assignee": view.agent},
        Queue.DONE: {"state": TicketState.CLOSED, "assignee": view.agent},
    }
    counts = {queue: desk.count(**wanted) for queue, wanted in narrowed.items()}  # type: ignore[arg-type]
    found = desk.tickets(**narrowed[view.queue], limit=view.limit)  # type: ignore[arg-type]
    return Listed(found, counts, frozenset(desk.spoken_to(view.agent)))


def opened(kb: Kb, ticket_id: TicketId) -> Opened:
    """Fetch one ticket; raises NotFound."""
    ticket = kb.desk.ticket(ticket_id)
    return Opened(ticket, last_lines(kb, ticket), kb.desk.events(ticket_id))


def last_lines(kb: Kb, ticket: Ticket) -> list[Message]:
    """Fetch the last lines of a ticket's conversation."""
    found: list[Message] = []
    after = 0
    while page := kb.desk.messages(ticket.conversation_id, after, _LINES):
        found = [*found, *page][-_LINES:]
        after = page[-1].id
        if len(page) < _LINES:
            break
    return found


def news(kb: Kb, known: Opened, *, changed: bool) -> Opened | None:
    """Fetch what was said, and done if the queue `changed`, since the ticket was looked at; None when nothing was."""
    try:
        ticket = kb.desk.ticket(known.ticket.id) if changed else known.ticket
    except NotFound:  # erased with its conversation
        return None
    lines = kb.desk.messages(ticket.conversation_id, known.lines[-1].id if known.lines else 0, _LINES)
    events = kb.desk.events(ticket.id) if changed else known.events
    if not lines and ticket == known.ticket and len(events) == len(known.events):
        return None
    return replace(known, ticket=ticket, lines=[*known.lines, *lines][-_LINES:], events=events)


def names(kb: Kb) -> dict[str, str]:
    """Return what people are called, by the name they sign in with."""
    return {user.name: user.display_name for user in kb.people.all()}


def limits(kb: Kb) -> Limits | None:
    """Return the confidence that a direct answer needs at present; None while nothing is published."""
    try:
        return kb.serving.manifest.limits
    except KbError:
        return None
