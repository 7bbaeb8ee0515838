"""One entry while it is edited: its fields, what the customer would see, what would be answered differently."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

from nicegui import ui

from kb import messages
from kb.console import frame
from kb.console.markup import button, chip, empty, piece, tag, text
from kb.console.studio import history
from kb.console.studio.customer import bubble
from kb.console.studio.form import Form, merged, same, written
from kb.console.studio.markup import fields, marked
from kb.console.studio.outcomes import changed
from kb.console.studio.studio import Studio, ask, attempt, choose, said
from kb.errors import Conflict, KbError, NotReady
from kb.ingest.report import diffed, shown_fields
from kb.publish.editing import Checked, Kept
from kb.publish.library import Drafted
from kb.publish.preview import Compared
from kb.types import Entry, EntryId, EntryState

if TYPE_CHECKING:
    from kb.publish.catalogue import Facets

words = messages.studio

#: Seconds without a keystroke after which an entry is checked, and compared.
_CHECK_S = 0.35
_COMPARE_S = 0.9
_TICK_S = 0.2


class Editor:
    """The entry that is open, if any."""

    def __init__(
        self,
        studio: Studio,
        room: ui.element,
        changed: Callable[[], Awaitable[None]],
        closed: Callable[[], Awaitable[None]],
    ) -> None:
        """Fill `room`; `changed` is awaited when something was written, `closed` when nothing is open any more."""
        self._studio = studio
        self._room = room
        self._tell_changed = changed
        self._tell_closed = closed
        self._kept: Kept | None = None
        self._entry: Entry | None = None  # as the fields began
        self._cited = ""  # where a new entry's answer is from
        self._form: Form | None = None
        self._checked: Checked | None = None
        self._touched: float | None = None  # when something was typed that is not looked at yet
        self._compare_at: float | None = None
        self._saving = asyncio.Lock()
        self._compared = 0  # counts comparisons, so that an older one is not shown over a newer one

    @property
    def id(self) -> EntryId | None:
        """Of the entry that is open; None for a new one, too."""
        return self._kept.sourced.entry.id if self._kept else None

    @property
    def unsaved(self) -> bool:
        """Whether something was typed that is not written."""
        return bool(self._form and self._entry and not same(self._form.values, written(self._entry)))

    # --- opening and leaving

    def nothing(self) -> None:
        """Show that no entry is open."""
        self._kept = self._entry = self._form = None
        self._room.clear()
        with self._room:
            title = tag("h1", text(words.TABS["entries"]), class_="kb-unseen")
            piece(title + empty(words.NOTHING_OPEN, words.NOTHING_OPEN_MORE))

    async def open(self, id_: EntryId) -> bool:
        """Show an entry as the store has it; say whether there is one."""
        kept = await attempt(self._studio.kb.editing.get, id_)
        if kept is None:
            return False
        self._kept = kept
        await self._lay_out(kept.sourced.entry)
        self._studio.at("entries", id_)
        return True

    async def new(self, *, category: str = "", product: str = "", drafted: Drafted | None = None) -> None:
        """Begin a new entry, or go on with one that was drafted from a passage: that stays a draft until it is read."""
        self._kept = None
        id_ = await attempt(self._studio.kb.editing.free_id, "", category, product) if category else None
        state = EntryState.DRAFT if drafted else EntryState.LIVE
        bare = Entry(id_ or EntryId(""), "", "", category=category, product=product, state=state)
        await self._lay_out(bare, drafted.cited if drafted else "")
        if self._form:
            if drafted:
                self._form.fill({"question": drafted.question, "answer": drafted.answer})
            self._form.focus()

    async def leave(self) -> bool:
        """Make sure that nothing typed is lost; say whether something else may be opened."""
        if not self.unsaved:
            return True
        ways = [("discard", words.DISCARD, "danger"), ("save", words.SAVE, "main")]
        way = await choose(words.UNSAVED, words.UNSAVED_MORE, ways)
        if way == "save":
            return await self._save()
        return way == "discard"

    # --- laying out

    async def _lay_out(self, entry: Entry, cited: str = "") -> None:
        self._entry = entry
        self._cited = cited
        self._touched = self._compare_at = None
        facets: Facets | None = await attempt(self._studio.kb.editing.facets)
        self._room.clear()
        with self._room:
            self._head = piece(self._head_html(), self._act, classes="st-editor-head")
            with ui.element("div").classes("st-editor"):
                with ui.element("div").classes("st-form"):
                    self._form = Form(entry, facets, self._typed, new=self._kept is None)
                with ui.element("aside").classes("st-preview").props(f'aria-label="{words.PREVIEW}"'):
                    piece(tag("h2", text(words.CUSTOMER_SEES), class_="kb-heading"))
                    self._bubble = piece(bubble(entry.question, entry.answer, entry))
                    piece(tag("h2", text(words.CHECKS), class_="kb-heading"))
                    self._problems = piece(tag("p", text(words.LOADING), class_="kb-soft kb-small"))
                    piece(tag("h2", text(words.EFFECTS), class_="kb-heading"))
                    self._effects = piece("", self._act)
            ui.timer(_TICK_S, self._tick)
        self._touched = 0.0
        await self._tick()

    def _head_html(self) -> str:
        entry, kept = self._entry, self._kept
        assert entry is not None
        chips = [chip(messages.ingest.STATES[entry.state.value], "teal" if entry.state is EntryState.LIVE else "amber")]
        more: list[str] = [entry.id] if kept else []
        if source := kept.sourced.source if kept else self._cited:
            more.append(words.SOURCE.format(source=source))
        unsaved = self.unsaved
        actions = [
            button(words.BACK, "close", look="quiet", key="Escape", title="Esc"),
            tag("span", class_="kb-grow"),
        ]
        if kept:
            actions.append(button(words.HISTORY, "history", look="quiet"))
            if entry.state is EntryState.RETIRED:
                actions.append(button(words.REVIVE, "revive", look="quiet"))
            else:
                actions.append(button(words.RETIRE, "retire", look="quiet danger"))
        actions.append(button(words.REVERT, "revert", disabled=not unsaved or kept is None))
        actions.append(button(words.SAVE, "save", look="main", key="Control+s", title="Ctrl+S", disabled=not unsaved))
        title = entry.question or words.NEW_ENTRY
        return tag("div", *actions, class_="kb-row") + tag(
            "div",
            tag("h1", text(title), class_="kb-title"),
            *chips,
            chip(words.UNSAVED_CHIP, "amber") if unsaved else "",
            tag("span", text(" · ".join(part for part in more if part)), class_="kb-soft kb-small"),
            class_="kb-row" + (" st-unsaved" if unsaved else ""),
        )

    # --- while it is typed

    def _typed(self) -> None:
        self._touched = monotonic()
        self._compare_at = None

    async def _tick(self) -> None:
        """Check what was typed once the editor pauses, then compare it."""
        now = monotonic()
        if self._touched is not None and now - self._touched >= _CHECK_S:
            self._touched = None
            await self._check()
            self._compare_at = now + _COMPARE_S
        elif self._compare_at is not None and now >= self._compare_at:
            self._compare_at = None
            await self._compare(asked_for=False)

    async def _check(self) -> None:
        form = self._form
        if form is None:
            return
        values, id_ = form.values, self._target()
        self._bubble.set_content(bubble(values["question"], values["answer"]))
        self._head.set_content(self._head_html())
        if not self.unsaved and self._kept is None:
            self._problems.set_content(tag("p", text(words.NOTHING_TYPED), class_="kb-soft kb-small"))
            return
        checked = await attempt(self._studio.kb.editing.check, id_, values)
        if checked is None or form is not self._form:
            return
        self._checked = checked
        if checked.entry:
            self._bubble.set_content(bubble(checked.entry.question, checked.entry.answer, checked.entry))
        self._problems.set_content(_told(checked))

    def _target(self) -> EntryId:
        """The id that the entry is checked and written under."""
        typed = self._form.id if self._form else ""
        return self.id or EntryId(typed or words.NEW_ID)

    async def _compare(self, *, asked_for: bool) -> None:
        """Say which questions would be answered differently."""
        checked, kb = self._checked, self._studio.kb
        entry = checked.entry if checked else None
        if entry is None:
            self._effects.set_content(tag("p", text(words.EFFECTS_INVALID), class_="kb-soft kb-small"))
            return
        try:
            quick = asked_for or kb.preview.quick
            differs = kb.preview.differs(entry)
        except NotReady:
            self._effects.set_content(tag("p", text(words.EFFECTS_UNPUBLISHED), class_="kb-soft kb-small"))
            return
        except KbError as error:
            self._effects.set_content(tag("p", text(said(error)), class_="kb-wrong"))
            return
        if not differs:
            self._compared += 1
            draft = entry.state is EntryState.DRAFT
            waits, look = (words.DRAFT_WAITS, "kb-soft kb-small") if draft else (words.SAME_AS_LIVE, "st-fine")
            self._effects.set_content(tag("p", text(waits), class_=look))
            return
        if not quick:
            ask_for = button(words.COMPARE, "compare", key="Control+Enter", title="Ctrl+Enter")
            self._effects.set_content(tag("p", text(words.EFFECTS_LARGE), class_="kb-soft kb-small") + ask_for)
            return
        self._compared += 1
        mine = self._compared
        self._effects.set_content(tag("p", text(words.COMPARING), class_="kb-soft kb-small", role="status"))
        try:
            found = await asyncio.to_thread(kb.preview.compare, entry)
        except KbError as error:
            self._effects.set_content(tag("p", text(said(error)), class_="kb-wrong"))
            return
        if mine == self._compared:
            self._effects.set_content(_effects(found))

    # --- what the buttons do

    async def _act(self, do: str, _id: str) -> None:
        ways: dict[str, Callable[[], Awaitable[Any]]] = {
            "save": self._save,
            "revert": self._revert,
            "close": self._close,
            "history": self._history,
            "retire": self._retire,
            "revive": self._revive,
            "compare": lambda: self._compare(asked_for=True),
        }
        if do in ways:
            await ways[do]()

    async def _close(self) -> None:
        if await self.leave():
            self.nothing()
            await self._tell_closed()

    async def _revert(self) -> None:
        if self._form and self._entry:
            self._form.fill(written(self._entry))
            self._typed()
            self._head.set_content(self._head_html())

    async def _save(self) -> bool:
        """Write what stands in the fields; say whether it is written. A second click finds nothing left to write."""
        async with self._saving:
            return await self._write()

    async def _write(self) -> bool:
        form, kb = self._form, self._studio.kb
        if form is None or not self.unsaved:
            return True
        if self._kept is None and not form.id:
            values = form.values
            id_ = await attempt(kb.editing.free_id, values["question"], values["category"], values["product"])
            if id_ is None:
                return False
            form.fill({"id": id_})
        checked = await attempt(kb.editing.check, self._target(), form.values)
        if checked is None:
            return False
        if checked.refusal:
            self._problems.set_content(_told(checked))
            frame.tell(checked.refusal, "negative")
            return False
        doubts = [one for one in checked.findings if one.weight.value == "confirm"]
        if doubts and not await ask(words.SAVE_DOUBTS, "", words.SAVE_ANYWAY, inside=_told(checked)):
            return False
        return await self._put(form.values, self._kept.revision if self._kept else 0)

    async def _put(self, values: dict[str, Any], expect: int) -> bool:
        kb, id_ = self._studio.kb, self._target()
        try:
            author, cited = self._studio.author, self._cited
            await asyncio.to_thread(kb.editing.put, id_, values, author=author, expect=expect, cited=cited)
        except Conflict:
            return await self._met(id_, values)
        except KbError as error:
            frame.tell(said(error), "negative")
            return False
        frame.tell(words.SAVED)
        await self.open(id_)
        await self._tell_changed()
        return True

    async def _met(self, id_: EntryId, mine: dict[str, Any]) -> bool:
        """Somebody else wrote the entry meanwhile: show what they did, and lose nothing of either."""
        now = await attempt(self._studio.kb.editing.get, id_)
        if now is None:
            return False
        steps = await attempt(self._studio.kb.editing.history, id_) or []
        who = steps[-1][2] if steps else ""
        when = self._studio.here.moment(steps[-1][1]) if steps else ""
        if self._kept is None or self._entry is None:
            frame.tell(words.ID_TAKEN.format(id=id_, question=now.sourced.entry.question), "negative")
            return False
        theirs = now.sourced.entry
        both, clashing = merged(written(self._entry), mine, written(theirs))
        inside = _their_change(self._entry, theirs)
        if clashing:
            names = "、".join(messages.ingest.COLUMNS[name] for name in clashing)
            inside += tag("p", text(words.CLASHING.format(names=names)), class_="kb-warning")
            inside += fields(
                (
                    messages.ingest.COLUMNS[name],
                    marked(diffed(str(written(theirs)[name]), str(mine[name]))),
                )
                for name in clashing
            )
        way = await choose(
            words.CONFLICT.format(who=who, when=when),
            words.CONFLICT_MORE,
            [("theirs", words.TAKE_THEIRS, "danger"), ("merge", words.MERGE, "main")],
            inside=inside,
            wide=True,
        )
        if way == "theirs":
            await self.open(id_)
            await self._tell_changed()
            return False
        if way == "merge":
            return await self._put(both, now.revision)
        return False

    async def _retire(self) -> None:
        if self._kept is None or not await self.leave():
            return
        if not await ask(words.RETIRE_TITLE, words.RETIRE_MORE, words.RETIRE, danger=True):
            return
        kept = self._kept
        id_ = kept.sourced.entry.id
        kb = self._studio.kb
        done = await attempt(kb.editing.retire, id_, author=self._studio.author, expect=kept.revision)
        if done is not None:
            frame.tell(words.RETIRED)
            await self.open(id_)
            await self._tell_changed()

    async def _revive(self) -> None:
        if self._form is not None:
            self._form.fill({"state": EntryState.LIVE.value})
            await self._save()

    async def _history(self) -> None:
        if self._kept is None or not await self.leave():
            return
        revision = await history.choose_step(self._studio, self._kept)
        if revision is None:
            return
        id_, expect = self._kept.sourced.entry.id, self._kept.revision
        kb = self._studio.kb
        done = await attempt(kb.editing.restore, id_, revision, author=self._studio.author, expect=expect)
        if done is not None:
            frame.tell(words.RESTORED)
            await self.open(id_)
            await self._tell_changed()


def _told(checked: Checked) -> str:
    """What is wrong with the entry, the gravest first."""
    found = [("blocks" if checked.entry is None else "notice", one.message, one.advice) for one in checked.problems] + [
        (one.weight.value, one.message, words.ADVICE.get(one.code.value, one.advice)) for one in checked.findings
    ]
    if not found:
        return tag("p", text(words.NO_PROBLEMS), class_="st-fine")
    order = ("blocks", "confirm", "notice")
    return tag(
        "ul",
        *(
            tag(
                "li",
                chip(messages.review.WEIGHTS[weight], {"blocks": "red", "confirm": "amber"}.get(weight, "")),
                tag("span", text(message), class_="st-told-what"),
                tag("span", text(advice), class_="st-told-advice"),
            )
            for weight, message, advice in sorted(found, key=lambda one: order.index(one[0]))
        ),
        class_="st-told",
    )


def _effects(found: Compared) -> str:
    """The questions that would be decided differently, and those that would get the new words."""
    parts = []
    if found.changes:
        names = {str(id_): question for id_, question in found.entries.items()}
        lines = (changed(one.as_dict(), names, mended=one.question in found.mended) for one in found.changes)
        parts.append(tag("ul", *lines, class_="st-changes"))
    else:
        parts.append(tag("p", text(words.NO_EFFECTS), class_="st-fine"))
    if found.readers:
        shown = [tag("li", text(one)) for one in found.readers[:8]]
        if len(found.readers) > len(shown):
            shown.append(
                tag("li", text(words.AND_MORE.format(count=len(found.readers) - len(shown))), class_="kb-soft")
            )
        parts.append(tag("p", text(words.READERS.format(count=len(found.readers))), class_="st-told-what"))
        parts.append(tag("ul", *shown, class_="st-readers"))
    note = words.EFFECTS_ASKED if found.complete else words.EFFECTS_PARTLY
    parts.append(tag("p", text(note.format(asked=found.asked, near=found.near)), class_="kb-soft kb-small"))
    return "".join(parts)


def _their_change(base: Entry, theirs: Entry) -> str:
    """What somebody else made of the entry, word by word."""
    old, new = shown_fields(base), shown_fields(theirs)
    return fields(
        (messages.ingest.COLUMNS[name], marked(diffed(old[name], new[name]))) for name in old if old[name] != new[name]
    )
