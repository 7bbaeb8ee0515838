"""/v1/gaps: what customers asked in vain, for editors."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from kb.answer.backlog import DAYS, Backlog
from kb.types import EntryId, PassageId, Role
from kb.web.access import Caller, Door
from kb.web.bodies import read, takes
from kb.web.schemas import AcceptedOut, AcceptIn, GapAs, GapsOut, IgnoredOut, LittleUsedOut, LittleUsedsOut
from kb.wiring import Kb

Days = Annotated[int, Query(ge=1, le=3_650, description="how far to look back")]


def gap_routes(kb: Kb, door: Door) -> APIRouter:
    """Return the routes. Comparing questions takes seconds when there are thousands: it is done in a thread."""
    admitted = door.needs(Role.EDITOR)
    routes = APIRouter(prefix="/v1/gaps", tags=["gaps"], dependencies=[Depends(admitted)])
    timezone = kb.settings.timezone
    backlog = Backlog(kb.store, kb.clock, timezone)

    @routes.get("")
    async def gaps(
        *,
        days: Days = DAYS,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> GapsOut:
        """List gaps, what cost agents most first."""
        found = await asyncio.to_thread(backlog.gaps, kb.matcher(), days)
        page = [gap.as_dict(timezone) for gap in found[offset : offset + limit]]
        return GapsOut.model_validate({"gaps": page, "total": len(found), "limit": limit, "offset": offset})

    @routes.get("/entries")
    async def entries(days: Days = DAYS) -> LittleUsedsOut:
        """List live entries that hardly ever answer, those that never did first."""
        found = await asyncio.to_thread(backlog.little_used, days)
        return LittleUsedsOut(
            entries=[
                LittleUsedOut(
                    entry_id=one.entry.id,
                    question=one.entry.question,
                    hits=one.use.hits,
                    disliked=one.use.disliked,
                    last=one.use.last,
                )
                for one in found
            ]
        )

    @routes.post("/{gap_id}/accept", openapi_extra=takes(AcceptIn))
    async def accept(
        gap_id: str, request: Request, caller: Annotated[Caller, Depends(admitted)], days: Days = DAYS
    ) -> AcceptedOut:
        """Draft an entry from a gap, or add its questions to an entry; they become golden questions."""
        body = await read(request, AcceptIn)
        gap = await asyncio.to_thread(backlog.find, kb.matcher(), gap_id, days)
        if body.kind is GapAs.VARIANTS:
            done = backlog.accept_as_variants(gap, EntryId(body.entry_id), caller.name)
        else:
            passage = PassageId(body.passage_id) if body.passage_id else None
            done = backlog.accept_as_entry(gap, caller.name, answer=body.answer, passage=passage)
        return AcceptedOut(
            entry_id=done.entry.id,
            question=done.entry.question,
            answer=done.entry.answer,
            variants=list(done.entry.variants),
            state=done.entry.state,
            source=done.source,
            revision=done.revision,
            golden=done.golden,
        )

    @routes.post("/{gap_id}/ignore")
    async def ignore(gap_id: str, caller: Annotated[Caller, Depends(admitted)], days: Days = DAYS) -> IgnoredOut:
        """Say that a gap needs no answer; neither it nor what is asked like it is listed again."""
        gap = await asyncio.to_thread(backlog.find, kb.matcher(), gap_id, days)
        backlog.ignore(gap, caller.name)
        return IgnoredOut(gap_id=gap.id, question=gap.question)

    return routes
