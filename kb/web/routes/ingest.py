"""/v1/ingest: files come in, a plan comes out, and it is written when an editor says so."""

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from kb import messages
from kb.errors import Conflict, IngestBlocked, InputError
from kb.types import Job, JobId, JobKind, JobState, Role
from kb.web.access import Caller, Door
from kb.web.bodies import read, takes
from kb.web.editor_schemas import ApplyIn, JobOut, LookIn
from kb.web.routes.entries import author
from kb.web.routes.releases import shown
from kb.web.uploads import FORM, uploaded
from kb.wiring import Kb

Without = Annotated[
    list[Annotated[str, Query(max_length=20)]],
    Query(max_length=20, description="a step of cleaning that is left out, by its name in the plan; several times"),
]


def ingest_routes(kb: Kb, door: Door) -> APIRouter:
    """Return the routes."""
    editor = Depends(door.needs(Role.EDITOR))
    routes = APIRouter(prefix="/v1/ingest", tags=["ingest"], dependencies=[editor])

    @routes.post("", status_code=HTTPStatus.ACCEPTED, openapi_extra=FORM)
    async def upload(
        caller: Annotated[Caller, editor],
        request: Request,
        without: Without = [],  # noqa: B006  FastAPI copies defaults
    ) -> JobOut:
        """Take files in and look at them, as `kb ingest --dry-run` does; the job's result says what would change."""
        _are_steps(without)
        files = await uploaded(request)
        job = await asyncio.to_thread(
            kb.store.jobs.add,
            JobKind.INGEST,
            {"without": without},
            author=author(caller),
            now=kb.clock.now(),
            files=files,
        )
        return shown(job)

    @routes.get("/{job_id}")
    async def upload_state(job_id: str) -> JobOut:
        """Say how far an upload is, what it would change and what is wrong with it."""
        return shown(await asyncio.to_thread(_job, kb, job_id))

    @routes.post("/{job_id}/look", status_code=HTTPStatus.ACCEPTED, openapi_extra=takes(LookIn))
    async def look(job_id: str, request: Request) -> JobOut:
        """Look at the files again, with other steps of cleaning left out."""
        body = await read(request, LookIn)
        _are_steps(body.without)
        job = await asyncio.to_thread(_in_review, kb, job_id)
        return shown(await asyncio.to_thread(kb.store.jobs.again, job.id, body.model_dump(), kb.clock.now()))

    @routes.post("/{job_id}/apply", status_code=HTTPStatus.ACCEPTED, openapi_extra=takes(ApplyIn))
    async def apply(job_id: str, request: Request) -> JobOut:
        """Write what was planned, in one transaction; if the knowledge has moved on, the new plan is shown instead."""
        body = await read(request, ApplyIn)
        job = await asyncio.to_thread(_in_review, kb, job_id)
        if job.result.get("blocked"):
            raise IngestBlocked("problems must be solved first; correct the files and upload them again")
        asked = {**job.request, **body.model_dump(), "apply": True}
        return shown(await asyncio.to_thread(kb.store.jobs.again, job.id, asked, kb.clock.now()))

    return routes


def _job(kb: Kb, job_id: str) -> Job:
    job = kb.store.jobs.get(JobId(job_id))
    if job.kind is not JobKind.INGEST:
        raise Conflict(f"job {job_id} is no upload")
    return job


def _in_review(kb: Kb, job_id: str) -> Job:
    job = _job(kb, job_id)
    if job.state is not JobState.REVIEW:
        raise Conflict(f"job {job_id} is {job.state.value}; only one in review can be looked at again or applied")
    return job


def _are_steps(names: list[str]) -> None:
    if unknown := sorted(set(names) - messages.ingest.STEPS.keys()):
        raise InputError(f"{unknown[0]!r} is no step of cleaning; they are {', '.join(messages.ingest.STEPS)}")
