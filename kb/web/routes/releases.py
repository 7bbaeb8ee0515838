"""/v1/releases and /v1/jobs: publish, go back, compare; and how far that is."""

import asyncio
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from kb.errors import InputError
from kb.types import Job, JobId, JobKind, JobState, ReleaseId, Role
from kb.web.access import Caller, Door
from kb.web.bodies import read, takes
from kb.web.editor_schemas import (
    DiffOut,
    JobOut,
    JobsOut,
    PendingOut,
    PublishIn,
    ReleaseOut,
    ReleasesOut,
    RollbackIn,
    RolledBack,
)
from kb.web.routes.entries import author
from kb.wiring import Kb

Release = Annotated[str, Query(min_length=1, max_length=100)]


def release_routes(kb: Kb, door: Door) -> APIRouter:
    """Return the routes."""
    editor = Depends(door.needs(Role.EDITOR))
    routes = APIRouter(tags=["releases"], dependencies=[editor])

    @routes.get("/v1/releases")
    async def releases() -> ReleasesOut:
        """List the releases, newest first."""
        return ReleasesOut(releases=await asyncio.to_thread(_releases, kb))

    @routes.get("/v1/releases/pending")
    async def pending_() -> PendingOut:
        """Say what is written and not yet published."""
        from kb.publish.pending import pending

        found = await asyncio.to_thread(pending, kb.store, kb.matcher)
        return PendingOut.model_validate(found.as_dict())

    @routes.post("/v1/releases", status_code=HTTPStatus.ACCEPTED, openapi_extra=takes(PublishIn))
    async def publish(caller: Annotated[Caller, editor], request: Request) -> JobOut:
        """Publish what the store holds, at once or later: a job, of which `/v1/jobs/{id}` tells how far it is."""
        body = await read(request, PublishIn)
        now = kb.clock.now()
        if body.at is not None and body.at <= now:
            raise InputError("the time to publish at is over")
        asked = body.model_dump(exclude={"at"})
        return shown(
            await asyncio.to_thread(
                kb.store.jobs.add, JobKind.PUBLISH, asked, author=author(caller), now=now, due_at=body.at
            )
        )

    @routes.post("/v1/releases/rollback", openapi_extra=takes(RollbackIn))
    async def rollback(request: Request, caller: Annotated[Caller, editor]) -> RolledBack:
        """Make an older release live again: here at once, and every other process follows within a second."""
        body = await read(request, RollbackIn)
        to = ReleaseId(body.release) if body.release else None
        manifest = await asyncio.to_thread(kb.releases.rollback, to, by=author(caller))
        await asyncio.to_thread(kb.refresh)
        return RolledBack(release=manifest.id, entries=manifest.entries)

    @routes.get("/v1/releases/diff")
    async def diff(a: Release, b: Release) -> DiffOut:
        """Compare two releases: entries, and what they make of the golden questions."""
        for one in (a, b):
            await asyncio.to_thread(kb.store.releases.get, ReleaseId(one))
        found = await asyncio.to_thread(kb.publisher.diff, ReleaseId(a), ReleaseId(b))
        return DiffOut.model_validate(found.as_dict())

    return routes


def job_routes(kb: Kb, door: Door) -> APIRouter:
    """Return the routes."""
    admitted = door.needs(Role.EDITOR)
    routes = APIRouter(prefix="/v1/jobs", tags=["jobs"], dependencies=[Depends(admitted)])

    @routes.get("")
    async def jobs(
        kind: JobKind | None = None,
        state: JobState | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> JobsOut:
        """List the last jobs, newest first; also the publications that are set for later."""
        found = await asyncio.to_thread(kb.store.jobs.all, kind=kind, state=state, limit=limit)
        return JobsOut(jobs=[shown(_brief(job)) for job in found])

    @routes.get("/{job_id}")
    async def job(job_id: str) -> JobOut:
        """Say how far a job is and what came of it."""
        return shown(await asyncio.to_thread(kb.store.jobs.get, JobId(job_id)))

    @routes.delete("/{job_id}")
    async def cancel(job_id: str, caller: Annotated[Caller, Depends(admitted)]) -> JobOut:
        """Give up a job that waits, or an upload that was looked at and is not to be written."""
        who = author(caller)
        return shown(await asyncio.to_thread(kb.store.jobs.cancel, JobId(job_id), kb.clock.now(), by=who))

    return routes


def _releases(kb: Kb) -> list[ReleaseOut]:
    found = []
    for one in kb.store.releases.all():
        manifest = kb.store.releases.get(one.id)
        found.append(
            ReleaseOut(
                id=one.id,
                created_at=one.created_at,
                revision=one.revision,
                entries=one.entries,
                phrasings=one.phrasings,
                current=one.current,
                promise=manifest.promise,
                limits={"answer": manifest.limits.answer, "suggest": manifest.limits.suggest},
                measured=dict(manifest.measured),
                fitted=dict(manifest.fitted),
            )
        )
    return found


def _brief(job: Job) -> Job:
    """A job without the report of an upload, which is long; the job itself has it."""
    return replace(job, result={name: value for name, value in job.result.items() if name != "report"})


def shown(job: Job) -> JobOut:
    """Return a job as it goes over the wire."""
    return JobOut.model_validate(job)
