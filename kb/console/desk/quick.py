"""Quick replies at the desk: kept, changed, removed."""

from collections.abc import Awaitable, Callable

from kb import messages
from kb.console import frame
from kb.console.desk import dialogs
from kb.console.desk.composer import Composer
from kb.console.desk.state import State
from kb.types import QuickReply, Role

words = messages.desk


class QuickSteps:
    """What an agent does with quick replies."""

    def __init__(self, state: State, composer: Composer, show: Callable[[], Awaitable[None]]) -> None:
        """Work on the quick replies of `state`; `show` shows them as they are after a step."""
        self._state = state
        self._composer = composer
        self._show = show
        self._by_name: dict[str, Callable[[str], Awaitable[None]]] = {
            "quick_new": self._new,
            "quick_from": self._from_reply,
            "quick_edit": self._edit,
            "quick_remove": self._remove,
        }

    def __contains__(self, name: str) -> bool:
        """Whether there is a step of this name."""
        return name in self._by_name

    async def take(self, name: str, which: str) -> None:
        """Take a step."""
        await self._by_name[name](which)

    def may_change(self, reply: QuickReply) -> bool:
        """Whether the agent may change this one."""
        return bool(reply.owner) or self._state.here.may(Role.EDITOR)

    async def _new(self, _: str) -> None:
        await self._write(None, "")

    async def _from_reply(self, _: str) -> None:
        await self._write(None, self._composer.value)

    async def _edit(self, id_: str) -> None:
        old = next((one for one in self._state.quick if one.id == id_), None)
        if old is not None:
            await self._write(old, "")

    async def _write(self, old: QuickReply | None, text: str) -> None:
        state = self._state
        made = await dialogs.quick_reply(state.turns, old, text, may_share=state.here.may(Role.EDITOR))
        if made is None:
            return
        quick, me, role = state.kb.quick, state.me, state.here.who.role
        kept = (
            await frame.attempt(quick.add, made.title, made.text, agent=me, role=role, shared=made.shared)
            if old is None
            else await frame.attempt(quick.change, old.id, made.title, made.text, agent=me, role=role)
        )
        if kept is not None:
            frame.tell(words.QUICK_SAVED)
            await self._show()

    async def _remove(self, id_: str) -> None:
        state = self._state

        def remove() -> bool:
            state.kb.quick.remove(id_, agent=state.me, role=state.here.who.role)
            return True

        if await frame.attempt(remove):
            frame.tell(words.QUICK_REMOVED)
            await self._show()
