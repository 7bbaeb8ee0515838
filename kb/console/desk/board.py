"""The desk while it is open: what is shown, what the agent does, and what happens meanwhile."""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import ParamSpec, TypeVar

from nicegui import ui
from nicegui.events import GenericEventArguments

from kb import messages
from kb.answer.handover import quoted
from kb.answer.search import Page as Found
from kb.answer.search import search
from kb.console import frame
from kb.console.desk import beside, dialogs, looking, queue, ticket
from kb.console.desk.composer import Composer
from kb.console.desk.looking import Listed, Opened, Queue, View
from kb.console.markup import empty, piece
from kb.errors import Conflict, KbError
from kb.types import EntryId, Limits, QuickReply, Role, Scope, TicketId, TicketState

log = logging.getLogger("kb.console")
words = messages.desk

#: Seconds between two looks at what changed, and those after which times are shown anew in any case.
LOOK_S = 1.5
#: Entries that a search shows.
_HITS = 8

_SCROLLED = """(event) => {
  const list = event.target;
  if (list.scrollTop + list.clientHeight > list.scrollHeight - 160) emit();
}"""

P = ParamSpec("P")
T = TypeVar("T")


class Board:
    """One agent's desk in one browser window."""

    def __init__(self, here: frame.Here, agent: str) -> None:
        """Work as `agent`; a ticket that is not there any more is never left on the page."""
        self._here = here
        self._kb = here.kb
        self._me = agent
        self._view = View(agent)
        self._listed = Listed((), dict.fromkeys(Queue, 0), frozenset(), -1)
        self._opened: Opened | None = None
        self._limits: Limits | None = None
        self._tab = "candidates"
        self._found: Found | None = None
        self._quick: list[QuickReply] = []
        self._busy = False

    # --- laying out

    async def open(self, wanted: str) -> None:
        """Fill the page, and open the ticket that is `wanted`, if any."""
        with ui.element("div").classes("dk") as self._root:
            with ui.element("aside").classes("dk-queue"):
                self._tabs = piece("", self._act, classes="dk-queue-head")
                self._rows = piece("", self._act, classes="dk-scroll")
                self._rows.on("scroll", self._more, js_handler=_SCROLLED, throttle=0.3)
            with ui.element("section").classes("dk-ticket"):
                self._head = piece("", self._act, classes="dk-head")
                self._lines = piece("", classes="dk-scroll dk-talk")
                self._composer = Composer(self._act)
            with ui.element("aside").classes("dk-beside"):
                self._beside_tabs = piece("", self._act, classes="dk-queue-head")
                with ui.element("div").classes("dk-search") as self._search_box:
                    self._search = ui.input(placeholder=words.SEARCH_PLACEHOLDER, on_change=self._seek)
                    self._search.props(f'outlined dense clearable debounce=250 aria-label="{words.SEARCH}"')
                    self._search.props('input-class="dk-search-field"')
                self._beside = piece("", self._act, classes="dk-scroll dk-cards")
        ui.on("desk_key", self._key)
        await self._list()
        if wanted:
            await self._open(TicketId(wanted))
        else:
            self._show_ticket()
        ui.timer(LOOK_S, self._look)

    # --- showing

    def _show_list(self) -> None:
        listed, view = self._listed, self._view
        _set(self._tabs, queue.tabs(listed, view, self._kb.settings.teams))
        current = self._opened.ticket.id if self._opened else None
        _set(self._rows, queue.rows(self._here, listed, view, current, self._kb.clock.now()))

    def _show_ticket(self) -> None:
        opened = self._opened
        self._root.classes(add="dk-open" if opened else "", remove="" if opened else "dk-open")
        if opened is None:
            _set(self._head, "")
            _set(self._lines, empty(words.NOTHING_OPEN, words.CLAIM_HINT))
            self._composer.hide()
        else:
            now = self._kb.clock.now()
            _set(self._head, ticket.head(self._here, opened, self._me, self._limits, now))
            if _set(self._lines, ticket.conversation(self._here, opened)):
                self._to_end()
            self._composer.show(opened, self._me)
        self._show_beside()

    def _show_beside(self) -> None:
        opened = self._opened
        writable = self._mine
        learnable = opened is not None and opened.ticket.replied_at is not None
        count = len(opened.ticket.candidates) if opened else 0
        _set(self._beside_tabs, beside.tabs(self._tab, count))
        self._search_box.set_visibility(self._tab == "search")
        if self._tab == "search":
            sought = str(self._search.value or "").strip()
            html = beside.found(self._found, sought, writable=writable, learnable=learnable)
        elif self._tab == "quick":
            html = beside.quick(self._quick, writable=writable, may_change=self._may_change)
        elif opened is None:
            html = beside.nothing()
        elif self._tab == "history":
            html = ticket.history(self._here, opened.events)
        else:
            html = beside.candidates(opened.ticket, writable=writable, learnable=learnable)
        _set(self._beside, html)

    def _to_end(self) -> None:
        ui.run_javascript(
            "requestAnimationFrame(() => { const talk = document.querySelector('.dk-talk');"
            "if (talk) talk.scrollTop = talk.scrollHeight; })"
        )

    @property
    def _mine(self) -> bool:
        opened = self._opened
        return opened is not None and opened.ticket.state is TicketState.CLAIMED and opened.ticket.assignee == self._me

    # --- looking

    async def _list(self) -> None:
        found = await frame.attempt(looking.listed, self._kb, self._view)
        if found is not None:
            self._listed = found
        self._show_list()

    async def _look(self) -> None:
        """See what changed meanwhile; a store that cannot be read is tried again, without a word each time."""
        try:
            last = await asyncio.to_thread(self._kb.desk.last_event)
            changed = last != self._listed.last_event
            if changed or self._view.queue is Queue.MINE or self._listed.spoken_to:
                self._listed = await asyncio.to_thread(looking.listed, self._kb, self._view)
            known = self._opened
            if known is not None:
                found = await asyncio.to_thread(looking.news, self._kb, known, changed=changed)
                if found is not None and self._opened is known:
                    self._opened = found
                    self._show_ticket()
        except KbError as error:
            log.warning("the desk could not look for news: %s", error, extra={"code": error.code})
        self._show_list()

    async def _open(self, ticket_id: TicketId) -> None:
        found = await frame.attempt(looking.opened, self._kb, ticket_id)
        if found is None:
            return
        self._limits = await asyncio.to_thread(looking.limits, self._kb)
        self._opened = found
        if self._tab == "history":
            self._tab = "candidates"
        self._show_ticket()
        self._show_list()
        self._to_end()
        address = f"/desk?ticket={ticket_id}" + (f"&agent={self._me}" if self._here.who.open else "")
        ui.run_javascript(
            f"history.replaceState(null, '', {json.dumps(address)});"
            f"document.getElementById({json.dumps(queue.row_id(ticket_id))})?.scrollIntoView({{block: 'nearest'}})"
        )

    async def _again(self) -> None:
        """Show list and ticket as they are now."""
        if self._opened is not None:
            found = await frame.attempt(looking.opened, self._kb, self._opened.ticket.id)
            self._opened = found or self._opened
        await self._list()
        self._show_ticket()

    async def _more(self, _: GenericEventArguments | None = None) -> None:
        if len(self._listed.tickets) < self._listed.total(self._view.queue) and not self._busy:
            self._view = replace(self._view, limit=self._view.limit + looking.STEP)
            await self._list()

    # --- doing

    async def _key(self, event: GenericEventArguments) -> None:
        do, which = str(event.args["do"]), str(event.args.get("id", ""))
        if do in ("next", "previous"):
            await self._move(1 if do == "next" else -1)
        elif do == "insert":
            await self._act("insert", f"c{int(which) - 1}")
        elif do == "enter":
            await self._enter()
        elif do == "search":
            await self._act("tab", "search")
            ui.run_javascript("document.querySelector('.dk-search-field')?.focus()")
        elif do == "keys":
            await dialogs.keys()
        elif do in ("send", "send_close"):
            await self._act(do, "")

    async def _move(self, by: int) -> None:
        ids = [one.id for one in self._listed.tickets]
        if not ids:
            return
        current = self._opened.ticket.id if self._opened else None
        at = ids.index(current) + by if current in ids else (0 if by > 0 else len(ids) - 1)
        if at >= len(ids):
            await self._more()
            ids = [one.id for one in self._listed.tickets]
        await self._open(ids[min(max(at, 0), len(ids) - 1)])

    async def _enter(self) -> None:
        if self._opened is None:
            await self._move(1)
        elif self._mine:
            self._composer.focus()
        elif self._opened.ticket.state is TicketState.WAITING:
            await self._claim()

    async def _act(self, do: str, id_: str) -> None:
        """Do what was clicked."""
        if self._busy:
            return
        self._busy = True
        try:
            await self._do(do, id_)
        finally:
            self._busy = False

    async def _do(self, do: str, id_: str) -> None:
        if do == "open":
            await self._open(TicketId(id_))
        elif do == "queue":
            self._view = replace(self._view, queue=Queue(id_), limit=looking.STEP)
            await self._list()
        elif do == "team":
            self._view = replace(self._view, team=id_ or None, limit=looking.STEP)
            await self._list()
        elif do == "tab":
            await self._show_tab(id_)
        elif do == "back":
            self._opened = None
            self._show_ticket()
            self._show_list()
        elif do == "more":
            self._busy = False
            await self._more()
        elif do in self._quick_steps:
            await self._quick_steps[do](self, id_)
        elif self._opened is not None and do in self._steps:
            await self._steps[do](self, id_)

    async def _show_tab(self, name: str) -> None:
        self._tab = name
        if name == "quick":
            self._quick = await frame.attempt(self._kb.quick.of, self._me) or []
        self._show_beside()

    async def _seek(self) -> None:
        sought = str(self._search.value or "").strip()
        self._found = await frame.attempt(self._search_for, sought) if sought else None
        if sought == str(self._search.value or "").strip():
            self._show_beside()

    def _search_for(self, sought: str) -> Found:
        today = self._kb.clock.now().astimezone(self._kb.settings.timezone).date()
        return search(self._kb.matcher(), sought, Scope(), today, limit=_HITS)

    # --- one ticket

    @property
    def _current(self) -> Opened:
        if self._opened is None:
            raise RuntimeError("no ticket is open")
        return self._opened

    @property
    def _id(self) -> TicketId:
        return self._current.ticket.id

    async def _step(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Take a step with a ticket; when somebody else has it meanwhile, say who."""
        try:
            return await asyncio.to_thread(work, *args, **kwargs)
        except Conflict:
            await self._again()
            now = self._current.ticket
            if now.state is TicketState.CLOSED:
                said = words.GONE
            elif now.state is TicketState.WAITING:
                said = words.RELEASED
            else:
                said = (words.TAKEN if work == self._kb.desk.claim else words.LOST).format(agent=now.assignee)
            frame.tell(said, "warning")
        except KbError as error:
            frame.tell(frame.said(error), "negative")
        except Exception:
            log.exception("a step at the desk failed")
            frame.tell(messages.console.UNFINISHED, "negative")
        return None

    async def _claim(self, _: str = "") -> None:
        if await self._step(self._kb.desk.claim, self._id, self._me) is not None:
            await self._again()
            self._composer.focus()

    async def _send(self, _: str = "") -> None:
        await self._sent()

    async def _send_close(self, _: str = "") -> None:
        if await self._sent():
            await self._finish("solved")

    async def _sent(self) -> bool:
        """Send what is written; return whether the customer has it."""
        if not self._mine:
            return False
        said = self._composer.value
        if not said:
            frame.tell(words.EMPTY_REPLY, "warning")
            return False
        if self._composer.noting:
            if await self._step(self._kb.desk.note, self._id, self._me, said) is not None:
                self._composer.sent()
                frame.tell(words.NOTE_ADDED)
                await self._again()
            return False
        found = await frame.attempt(self._kb.cautions, said)
        if found is None or (found and not await dialogs.caution(found)):
            self._composer.focus()
            return False
        if await self._step(self._kb.desk.reply, self._id, self._me, said) is None:
            return False
        self._composer.sent()
        await self._again()
        kind = self._current.ticket.reply_kind
        frame.tell(f"{words.SENT}{words.SENT_AS[kind.value]}" if kind else words.SENT)
        return True

    async def _close(self, _: str) -> None:
        outcome = await dialogs.outcome(replied=self._current.ticket.replied_at is not None)
        if outcome:
            await self._finish(outcome)

    async def _finish(self, outcome: str) -> None:
        if await self._step(self._kb.desk.close, self._id, self._me, outcome) is not None:
            self._composer.forget(self._id)
            frame.tell(words.CLOSED.format(outcome=words.OUTCOMES[outcome]))
            await self._again()

    async def _return(self, _: str) -> None:
        if await dialogs.choose(words.RETURN, words.RETURN_MORE, [("yes", words.RETURN, "main")]) == "yes" and (
            await self._step(self._kb.desk.give_back, self._id, self._me) is not None
        ):
            self._composer.forget(self._id)
            frame.tell(words.RETURNED)
            await self._again()

    async def _release(self, _: str) -> None:
        if await self._step(self._kb.desk.release, self._id, self._me) is not None:
            frame.tell(words.RELEASED_BY)
            await self._again()

    async def _transfer(self, _: str) -> None:
        colleagues = await frame.attempt(self._kb.desk.colleagues) or []
        others = [name for name in colleagues if name != self._me]
        target = await dialogs.transfer(others, self._kb.settings.teams)
        if target is None:
            return
        desk = self._kb.desk
        done = (
            await self._step(desk.pass_on, self._id, self._me, target.team, target.note)
            if target.team
            else await self._step(desk.transfer, self._id, self._me, target.colleague, target.note)
        )
        if done is not None:
            self._composer.forget(self._id)
            frame.tell(words.TRANSFERRED.format(to=target.team or target.colleague))
            await self._again()

    async def _mode(self, id_: str) -> None:
        self._composer.toggle(noting=id_ == "note")

    async def _undo(self, _: str) -> None:
        self._composer.undo()

    async def _use_draft(self, _: str) -> None:
        self._composer.use_draft()

    async def _insert(self, place: str) -> None:
        """Put something into the reply by where it stands: a candidate, passage, hit or quick reply, and its number."""
        if not self._mine:
            return
        kind, number = place[:1], int(place[1:])
        asked = self._current.ticket
        try:
            title, said = {
                "c": lambda: (asked.candidates[number].question, asked.candidates[number].answer),
                "p": lambda: (asked.passages[number].citation, asked.passages[number].text),
                "s": lambda: _hit(self._found, number),
                "q": lambda: (self._quick[number].title, self._quick[number].text),
            }[kind]()
        except IndexError:
            return
        framed = said if kind == "q" else messages.tickets.draft_answer(quoted(asked.question), said)
        self._composer.insert(framed, said)
        frame.tell(words.INSERTED.format(title=title))

    async def _learn(self, entry_id: str) -> None:
        lesson = await self._taught(self._kb.lessons.add_variant, self._id, EntryId(entry_id), author=self._me)
        if lesson is not None:
            frame.tell(words.LEARNED_VARIANT.format(question=lesson.entry.question))
            await self._again()

    async def _learn_other(self, _: str) -> None:
        entry_id = await dialogs.which_entry(self._current.ticket.candidates)
        if entry_id:
            await self._learn(entry_id)

    async def _propose(self, _: str) -> None:
        lesson = await self._taught(self._kb.lessons.propose, self._id, author=self._me)
        if lesson is not None:
            frame.tell(words.LEARNED_ENTRY.format(id=lesson.entry.id))
            await self._again()

    async def _taught(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        return await frame.attempt(work, *args, **kwargs)

    _steps = {
        "claim": _claim,
        "send": _send,
        "send_close": _send_close,
        "close": _close,
        "return": _return,
        "release": _release,
        "transfer": _transfer,
        "mode": _mode,
        "undo": _undo,
        "draft": _use_draft,
        "insert": _insert,
        "learn": _learn,
        "learn_other": _learn_other,
        "propose": _propose,
    }

    # --- quick replies

    def _may_change(self, reply: QuickReply) -> bool:
        return bool(reply.owner) or self._here.may(Role.EDITOR)

    async def _quick_new(self, _: str) -> None:
        await self._write_quick(None, "")

    async def _quick_from(self, _: str) -> None:
        await self._write_quick(None, self._composer.value)

    async def _quick_edit(self, id_: str) -> None:
        old = next((one for one in self._quick if one.id == id_), None)
        if old is not None:
            await self._write_quick(old, "")

    async def _write_quick(self, old: QuickReply | None, text: str) -> None:
        made = await dialogs.quick_reply(old, text, may_share=self._here.may(Role.EDITOR))
        if made is None:
            return
        quick, me, role = self._kb.quick, self._me, self._here.who.role
        kept = (
            await frame.attempt(quick.add, made.title, made.text, agent=me, role=role, shared=made.shared)
            if old is None
            else await frame.attempt(quick.change, old.id, made.title, made.text, agent=me, role=role)
        )
        if kept is not None:
            frame.tell(words.QUICK_SAVED)
            await self._show_tab("quick")

    async def _quick_remove(self, id_: str) -> None:
        def remove() -> bool:
            self._kb.quick.remove(id_, agent=self._me, role=self._here.who.role)
            return True

        if await frame.attempt(remove):
            frame.tell(words.QUICK_REMOVED)
            await self._show_tab("quick")

    _quick_steps = {
        "quick_new": _quick_new,
        "quick_from": _quick_from,
        "quick_edit": _quick_edit,
        "quick_remove": _quick_remove,
    }


def _hit(found: Found | None, number: int) -> tuple[str, str]:
    if found is None:
        raise IndexError
    entry = found.hits[number].entry
    return entry.question, entry.answer


def _set(element: ui.html, html: str) -> bool:
    """Show other HTML; nothing is sent when it is the same. Return whether it was another."""
    if element.content == html:
        return False
    element.set_content(html)
    return True
