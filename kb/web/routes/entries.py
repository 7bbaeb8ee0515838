"""/v1/entries and /v1/golden: what editors look up and change. It is served once it is published."""

import asyncio
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from kb.errors import IngestBlocked, NotReady
from kb.store.golden import golden_id
from kb.types import Entry, EntryId, EntryState, GoldenQuestion, Role, SourcedEntry
from kb.web.access import Caller, Door
from kb.web.bodies import read, takes
from kb.web.editor_schemas import (
    ChangeOut,
    EntriesOut,
    EntryDetail,
    EntryIn,
    EntryOut,
    ExpectIn,
    FacetsOut,
    GoldenIn,
    GoldenOut,
    GoldenPage,
    HistoryOut,
    ImportedOut,
    PreviewOut,
    ProblemOut,
    RestoreIn,
    StepOut,
)
from kb.web.uploads import FORM, uploaded
from kb.wiring import Kb

if TYPE_CHECKING:
    from kb.ingest import Problem
    from kb.ingest.review import Finding
    from kb.publish.editing import Checked, Kept
    from kb.publish.preview import Compared

#: Bytes of an entry; with 500 variants it is larger than a question.
_LARGEST = 1 << 20

Typed = Annotated[str, Query(max_length=200)]
Filter = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]


def entry_routes(kb: Kb, door: Door) -> APIRouter:
    """Return the routes."""
    admitted = Depends(door.needs(Role.EDITOR))
    routes = APIRouter(tags=["entries"], dependencies=[admitted])
    _looking(routes, kb)
    _writing(routes, kb, door)
    _golden(routes, kb, door)
    return routes


def _looking(routes: APIRouter, kb: Kb) -> None:
    @routes.get("/v1/entries")
    async def entries(
        *,
        q: Typed = "",
        category: Filter = "",
        product: Filter = "",
        tag: Filter = "",
        source: Filter = "",
        state: EntryState | None = None,
        expires_by: date | None = None,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> EntriesOut:
        """List entries, drafts and retired ones included; `q` is looked for in id, phrasings and answer."""
        from kb.publish.editing import Wanted

        wanted = Wanted(q, category, product, tag, source, state, expires_by)
        page = await asyncio.to_thread(kb.editing.find, wanted, limit=limit, offset=offset)
        return EntriesOut(
            total=page.total,
            limit=limit,
            offset=offset,
            revision=page.revision,
            entries=[EntryOut.model_validate(_shown(one)) for one in page.entries],
        )

    @routes.get("/v1/facets")
    async def facets() -> FacetsOut:
        """Say by what entries can be narrowed down."""
        return FacetsOut.model_validate(await asyncio.to_thread(kb.editing.facets))

    @routes.get("/v1/entries/{entry_id}")
    async def entry(entry_id: str) -> EntryDetail:
        """Return one entry."""
        return _detail(await asyncio.to_thread(kb.editing.get, EntryId(entry_id)))

    @routes.get("/v1/entries/{entry_id}/history")
    async def history(entry_id: str) -> HistoryOut:
        """Return what became of an entry, revision by revision."""
        steps = await asyncio.to_thread(kb.editing.history, EntryId(entry_id))
        return HistoryOut(
            steps=[StepOut(revision=n, at=at, author=who, entry=then.as_dict()) for n, at, who, then in steps]
        )


def _writing(routes: APIRouter, kb: Kb, door: Door) -> None:
    editor = Depends(door.needs(Role.EDITOR))

    @routes.put("/v1/entries/{entry_id}", openapi_extra=takes(EntryIn))
    async def put(entry_id: str, caller: Annotated[Caller, editor], request: Request) -> EntryDetail:
        """Write an entry, a new one or another version; the same checks as for files."""
        body = await read(request, EntryIn, limit=_LARGEST)
        fields = body.model_dump(exclude={"expect"}, mode="json")
        kept = await asyncio.to_thread(
            kb.editing.put, EntryId(entry_id), fields, author=author(caller), expect=body.expect
        )
        return _detail(kept)

    @routes.post("/v1/entries/{entry_id}/preview", openapi_extra=takes(EntryIn))
    async def preview(entry_id: str, request: Request) -> PreviewOut:
        """Say what is wrong with an entry and which questions it would change, and write nothing."""
        body = await read(request, EntryIn, limit=_LARGEST)
        fields = body.model_dump(exclude={"expect"}, mode="json")
        checked = await asyncio.to_thread(kb.editing.check, EntryId(entry_id), fields)
        if checked.entry is None:
            raise IngestBlocked(checked.refusal)
        try:
            compared = await asyncio.to_thread(kb.preview.compare, checked.entry)
        except NotReady:
            compared = None
        return _previewed(checked.entry, _told(checked), compared)

    @routes.post("/v1/entries/{entry_id}/live", openapi_extra=takes(ExpectIn))
    async def live(entry_id: str, caller: Annotated[Caller, editor], request: Request) -> EntryDetail:
        """Serve a draft, or what was retired, from the next release on; the same checks as for files."""
        body = await read(request, ExpectIn)
        who = author(caller)
        return _detail(await asyncio.to_thread(kb.editing.make_live, EntryId(entry_id), author=who, expect=body.expect))

    @routes.post("/v1/entries/{entry_id}/retire", openapi_extra=takes(ExpectIn))
    async def retire(entry_id: str, caller: Annotated[Caller, editor], request: Request) -> EntryDetail:
        """Take an entry out of the next release."""
        body = await read(request, ExpectIn)
        who = author(caller)
        return _detail(await asyncio.to_thread(kb.editing.retire, EntryId(entry_id), author=who, expect=body.expect))

    @routes.post("/v1/entries/{entry_id}/restore", openapi_extra=takes(RestoreIn))
    async def restore(entry_id: str, caller: Annotated[Caller, editor], request: Request) -> EntryDetail:
        """Make an entry again what a revision left."""
        body = await read(request, RestoreIn)
        kept = await asyncio.to_thread(
            kb.editing.restore, EntryId(entry_id), body.revision, author=author(caller), expect=body.expect
        )
        return _detail(kept)


def _golden(routes: APIRouter, kb: Kb, door: Door) -> None:
    editor = Depends(door.needs(Role.EDITOR))

    @routes.get("/v1/golden")
    async def golden(q: Typed = "", limit: Limit = 50, offset: Offset = 0) -> GoldenPage:
        """List the questions that are asked before every publication."""
        total, found = await asyncio.to_thread(kb.editing.golden, q, limit=limit, offset=offset)
        return GoldenPage(total=total, limit=limit, offset=offset, questions=[_question(one) for one in found])

    @routes.post("/v1/golden", status_code=HTTPStatus.CREATED, openapi_extra=takes(GoldenIn))
    async def add(caller: Annotated[Caller, editor], request: Request) -> GoldenOut:
        """Add a golden question, or change what is expected for this text."""
        body = await read(request, GoldenIn)
        expected = tuple(dict.fromkeys(EntryId(one) for one in body.expected))
        question = GoldenQuestion(body.question, expected, body.handoff, body.kind)
        return _question(await asyncio.to_thread(kb.editing.add_golden, question, author=author(caller)))

    @routes.post("/v1/golden/import", openapi_extra=FORM)
    async def take_in(caller: Annotated[Caller, editor], request: Request) -> ImportedOut:
        """Add golden questions from JSON lines of `question`, `expected`, `handoff` and `kind`."""
        done = [
            await asyncio.to_thread(kb.editing.import_golden, name, content, author=author(caller))
            for name, content in await uploaded(request)
        ]
        return ImportedOut(
            added=sum(one.added for one in done),
            changed=sum(one.changed for one in done),
            unchanged=sum(one.unchanged for one in done),
            problems=[_problem(problem) for one in done for problem in one.problems],
        )

    @routes.delete("/v1/golden/{golden}", status_code=HTTPStatus.NO_CONTENT, response_class=Response)
    async def remove(golden: str, caller: Annotated[Caller, editor]) -> None:
        """Remove a golden question."""
        await asyncio.to_thread(kb.editing.remove_golden, golden, author=author(caller))


def author(caller: Caller) -> str:
    """Name who changes something: the key, or whoever works while the service runs open."""
    return caller.name if caller.key_id is not None else "editor"


def _shown(sourced: SourcedEntry) -> dict[str, object]:
    return {**sourced.entry.as_dict(), "source": sourced.source}


def _detail(kept: "Kept") -> EntryDetail:
    return EntryDetail.model_validate({**_shown(kept.sourced), "revision": kept.revision, "problems": _told(kept)})


def _told(found: "Kept | Checked") -> list[ProblemOut]:
    return [*map(_problem, found.problems), *map(_problem, found.findings)]


def _problem(one: "Problem | Finding") -> ProblemOut:
    return ProblemOut(code=one.code.value, message=one.message, advice=one.advice)


def _previewed(entry: Entry, problems: list[ProblemOut], compared: "Compared | None") -> PreviewOut:
    return PreviewOut(
        entry=EntryOut.model_validate(_shown(SourcedEntry(entry, ""))),
        problems=problems,
        release=compared.release if compared else None,
        asked=compared.asked if compared else 0,
        near=compared.near if compared else 0,
        changes=[ChangeOut.model_validate(one.as_dict()) for one in compared.changes] if compared else [],
        mended=list(compared.mended) if compared else [],
        readers=list(compared.readers) if compared else [],
    )


def _question(question: GoldenQuestion) -> GoldenOut:
    return GoldenOut(
        id=golden_id(question.text),
        question=question.text,
        expected=list(question.expected),
        handoff=question.handoff,
        kind=question.kind,
        source=question.source,
    )
