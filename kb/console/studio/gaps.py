"""What customers asked in vain, and entries that hardly ever answer."""

from nicegui import ui

from kb import messages
from kb.answer.backlog import Backlog, LittleUsed
from kb.answer.gaps import Gap
from kb.answer.passages import citation
from kb.console import frame
from kb.console.dialog import Dialog
from kb.console.markup import button, chip, empty, piece, tag, text
from kb.console.studio.markup import figures, table
from kb.console.studio.studio import Studio, ask, attempt, waiting
from kb.publish.editing import Wanted
from kb.types import Cited, EntryId, EntryState

words = messages.studio

#: Days that can be looked back over.
_DAYS = (7, 30, 90, 180)
_MOST = 60  # gaps that are shown; the rest are counted
_OPTIONS = 30  # entries that are offered to take variants


async def build(studio: Studio, _what: str) -> None:
    """Show the gaps, what costs most first."""
    await Board(studio).build()


class Board:
    """The gaps of some days, and what is done about them."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        kb = studio.kb
        self._backlog = Backlog(kb.store, kb.clock, kb.settings.timezone)
        self._days = 30
        self._gaps: dict[str, Gap] = {}

    async def build(self) -> None:
        """Lay out the part."""
        with ui.element("div").classes("st-column"):
            with ui.element("section").classes("kb-panel"), ui.element("div").classes("kb-row"):
                piece(
                    tag("h1", text(words.GAPS), class_="kb-title") + tag("p", text(words.GAPS_MORE), class_="kb-soft"),
                    classes="kb-grow",
                )
                options = {days: words.LAST_DAYS.format(days=days) for days in _DAYS}
                select = ui.select(options, value=self._days, on_change=lambda event: self._look_back(int(event.value)))
                select.props(f'outlined dense options-dense aria-label="{words.LOOK_BACK}"').classes("st-days")
            self._room = ui.element("div").classes("st-column-inner")
        await self._show()

    async def _look_back(self, days: int) -> None:
        self._days = days
        await self._show()

    async def _show(self) -> None:
        self._room.clear()
        with self._room:
            waiting(words.CLUSTERING)
        kb, days = self._studio.kb, self._days
        found = await attempt(lambda: self._backlog.gaps(kb.matcher(), days))
        idle = await attempt(self._backlog.little_used, days)
        if days != self._days:  # another look is on its way
            return
        self._room.clear()
        with self._room:
            if found is None:
                piece(empty(words.GAPS_FAILED, words.GAPS_FAILED_MORE))
                return
            self._gaps = {gap.id: gap for gap in found}
            if not found:
                piece(tag("section", empty(words.NO_GAPS, words.NO_GAPS_MORE), class_="kb-panel"))
            else:
                total = sum(gap.minutes for gap in found)
                piece(
                    tag(
                        "section",
                        figures(
                            [
                                (words.GAPS, f"{len(found):,}", ""),
                                (words.QUESTIONS, f"{sum(gap.count for gap in found):,}", ""),
                                (words.MINUTES, f"{total:,.0f}", "amber"),
                            ]
                        ),
                        class_="kb-panel",
                    )
                )
                piece("".join(self._card(gap) for gap in found[:_MOST]), self._act, classes="st-column-inner")
                if len(found) > _MOST:
                    piece(tag("p", text(words.NOT_LISTED.format(count=len(found) - _MOST)), class_="kb-soft"))
            if idle:
                piece(self._idle(idle), self._act)

    def _card(self, gap: Gap) -> str:
        here = self._studio.here
        chips = [
            chip(words.MINUTES_OF.format(minutes=f"{gap.minutes:.0f}") if gap.minutes >= 1 else words.LESS, "amber"),
            chip(words.TIMES.format(count=gap.count)),
            *(chip(words.WHY[why.value].format(count=count)) for why, count in gap.reasons.items()),
        ]
        near = [
            tag(
                "li",
                tag("span", text(f"{near.confidence:.0%}"), class_="kb-soft kb-number"),
                button(near.entry.question, "entry", near.entry.id, look="quiet"),
            )
            for near in gap.nearest
        ]
        replies = [
            tag(
                "li",
                tag("div", text(one.text), class_="st-lines"),
                tag("div", text(words.SENT.format(times=one.times, unedited=one.unedited)), class_="kb-soft kb-small"),
            )
            for one in gap.replies
        ]
        proposed = next((near.entry.question for near in gap.nearest if near.entry.id == gap.proposed), "")
        return tag(
            "article",
            tag("div", tag("h2", text(gap.question), class_="kb-heading kb-grow"), *chips, class_="kb-row"),
            tag("p", text(words.ASKED_LAST.format(at=here.moment(gap.asked[-1].at))), class_="kb-soft kb-small"),
            tag(
                "div",
                _column(words.PHRASINGS, [tag("li", text(one)) for one in gap.phrasings[:8]], len(gap.phrasings) - 8),
                _column(words.NEAREST, near, 0),
                _column(words.REPLIES, replies[:2], 0),
                class_="st-thirds",
            ),
            self._in_documents(gap),
            tag(
                "div",
                tag(
                    "span", text(words.PROPOSED.format(question=proposed)) if proposed else "", class_="kb-soft kb-grow"
                ),
                button(words.IGNORE, "ignore", gap.id, look="quiet danger"),
                button(words.AS_VARIANTS, "variants", gap.id, look="main" if proposed else ""),
                button(words.AS_ENTRY, "new", gap.id, look="" if proposed else "main"),
                class_="kb-row",
            ),
            class_="kb-panel st-gap",
        )

    def _in_documents(self, gap: Gap) -> str:
        """The passages of documents in which the answer may stand."""
        if not gap.passages:
            return ""
        found = (
            tag(
                "li",
                tag("span", text(f"{one.confidence:.0%}"), class_="kb-soft kb-number"),
                tag(
                    "div",
                    tag("div", text(citation(one)), class_="kb-small kb-soft"),
                    tag("div", text(one.excerpt), class_="st-lines"),
                ),
                button(words.AS_ENTRY_OF_PASSAGE, f"cite {at}", gap.id, look="quiet"),
            )
            for at, one in enumerate(gap.passages)
        )
        title = tag("h3", text(words.IN_DOCUMENTS), class_="kb-small kb-soft")
        return tag("section", title, tag("ul", *found), class_="st-gap-passages")

    def _idle(self, idle: list[LittleUsed]) -> str:
        here = self._studio.here
        rows = [
            (
                button(one.entry.question, "entry", one.entry.id, look="quiet"),
                text(one.entry.id),
                chip(words.NEVER, "amber") if not one.use.hits else tag("span", text(one.use.hits), class_="kb-number"),
                tag("span", text(one.use.disliked or ""), class_="kb-number"),
                text(here.moment(one.use.last) if one.use.last else ""),
            )
            for one in idle[:200]
        ]
        return tag(
            "details",
            tag("summary", text(words.IDLE), " ", tag("span", text(f"{len(idle):,}"), class_="kb-soft kb-number")),
            tag("p", text(words.IDLE_MORE.format(days=self._days)), class_="kb-soft"),
            table(words.IDLE_COLUMNS, rows),
            class_="kb-panel st-fold",
        )

    # --- what is done about a gap

    async def _act(self, do: str, id_: str) -> None:
        if do == "entry":
            await self._studio.go("entries", id_)
        elif (gap := self._gaps.get(id_)) is None:
            frame.tell(words.GAP_GONE, "warning")
        elif do == "new":
            await self._new(gap, gap.passages[0] if gap.passages and not gap.replies else None)
        elif do.startswith("cite "):
            await self._new(gap, gap.passages[int(do.removeprefix("cite "))])
        elif do == "variants":
            await self._variants(gap)
        elif do == "ignore" and await ask(
            words.IGNORE_TITLE.format(question=gap.question), words.IGNORE_MORE, words.IGNORE
        ):
            await attempt(self._backlog.ignore, gap, self._studio.author)
            frame.tell(words.IGNORED)
            await self._show()

    async def _new(self, gap: Gap, cited: Cited | None) -> None:
        """Draft an entry: the typical question, the others as variants; the answer from a passage or the best reply."""
        with Dialog() as dialog, ui.element("div").classes("kb-dialog st-dialog st-dialog-wide"):
            piece(
                tag("h2", text(words.DRAFT_OF.format(question=gap.question)), class_="st-dialog-title")
                + tag("p", text(words.DRAFT_MORE.format(count=len(gap.phrasings) - 1)), class_="kb-soft")
                + tag("p", text(_whence(gap, cited)), class_="kb-warning" if cited else "kb-soft")
            )
            best = gap.replies[0].text if gap.replies else ""
            answer = ui.textarea(messages.ingest.COLUMNS["answer"], value=cited.passage.text if cited else best)
            answer.props("outlined stack-label autogrow maxlength=5000 counter autofocus")

            async def act(do: str, _id: str) -> None:
                if do == "yes" and not (answer.value or "").strip():
                    frame.tell(words.ANSWER_FIRST, "warning")
                    return
                dialog.submit((answer.value or "").strip() if do == "yes" else "")

            ways = button(words.CANCEL, "no", look="quiet", final=True) + button(
                words.MAKE_DRAFT, "yes", look="main", key="Control+Enter", title="Ctrl+Enter"
            )
            piece(tag("div", ways, class_="st-dialog-ways"), act)
        text_ = await dialog.answer()
        if not text_:
            return
        passage = cited.passage.id if cited else None
        accept, author = self._backlog.accept_as_entry, self._studio.author
        done = await attempt(accept, gap, author, answer=str(text_), passage=passage)
        if done is not None:
            frame.tell(words.DRAFTED.format(golden=done.golden))
            await self._studio.go("entries", done.entry.id)

    async def _variants(self, gap: Gap) -> None:
        """Add the questions to an entry as other ways to ask it."""
        near = {str(one.entry.id): f"{one.entry.question}（{one.entry.id}）" for one in gap.nearest}
        editing = self._studio.kb.editing
        with Dialog() as dialog, ui.element("div").classes("kb-dialog st-dialog"):
            piece(
                tag("h2", text(words.JOIN), class_="st-dialog-title")
                + tag("ul", *(tag("li", text(one)) for one in gap.phrasings[:8]), class_="st-readers")
            )
            chosen = ui.select(near, label=words.JOIN_ENTRY, value=gap.proposed or next(iter(near), None))
            chosen.props("outlined stack-label options-dense").classes("st-wide-field")

            async def look() -> None:
                page = await attempt(editing.find, Wanted(text=search.value or ""), limit=_OPTIONS)
                if page is not None:
                    found = {
                        str(one.entry.id): f"{one.entry.question}（{one.entry.id}）"
                        for one in page.entries
                        if one.entry.state is not EntryState.RETIRED
                    }
                    chosen.set_options({**near, **found} if not search.value else found)

            search = ui.input(words.JOIN_SEARCH, on_change=look).props("outlined dense stack-label debounce=250")

            async def act(do: str, _id: str) -> None:
                dialog.submit(chosen.value if do == "yes" else "")

            ways = button(words.CANCEL, "no", look="quiet", final=True) + button(
                words.JOIN_YES, "yes", look="main", key="Control+Enter", title="Ctrl+Enter"
            )
            piece(tag("div", ways, class_="st-dialog-ways"), act)
        entry = await dialog.answer()
        if not entry:
            return
        done = await attempt(self._backlog.accept_as_variants, gap, EntryId(str(entry)), self._studio.author)
        if done is not None:
            frame.tell(words.JOINED.format(question=done.entry.question, golden=done.golden))
            await self._show()


def _whence(gap: Gap, cited: Cited | None) -> str:
    """Say where the answer that is proposed comes from."""
    if cited:
        return words.DRAFT_CITED.format(citation=citation(cited))
    return words.DRAFT_REPLIED if gap.replies else words.DRAFT_BLANK


def _column(title: str, rows: list[str], more: int) -> str:
    if more > 0:
        rows = [*rows, tag("li", text(words.AND_MORE.format(count=more)), class_="kb-soft")]
    inside = tag("ul", *rows) if rows else tag("p", text(words.NONE), class_="kb-soft")
    return tag("section", tag("h3", text(title), class_="kb-small kb-soft"), inside)
