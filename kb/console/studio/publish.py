"""What waits to be published, what it would change, and the publication itself."""

from datetime import datetime
from typing import Any

from nicegui import ui

from kb import messages
from kb.console import frame
from kb.console.markup import button, chip, empty, piece, tag, text
from kb.console.studio import changes, gate
from kb.console.studio.jobs import Watched, problem, state
from kb.console.studio.markup import figures
from kb.console.studio.studio import Studio, ask, attempt
from kb.publish.pending import Pending, pending
from kb.types import EntryId, Job, JobId, JobKind, JobState

words = messages.studio


async def build(studio: Studio, what: str) -> None:
    """Show what waits, and the publication `what`, if it is one."""
    await Board(studio).build(what)


class Board:
    """What waits to be published, and the publication that is going on."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._reason: ui.textarea | None = None

    async def build(self, what: str) -> None:
        """Lay out the part."""
        with ui.element("div").classes("st-column"):
            with ui.element("section").classes("kb-panel"):
                self._waiting = piece("")
                self._ways()
            self._room = ui.element("div").classes("st-column-inner")
            self._details = piece("")
            self._past = piece("", self._act)
        await self._show_waiting()
        running = await attempt(self._studio.kb.store.jobs.all, kind=JobKind.PUBLISH, limit=20) or []
        busy = [job for job in running if job.state is JobState.RUNNING]
        if what:
            await self._open(JobId(what))
        elif busy:
            self._follow(busy[0].id)
        await self._list()

    async def _show_waiting(self) -> None:
        kb = self._studio.kb
        found: Pending | None = await attempt(pending, kb.store, kb.matcher)
        if found is None:
            return
        nothing = found.nothing and not found.golden
        self._waiting.set_content(
            self._summary(found) + (empty(words.NOTHING_WAITS, words.NOTHING_WAITS_MORE) if nothing else "")
        )
        self._buttons.set_content(_buttons(disabled=nothing and found.release is not None))
        self._details.set_content("" if found.nothing else _details(found))

    def _ways(self) -> None:
        """What can be done with what waits; that stays while what waits is shown anew."""
        with ui.element("div").classes("kb-row st-ways"):
            self._when = ui.input(words.PUBLISH_AT).props("outlined dense stack-label type=datetime-local")
            self._when.classes("st-when")
            piece(button(words.PUBLISH_LATER, "later"), self._act)
            ui.element("span").classes("kb-grow")
            self._buttons = piece(_buttons(disabled=True), self._act, classes="kb-row")

    def _summary(self, found: Pending) -> str:
        title = tag("h1", text(words.PUBLISH), class_="kb-title")
        if found.unreadable:
            live = tag("p", text(words.UNREADABLE), class_="kb-warning")
        elif found.release is None:
            live = tag("p", text(words.NEVER_PUBLISHED), class_="kb-soft")
        else:
            at = self._studio.here.moment(found.created_at) if found.created_at else ""
            live = tag("p", text(words.LIVE_SINCE.format(release=found.release, at=at)), class_="kb-soft")
        return (
            title
            + live
            + figures(
                [
                    (messages.cli.DIFF["added"], f"{len(found.added):,}", "teal" if found.added else ""),
                    (messages.cli.DIFF["changed"], f"{len(found.changed):,}", "blue" if found.changed else ""),
                    (messages.cli.DIFF["removed"], f"{len(found.removed):,}", "amber" if found.removed else ""),
                    (words.DOCUMENTS, f"{len(found.documents):,}", "blue" if found.documents else ""),
                    (words.GOLDEN_CHANGED, f"{found.golden:,}", "blue" if found.golden else ""),
                    (
                        words.SYNONYMS_CHANGED,
                        words.YES if found.synonyms else words.NO,
                        "blue" if found.synonyms else "",
                    ),
                ]
            )
        )

    # --- publishing

    async def _start(self, **request: Any) -> None:
        kb = self._studio.kb
        if not request and not await ask(words.PUBLISH_TITLE, words.PUBLISH_MORE, words.PUBLISH_NOW):
            return
        job = await attempt(kb.store.jobs.add, JobKind.PUBLISH, request, author=self._studio.author, now=kb.clock.now())
        if job is not None:
            self._follow(job.id)
            await self._list()

    async def _later(self, typed: str) -> None:
        kb = self._studio.kb
        try:
            at = datetime.fromisoformat(typed).replace(tzinfo=kb.settings.timezone)
        except ValueError:
            frame.tell(words.WHEN, "warning")
            return
        if at <= kb.clock.now():
            frame.tell(messages.cli.PUBLISH_PAST, "warning")
            return
        job = await attempt(
            kb.store.jobs.add, JobKind.PUBLISH, {}, author=self._studio.author, now=kb.clock.now(), due_at=at
        )
        if job is not None:
            frame.tell(words.SCHEDULED.format(at=self._studio.here.moment(at)))
            await self._list()

    def _follow(self, job: JobId) -> None:
        self._room.clear()
        with self._room, ui.element("section").classes("kb-panel"):
            piece(tag("h2", text(words.AT_WORK), class_="kb-heading"))
            Watched(self._studio, job, self._settled)

    async def _settled(self, job: Job) -> None:
        await self._show(job)
        await self._show_waiting()
        await self._list()

    async def _open(self, id_: JobId) -> None:
        job = await attempt(self._studio.kb.store.jobs.get, id_)
        if job is not None:
            await self._show(job)

    async def _show(self, job: Job) -> None:
        """Say what came of a publication, and offer the way on."""
        found = job.result.get("gate")
        names = await attempt(self._names, found) if found else {}
        tried = bool(job.request.get("dry_run"))
        self._room.clear()
        with self._room, ui.element("section").classes("kb-panel"):
            piece(tag("h2", text(self._title(job)), class_="kb-title"))
            refused = job.state is JobState.FAILED
            if refused and not found:
                piece(tag("p", text(problem(job)), class_="kb-wrong"))
            if found:
                piece(gate.shown(found, names or {}))
            elif job.state is JobState.DONE:
                piece(tag("p", text(words.GATE_SAME), class_="kb-soft"))
            if found and found["refuses"] and (refused or tried):
                self._accept()
            elif tried and job.state is JobState.DONE:
                with ui.element("div").classes("kb-row st-ways"):
                    ui.element("span").classes("kb-grow")
                    piece(button(words.PUBLISH_NOW, "publish", look="main"), self._act)

    def _title(self, job: Job) -> str:
        if job.state is JobState.FAILED:
            return words.REFUSED if job.problem.get("code") == "publication_refused" else words.FAILED
        if job.request.get("dry_run"):
            return words.TRIED
        release = job.result.get("release", "")
        return words.PUBLISHED.format(release=release) if job.state is JobState.DONE else words.AT_WORK

    def _accept(self) -> None:
        """Let the editor publish it as it is, and say why."""
        piece(tag("p", text(words.ACCEPT_MORE), class_="kb-soft"))
        self._reason = ui.textarea(words.ACCEPT_REASON).props(
            "outlined dense stack-label autogrow maxlength=100 counter"
        )
        self._reason.classes("st-wide-field")
        with ui.element("div").classes("kb-row st-ways"):
            ui.element("span").classes("kb-grow")
            piece(button(words.ACCEPT, "accept", look="danger"), self._act)

    def _names(self, found: Any) -> dict[str, str]:
        """The standard questions of the entries that are named."""
        wanted = {side["entry_id"] for one in found["changes"] for side in (one["old"], one["new"])} - {None}
        kb = self._studio.kb
        return {str(id_): kb.editing.get(EntryId(id_)).sourced.entry.question for id_ in wanted}

    async def _act(self, do: str, id_: str) -> None:
        if do == "open":
            await self._open(JobId(id_))
        elif do == "try":
            await self._start(dry_run=True)
        elif do == "publish":
            await self._start()
        elif do == "later":
            await self._later(self._when.value or "")
        elif do == "accept":
            reason = (self._reason.value or "").strip() if self._reason else ""
            if not reason:
                frame.tell(words.REASON_FIRST, "warning")
                return
            await self._start(accept=True, reason=reason)
        elif do == "cancel" and await ask(words.CANCEL_TITLE, "", words.CANCEL_JOB, danger=True):
            kb = self._studio.kb
            cancelled = await attempt(kb.store.jobs.cancel, JobId(id_), kb.clock.now(), by=self._studio.author)
            if cancelled is not None:
                frame.tell(words.JOB_CANCELLED)
                await self._list()

    # --- what was published lately

    async def _list(self) -> None:
        found = await attempt(self._studio.kb.store.jobs.all, kind=JobKind.PUBLISH, limit=12)
        if not found:
            self._past.set_content("")
            return
        later = [job for job in found if job.state is JobState.WAITING and job.due_at > job.created_at]
        past = [job for job in found if job not in later]
        html = ""
        if later:
            html += self._section(words.SCHEDULES, [self._scheduled(job) for job in later])
        if past:
            html += self._section(words.PUBLICATIONS, [self._line(job) for job in past])
        self._past.set_content(html)

    def _section(self, title: str, rows: list[str]) -> str:
        heading = tag("h2", text(title), class_="kb-heading")
        return tag("section", heading, tag("ul", *rows, class_="st-lines-list"), class_="kb-panel")

    def _scheduled(self, job: Job) -> str:
        return tag(
            "li",
            tag(
                "div",
                tag("strong", text(self._studio.here.moment(job.due_at)), class_="kb-number"),
                tag("span", text(words.BY.format(author=job.author)), class_="kb-soft kb-grow"),
                button(words.CANCEL_JOB, "cancel", job.id, look="quiet danger"),
                class_="st-line",
            ),
        )

    def _line(self, job: Job) -> str:
        what = words.TRY if job.request.get("dry_run") else job.result.get("release") or problem(job) or words.PUBLISH
        accepted = chip(words.ACCEPTED, "amber", job.request.get("reason", "")) if job.request.get("accept") else ""
        return tag(
            "li",
            tag(
                "button",
                tag("span", text(self._studio.here.moment(job.created_at)), class_="kb-number"),
                tag("span", text(what), class_="kb-grow"),
                accepted,
                tag("span", text(job.author), class_="kb-soft"),
                state(job),
                type="button",
                data_do="open",
                data_id=job.id,
            ),
        )


def _buttons(*, disabled: bool) -> str:
    return button(words.TRY, "try", title=words.TRY_MORE, disabled=disabled) + button(
        words.PUBLISH_NOW, "publish", look="main", disabled=disabled
    )


def _details(found: Pending) -> str:
    """What would come, change and go, word by word."""
    both = [(one.old, one.new) for one in found.changed]
    html = changes.sections(found.added, both, found.removed, opened=True)
    html += changes.documents(found.documents, opened=not html)
    return tag("section", tag("h2", text(words.WAITS), class_="kb-heading"), html, class_="kb-panel")
