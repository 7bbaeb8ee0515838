"""/v1/ingest: files come in, a plan comes out, and it is written when an editor says so."""

import asyncio
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.types import Message, Receive

from kb.errors import Conflict, IngestBlocked, InputError
from kb.types import Job, JobId, JobKind, JobState, Role
from kb.web.access import Caller, Door
from kb.web.bodies import read, takes
from kb.web.editor_schemas import ApplyIn, JobOut
from kb.web.failures import Refused
from kb.web.routes.entries import author
from kb.web.routes.releases import shown
from kb.wiring import Kb

#: Bytes of an upload, all files together, and how many files there may be.
LARGEST = 64 << 20
MOST_FILES = 50
_LONGEST_NAME = 200  # bytes; file systems take 255

_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            }
        },
    }
}


def ingest_routes(kb: Kb, door: Door) -> APIRouter:
    """Return the routes."""
    editor = Depends(door.needs(Role.EDITOR))
    routes = APIRouter(prefix="/v1/ingest", tags=["ingest"], dependencies=[editor])

    @routes.post("", status_code=HTTPStatus.ACCEPTED, openapi_extra=_FORM)
    async def upload(caller: Annotated[Caller, editor], request: Request) -> JobOut:
        """Take files in and look at them, as `kb ingest --dry-run` does; the job's result says what would change."""
        files = await _files(request)
        job = await asyncio.to_thread(
            kb.store.jobs.add, JobKind.INGEST, {}, author=author(caller), now=kb.clock.now(), files=files
        )
        return shown(job)

    @routes.get("/{job_id}")
    async def upload_state(job_id: str) -> JobOut:
        """Say how far an upload is, what it would change and what is wrong with it."""
        return shown(await asyncio.to_thread(_job, kb, job_id))

    @routes.post("/{job_id}/apply", status_code=HTTPStatus.ACCEPTED, openapi_extra=takes(ApplyIn))
    async def apply(job_id: str, request: Request) -> JobOut:
        """Write what was planned, in one transaction; if the knowledge has moved on, the new plan is shown instead."""
        body = await read(request, ApplyIn)
        job = await asyncio.to_thread(_job, kb, job_id)
        if job.state is not JobState.REVIEW:
            raise Conflict(f"job {job_id} is {job.state.value}; only one in review can be applied")
        if job.result.get("blocked"):
            raise IngestBlocked("problems must be solved first; correct the files and upload them again")
        asked = {**body.model_dump(), "apply": True}
        return shown(await asyncio.to_thread(kb.store.jobs.again, JobId(job_id), asked, kb.clock.now()))

    return routes


def _job(kb: Kb, job_id: str) -> Job:
    job = kb.store.jobs.get(JobId(job_id))
    if job.kind is not JobKind.INGEST:
        raise Conflict(f"job {job_id} is no upload")
    return job


async def _files(request: Request) -> list[tuple[str, bytes]]:
    """Read the uploaded files; their names are what the sources are called."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "files must come as multipart/form-data, in the field `files`",
        )
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length[:19]) > LARGEST:
        raise _too_large()
    limited = Request(request.scope, _limited(request.receive))
    async with limited.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
        return [(name, await file.read()) for name, file in _named(form)]


def _named(form: FormData) -> list[tuple[str, UploadFile]]:
    found: dict[str, UploadFile] = {}
    for field, value in form.multi_items():
        if field != "files" or not isinstance(value, UploadFile):
            raise InputError(f"the field {field!r} is not expected; send files in the field `files`")
        name = _name(value.filename or "")
        if name in found:
            raise InputError(f"two files are called {name!r}; rename one of them")
        found[name] = value
    if not found:
        raise InputError("there is no file; send at least one in the field `files`")
    return list(found.items())


def _name(given: str) -> str:
    """The name without folders, as browsers send it; raises InputError when no file can be called so."""
    name = PurePosixPath(given.replace("\\", "/")).name
    if not name or name.startswith(".") or not name.isprintable() or len(name.encode()) > _LONGEST_NAME:
        raise InputError(f"a file cannot be called {given[:40]!r}; rename it")
    return name


def _limited(receive: Receive) -> Receive:
    """Count what comes in and stop when it is too much, whatever was announced."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST:
            raise _too_large()
        return message

    return counted


def _too_large() -> Refused:
    return Refused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "body_too_large",
        f"an upload may have {LARGEST >> 20} MB at most; send several",
        close=True,
    )
