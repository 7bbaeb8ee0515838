"""The golden questions: what must be answered rightly before a release may serve."""

import asyncio
from dataclasses import dataclass
from typing import Any

from nicegui import ui
from nicegui.events import UploadEventArguments

from kb import messages
from kb.console import frame
from kb.console.dialog import Dialog
from kb.console.markup import button, chip, empty, piece, tag, text
from kb.console.studio.markup import table
from kb.console.studio.outcomes import outcome
from kb.console.studio.studio import Studio, ask, attempt, show
from kb.errors import KbError
from kb.publish.editing import Wanted
from kb.publish.gate import Outcome
from kb.store.golden import golden_id
from kb.types import EntryId, EntryState, GoldenQuestion, Question

words = messages.studio

SHOWN = 50
_OPTIONS = 30
_LARGEST = 8 << 20  # bytes of a file of golden questions


async def build(studio: Studio, _what: str) -> None:
    """Show the golden questions."""
    await Shelf(studio).build()


@dataclass(frozen=True, slots=True)
class _Row:
    """A golden question, what is expected in words, and what the live release makes of it."""

    question: GoldenQuestion
    expected: tuple[tuple[EntryId, str], ...]
    outcome: Outcome | None
    answered: str  # the standard question of the entry that is answered with


class Shelf:
    """The golden questions, page by page."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._text = ""
        self._offset = 0
        self._rows: dict[str, GoldenQuestion] = {}

    async def build(self) -> None:
        """Lay out the part."""
        with ui.element("div").classes("st-column"):
            with ui.element("section").classes("kb-panel"):
                piece(tag("h1", text(words.GOLDEN_TITLE), class_="kb-title"))
                piece(tag("p", text(words.GOLDEN_MORE), class_="kb-soft"))
                with ui.element("div").classes("kb-row st-ways"):
                    search = ui.input(placeholder=words.SEARCH_GOLDEN, on_change=self._search)
                    search.props(
                        f'outlined dense clearable debounce=250 data-key="/" aria-label="{words.SEARCH_GOLDEN}"'
                    )
                    search.classes("kb-grow")
                    piece(
                        button(words.IMPORT, "import", title=words.IMPORT_MORE)
                        + button(words.ADD_GOLDEN, "add", look="main"),
                        self._act,
                        classes="kb-row",
                    )
            self._found = piece("", self._act)
        await self._show()

    async def _search(self, event: Any) -> None:
        self._text, self._offset = event.value or "", 0
        await self._show()

    async def _show(self) -> None:
        asked = self._text, self._offset
        found = await attempt(self._read)
        if found is None or asked != (self._text, self._offset):  # another look is on its way
            return
        total, rows = found
        self._rows = {golden_id(row.question.text): row.question for row in rows}
        if not total:
            nothing = empty(words.NO_GOLDEN, words.NO_GOLDEN_MORE) if not self._text else empty(words.NOTHING_FOUND)
            self._found.set_content(tag("section", nothing, class_="kb-panel"))
            return
        last = self._offset + len(rows)
        pager = tag(
            "div",
            tag(
                "span",
                text(words.PAGE.format(first=self._offset + 1, last=last, total=f"{total:,}")),
                class_="kb-small kb-soft kb-number",
            ),
            button(words.PREVIOUS, "previous", look="quiet", disabled=self._offset == 0),
            button(words.NEXT, "next", look="quiet", disabled=last >= total),
            class_="st-pager",
        )
        lines = table(words.GOLDEN_COLUMNS, map(self._line, rows))
        self._found.set_content(tag("section", lines, pager, class_="kb-panel"))

    def _read(self) -> tuple[int, list[_Row]]:
        """A page of golden questions, asked of the live release."""
        kb = self._studio.kb
        total, found = kb.editing.golden(self._text, limit=SHOWN, offset=self._offset)
        try:
            matcher = kb.matcher()
        except KbError:
            matcher = None
        today = kb.responder.today()
        rows = []
        for question in found:
            judged = Outcome.of(matcher.judge(Question(question.text), today)) if matcher else None
            answered = self._name(judged.entry_id) if judged and judged.entry_id else ""
            expected = tuple((id_, self._name(id_)) for id_ in question.expected)
            rows.append(_Row(question, expected, judged, answered))
        return total, rows

    def _name(self, id_: EntryId) -> str:
        try:
            entry = self._studio.kb.editing.get(id_).sourced.entry
        except KbError:
            return words.ENTRY_GONE
        return f"{entry.question}（{words.ENTRY_RETIRED}）" if entry.state is EntryState.RETIRED else entry.question

    def _line(self, row: _Row) -> tuple[str, ...]:
        question = row.question
        id_ = golden_id(question.text)
        if question.expected:
            expected = "".join(
                tag("div", button(name, "entry", entry, look="quiet", title=entry)) for entry, name in row.expected
            )
        else:
            expected = chip(words.TO_PERSON, "blue") + " " + text(_reason(question.handoff))
        result = ""
        if row.outcome is not None:
            right = row.outcome.right_for(question)
            mark = chip(words.RIGHT, "teal") if right else chip(words.WRONG, "amber")
            id_name = {str(row.outcome.entry_id): row.answered}
            result = mark + (
                "" if right else tag("div", outcome(row.outcome.decision.value, row.outcome.entry_id, id_name))
            )
        return (
            text(question.text),
            expected,
            text(words.KINDS.get(question.kind, question.kind)),
            result,
            tag(
                "div",
                button(words.EDIT, "edit", id_, look="quiet"),
                button(words.REMOVE, "remove", id_, look="quiet danger"),
                class_="st-row-ways",
            ),
        )

    # --- adding, changing, removing

    async def _act(self, do: str, id_: str) -> None:
        if do in ("previous", "next"):
            self._offset = max(0, self._offset + (SHOWN if do == "next" else -SHOWN))
            await self._show()
        elif do == "entry":
            await self._studio.go("entries", id_)
        elif do == "add":
            await self._edit(None)
        elif do == "edit":
            await self._edit(self._rows.get(id_))
        elif do == "import":
            await self._import()
        elif do == "remove":
            await self._remove(id_)

    async def _remove(self, id_: str) -> None:
        question = self._rows.get(id_)
        if question is None or not await ask(words.REMOVE_GOLDEN, question.text, words.REMOVE, danger=True):
            return
        await attempt(self._studio.kb.editing.remove_golden, id_, author=self._studio.author)
        frame.tell(words.REMOVED)
        await self._show()

    async def _edit(self, old: GoldenQuestion | None) -> None:
        kb = self._studio.kb
        there = {}
        for id_ in old.expected if old else ():
            there[str(id_)] = f"{await asyncio.to_thread(self._name, id_)}（{id_}）"
        with Dialog() as dialog, ui.element("div").classes("kb-dialog st-dialog"):
            piece(tag("h2", text(words.EDIT_GOLDEN if old else words.ADD_GOLDEN), class_="st-dialog-title"))
            question = ui.input(words.GOLDEN_TEXT, value=old.text if old else "")
            question.props("outlined stack-label maxlength=1000 autofocus" + (" readonly" if old else ""))
            expected = ui.select(there, label=words.EXPECTED, value=list(there), multiple=True)
            expected.props("outlined stack-label use-chips options-dense").classes("st-wide-field")

            async def look() -> None:
                page = await attempt(kb.editing.find, Wanted(text=search.value or ""), limit=_OPTIONS)
                if page is not None:
                    kept = {id_: expected.options[id_] for id_ in expected.value or () if id_ in expected.options}
                    found = {
                        str(one.entry.id): f"{one.entry.question}（{one.entry.id}）"
                        for one in page.entries
                        if one.entry.state is not EntryState.RETIRED
                    }
                    expected.set_options({**found, **kept})

            search = ui.input(words.EXPECTED_SEARCH, on_change=look)
            search.props("outlined dense stack-label debounce=250")
            person = ui.input(words.WHY_PERSON, value=old.handoff if old else "")
            person.props(f'outlined dense stack-label maxlength=100 hint="{words.WHY_PERSON_MORE}"')
            kind = ui.input(words.KIND, value=old.kind if old else "").props("outlined dense stack-label maxlength=100")

            async def act(do: str, _id: str) -> None:
                if do == "yes" and not (question.value or "").strip():
                    frame.tell(words.GOLDEN_FIRST, "warning")
                    return
                dialog.submit(do)

            ways = button(words.CANCEL, "", look="quiet", final=True) + button(
                words.SAVE, "yes", look="main", key="Control+Enter", title="Ctrl+Enter"
            )
            piece(tag("div", ways, class_="st-dialog-ways"), act)
            await look()
        chosen = await dialog.answer()
        if chosen != "yes":
            return
        new = GoldenQuestion(
            " ".join((question.value or "").split()),
            tuple(EntryId(id_) for id_ in expected.value or ()),
            (person.value or "").strip(),
            (kind.value or "").strip(),
        )
        if await attempt(kb.editing.add_golden, new, author=self._studio.author) is not None:
            frame.tell(words.SAVED)
            await self._show()

    async def _import(self) -> None:
        """Take in a file of JSON lines."""
        with Dialog() as dialog, ui.element("div").classes("kb-dialog st-dialog"):
            piece(
                tag("h2", text(words.IMPORT), class_="st-dialog-title")
                + tag("p", text(words.IMPORT_MORE), class_="kb-soft")
                + tag("pre", text(words.IMPORT_EXAMPLE), class_="st-example")
            )

            async def came(event: UploadEventArguments) -> None:
                dialog.submit((event.file.name, await event.file.read()))

            upload = ui.upload(on_upload=came, max_file_size=_LARGEST, auto_upload=True, label=words.UPLOAD_GOLDEN)
            upload.props('flat bordered accept=".jsonl,.json,.txt"').classes("st-upload")

            async def act(_do: str, _id: str) -> None:
                dialog.submit(None)

            piece(tag("div", button(words.CANCEL, "", look="quiet", final=True), class_="st-dialog-ways"), act)
        given = await dialog.answer()
        if not given:
            return
        name, content = given
        done = await attempt(self._studio.kb.editing.import_golden, name, content, author=self._studio.author)
        if done is None:
            return
        frame.tell(words.IMPORTED.format(added=done.added, changed=done.changed, unchanged=done.unchanged))
        await self._show()
        if done.problems:
            lines = (tag("li", text(f"{one.where} {one.message}。{one.advice}")) for one in done.problems[:50])
            await show(words.IMPORT_PROBLEMS, "", inside=tag("ul", *lines, class_="st-readers"))


def _reason(handoff: str) -> str:
    """Why a person must answer: our own reasons in words, an editor's as they were written."""
    return messages.cli.REASONS.get(handoff) or words.HANDOFFS.get(handoff, handoff)
