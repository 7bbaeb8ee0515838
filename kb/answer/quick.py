"""Quick replies: sentences that agents send often, everybody's and each agent's own."""

from kb import messages
from kb.answer.ids import new_id
from kb.errors import InputError, NotFound, RoleTooLow
from kb.ports import Clock
from kb.store.store import Store
from kb.types import QuickReply, Role

#: Characters of a title and of a text; quick replies of one owner.
LONGEST_TITLE = 40
LONGEST_TEXT = 4000
MOST = 200

_MAY_SHARE = frozenset({Role.EDITOR, Role.ADMIN})


class Quick:
    """What agents keep to send again. What everybody uses is written by editors."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, agent: str) -> list[QuickReply]:
        """Return what this agent may use, everybody's first."""
        return self._store.quick_replies.of(agent)

    def add(self, title: str, text: str, *, agent: str, role: Role, shared: bool = False) -> QuickReply:
        """Keep a sentence for oneself, or for everybody when `shared`.

        Raises InputError in the agents' words, RoleTooLow when only editors may write it.
        """
        owner = self._owner(agent, role, shared=shared)
        if self._store.quick_replies.count(owner) >= MOST:
            raise InputError(messages.desk.QUICK_FULL.format(most=MOST))
        now = self._clock.now()
        made = QuickReply(new_id("qr", now), owner, *_checked(title, text), now)
        self._store.quick_replies.put(made)
        return made

    def change(self, id_: str, title: str, text: str, *, agent: str, role: Role) -> QuickReply:
        """Write a quick reply anew; raises NotFound, and what `add` raises."""
        old = self._mine(id_, agent, role)
        made = QuickReply(old.id, old.owner, *_checked(title, text), self._clock.now())
        self._store.quick_replies.put(made)
        return made

    def remove(self, id_: str, *, agent: str, role: Role) -> None:
        """Remove a quick reply; raises NotFound, or RoleTooLow."""
        self._store.quick_replies.remove(self._mine(id_, agent, role).id)

    def _mine(self, id_: str, agent: str, role: Role) -> QuickReply:
        """Return one that the agent may change; another agent's own is not there for them."""
        found = self._store.quick_replies.get(id_)
        if found.owner not in ("", agent):
            raise NotFound(f"there is no quick reply {id_!r}")
        self._owner(agent, role, shared=not found.owner)
        return found

    @staticmethod
    def _owner(agent: str, role: Role, *, shared: bool) -> str:
        if shared and role not in _MAY_SHARE:
            raise RoleTooLow("quick replies that everybody uses are written by editors")
        return "" if shared else agent


def _checked(title: str, text: str) -> tuple[str, str]:
    title, text = " ".join(title.split()), text.strip()
    if not title or not text:
        raise InputError(messages.desk.QUICK_EMPTY)
    if len(title) > LONGEST_TITLE or len(text) > LONGEST_TEXT:
        raise InputError(messages.desk.QUICK_TOO_LONG.format(title=LONGEST_TITLE, text=LONGEST_TEXT))
    return title, text
