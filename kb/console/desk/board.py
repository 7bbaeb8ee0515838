"""The desk while it is open: what is laid out and shown, where the agent goes, and what happens meanwhile."""

import asyncio
import json
import logging
from dataclasses import replace
from urllib.parse import urlencode

from nicegui import ui
from nicegui.events import GenericEventArguments

from kb import messages
from kb.answer.search import Page as Found
from kb.answer.search import search
from kb.console import frame
from kb.console.desk import beside, dialogs, looking, queue, ticket
from kb.console.desk.composer import Composer
from kb.console.desk.looking import Queue, View
from kb.console.desk.quick import QuickSteps
from kb.console.desk.state import State
from kb.console.desk.steps import Steps
from kb.console.markup import empty, piece, tag, text
from kb.errors import KbError
from kb.types import Scope, TicketId, TicketState

log = logging.getLogger("kb.console")
words = messages.desk

#: Seconds between two looks at what changed.
LOOK_S = 1.5
#: Entries that a search shows.
_HITS = 8

_SCROLLED = """(event) => {
  const list = event.target;
  if (list.scrollTop + list.clientHeight > list.scrollHeight - 160) emit(list.querySelectorAll('[role=option]').length);
}"""
_TO_END = """requestAnimationFrame(() => {
  const talk = document.querySelector('.dk-talk');
  if (talk) talk.scrollTop = talk.scrollHeight;
})"""


#: The field is shown a moment after it was told to be, and only what is seen takes the focus.
_TO_SEARCH = """window.dkCursor = 'search';
(function focus(tries) {
  const field = document.querySelector('.dk-search-field');
  if (field?.offsetParent) field.focus();
  else if (tries) requestAnimationFrame(() => focus(tries - 1));
})(120)"""


class Board:
    """One agent's desk in one browser window."""

    def __init__(self, here: frame.Here, agent: str) -> None:
        """Work as `agent`."""
        self._state = State(here, agent, View(agent))
        self._seen = -1  # the last event that list and ticket show

    # --- laying out

    async def open(self, wanted: str) -> None:
        """Fill the page, and open the ticket that is `wanted`, if any."""
        with ui.element("div").classes("dk") as self._root:
            with ui.element("section").classes("dk-queue").props(f'aria-label="{words.QUEUE}"'):
                self._tabs = piece("", self._act, classes="dk-column-head")
                self._rows = piece("", self._act, classes="dk-scroll")
                self._rows.on("scroll", self._at_end, js_handler=_SCROLLED, throttle=0.3)
            with ui.element("section").classes("dk-ticket"):
                self._head = piece("", self._act, classes="dk-head")
                self._lines = piece("", classes="dk-scroll dk-talk")
                self._composer = Composer(self._act)
            with ui.element("section").classes("dk-beside").props(f'aria-label="{words.BESIDE}"'):
                self._beside_tabs = piece("", self._act, classes="dk-column-head")
                with ui.element("div").classes("dk-search") as self._search_box:
                    self._search = ui.input(placeholder=words.SEARCH_PLACEHOLDER, on_change=self._seek)
                    self._search.props(f'outlined dense clearable debounce=250 aria-label="{words.SEARCH}"')
                    self._search.props('input-class="dk-search-field"')
                self._beside = piece("", self._act, classes="dk-scroll dk-cards")
                self._beside.props(f'tabindex="0" role="group" aria-label="{words.BESIDE}"')  # the keyboard scrolls it
        self._steps = Steps(self._state, self._composer, self._again)
        self._quick = QuickSteps(self._state, self._composer, self._show_quick)
        ui.on("desk_key", self._key)
        self._state.names = await frame.attempt(looking.names, self._state.kb) or {}
        await self._list()
        self._show_ticket()
        if wanted:
            await self._open(TicketId(wanted))
        ui.timer(LOOK_S, self._look)

    # --- showing

    def _show_list(self) -> None:
        state = self._state
        _set(self._tabs, queue.tabs(state.listed, state.view, state.kb.settings.teams))
        current = state.opened.ticket.id if state.opened else None
        _set(self._rows, queue.rows(state.here, state.listed, state.view, current, state.kb.clock.now()))

    def _show_ticket(self) -> None:
        state, opened = self._state, self._state.opened
        self._root.classes(add="dk-open" if opened else "", remove="" if opened else "dk-open")
        if opened is None:
            _set(self._head, "")
            title = tag("h1", text(words.TITLE), class_="kb-unseen")
            _set(self._lines, title + empty(words.NOTHING_OPEN, words.NOTHING_OPEN_MORE))
            self._composer.hide()
        else:
            _set(self._head, ticket.head(state, state.kb.clock.now()))
            if _set(self._lines, ticket.conversation(state, opened)):
                ui.run_javascript(_TO_END)
            self._composer.show(state, opened)
        self._show_beside()

    def _show_beside(self) -> None:
        state, opened = self._state, self._state.opened
        _set(self._beside_tabs, beside.tabs(state.tab, len(opened.ticket.candidates) if opened else 0))
        self._search_box.set_visibility(state.tab == "search")
        if state.tab == "search":
            sought = str(self._search.value or "").strip()
            html = beside.found(state.found, sought, writable=state.mine, learnable=state.learnable)
        elif state.tab == "quick":
            html = beside.quick(state.quick, writable=state.mine, may_change=self._quick.may_change)
        elif opened is None:
            html = beside.nothing()
        elif state.tab == "history":
            html = ticket.history(state, opened.events)
        else:
            html = beside.candidates(opened.ticket, writable=state.mine, learnable=state.learnable)
        _set(self._beside, html)

    async def _show_tab(self, name: str) -> None:
        self._state.tab = name
        if name == "quick":
            await self._show_quick()
        self._show_beside()

    async def _show_quick(self) -> None:
        self._state.tab = "quick"
        self._state.quick = await frame.attempt(self._state.kb.quick.of, self._state.me) or []
        self._show_beside()

    # --- looking

    async def _list(self) -> None:
        state = self._state
        view = state.view
        found = await frame.attempt(looking.listed, state.kb, view)
        if found is not None and view == state.view:
            state.listed = found
        self._show_list()

    async def _look(self) -> None:
        """See what changed meanwhile; a store that cannot be read is tried again, without a word each time."""
        state = self._state
        try:
            last = await asyncio.to_thread(state.kb.desk.last_event)
            changed = last != self._seen
            if changed:
                view = state.view
                found = await asyncio.to_thread(looking.listed, state.kb, view)
                if view == state.view:
                    state.listed = found
            elif state.listed.counts[Queue.MINE]:
                spoken_to = await asyncio.to_thread(state.kb.desk.spoken_to, state.me)
                state.listed = replace(state.listed, spoken_to=frozenset(spoken_to))
            known = state.opened
            if known is not None:
                news = await asyncio.to_thread(looking.news, state.kb, known, changed=changed)
                if news is not None and state.opened is known:
                    state.opened = news
            self._seen = last
            if known is not None and state.opened is not None:
                self._show_ticket()
        except KbError as error:
            log.warning("the desk could not look for news: %s", error, extra={"code": error.code})
        self._show_list()

    async def _open(self, ticket_id: TicketId) -> None:
        state = self._state
        found = await frame.attempt(looking.opened, state.kb, ticket_id)
        if found is None:
            return
        state.limits = await asyncio.to_thread(looking.limits, state.kb)
        state.opened = found
        if state.tab == "history":
            state.tab = "candidates"
        self._show_ticket()
        self._show_list()
        asked = {"ticket": ticket_id} | ({"agent": state.me} if state.here.who.open else {})
        ui.run_javascript(
            f"history.replaceState(null, '', {json.dumps(f'/desk?{urlencode(asked)}')});{_TO_END};"
            f"document.getElementById({json.dumps(queue.row_id(ticket_id))})?.scrollIntoView({{block: 'nearest'}})"
        )

    async def _again(self) -> None:
        """Show list and ticket as they are now."""
        if self._state.opened is not None:
            found = await frame.attempt(looking.opened, self._state.kb, self._state.ticket.id)
            self._state.opened = found or self._state.opened
        await self._list()
        self._show_ticket()

    async def _at_end(self, event: GenericEventArguments) -> None:
        """Show more where the agent saw the end of the list, unless it has grown meanwhile."""
        if event.args >= len(self._state.listed.tickets):
            await self._more()

    async def _more(self) -> None:
        state = self._state
        if len(state.listed.tickets) < state.listed.total(state.view.queue):
            state.view = replace(state.view, limit=len(state.listed.tickets) + looking.STEP)
            await self._list()

    async def _seek(self) -> None:
        sought = str(self._search.value or "").strip()
        found = await frame.attempt(self._search_for, sought) if sought else None
        if sought == str(self._search.value or "").strip():
            self._state.found = found
            self._show_beside()

    def _search_for(self, sought: str) -> Found:
        kb = self._state.kb
        today = kb.clock.now().astimezone(kb.settings.timezone).date()
        return search(kb.matcher(), sought, Scope(), today, limit=_HITS)

    # --- going about

    async def _key(self, event: GenericEventArguments) -> None:
        """Do what was typed."""
        do, which = str(event.args["do"]), str(event.args.get("id", ""))
        turns = self._state.turns
        if do in ("next", "previous"):  # each counts, however fast they come
            await turns.take(object(), lambda: self._move(1 if do == "next" else -1))
        elif do == "enter":
            await turns.take(do, self._enter)
        elif do == "search":
            await turns.take(do, self._to_search)
        elif do == "insert":
            await self._act("insert", f"c{int(which) - 1}")
        elif do in ("send", "send_close", "keys"):
            await self._act(do, "")

    async def _move(self, by: int) -> None:
        listed, opened = self._state.listed, self._state.opened
        ids = [one.id for one in listed.tickets]
        if not ids:
            return
        current = opened.ticket.id if opened else None
        at = ids.index(current) + by if current in ids else (0 if by > 0 else len(ids) - 1)
        if at >= len(ids):
            await self._more()
            ids = [one.id for one in self._state.listed.tickets]
        await self._open(ids[min(max(at, 0), len(ids) - 1)])

    async def _enter(self) -> None:
        """Claim the ticket, or go on writing."""
        if self._state.opened is None:
            await self._move(1)
        elif self._state.mine:
            self._composer.focus()
        elif self._state.ticket.state is TicketState.WAITING:
            await self._steps.take("claim", "")

    async def _to_search(self) -> None:
        await self._show_tab("search")
        ui.run_javascript(_TO_SEARCH)

    async def _act(self, do: str, which: str) -> None:
        """Do what was clicked or typed, in its turn; steps are taken with the ticket that the agent saw only."""
        opened = self._state.opened
        seen = opened.ticket.id if opened else None
        await self._state.turns.take((do, which, seen), lambda: self._do(do, which, seen))

    async def _do(self, do: str, which: str, seen: TicketId | None) -> None:
        state = self._state
        if do == "open":
            await self._open(TicketId(which))
        elif do == "queue":
            state.view = replace(state.view, queue=Queue(which), limit=looking.STEP)
            await self._list()
        elif do == "team":
            state.view = replace(state.view, team=which or None, limit=looking.STEP)
            await self._list()
        elif do == "tab":
            await self._show_tab(which)
        elif do == "more":
            await self._more()
        elif do == "keys":
            await dialogs.keys(state.turns)
        elif do == "back":
            state.opened = None
            self._show_ticket()
            self._show_list()
        elif do in self._quick:
            await self._quick.take(do, which)
        elif do in self._steps and state.opened is not None and state.ticket.id == seen:
            await self._steps.take(do, which)


def _set(element: ui.html, html: str) -> bool:
    """Show other HTML; nothing is sent when it is the same. Return whether it was another."""
    if element.content == html:
        return False
    element.set_content(html)
    return True
