"""Work that lasts, watched from the page: how far it is, and what came of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import background_tasks, ui

from kb import messages
from kb.console.markup import chip, piece, tag, text
from kb.console.studio.studio import Studio
from kb.errors import KbError
from kb.types import Job, JobId, JobState

words = messages.studio

#: Seconds between two looks at a job.
_LOOK_S = 0.4

_OVER = frozenset({JobState.REVIEW, JobState.DONE, JobState.FAILED, JobState.CANCELLED})
_TONES = {
    JobState.WAITING: "blue",
    JobState.RUNNING: "blue",
    JobState.REVIEW: "amber",
    JobState.DONE: "teal",
    JobState.FAILED: "red",
    JobState.CANCELLED: "",
}


def state(job: Job) -> str:
    """Where a job stands, as a mark."""
    return chip(messages.cli.JOB_STATES[job.state.value], _TONES[job.state])


def problem(job: Job) -> str:
    """What went wrong, in words with what to do; "" when nothing did."""
    if not job.problem:
        return ""
    code, detail = str(job.problem.get("code", "")), str(job.problem.get("detail", ""))
    own = detail if any("一" <= char <= "鿿" for char in detail) else ""
    return own or words.JOB_PROBLEMS.get(code) or messages.cli.ERROR_TITLES.get(code) or words.JOB_FAILED


class Watched:
    """A job that is looked at until it is over; then `over` is awaited with it."""

    def __init__(self, studio: Studio, job: JobId, over: Callable[[Job], Awaitable[None]]) -> None:
        """Show a bar here and now."""
        self._studio = studio
        self._job = job
        self._over = over
        self._looking = False
        self._bar = piece(_bar({}))
        self._timer = ui.timer(_LOOK_S, self._look)

    async def _look(self) -> None:
        if self._looking:
            return
        self._looking = True
        try:
            job = await asyncio.to_thread(self._studio.kb.store.jobs.get, self._job)
        except KbError:
            return  # the next look may find it
        finally:
            self._looking = False
        if job.state not in _OVER:
            self._bar.set_content(_bar(job.progress))
            return
        self._timer.deactivate()
        # what follows draws over this bar: the timer goes with it, and would take along what it has begun
        background_tasks.create(self._settle(job), name="kb-job-over", context=self._timer.client.layout)

    async def _settle(self, job: Job) -> None:
        await asyncio.to_thread(self._refresh)
        await self._over(job)

    def _refresh(self) -> None:
        """Follow the release pointer in this process at once: what the page shows next is about the new release."""
        try:
            self._studio.kb.refresh()
        except KbError:
            return


def _bar(progress: Any) -> str:
    step, done, of = progress.get("step", ""), int(progress.get("done", 0)), int(progress.get("of", 0))
    label = messages.cli.STEPS.get(step, words.JOB_WAITING)
    share = 100 * done // of if of else 0
    counted = f"{done:,} / {of:,}" if of > 1 else ""
    return tag(
        "div",
        tag(
            "div",
            tag("span", text(label)),
            tag("span", text(counted), class_="kb-soft kb-number"),
            class_="st-bar-label",
        ),
        tag(
            "div",
            tag("div", class_="st-bar-done", style=f"width: {share}%") if of else tag("div", class_="st-bar-running"),
            class_="st-bar",
            role="progressbar",
            aria_label=label,
            aria_valuenow=str(share) if of else None,
            aria_valuemin="0",
            aria_valuemax="100",
        ),
        class_="st-progress",
    )
