"""What one desk knows while it is open."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.answer.search import Page as Found
from kb.console.desk.looking import Listed, Opened, Queue, View
from kb.console.desk.turns import Turns
from kb.console.frame import Here
from kb.types import EntryId, Limits, QuickReply, Ticket, TicketId, TicketState
from kb.wiring import Kb


@dataclass
class State:
    """Who works, what they look at, and what was found."""

    here: Here
    me: str
    view: View
    listed: Listed = field(default_factory=lambda: Listed((), dict.fromkeys(Queue, 0), frozenset()))
    opened: Opened | None = None
    limits: Limits | None = None
    tab: str = "candidates"
    found: Found | None = None
    quick: list[QuickReply] = field(default_factory=list)
    names: Mapping[str, str] = field(default_factory=dict)  # what colleagues are called, by the name they sign in with
    turns: Turns = field(default_factory=Turns)
    used: dict[TicketId, EntryId] = field(default_factory=dict)  # the entry that the agent took a reply from last

    @property
    def kb(self) -> Kb:
        """What is worked on."""
        return self.here.kb

    @property
    def ticket(self) -> Ticket:
        """The ticket that is open; there must be one."""
        if self.opened is None:
            raise RuntimeError("no ticket is open")
        return self.opened.ticket

    def called(self, agent: str) -> str:
        """What colleagues call an agent."""
        return self.names.get(agent, agent)

    @property
    def mine(self) -> bool:
        """Whether the open ticket is this agent's to answer."""
        opened = self.opened
        return opened is not None and opened.ticket.state is TicketState.CLAIMED and opened.ticket.assignee == self.me

    @property
    def learnable(self) -> bool:
        """Whether there is an open ticket, and it was answered."""
        return self.opened is not None and self.opened.ticket.replied_at is not None
