"""/v1/conversations: what the customer's side reads while a person answers, by polling or as a stream."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic_core import from_json
from starlette.responses import StreamingResponse

from kb.answer.customer import Line
from kb.errors import NotFound
from kb.types import ConversationId, Role
from kb.web.access import Caller, Door, client_of
from kb.web.failures import Refused
from kb.web.limit import Asker
from kb.web.schemas import AnswerOut, LineOut, MessagesOut, OfficeOut, StandingOut
from kb.web.stopping import Stopping
from kb.wiring import Kb

#: Seconds between two looks into the store; other processes write there, so nothing nearer could tell.
LOOK_S = 0.5
#: Seconds after which a silent stream says that it is alive.
HEARTBEAT_S = 15.0
#: Seconds after which a stream ends; browsers come back by themselves, and their key is looked at again.
LONGEST_S = 600.0
#: Streams that an asker's key may hold open from one address, in each process; whoever wants more may poll.
MOST_STREAMS = 50

_MOST = 2**31 - 1
_PAGE = 100

After = Annotated[int, Query(ge=0, le=_MOST, description="the id of the last line that is known")]


def conversation_routes(kb: Kb, door: Door, stopping: Stopping) -> APIRouter:
    """Return the routes; `stopping` ends the streams when the process is asked to end."""
    routes = APIRouter(tags=["conversations"])
    asker = Depends(door.needs(Role.ASKER))
    open_streams: Counter[Asker] = Counter()

    def readable(conversation_id: str, caller: Caller) -> ConversationId:
        """Refuse another asker's conversation as if it weren't there."""
        conversation = ConversationId(conversation_id)
        owner = kb.customer.owner(conversation)
        if owner != caller.key_id and not caller.may(Role.AGENT):
            raise NotFound(f"there is no conversation {conversation_id!r}")
        return conversation

    @routes.get("/v1/conversations/{conversation_id}")
    async def standing(conversation_id: str, caller: Annotated[Caller, asker]) -> StandingOut:
        """Say who answers next, the place in the queue, and when people are there."""
        found = kb.customer.standing(readable(conversation_id, caller))
        return StandingOut(
            conversation_id=conversation_id,
            who=found.who,
            message=found.message,
            ahead=found.ahead,
            ticket_id=found.ticket_id,
            due_at=found.due_at,
            office=OfficeOut.model_validate(found.office),
        )

    @routes.get("/v1/conversations/{conversation_id}/messages")
    async def messages(
        conversation_id: str,
        caller: Annotated[Caller, asker],
        after: After = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 200,
    ) -> MessagesOut:
        """Return what was written after line `after`, oldest first."""
        found = kb.customer.lines(readable(conversation_id, caller), after, limit)
        return MessagesOut(conversation_id=conversation_id, messages=[_line(line) for line in found])

    @routes.get(
        "/v1/conversations/{conversation_id}/events",
        response_class=StreamingResponse,
        responses={
            200: {"description": "Server-sent events", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
        },
    )
    async def events(
        request: Request,
        conversation_id: str,
        caller: Annotated[Caller, asker],
        after: After = 0,
        last_event_id: Annotated[str, Header(max_length=64)] = "",
    ) -> StreamingResponse:
        """Stream what is written after line `after`, or after `Last-Event-ID` when a stream is taken up again."""
        conversation = readable(conversation_id, caller)
        if last_event_id.isascii() and last_event_id.isdigit():
            after = min(max(after, int(last_event_id)), _MOST)
        who = (caller.key_id, client_of(request.scope))
        if caller.role is Role.ASKER and open_streams[who] >= MOST_STREAMS:
            raise Refused(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too_many_requests",
                f"this key has {MOST_STREAMS} streams open from this address; ask for the messages instead",
                headers={"Retry-After": "60"},
            )
        return StreamingResponse(
            _counted(_lines(kb, stopping, conversation, after), open_streams, who),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    return routes


async def _counted(lines: AsyncIterator[str], streams: Counter[Asker], who: Asker) -> AsyncIterator[str]:
    """Hand the lines on, counted as an open stream from the first one on."""
    streams[who] += 1
    try:
        async for line in lines:
            yield line
    finally:
        streams[who] -= 1
        if not streams[who]:
            del streams[who]


async def _lines(kb: Kb, stopping: Stopping, conversation: ConversationId, after: int) -> AsyncIterator[str]:
    """Yield every new line as an event named `message`, its id the line's; off the loop, for the store may block."""
    clock = asyncio.get_running_loop().time
    began = spoke = clock()
    yield "retry: 1000\n\n"
    while not stopping.asked and clock() - began < LONGEST_S:
        found = await asyncio.to_thread(kb.customer.lines, conversation, after, _PAGE)
        for line in found:
            after = line.message.id
            yield f"id: {after}\nevent: message\ndata: {_line(line).model_dump_json()}\n\n"
        now = clock()
        if found:
            spoke = now
        elif now - spoke >= HEARTBEAT_S:
            yield ": still here\n\n"
            spoke = now
        if len(found) < _PAGE:
            await stopping.wait(LOOK_S)


def _line(line: Line) -> LineOut:
    said = line.message
    return LineOut(
        id=said.id,
        author=said.author,
        text=said.text,
        at=said.at,
        ticket_id=said.ticket_id,
        message_id=line.message_id,
        reply=AnswerOut.model_validate(from_json(line.reply)) if line.reply else None,
    )
