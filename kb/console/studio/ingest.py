"""Files come in: looked at, reported, and written when the editor says so."""

from typing import Any

from nicegui import ui
from nicegui.events import MultiUploadEventArguments

from kb import messages
from kb.console import frame
from kb.console.markup import button, empty, piece, tag, text
from kb.console.studio import cleaning, report
from kb.console.studio.jobs import Watched, problem, state
from kb.console.studio.outcomes import changed
from kb.console.studio.studio import Studio, attempt, waiting
from kb.errors import InputError
from kb.types import Job, JobId, JobKind, JobState
from kb.web.uploads import LARGEST, MOST_FILES, file_name

words = messages.studio

_KINDS = ".csv,.tsv,.xlsx,.xls,.jsonl,.md,.html,.htm,.txt,.docx,.pptx,.pdf"


async def build(studio: Studio, what: str) -> None:
    """Show where files come in, and the upload `what`, if it is one."""
    await Desk(studio).build(what)


class Desk:
    """What came in lately, and the upload that is open."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._confirmed = False

    async def build(self, what: str) -> None:
        """Lay out the part."""
        with ui.element("div").classes("st-column"):
            with ui.element("section").classes("kb-panel"):
                piece(
                    tag("h1", text(words.INGEST), class_="kb-title")
                    + tag("p", text(words.INGEST_MORE), class_="kb-soft")
                    + tag("p", text(words.UPLOAD_AGAIN), class_="kb-soft")
                )
                upload = ui.upload(
                    multiple=True,
                    max_total_size=LARGEST,
                    max_files=MOST_FILES,
                    on_multi_upload=self._came,
                    on_rejected=lambda: frame.tell(words.UPLOAD_REJECTED.format(megabytes=LARGEST >> 20), "negative"),
                    label=words.UPLOAD,
                    auto_upload=True,
                )
                upload.props(f'flat bordered accept="{_KINDS}"').classes("st-upload")
                self._upload = upload
            self._room = ui.element("div").classes("st-column-inner")
            self._past = piece("", self._act)
        if what:
            await self._open(JobId(what))
        await self._list()

    async def _came(self, event: MultiUploadEventArguments) -> None:
        try:
            files = [(file_name(file.name), await file.read()) for file in event.files]
        except InputError:
            frame.tell(words.UPLOAD_NAME, "negative")
            self._upload.reset()
            return
        self._upload.reset()
        if len({name for name, _ in files}) < len(files):
            frame.tell(words.UPLOAD_TWICE, "negative")
            return
        kb = self._studio.kb
        job = await attempt(
            kb.store.jobs.add, JobKind.INGEST, {}, author=self._studio.author, now=kb.clock.now(), files=files
        )
        if job is not None:
            self._follow(job.id)
            await self._list()

    def _follow(self, job: JobId) -> None:
        """Watch a job until there is something to show."""
        self._room.clear()
        with self._room, ui.element("section").classes("kb-panel"):
            piece(tag("h2", text(words.LOOKING), class_="kb-heading"))
            Watched(self._studio, job, self._settled)

    async def _settled(self, job: Job) -> None:
        await self._show(job)
        await self._list()

    async def _open(self, job: JobId) -> None:
        self._room.clear()
        with self._room:
            waiting()
        found = await attempt(self._studio.kb.store.jobs.get, job)
        if found is None:
            self._room.clear()
        elif found.state in (JobState.WAITING, JobState.RUNNING):
            self._follow(job)
        else:
            await self._show(found)

    async def _show(self, job: Job) -> None:
        """Say what came of an upload, and what can be done with it."""
        self._confirmed = False
        self._room.clear()
        with self._room, ui.element("section").classes("kb-panel"):
            if text_ := problem(job):
                piece(tag("p", text(text_), class_="kb-warning" if job.state is JobState.REVIEW else "kb-wrong"))
            if job.state is JobState.REVIEW and job.result:
                piece(report.verdict(job.result))
                self._ways(job)
            elif job.state is JobState.DONE:
                piece(_done(job), self._act)
            if gate := _gate(job):
                piece(gate)
            if job.result.get("report"):
                piece(report.whole(job.result))
                again = self._again(job) if job.state is JobState.REVIEW else None
                cleaning.build(job.result.get("cleaned", ()), job.request.get("without", ()), again)
            elif job.state is JobState.REVIEW:
                self._ways(job)

    def _ways(self, job: Job) -> None:
        """What may be done with what was read."""
        blocked = bool(job.result.get("blocked"))
        doubtful = bool(job.result.get("needs_confirmation"))
        nothing = report.changes_nothing(job.result)
        with ui.element("div").classes("kb-row st-ways"):
            if doubtful and not blocked:
                box = ui.checkbox(report.doubts(job.result), on_change=lambda event: self._confirm(bool(event.value)))
                box.props("dense").classes("kb-grow")
            else:
                ui.element("span").classes("kb-grow")

            async def act(do: str, _id: str) -> None:
                if do == "drop":
                    await self._drop(job)
                elif doubtful and not self._confirmed:
                    frame.tell(words.CONFIRM_FIRST, "warning")
                else:
                    await self._apply(job, publish=do == "publish")

            no = blocked or nothing
            piece(
                button(words.DROP, "drop", look="quiet danger")
                + button(words.WRITE, "write", disabled=no)
                + button(words.WRITE_PUBLISH, "publish", look="main", disabled=no),
                act,
                classes="kb-row",
            )

    def _confirm(self, yes: bool) -> None:
        self._confirmed = yes

    async def _apply(self, job: Job, *, publish: bool) -> None:
        kb = self._studio.kb
        asked: dict[str, Any] = {
            **job.request,
            "apply": True,
            "confirmed": self._confirmed,
            "publish": publish,
            "accept": False,
        }
        again = await attempt(kb.store.jobs.again, job.id, asked, kb.clock.now())
        if again is not None:
            self._follow(job.id)

    def _again(self, job: Job) -> cleaning.Again:
        """What looks at an upload anew, with some steps of cleaning left out."""

        async def look(without: list[str]) -> None:
            kb = self._studio.kb
            if await attempt(kb.store.jobs.again, job.id, {"without": without}, kb.clock.now()) is not None:
                self._follow(job.id)

        return look

    async def _drop(self, job: Job) -> None:
        kb = self._studio.kb
        if await attempt(kb.store.jobs.cancel, job.id, kb.clock.now(), by=self._studio.author) is not None:
            frame.tell(words.DROPPED)
            self._room.clear()
            await self._list()

    async def _list(self) -> None:
        found = await attempt(self._studio.kb.store.jobs.all, kind=JobKind.INGEST, limit=12)
        if not found:
            self._past.set_content(empty(words.NO_UPLOADS, words.NO_UPLOADS_MORE))
            return
        here = self._studio.here
        rows = (
            tag(
                "li",
                tag(
                    "button",
                    tag("span", text(here.moment(job.created_at)), class_="kb-number"),
                    tag("span", text(report.in_short(job)), class_="kb-grow"),
                    tag("span", text(job.author), class_="kb-soft"),
                    state(job),
                    type="button",
                    data_do="open",
                    data_id=job.id,
                ),
            )
            for job in found
        )
        heading = tag("h2", text(words.UPLOADS), class_="kb-heading")
        self._past.set_content(tag("section", heading, tag("ul", *rows, class_="st-lines-list"), class_="kb-panel"))

    async def _act(self, do: str, id_: str) -> None:
        if do == "open":
            await self._open(JobId(id_))
        elif do == "to-publish":
            await self._studio.go("publish", "")
        elif do == "to-entries":
            await self._studio.go("entries", "")


def _done(job: Job) -> str:
    """What was written, and where to go from there."""
    result = job.result
    if not result.get("written"):
        return tag("p", text(words.NOTHING_WRITTEN), class_="st-fine")
    released = (result.get("publication") or {}).get("release")
    line = words.WRITTEN_PUBLISHED if released else words.WRITTEN
    ways = button(words.TO_ENTRIES, "to-entries", look="quiet")
    if not released:
        ways += button(words.TO_PUBLISH, "to-publish", look="main")
    return tag("div", tag("p", text(line), class_="st-fine kb-grow"), ways, class_="kb-row")


def _gate(job: Job) -> str:
    """What the publication that came with the writing would have changed, when it was refused."""
    gate = job.result.get("gate")
    if not gate:
        return ""
    lines = (changed(one, {}) for one in gate["changes"][:50])
    return tag("p", text(words.WRITTEN_REFUSED), class_="kb-wrong") + tag("ul", *lines, class_="st-changes")
