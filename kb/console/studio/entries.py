"""The entries: found, narrowed down, page by page; the one that is open stands beside them."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from nicegui import ui

from kb import messages
from kb.console import frame
from kb.console.markup import button, chip, empty, piece, tag, text
from kb.console.studio.editor import Editor
from kb.console.studio.markup import row
from kb.console.studio.studio import Studio, attempt
from kb.errors import KbError
from kb.publish.catalogue import Facets
from kb.publish.editing import Page, Wanted
from kb.types import Entry, EntryId, EntryState, PassageId, ReleaseId, SourcedEntry

words = messages.studio

#: Entries on one page of the list.
SHOWN = 50
#: Days before the last one on which an entry is told to run out.
SOON = timedelta(days=30)

_OF_PASSAGE = "passage:"
_TONES = {EntryState.DRAFT: "amber", EntryState.RETIRED: ""}


async def build(studio: Studio, what: str) -> None:
    """Show the list, and open what is wanted: an entry's id, "new", `of_passage`, or "?text" to look for."""
    browser = Browser(studio)
    await browser.build(what)


def of_passage(id_: str) -> str:
    """Name a new entry that is drafted from a passage, as `build` takes it."""
    return _OF_PASSAGE + id_


@dataclass
class Browser:
    """The list and what narrows it down."""

    studio: Studio
    wanted: Wanted = field(default_factory=Wanted)
    offset: int = 0
    expiring: bool = False
    _live: tuple[ReleaseId | None, dict[EntryId, Entry]] = (None, {})

    async def build(self, what: str) -> None:
        """Lay out the part."""
        if what.startswith("?"):
            self.wanted = replace(self.wanted, text=what[1:])
        facets = await attempt(self.studio.kb.editing.facets)
        self.room = ui.element("div").classes("st-split")
        with self.room:
            with ui.element("section").classes("st-list").props(f'aria-label="{words.TABS["entries"]}"'):
                self._filters(facets)
                self.found = piece("", self._act, classes="st-found")
            with ui.element("section").classes("st-open").props(f'aria-label="{words.ENTRY}"') as room:
                self.editor = Editor(self.studio, room, self._changed, self._closed)
        self.studio.leave = self.editor.leave
        await self._show()
        if what == "new":
            await self._new()
        elif what.startswith(_OF_PASSAGE):
            await self._of_passage(PassageId(what.removeprefix(_OF_PASSAGE)))
        elif what and not what.startswith("?"):
            await self._open(what)
        else:
            self.editor.nothing()

    def _filters(self, facets: Facets | None) -> None:
        with ui.element("div").classes("st-filters"):
            with ui.element("div").classes("st-filter-row"):
                search = ui.input(placeholder=words.SEARCH, value=self.wanted.text, on_change=self._filter("text"))
                search.props(f'outlined dense clearable debounce=250 data-key="/" aria-label="{words.SEARCH_LABEL}"')
                search.classes("kb-grow")
                piece(button(words.NEW, "new", look="main", title=words.NEW_MORE), self._act)
            with ui.element("div").classes("st-filter-row"):
                self._select("state", words.ANY_STATE, _states(facets))
                self._select("category", words.ANY_CATEGORY, _counts(facets.categories if facets else {}))
                if facets and facets.products:
                    self._select("product", words.ANY_PRODUCT, _counts(facets.products))
                if facets and facets.tags:
                    self._select("tag", words.ANY_TAG, _counts(facets.tags))
            ui.checkbox(words.EXPIRING, on_change=self._filter("expiring")).props("dense").classes("st-check")

    def _select(self, name: str, everything: str, options: dict[str, str]) -> None:
        select = ui.select({"": everything, **options}, value="", on_change=self._filter(name))
        select.props(f'outlined dense options-dense aria-label="{everything}"').classes("kb-grow")

    def _filter(self, name: str) -> Any:
        async def changed(event: Any) -> None:
            value = event.value or ""
            if name == "expiring":
                self.wanted = replace(self.wanted, expires_by=self._today() + SOON if value else None)
            elif name == "state":
                self.wanted = replace(self.wanted, state=EntryState(value) if value else None)
            else:
                narrowed: dict[str, Any] = {name: value}
                self.wanted = replace(self.wanted, **narrowed)
            self.offset = 0
            await self._show()

        return changed

    async def _show(self) -> None:
        asked = self.wanted, self.offset
        page = await attempt(self.studio.kb.editing.find, self.wanted, limit=SHOWN, offset=self.offset)
        if page is not None and asked == (self.wanted, self.offset):  # else another look is on its way
            live = self._served()
            self.found.set_content(self._page(page, live))

    def _page(self, page: Page, live: dict[EntryId, Entry]) -> str:
        if not page.total:
            if self.wanted == Wanted():
                return empty(words.NO_ENTRIES, words.NO_ENTRIES_MORE)
            return empty(words.NOTHING_FOUND, words.NOTHING_FOUND_MORE)
        rows = "".join(self._row(sourced, live) for sourced in page.entries)
        last = self.offset + len(page.entries)
        return tag("ul", rows, class_="st-rows") + tag(
            "div",
            tag(
                "span",
                text(words.PAGE.format(first=self.offset + 1, last=last, total=f"{page.total:,}")),
                class_="kb-small kb-soft kb-number",
            ),
            button(words.PREVIOUS, "previous", look="quiet", disabled=self.offset == 0),
            button(words.NEXT, "next", look="quiet", disabled=last >= page.total),
            class_="st-pager",
        )

    def _row(self, sourced: SourcedEntry, live: dict[EntryId, Entry]) -> str:
        entry = sourced.entry
        chips = []
        if entry.state is not EntryState.LIVE:
            chips.append(chip(messages.ingest.STATES[entry.state.value], _TONES[entry.state]))
        if live is not None and _waits(entry, live):
            chips.append(chip(words.UNPUBLISHED, "blue", words.UNPUBLISHED_MORE))
        if (last := entry.valid_until) and entry.state is not EntryState.RETIRED:
            today = self._today()
            if last < today:
                chips.append(chip(words.EXPIRED, "red"))
            elif last <= today + SOON:
                chips.append(chip(words.EXPIRES.format(days=(last - today).days), "amber"))
        more = " · ".join(part for part in (entry.id, entry.category, entry.product) if part)
        return row(entry.id, entry.question, chips, more, is_open=entry.id == self.editor.id)

    def _served(self) -> dict[EntryId, Entry]:
        """What is live now, by id; looked up once for each release."""
        try:
            matcher = self.studio.kb.matcher()
        except KbError:
            return {}
        if self._live[0] != matcher.release_id:
            self._live = (matcher.release_id, {entry.id: entry for entry in matcher.knowledge.entries})
        return self._live[1]

    async def _act(self, do: str, id_: str) -> None:
        if do in ("open", "new") and not await self.editor.leave():
            return
        if do == "open":
            await self._open(id_)
        elif do == "new":
            await self._new()
        elif do in ("previous", "next"):
            self.offset = max(0, self.offset + (SHOWN if do == "next" else -SHOWN))
            await self._show()
            ui.run_javascript("document.querySelector('.st-found')?.scrollTo(0, 0)")

    async def _open(self, id_: str) -> None:
        self.room.classes(add="st-has-open")  # first, for fields grow with their text only where they are seen
        if not await self.editor.open(EntryId(id_)) and self.editor.id is None:
            self.room.classes(remove="st-has-open")
        await self._show()

    async def _new(self) -> None:
        self.room.classes(add="st-has-open")
        await self.editor.new(category=self.wanted.category, product=self.wanted.product)
        await self._show()

    async def _of_passage(self, id_: PassageId) -> None:
        """Begin an entry with a passage as its answer; nothing is written before the editor says so."""
        drafted = await attempt(self.studio.kb.library.drafted, id_)
        if drafted is None:
            self.editor.nothing()
            return
        self.room.classes(add="st-has-open")
        await self.editor.new(drafted=drafted)
        frame.tell(words.FROM_PASSAGE, "info")

    async def _changed(self) -> None:
        await self._show()

    async def _closed(self) -> None:
        self.room.classes(remove="st-has-open")
        await self._show()

    def _today(self) -> date:
        kb = self.studio.kb
        return kb.clock.now().astimezone(kb.settings.timezone).date()


def _waits(entry: Entry, live: dict[EntryId, Entry]) -> bool:
    """Whether a publication would change what is served of this entry."""
    served = live.get(entry.id)
    return served != entry if entry.state is EntryState.LIVE else served is not None


def _counts(counted: Any) -> dict[str, str]:
    return {value: f"{value}（{count}）" for value, count in counted.items()}


def _states(facets: Facets | None) -> dict[str, str]:
    if facets is None:
        return {}
    return {
        state.value: f"{messages.ingest.STATES[state.value]}（{facets.states.get(state, 0)}）" for state in EntryState
    }
