"""The agents' desk: what is done with a ticket, and what the customer reads of it."""

from collections.abc import Sequence
from difflib import SequenceMatcher, get_close_matches

from kb import messages
from kb.answer.policy import Policy
from kb.errors import InputError
from kb.ports import Clock
from kb.store.store import Store
from kb.types import (
    Author,
    ConversationId,
    KeyId,
    Message,
    Priority,
    ReplyKind,
    Ticket,
    TicketEvent,
    TicketId,
    TicketState,
)

#: The kinds of events that are a note among colleagues, and something learned for the knowledge.
NOTED, LEARNED = "noted", "learned"
#: From this likeness on a reply is the draft, edited; below it was written anew.
EDITED_FROM = 0.6
#: The outcome of a ticket that goes back to the bot without having been solved by a person.
RETURNED = "returned"
#: So much of a reply is compared with the draft: the time to compare grows with the square of the length.
_COMPARED = 1500
#: From this likeness on a name is offered for a misspelt one: of two characters one may be wrong.
_NEAR = 0.45


class Desk:
    """Tickets as agents work on them. Every step is one transaction in the store."""

    def __init__(self, store: Store, clock: Clock, policy: Policy) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy

    def tickets(
        self,
        *,
        state: TicketState | None = None,
        assignee: str | None = None,
        priority: Priority | None = None,
        team: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Ticket]:
        """Return the tickets that fit, urgent ones first, then by due time; only closed ones: the last closed first."""
        return self._store.tickets.find(
            state=state, assignee=assignee, priority=priority, team=team, limit=limit, offset=offset
        )

    def count(self, state: TicketState, *, assignee: str | None = None, team: str | None = None) -> int:
        """Return how many tickets stand there."""
        return self._store.tickets.count(state, assignee=assignee, team=team)

    def spoken_to(self, agent: str) -> set[TicketId]:
        """Return those of the agent's tickets that were answered and in which the customer has written since."""
        return self._store.tickets.spoken_to(agent)

    def last_event(self) -> int:
        """Return a number that grows with every step of any ticket."""
        return self._store.tickets.last_event()

    def open_tickets(self) -> dict[TicketState, int]:
        """Return how many tickets wait, and how many are being worked on."""
        return {state: self._store.tickets.count(state) for state in (TicketState.WAITING, TicketState.CLAIMED)}

    def ticket(self, ticket_id: TicketId) -> Ticket:
        """Return a ticket; raises NotFound."""
        return self._store.tickets.get(ticket_id)

    def claim(self, ticket_id: TicketId, agent: str) -> Ticket:
        """Give the ticket to this agent; raises Conflict when somebody else has it."""
        return self._store.tickets.claim(ticket_id, agent, self._clock.now())

    def release(self, ticket_id: TicketId, agent: str) -> Ticket:
        """Put the agent's ticket back into the queue."""
        return self._store.tickets.release(ticket_id, agent, self._clock.now())

    def expire_claims(self) -> int:
        """Put tickets back into the queue that were claimed and left alone while the customer waits; say how many."""
        now = self._clock.now()
        return len(self._store.tickets.expire_claims(now - self._policy.claim_idle, now))

    def transfer(self, ticket_id: TicketId, agent: str, to: str, note: str) -> Ticket:
        """Hand the agent's ticket to a colleague, with a note.

        Raises InputError for a name that nobody has. Where there are no users names cannot be checked: whoever handed a
        ticket over can claim it back, and left alone it returns to the queue.
        """
        if any(user.active for user in self._store.users.all()) and to not in (known := self.colleagues()):
            near = get_close_matches(to, known, n=1, cutoff=_NEAR)
            hint = f"did you mean {near[0]}?" if near else "take the name with which the colleague signs in"
            raise InputError(f"nobody is called {to!r}; {hint}")
        return self._store.tickets.transfer(ticket_id, agent, to, note, self._clock.now())

    def pass_on(self, ticket_id: TicketId, agent: str, team: str, note: str) -> Ticket:
        """Put the agent's ticket back into the queue for a team, with a note."""
        if not team.strip():
            raise InputError("say which team the ticket is for")
        return self._store.tickets.pass_on(ticket_id, agent, team.strip(), note, self._clock.now())

    def note(self, ticket_id: TicketId, agent: str, text: str) -> TicketEvent:
        """Keep a note on the ticket that colleagues read and the customer never does."""
        if not text.strip():
            raise InputError("the note is empty; write what colleagues are to know")
        return self._store.tickets.write_down(ticket_id, NOTED, agent, {"text": text.strip()}, self._clock.now())

    def colleagues(self) -> list[str]:
        """Return who a ticket may be handed to: users that are active, and whoever had one before."""
        users = {user.name for user in self._store.users.all() if user.active}
        gone = {user.name for user in self._store.users.all() if not user.active}
        return sorted(users | (set(self._store.tickets.agents()) - gone))

    def reply(self, ticket_id: TicketId, agent: str, text: str, kind: ReplyKind | None = None) -> Message:
        """Send the customer a reply to the agent's ticket; what was made of the draft is found out unless said."""
        if not text.strip():
            raise InputError("the reply is empty; write what the customer is to read")
        if kind is None:
            kind = compared(self._store.tickets.get(ticket_id).draft, text)
        return self._store.tickets.reply(ticket_id, agent, text, kind, self._clock.now())

    def close(self, ticket_id: TicketId, agent: str, outcome: str) -> Ticket:
        """End the agent's work on the ticket: the bot answers in this conversation again, and the customer is told."""
        now = self._clock.now()
        ticket = self._store.tickets.close(ticket_id, agent, outcome, now)
        self._store.conversations.add_message(
            ticket.conversation_id, Author.BOT, messages.replies.SERVICE_ENDED, now, ticket_id=ticket.id
        )
        return ticket

    def give_back(self, ticket_id: TicketId, agent: str) -> Ticket:
        """Return the conversation to the bot."""
        return self.close(ticket_id, agent, RETURNED)

    def events(self, ticket_id: TicketId) -> list[TicketEvent]:
        """Return what happened to the ticket, oldest first."""
        return self._store.tickets.events(ticket_id)

    def owner(self, conversation_id: ConversationId) -> KeyId | None:
        """Return the key that opened the conversation, None when the service ran open; raises NotFound."""
        return self._store.conversations.owner(conversation_id)

    def messages(self, conversation_id: ConversationId, after: int = 0, limit: int = 200) -> Sequence[Message]:
        """Return the conversation's messages whose id is greater than `after`, oldest first."""
        return self._store.conversations.messages(conversation_id, after, limit)


def compared(draft: str, text: str) -> ReplyKind:
    """Say what an agent made of the draft, by how alike the two texts are (difflib's ratio)."""
    draft, text = draft.strip(), text.strip()
    if draft == text:
        return ReplyKind.DRAFTED
    alike = SequenceMatcher(None, draft[:_COMPARED], text[:_COMPARED], autojunk=False)
    if alike.real_quick_ratio() < EDITED_FROM or alike.quick_ratio() < EDITED_FROM:
        return ReplyKind.REWRITTEN
    return ReplyKind.EDITED if alike.ratio() >= EDITED_FROM else ReplyKind.REWRITTEN
