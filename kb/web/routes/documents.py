"""/v1/documents: product documents, which of them may answer customers, and entries made of their passages."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request

from kb.index.shelf import place_of
from kb.types import Document, Entry, Passage, PassageId, Role
from kb.web.access import Caller, Door
from kb.web.bodies import read, takes
from kb.web.editor_schemas import (
    DocumentDetail,
    DocumentOut,
    DocumentsIn,
    DocumentsOut,
    EntryDetail,
    PassageEntryIn,
    PassageOut,
)
from kb.web.routes.entries import author
from kb.wiring import Kb

if TYPE_CHECKING:
    from kb.publish.library import Held

File = Annotated[str, Query(min_length=1, max_length=1000, description="the document's file, as the list gives it")]


def document_routes(kb: Kb, door: Door) -> APIRouter:
    """Return the routes."""
    editor = Depends(door.needs(Role.EDITOR))
    routes = APIRouter(prefix="/v1/documents", tags=["documents"], dependencies=[editor])

    @routes.get("")
    async def documents() -> DocumentsOut:
        """List the documents."""
        return _all(await asyncio.to_thread(kb.library.held))

    @routes.get("/passages")
    async def passages(file: File) -> DocumentDetail:
        """Show one document with its passages."""
        held = await asyncio.to_thread(kb.library.find_held, file)
        made = await asyncio.to_thread(kb.library.entries_made)
        found = held.document
        return DocumentDetail(
            **_shown(held).model_dump(), passages=[_passage(found, passage, made) for passage in found.passages]
        )

    @routes.post("/approve", openapi_extra=takes(DocumentsIn))
    async def approve(caller: Annotated[Caller, editor], request: Request) -> DocumentsOut:
        """Let customers be answered from documents, once that is published."""
        return await turn(await read(request, DocumentsIn), caller, approved=True)

    @routes.post("/revoke", openapi_extra=takes(DocumentsIn))
    async def revoke(caller: Annotated[Caller, editor], request: Request) -> DocumentsOut:
        """Don't answer customers from documents any more; agents still find them."""
        return await turn(await read(request, DocumentsIn), caller, approved=False)

    @routes.post("/remove", openapi_extra=takes(DocumentsIn))
    async def remove(caller: Annotated[Caller, editor], request: Request) -> DocumentsOut:
        """Take documents out of the knowledge: with the next publication their passages are gone, entries made stay."""
        body = await read(request, DocumentsIn)
        await asyncio.to_thread(kb.library.remove, body.files, author=author(caller))
        return _all(await asyncio.to_thread(kb.library.held))

    async def turn(body: DocumentsIn, caller: Caller, *, approved: bool) -> DocumentsOut:
        await asyncio.to_thread(kb.library.approve, body.files, approved=approved, author=author(caller))
        return _all(await asyncio.to_thread(kb.library.held))

    @routes.post("/passages/{passage_id}/entry", status_code=HTTPStatus.CREATED, openapi_extra=takes(PassageEntryIn))
    async def entry(passage_id: str, caller: Annotated[Caller, editor], request: Request) -> EntryDetail:
        """Make a draft entry of a passage; its source says where the answer is from."""
        body = await read(request, PassageEntryIn)
        made = await asyncio.to_thread(
            kb.library.make_entry, PassageId(passage_id), question=body.question, author=author(caller)
        )
        kept = await asyncio.to_thread(kb.editing.get, made.entry.id)
        return EntryDetail.model_validate(
            {**made.entry.as_dict(), "source": made.source, "revision": kept.revision, "problems": []}
        )

    return routes


def _all(held: "list[Held]") -> DocumentsOut:
    return DocumentsOut(documents=[_shown(one) for one in held])


def _shown(held: "Held") -> DocumentOut:
    document = held.document
    return DocumentOut(
        file=document.source,
        title=document.title,
        approved=document.approved,
        passage_count=len(document.passages),
        read_at=held.read_at,
        read_by=held.read_by,
    )


def _passage(document: Document, passage: Passage, made: Mapping[str, list[Entry]]) -> PassageOut:
    cited = place_of(document.title, passage)
    return PassageOut(
        id=passage.id,
        citation=cited,
        section=list(passage.section),
        page=passage.page,
        text=passage.text,
        entries=[entry.id for entry in made.get(cited, ())],
    )
