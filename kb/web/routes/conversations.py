"""/v1/conversations: what the customer's side reads while a person answers, by polling or as a stream."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import StreamingResponse

from kb.errors import NotFound
from kb.types import ConversationId, Role
from kb.web.access import Caller, Door
from kb.web.schemas import MessageOut, MessagesOut
from kb.web.stopping import Stopping
from kb.wiring import Kb

#: Seconds between two looks into the store; other processes write there, so nothing nearer could tell.
LOOK_S = 0.5
#: Seconds after which a silent stream says that it is alive.
HEARTBEAT_S = 15.0
#: Seconds after which a stream ends; browsers come back by themselves, and their key is looked at again.
LONGEST_S = 600.0

_MOST = 2**31 - 1
_PAGE = 100

After = Annotated[int, Query(ge=0, le=_MOST, description="the id of the last line that is known")]


def conversation_routes(kb: Kb, door: Door, stopping: Stopping) -> APIRouter:
    """Return the routes; `stopping` ends the streams when the process is asked to end."""
    routes = APIRouter(tags=["conversations"])
    asker = Depends(door.needs(Role.ASKER))

    def readable(conversation_id: str, caller: Caller) -> ConversationId:
        """Refuse another asker's conversation as if it weren't there."""
        conversation = ConversationId(conversation_id)
        owner = kb.desk.owner(conversation)
        if owner != caller.key_id and not caller.may(Role.AGENT):
            raise NotFound(f"there is no conversation {conversation_id!r}")
        return conversation

    @routes.get("/v1/conversations/{conversation_id}/messages")
    async def messages(
        conversation_id: str,
        caller: Annotated[Caller, asker],
        after: After = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 200,
    ) -> MessagesOut:
        """Return what was written after line `after`, oldest first."""
        found = kb.desk.messages(readable(conversation_id, caller), after, limit)
        return MessagesOut(
            conversation_id=conversation_id, messages=[MessageOut.model_validate(message) for message in found]
        )

    @routes.get(
        "/v1/conversations/{conversation_id}/events",
        response_class=StreamingResponse,
        responses={
            200: {"description": "Server-sent events", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
        },
    )
    async def events(
        conversation_id: str,
        caller: Annotated[Caller, asker],
        after: After = 0,
        last_event_id: Annotated[str, Header(max_length=64)] = "",
    ) -> StreamingResponse:
        """Stream what is written after line `after`, or after `Last-Event-ID` when a stream is taken up again."""
        conversation = readable(conversation_id, caller)
        if last_event_id.isascii() and last_event_id.isdigit():
            after = min(max(after, int(last_event_id)), _MOST)
        return StreamingResponse(
            _lines(kb, stopping, conversation, after),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    return routes


async def _lines(kb: Kb, stopping: Stopping, conversation: ConversationId, after: int) -> AsyncIterator[str]:
    """Yield every new line as an event named `message`, its id the line's; off the loop, for the store may block."""
    clock = asyncio.get_running_loop().time
    began = spoke = clock()
    yield "retry: 1000\n\n"
    while not stopping.asked and clock() - began < LONGEST_S:
        found = await asyncio.to_thread(kb.desk.messages, conversation, after, _PAGE)
        for message in found:
            after = message.id
            yield f"id: {message.id}\nevent: message\ndata: {MessageOut.model_validate(message).model_dump_json()}\n\n"
        now = clock()
        if found:
            spoke = now
        elif now - spoke >= HEARTBEAT_S:
            yield ": still here\n\n"
            spoke = now
        if len(found) < _PAGE:
            await stopping.wait(LOOK_S)
