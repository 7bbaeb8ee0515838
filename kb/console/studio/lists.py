"""The lists of words: what means the same, what must not be said, what is polite, what is public."""

from typing import Any

from nicegui import ui

from kb import messages
from kb.console import frame
from kb.console.dialog import Dialog
from kb.console.markup import button, chip, empty, piece, tag, text
from kb.console.studio.studio import Studio, ask, attempt, show
from kb.publish.lists import Line
from kb.types import ListName

words = messages.studio

#: Lists in the order of their tabs.
_ORDER = (ListName.SYNONYMS, ListName.FORBIDDEN, ListName.PROMISES, ListName.POLITE, ListName.ALLOWED)
_USES = 20  # entries that are named


async def build(studio: Studio, what: str) -> None:
    """Show the list `what`, or the first."""
    await Lists(studio).build(ListName(what) if what in set(ListName) else _ORDER[0])


class Lists:
    """The list that is open."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._name = _ORDER[0]
        self._lines: dict[str, Line] = {}
        self._filter = ""

    async def build(self, name: ListName) -> None:
        """Lay out the part."""
        self._name = name
        with ui.element("div").classes("st-column"):
            with ui.element("section").classes("kb-panel"):
                self._head = piece("", self._act)
                with ui.element("div").classes("kb-row st-ways"):
                    self._line = ui.input().props("outlined dense maxlength=400").classes("kb-grow")
                    self._line.on("keydown.enter", self._add)
                    piece(button(words.ADD, "add", look="main", key="Control+Enter", title="Enter"), self._act)
                self._says = piece("", self._act)
            self._found = piece("", self._act)
            with ui.element("section").classes("kb-panel") as self._trial:
                piece(tag("h2", text(words.TRY_TEXT), class_="kb-heading"))
                area = ui.textarea(placeholder=words.TRY_TEXT_MORE, on_change=self._tried)
                area.props(f'outlined dense autogrow debounce=300 aria-label="{words.TRY_TEXT}"').classes(
                    "st-wide-field"
                )
                self._result = piece("")
        await self._show()

    async def _show(self) -> None:
        name = self._name
        self._head.set_content(self._tabs())
        self._line.props(f'placeholder="{words.LIST_ADD[name.value]}" aria-label="{words.LIST_NAMES[name.value]}"')
        self._says.set_content(tag("p", text(words.LIST_ABOUT[name.value]), class_="kb-soft"))
        self._trial.set_visibility(name in (ListName.FORBIDDEN, ListName.PROMISES))
        found = await attempt(self._studio.kb.vocabulary.lines, name)
        if found is None or name is not self._name:  # another list is on its way
            return
        self._lines = {line.id: line for line in found}
        own = [line for line in found if not line.ours]
        ours = [line for line in found if line.ours]
        html = tag("h2", text(words.OWN_LINES), " ", _count(len(own)), class_="kb-heading")
        html += tag("ul", *map(self._row, own), class_="st-words") if own else empty(words.NO_OWN, words.NO_OWN_MORE)
        if ours:
            off = sum(line.off for line in ours)
            html += tag(
                "details",
                tag(
                    "summary",
                    text(words.OUR_LINES),
                    " ",
                    _count(len(ours)),
                    chip(words.OFF.format(count=off), "amber") if off else "",
                ),
                tag("p", text(words.OUR_LINES_MORE), class_="kb-soft"),
                tag("ul", *map(self._row, ours), class_="st-words"),
                class_="st-fold",
            )
        self._found.set_content(tag("section", html, class_="kb-panel"))

    def _tabs(self) -> str:
        return tag("h1", text(words.LISTS), class_="kb-title") + tag(
            "div",
            *(
                tag(
                    "button",
                    text(words.LIST_NAMES[name.value]),
                    type="button",
                    data_do="list",
                    data_id=name.value,
                    aria_pressed="true" if name is self._name else "false",
                )
                for name in _ORDER
            ),
            class_="st-choices",
            role="group",
            aria_label=words.LISTS,
        )

    def _row(self, line: Line) -> str:
        shown = [
            tag("span", text(word), class_="st-word" + (" st-word-off" if line.off else "")) for word in line.words
        ]
        who = ""
        if line.at:
            who = words.WRITTEN_BY.format(author=line.author, at=self._studio.here.moment(line.at))
        ways = ""
        if line.off:
            ways = button(words.SWITCH_ON, "on", line.id, look="quiet")
        elif line.ours:
            ways = button(words.SWITCH_OFF, "off", line.id, look="quiet danger")
        else:
            if self._name in (ListName.FORBIDDEN, ListName.PROMISES):
                ways += button(words.USES, "uses", line.id, look="quiet")
            ways += button(words.EDIT, "edit", line.id, look="quiet")
            ways += button(words.REMOVE, "remove", line.id, look="quiet danger")
        return tag(
            "li",
            tag("span", *shown, class_="st-word-group kb-grow"),
            tag("span", text(who), class_="kb-soft kb-small"),
            tag("span", ways, class_="st-row-ways"),
        )

    async def _act(self, do: str, id_: str) -> None:
        vocabulary, author = self._studio.kb.vocabulary, self._studio.author
        line = self._lines.get(id_)
        if do == "list":
            self._name = ListName(id_)
            await self._show()
        elif do == "add":
            await self._add()
        elif line is None:
            return
        elif do == "edit":
            await self._edit(line)
        elif do == "uses":
            await self._uses(line)
        elif do == "on":
            await attempt(vocabulary.add, self._name, line.words[0], author=author)
            await self._changed()
        elif do == "off" or await ask(words.REMOVE_LINE, words.BETWEEN.join(line.words), words.REMOVE, danger=True):
            await attempt(vocabulary.remove, self._name, id_, author=author)
            await self._changed()

    async def _add(self) -> None:
        vocabulary = self._studio.kb.vocabulary
        done = await attempt(vocabulary.add, self._name, self._line.value or "", author=self._studio.author)
        if done is None:
            return
        self._line.value = ""
        await self._changed()
        if self._name in (ListName.FORBIDDEN, ListName.PROMISES):
            await self._uses(done, quiet=True)

    async def _changed(self) -> None:
        frame.tell(words.SYNONYMS_SAVED if self._name is ListName.SYNONYMS else words.LIST_SAVED)
        await self._show()

    async def _edit(self, line: Line) -> None:
        with Dialog() as dialog, ui.element("div").classes("kb-dialog st-dialog"):
            piece(tag("h2", text(words.EDIT_LINE), class_="st-dialog-title"))
            field = ui.input(words.LIST_ADD[self._name.value], value=words.BETWEEN.join(line.words))
            field.props("outlined stack-label autofocus maxlength=400").on(
                "keydown.enter", lambda: dialog.submit("yes")
            )

            async def act(do: str, _id: str) -> None:
                dialog.submit(do)

            ways = button(words.CANCEL, "", look="quiet", final=True) + button(
                words.SAVE, "yes", look="main", key="Control+Enter"
            )
            piece(tag("div", ways, class_="st-dialog-ways"), act)
        chosen = await dialog.answer()
        if chosen != "yes":
            return
        vocabulary = self._studio.kb.vocabulary
        done = await attempt(vocabulary.replace, self._name, line.id, field.value or "", author=self._studio.author)
        if done is not None:
            await self._changed()

    async def _uses(self, line: Line, *, quiet: bool = False) -> None:
        """Show the entries whose answers hold the words; `quiet` says nothing when there are none."""
        found = await attempt(self._studio.kb.vocabulary.uses, line.words[0])
        if found is None or (quiet and not found):
            return
        lines = [
            tag("li", text(f"{use.entry.question}（{use.entry.id}）：{words.BETWEEN.join(use.words)}"))
            for use in found[:_USES]
        ]
        title = words.USED_IN.format(count=len(found)) if found else words.USED_NOWHERE
        await show(title, words.USED_MORE if found else "", inside=tag("ul", *lines, class_="st-readers"))

    async def _tried(self, event: Any) -> None:
        typed = event.value or ""
        found = await attempt(self._studio.kb.vocabulary.said, typed) or []
        if not typed.strip():
            self._result.set_content("")
        elif not found:
            self._result.set_content(tag("p", text(words.TRY_FINE), class_="st-fine"))
        else:
            parts = (
                tag("p", chip(words.LIST_NAMES[one.list.value], "red"), " ", text(words.BETWEEN.join(one.words)))
                for one in found
            )
            self._result.set_content("".join(parts))


def _count(number: int) -> str:
    return tag("span", text(f"{number:,}"), class_="kb-soft kb-number")
