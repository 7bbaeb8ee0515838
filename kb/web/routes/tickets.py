"""/v1/tickets: the queue of handed-over questions, for agents."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from kb.types import Priority, Role, TicketId, TicketState
from kb.web.access import Caller, Door
from kb.web.bodies import read, takes
from kb.web.routes.desk import add_desk_routes, quick_reply_routes
from kb.web.schemas import (
    CloseIn,
    EventOut,
    EventsOut,
    MessageOut,
    ReplyIn,
    TicketDetail,
    TicketOut,
    TicketsOut,
    TransferIn,
)
from kb.wiring import Kb


def ticket_routes(kb: Kb, door: Door) -> APIRouter:
    """Return the routes."""
    admitted = door.needs(Role.AGENT)

    async def agent_name(
        caller: Annotated[Caller, Depends(admitted)],
        agent: Annotated[
            str,
            Query(max_length=100, description="who is working, while the service runs open; else it is the key's name"),
        ] = "",
    ) -> str:
        return agent.strip() or caller.name if caller.key_id is None else caller.name

    routes = APIRouter(prefix="/v1/tickets", tags=["tickets"], dependencies=[Depends(admitted)])
    _looking(routes, kb, Depends(agent_name))
    _working(routes, kb, Depends(agent_name))
    add_desk_routes(routes, kb, Depends(agent_name))
    both = APIRouter()
    both.include_router(routes)
    both.include_router(quick_reply_routes(kb, admitted, agent_name))
    return both


def _looking(routes: APIRouter, kb: Kb, named: Any) -> None:
    @routes.get("")
    async def tickets(
        *,
        agent: Annotated[str, named],
        state: TicketState | None = None,
        priority: Priority | None = None,
        mine: Annotated[bool, Query(description="only those that the asking agent has")] = False,
        team: Annotated[str | None, Query(max_length=100, description="only those that are for this team")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> TicketsOut:
        """List tickets: urgent ones first, then by the time they are due; only closed ones: the last closed first."""
        found = kb.desk.tickets(
            state=state, assignee=agent if mine else None, priority=priority, team=team, limit=limit, offset=offset
        )
        still_open = kb.desk.open_tickets()
        return TicketsOut(
            tickets=[TicketOut.model_validate(ticket) for ticket in found],
            limit=limit,
            offset=offset,
            waiting=still_open[TicketState.WAITING],
            claimed=still_open[TicketState.CLAIMED],
        )

    @routes.get("/{ticket_id}")
    async def ticket(ticket_id: str) -> TicketDetail:
        """Return a ticket with its conversation so far."""
        found = kb.desk.ticket(TicketId(ticket_id))
        lines = [MessageOut.model_validate(line) for line in kb.desk.messages(found.conversation_id)]
        return TicketDetail(**dict(TicketOut.model_validate(found)), messages=lines)

    @routes.get("/{ticket_id}/events")
    async def events(ticket_id: str) -> EventsOut:
        """Return what happened to a ticket, oldest first."""
        return EventsOut(events=[EventOut.model_validate(event) for event in kb.desk.events(TicketId(ticket_id))])


def _working(routes: APIRouter, kb: Kb, named: Any) -> None:
    @routes.post("/{ticket_id}/claim")
    async def claim(ticket_id: str, agent: Annotated[str, named]) -> TicketOut:
        """Take a waiting ticket; of two who try only one gets it, the other a conflict."""
        return TicketOut.model_validate(kb.desk.claim(TicketId(ticket_id), agent))

    @routes.post("/{ticket_id}/release")
    async def release(ticket_id: str, agent: Annotated[str, named]) -> TicketOut:
        """Put one's own ticket back into the queue."""
        return TicketOut.model_validate(kb.desk.release(TicketId(ticket_id), agent))

    @routes.post("/{ticket_id}/reply", openapi_extra=takes(ReplyIn))
    async def reply(ticket_id: str, agent: Annotated[str, named], request: Request) -> MessageOut:
        """Send the customer a reply to one's own ticket."""
        body = await read(request, ReplyIn)
        return MessageOut.model_validate(kb.desk.reply(TicketId(ticket_id), agent, body.text, body.kind))

    @routes.post("/{ticket_id}/transfer", openapi_extra=takes(TransferIn))
    async def transfer(ticket_id: str, agent: Annotated[str, named], request: Request) -> TicketOut:
        """Hand one's own ticket to a colleague, or back into the queue for a team, with a note."""
        body = await read(request, TransferIn)
        if body.to is None:
            return TicketOut.model_validate(kb.desk.pass_on(TicketId(ticket_id), agent, body.team or "", body.note))
        return TicketOut.model_validate(kb.desk.transfer(TicketId(ticket_id), agent, body.to, body.note))

    @routes.post("/{ticket_id}/return")
    async def give_back(ticket_id: str, agent: Annotated[str, named]) -> TicketOut:
        """Return the conversation to the bot."""
        return TicketOut.model_validate(kb.desk.give_back(TicketId(ticket_id), agent))

    @routes.post("/{ticket_id}/close", openapi_extra=takes(CloseIn))
    async def close(ticket_id: str, agent: Annotated[str, named], request: Request) -> TicketOut:
        """End one's own ticket, saying how; the bot answers in this conversation again."""
        body = await read(request, CloseIn)
        return TicketOut.model_validate(kb.desk.close(TicketId(ticket_id), agent, body.outcome))
