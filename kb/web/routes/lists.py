"""/v1/lists: the words that editors list, and /v1/wording: what a text says that it should not."""

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from kb.types import ListName, Role
from kb.web.access import Caller, Door
from kb.web.bodies import read, takes
from kb.web.editor_schemas import LineIn, LineOut, ListOut, SaidOut, WordingIn, WordingOut
from kb.web.routes.entries import author
from kb.wiring import Kb

if TYPE_CHECKING:
    from kb.publish.lists import Line


def list_routes(kb: Kb, door: Door) -> APIRouter:
    """Return the routes. What is not to be said is told to agents too; only editors change the lists."""
    editor = Depends(door.needs(Role.EDITOR))
    routes = APIRouter(tags=["lists"])

    @routes.get("/v1/lists/{name}", dependencies=[editor])
    async def lines(name: ListName) -> ListOut:
        """List the lines of a list."""
        found = await asyncio.to_thread(kb.vocabulary.lines, name)
        return ListOut(name=name, lines=[_shown(line) for line in found])

    @routes.post("/v1/lists/{name}", status_code=HTTPStatus.CREATED, openapi_extra=takes(LineIn))
    async def add(name: ListName, caller: Annotated[Caller, editor], request: Request) -> LineOut:
        """Add a line; synonyms take effect with the next publication, the others at once."""
        body = await read(request, LineIn)
        return _shown(await asyncio.to_thread(kb.vocabulary.add, name, body.text, author=author(caller)))

    @routes.put("/v1/lists/{name}/{line_id}", openapi_extra=takes(LineIn))
    async def replace(name: ListName, line_id: str, caller: Annotated[Caller, editor], request: Request) -> LineOut:
        """Write an editors' line anew; its id may change with its words."""
        body = await read(request, LineIn)
        line = await asyncio.to_thread(kb.vocabulary.replace, name, line_id, body.text, author=author(caller))
        return _shown(line)

    @routes.delete("/v1/lists/{name}/{line_id}", status_code=HTTPStatus.NO_CONTENT, response_class=Response)
    async def remove(name: ListName, line_id: str, caller: Annotated[Caller, editor]) -> None:
        """Remove an editors' line, or switch off one that comes with the package."""
        await asyncio.to_thread(kb.vocabulary.remove, name, line_id, author=author(caller))

    @routes.post("/v1/wording", dependencies=[Depends(door.needs(Role.AGENT))], openapi_extra=takes(WordingIn))
    async def wording(request: Request) -> WordingOut:
        """Say which service taboos and forbidden promises a text holds."""
        body = await read(request, WordingIn)
        found = await asyncio.to_thread(kb.vocabulary.said, body.text)
        return WordingOut(found=[SaidOut(name=one.list, words=list(one.words)) for one in found])

    return routes


def _shown(line: "Line") -> LineOut:
    return LineOut.model_validate(line)
