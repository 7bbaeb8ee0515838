"""The product documents: what each holds, whether customers may be answered from it, and entries made of passages."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from kb import messages
from kb.console import frame
from kb.console.markup import button, chip, empty, piece, tag, text
from kb.console.studio.entries import of_passage
from kb.console.studio.markup import row
from kb.console.studio.studio import Studio, ask, attempt
from kb.errors import KbError
from kb.index.shelf import place_of
from kb.publish.library import Held
from kb.text import normalise
from kb.types import Document, Entry, Passage
from kb.wiring import Kb

words = messages.studio

#: So many passages are shown at once; a click shows as many more.
SHOWN = 100


async def build(studio: Studio, what: str) -> None:
    """Show the documents, and the one from the file `what`, if it is one."""
    await Browser(studio).build(what)


class Browser:
    """The list of documents, and the one that is open beside it."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._held: dict[str, Held] = {}
        self._served: Mapping[str, Document] = {}
        self._entries: Mapping[str, list[Entry]] = {}
        self._open = ""  # the file of the document that is open
        self._text = ""  # what is looked for
        self._shown = SHOWN

    async def build(self, what: str) -> None:
        """Lay out the part."""
        self._room = ui.element("div").classes("st-split")
        with self._room:
            with ui.element("section").classes("st-list").props(f'aria-label="{words.TABS["documents"]}"'):
                with ui.element("div").classes("st-filters"):
                    search = ui.input(placeholder=words.SEARCH_DOCUMENTS, on_change=self._seek)
                    search.props('outlined dense clearable debounce=250 data-key="/"')
                    search.props(f'aria-label="{words.SEARCH_DOCUMENTS_LABEL}"')
                self._list = piece("", self._act, classes="st-found")
            with ui.element("section").classes("st-open").props(f'aria-label="{words.DOCUMENT}"'):
                self._head = piece("", self._act, classes="st-editor-head")
                self._passages = piece("", self._act, classes="st-passages")
        await self._read()
        self._open = what if what in self._held else ""
        self._show()

    async def _read(self) -> None:
        kb = self._studio.kb
        found = await attempt(kb.library.held)
        self._held = {one.document.source: one for one in found or ()}
        self._served = await attempt(_served, kb) or {}
        self._entries = await attempt(kb.library.entries_made) or {}

    def _seek(self, event: ValueChangeEventArguments[Any]) -> None:
        self._text = str(event.value or "").strip()
        self._shown = SHOWN
        self._show()

    # --- showing

    def _show(self) -> None:
        needle = normalise(self._text)
        found = [one for one in self._held.values() if _holds(one.document, needle)]
        self._list.set_content(self._rows(found))
        held = self._held.get(self._open)
        self._room.classes(add="st-has-open" if held else "", remove="" if held else "st-has-open")
        self._head.set_visibility(held is not None)
        if held is None:
            title = tag("h1", text(words.TABS["documents"]), class_="kb-unseen")
            self._passages.set_content(title + empty(words.NO_DOCUMENT_OPEN, words.NO_DOCUMENT_OPEN_MORE))
        else:
            self._head.set_content(self._about(held))
            self._passages.set_content(self._inside(held.document, needle))

    def _rows(self, found: Sequence[Held]) -> str:
        if not found:
            if self._held:
                return empty(words.NOTHING_FOUND, words.NO_PASSAGES_FOUND_MORE)
            return empty(words.NO_DOCUMENTS, words.NO_DOCUMENTS_MORE)
        rows = "".join(self._row(one) for one in found)
        passages = sum(len(one.document.passages) for one in found)
        counted = words.DOCUMENTS_COUNT.format(count=f"{len(found):,}", passages=f"{passages:,}")
        return tag("ul", rows, class_="st-rows") + tag(
            "div", tag("span", text(counted), class_="kb-small kb-soft kb-number"), class_="st-pager st-count"
        )

    def _row(self, held: Held) -> str:
        document = held.document
        passages = words.PASSAGES_COUNT.format(count=f"{len(document.passages):,}")
        more = f"{passages} · {_name(document)}"
        is_open = document.source == self._open
        return row(document.source, document.title, self._chips(document), more, is_open=is_open)

    def _chips(self, document: Document) -> list[str]:
        chips = []
        if document.approved:
            chips.append(chip(words.APPROVED, "teal"))
        if self._served.get(document.source) != document:
            chips.append(chip(words.UNPUBLISHED, "blue", words.UNPUBLISHED_MORE))
        return chips

    def _about(self, held: Held) -> str:
        document = held.document
        turn = (
            button(words.REVOKE, "revoke", look="danger")
            if document.approved
            else button(words.APPROVE, "approve", look="main")
        )
        read = words.READ_AT.format(at=self._studio.here.moment(held.read_at), who=held.read_by)
        passages = words.PASSAGES_COUNT.format(count=f"{len(document.passages):,}")
        return (
            tag(
                "div",
                button(words.BACK, "close", look="quiet", key="Escape", title="Esc"),
                tag("span", class_="kb-grow"),
                button(words.REMOVE_DOCUMENT, "remove", look="quiet"),
                turn,
                class_="kb-row",
            )
            + tag("div", tag("h1", text(document.title), class_="kb-title"), *self._chips(document), class_="kb-row")
            + tag("p", text(f"{document.source} · {passages} · {read}"), class_="kb-soft kb-small")
            + tag("p", text(words.APPROVED_MORE if document.approved else words.NOT_APPROVED_MORE), class_="kb-soft")
        )

    def _inside(self, document: Document, needle: str) -> str:
        """The passages below their sections; while something is looked for, those that hold it."""
        found = [one for one in document.passages if needle in normalise(one.text)] if needle else []
        passages = found or list(document.passages)
        note = words.PASSAGES_FOUND.format(text=self._text, count=len(found)) if found else ""
        shown = passages[: self._shown]
        sections = "".join(
            tag(
                "section",
                tag("h2", text(" › ".join(section) or document.title), class_="kb-heading") if section else "",
                *(self._passage(document, one) for one in some),
                class_="st-passage-section",
            )
            for section, some in groupby(shown, key=lambda one: _below(document, one))
        )
        more = ""
        if len(passages) > len(shown):
            rest = words.MORE_PASSAGES.format(count=f"{len(passages) - len(shown):,}")
            more = tag("div", button(rest, "more", look="quiet"), class_="kb-row")
        return (tag("p", text(note), class_="kb-soft kb-small", role="status") if note else "") + sections + more

    def _passage(self, document: Document, passage: Passage) -> str:
        made = self._entries.get(place_of(document.title, passage), ())
        same = [one for one in made if normalise(one.answer) == normalise(passage.text)] or made
        known = [button(one.question, "entry", one.id, look="quiet", title=words.MADE_OF_IT) for one in same[:3]]
        return tag(
            "article",
            tag("div", text(passage.text), class_="st-lines"),
            tag(
                "div",
                tag("span", text(passage.where), class_="kb-soft kb-small"),
                tag("span", class_="kb-grow"),
                *((tag("span", text(words.HAS_ENTRY), class_="kb-soft kb-small"), *known) if known else ()),
                button(words.MAKE_ENTRY, "make", passage.id, look="quiet"),
                class_="kb-row",
            ),
            class_="st-card st-passage",
        )

    # --- what the buttons do

    async def _act(self, do: str, id_: str) -> None:
        match do:
            case "open" | "close":
                self._open = id_ if do == "open" else ""
                self._shown = SHOWN
                self._show()
                ui.run_javascript("document.querySelector('.st-open')?.scrollTo(0, 0)")
                self._studio.at("documents", self._open)
            case "more":
                self._shown += SHOWN
                self._show()
            case "approve" | "revoke":
                await self._turn(approved=do == "approve")
            case "remove":
                await self._remove()
            case "make":
                await self._studio.go("entries", of_passage(id_))
            case "entry":
                await self._studio.go("entries", id_)

    async def _turn(self, *, approved: bool) -> None:
        held = self._held.get(self._open)
        if held is None:
            return
        title = (words.APPROVE_TITLE if approved else words.REVOKE_TITLE).format(title=held.document.title)
        more = words.APPROVE_MORE if approved else words.REVOKE_MORE
        if not await ask(title, more, words.APPROVE_YES if approved else words.REVOKE, danger=not approved):
            return
        library, author = self._studio.kb.library, self._studio.author
        if await attempt(library.approve, [held.document.source], approved=approved, author=author) is not None:
            frame.tell(words.APPROVED_SAID if approved else words.REVOKED_SAID)
        await self._read()
        self._show()

    async def _remove(self) -> None:
        held = self._held.get(self._open)
        if held is None:
            return
        document = held.document
        more = words.REMOVE_DOCUMENT_MORE.format(count=f"{len(document.passages):,}")
        title = words.REMOVE_DOCUMENT_TITLE.format(title=document.title)
        if not await ask(title, more, words.REMOVE_DOCUMENT_YES, danger=True):
            return
        library, author = self._studio.kb.library, self._studio.author
        if await attempt(library.remove, [document.source], author=author) is not None:
            frame.tell(words.REMOVED_DOCUMENT_SAID)
            self._open = ""
            self._studio.at("documents", "")
        await self._read()
        self._show()


def _served(kb: Kb) -> dict[str, Document]:
    """The documents of the live release, by file."""
    try:
        passages = kb.matcher().passages
    except KbError:
        return {}
    return {document.source: document for document in passages.shelf.documents} if passages else {}


def _holds(document: Document, needle: str) -> bool:
    """Whether a document is called so, or says so somewhere."""
    said: Iterable[str] = (document.title, document.source, *(one.text for one in document.passages))
    return not needle or any(needle in normalise(one) for one in said)


def _below(document: Document, passage: Passage) -> tuple[str, ...]:
    """The sections of a passage below its document's title."""
    section = passage.section
    return section[1:] if section[:1] == (document.title,) else section


def _name(document: Document) -> str:
    return document.source.rsplit("/", 1)[-1]
