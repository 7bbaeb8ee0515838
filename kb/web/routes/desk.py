"""/v1/tickets/{id}: notes, checks and lessons; /v1/quick-replies: what agents do beside answering."""

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from kb.types import EntryId, QuickReply, TicketId
from kb.web.access import Caller
from kb.web.bodies import read, takes
from kb.web.schemas import (
    CautionOut,
    CautionsOut,
    CheckIn,
    EventOut,
    LessonOut,
    NoteIn,
    QuickRepliesOut,
    QuickReplyIn,
    QuickReplyOut,
    VariantIn,
)
from kb.wiring import Kb

if TYPE_CHECKING:
    from kb.publish.lessons import Lesson


def add_desk_routes(routes: APIRouter, kb: Kb, named: Any) -> None:
    """Add what is done with one ticket beside answering it."""

    @routes.post("/{ticket_id}/notes", status_code=HTTPStatus.CREATED, openapi_extra=takes(NoteIn))
    async def note(ticket_id: str, agent: Annotated[str, named], request: Request) -> EventOut:
        """Keep a note among colleagues; the customer never reads it."""
        body = await read(request, NoteIn)
        return EventOut.model_validate(kb.desk.note(TicketId(ticket_id), agent, body.text))

    @routes.post("/{ticket_id}/check", dependencies=[named], openapi_extra=takes(CheckIn))
    async def check(ticket_id: str, request: Request) -> CautionsOut:
        """Say what speaks against sending a reply as it is: service taboos, promises, personal data."""
        body = await read(request, CheckIn)
        await asyncio.to_thread(kb.desk.ticket, TicketId(ticket_id))
        found = await asyncio.to_thread(kb.cautions, body.text)
        return CautionsOut(cautions=[CautionOut.model_validate(one) for one in found])

    @routes.post("/{ticket_id}/variants", status_code=HTTPStatus.CREATED, openapi_extra=takes(VariantIn))
    async def add_variant(ticket_id: str, agent: Annotated[str, named], request: Request) -> LessonOut:
        """Add the ticket's question to an entry as another way to ask it; an editor publishes it."""
        body = await read(request, VariantIn)
        lesson = await asyncio.to_thread(
            kb.lessons.add_variant, TicketId(ticket_id), EntryId(body.entry_id), author=agent
        )
        return _lesson(lesson)

    @routes.post("/{ticket_id}/entry", status_code=HTTPStatus.CREATED)
    async def propose(ticket_id: str, agent: Annotated[str, named]) -> LessonOut:
        """Draft an entry of the ticket's question and its reply; an editor completes and publishes it."""
        return _lesson(await asyncio.to_thread(kb.lessons.propose, TicketId(ticket_id), author=agent))


def quick_reply_routes(kb: Kb, admitted: Any, named: Any) -> APIRouter:
    """Return the routes under /v1/quick-replies."""
    routes = APIRouter(prefix="/v1/quick-replies", tags=["tickets"])
    agent_name, caller_of = Depends(named), Depends(admitted)

    @routes.get("", dependencies=[caller_of])
    async def quick_replies(agent: Annotated[str, agent_name]) -> QuickRepliesOut:
        """List everybody's quick replies, then one's own."""
        return QuickRepliesOut(quick_replies=[_quick_reply(one) for one in kb.quick.of(agent)])

    @routes.post("", status_code=HTTPStatus.CREATED, openapi_extra=takes(QuickReplyIn))
    async def add(
        agent: Annotated[str, agent_name], caller: Annotated[Caller, caller_of], request: Request
    ) -> QuickReplyOut:
        """Keep a sentence for oneself, or for everybody."""
        body = await read(request, QuickReplyIn)
        made = kb.quick.add(body.title, body.text, agent=agent, role=caller.role, shared=body.shared)
        return _quick_reply(made)

    @routes.put("/{reply_id}", openapi_extra=takes(QuickReplyIn))
    async def change(
        reply_id: str, agent: Annotated[str, agent_name], caller: Annotated[Caller, caller_of], request: Request
    ) -> QuickReplyOut:
        """Write a quick reply anew."""
        body = await read(request, QuickReplyIn)
        return _quick_reply(kb.quick.change(reply_id, body.title, body.text, agent=agent, role=caller.role))

    @routes.delete("/{reply_id}", status_code=HTTPStatus.NO_CONTENT, response_class=Response)
    async def remove(reply_id: str, agent: Annotated[str, agent_name], caller: Annotated[Caller, caller_of]) -> None:
        """Remove a quick reply."""
        kb.quick.remove(reply_id, agent=agent, role=caller.role)

    return routes


def _lesson(lesson: "Lesson") -> LessonOut:
    entry = lesson.entry
    return LessonOut(
        entry_id=entry.id,
        question=entry.question,
        answer=entry.answer,
        variants=list(entry.variants),
        state=entry.state,
        revision=lesson.revision,
    )


def _quick_reply(one: QuickReply) -> QuickReplyOut:
    return QuickReplyOut(id=one.id, title=one.title, text=one.text, shared=not one.owner)
