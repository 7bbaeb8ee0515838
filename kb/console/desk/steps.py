"""What an agent does with the open ticket. Each step says how it ended; none shows an English word."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from kb import messages
from kb.answer.handover import quoted
from kb.console import frame
from kb.console.desk import dialogs
from kb.console.desk.composer import Composer
from kb.console.desk.state import State
from kb.errors import Conflict, KbError
from kb.types import EntryId, TicketState

log = logging.getLogger("kb.console")
words = messages.desk

P = ParamSpec("P")
T = TypeVar("T")


class Steps:
    """The steps by name, as they are clicked or typed."""

    def __init__(self, state: State, composer: Composer, again: Callable[[], Awaitable[None]]) -> None:
        """Work on what `state` has open; `again` shows list and ticket as they are after a step."""
        self._state = state
        self._composer = composer
        self._again = again
        self._by_name: dict[str, Callable[[str], Awaitable[None]]] = {
            "claim": self._claim,
            "send": self._send,
            "send_close": self._send_close,
            "close": self._close,
            "return": self._return,
            "release": self._release,
            "transfer": self._transfer,
            "mode": self._mode,
            "undo": self._undo,
            "draft": self._use_draft,
            "insert": self._insert,
            "learn": self._learn,
            "learn_which": self._learn_which,
            "propose": self._propose,
        }

    def __contains__(self, name: str) -> bool:
        """Whether there is a step of this name."""
        return name in self._by_name

    async def take(self, name: str, which: str) -> None:
        """Take a step; there must be a ticket open."""
        await self._by_name[name](which)

    async def _step(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Do one thing with the ticket in a thread; when somebody else has it meanwhile, say who, and return None."""
        try:
            return await asyncio.to_thread(work, *args, **kwargs)
        except Conflict:
            state = self._state
            claiming = state.ticket.state is TicketState.WAITING
            await self._again()
            now = state.ticket
            if now.state is TicketState.CLOSED:
                said = words.GONE
            elif now.state is TicketState.WAITING:
                said = words.RELEASED
            else:
                said = (words.TAKEN if claiming else words.LOST).format(agent=state.called(now.assignee))
            frame.tell(said, "warning")
        except KbError as error:
            frame.tell(frame.said(error), "negative")
        except Exception:
            log.exception("a step at the desk failed")
            frame.tell(messages.console.UNFINISHED, "negative")
        return None

    # --- answering

    async def _claim(self, _: str) -> None:
        state = self._state
        if await self._step(state.kb.desk.claim, state.ticket.id, state.me) is not None:
            await self._again()
            self._composer.focus()

    async def _send(self, _: str) -> None:
        await self._sent()

    async def _send_close(self, _: str) -> None:
        if await self._sent():
            await self._finish("solved")

    async def _sent(self) -> bool:
        """Send what is written; return whether the customer has it."""
        state = self._state
        if not state.mine:
            return False
        said = self._composer.value
        if not said:
            frame.tell(words.EMPTY_REPLY, "warning")
            return False
        if self._composer.noting:
            await self._note(said)
            return False
        found = await frame.attempt(state.kb.cautions, said)
        if found is None or (found and not await dialogs.caution(state.turns, found)):
            self._composer.focus()
            return False
        if await self._step(state.kb.desk.reply, state.ticket.id, state.me, said) is None:
            return False
        self._composer.sent()
        await self._again()
        kind = state.ticket.reply_kind
        frame.tell(words.SENT.format(kind=words.SENT_AS[kind.value] if kind else ""))
        return True

    async def _note(self, said: str) -> None:
        if await self._step(self._state.kb.desk.note, self._state.ticket.id, self._state.me, said) is not None:
            self._composer.sent()
            frame.tell(words.NOTE_ADDED)
            await self._again()

    # --- letting go

    async def _close(self, _: str) -> None:
        state = self._state
        outcome = await dialogs.outcome(state.turns, replied=state.ticket.replied_at is not None)
        if outcome:
            await self._finish(outcome)

    async def _finish(self, outcome: str) -> None:
        state = self._state
        done = await self._step(state.kb.desk.close, state.ticket.id, state.me, outcome)
        await self._gone(done, words.CLOSED.format(outcome=words.OUTCOMES[outcome]))

    async def _return(self, _: str) -> None:
        state = self._state
        if await dialogs.choose(state.turns, words.RETURN, words.RETURN_MORE, [("yes", words.RETURN, "main")]) == "yes":
            await self._gone(await self._step(state.kb.desk.give_back, state.ticket.id, state.me), words.RETURNED)

    async def _release(self, _: str) -> None:
        state = self._state
        if await self._step(state.kb.desk.release, state.ticket.id, state.me) is not None:
            frame.tell(words.RELEASED_BY)
            await self._again()

    async def _transfer(self, _: str) -> None:
        state = self._state
        colleagues = await frame.attempt(state.kb.desk.colleagues) or []
        others = {name: state.called(name) for name in colleagues if name != state.me}
        target = await dialogs.transfer(state.turns, others, state.kb.settings.teams, anybody=state.here.who.open)
        if target is None:
            return
        desk, ticket_id = state.kb.desk, state.ticket.id
        done = (
            await self._step(desk.pass_on, ticket_id, state.me, target.team, target.note)
            if target.team
            else await self._step(desk.transfer, ticket_id, state.me, target.colleague, target.note)
        )
        await self._gone(done, words.TRANSFERRED.format(to=target.team or state.called(target.colleague)))

    async def _gone(self, done: object | None, said: str) -> None:
        """Say that the ticket is out of the agent's hands, if it is, and drop what was written for it."""
        if done is not None:
            self._composer.forget(self._state.ticket.id)
            frame.tell(said)
            await self._again()

    # --- writing

    async def _mode(self, which: str) -> None:
        self._composer.toggle(noting=which == "note")

    async def _undo(self, _: str) -> None:
        self._composer.undo()

    async def _use_draft(self, _: str) -> None:
        self._composer.use_draft()

    async def _insert(self, place: str) -> None:
        """Put something into the reply by where it stands: its kind, and its number among those."""
        state = self._state
        if not state.mine:
            return
        kind, number = place[:1], int(place[1:])
        ticket = state.ticket
        if kind == "q" and number < len(state.quick):
            self._composer.add(state.quick[number].text)
            return
        entry_id, said = "", ""
        if kind == "c" and number < len(ticket.candidates):
            entry_id, said = ticket.candidates[number].entry_id, ticket.candidates[number].answer
        elif kind == "p" and number < len(ticket.passages):
            said = ticket.passages[number].text
        elif kind == "s" and state.found is not None and number < len(state.found.hits):
            entry_id, said = state.found.hits[number].entry.id, state.found.hits[number].entry.answer
        if said:
            if entry_id:
                state.used[ticket.id] = EntryId(entry_id)
            self._composer.insert(messages.tickets.draft_answer(quoted(ticket.question), said), said)

    # --- teaching

    async def _learn(self, entry_id: str) -> None:
        state = self._state
        lesson = await frame.attempt(state.kb.lessons.add_variant, state.ticket.id, EntryId(entry_id), author=state.me)
        if lesson is not None:
            frame.tell(words.LEARNED_VARIANT.format(question=lesson.entry.question))
            await self._again()

    async def _learn_which(self, _: str) -> None:
        entry_id = await dialogs.which_entry(self._state.turns, self._state.ticket.candidates)
        if entry_id:
            await self._learn(entry_id)

    async def _propose(self, _: str) -> None:
        state = self._state
        lesson = await frame.attempt(state.kb.lessons.propose, state.ticket.id, author=state.me)
        if lesson is not None:
            frame.tell(words.LEARNED_ENTRY.format(id=lesson.entry.id))
            await self._again()
