"""Hands the pages' requests on to the process that has the pages, through a UNIX socket."""

import asyncio
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from kb import messages
from kb.console.paths import headers

if TYPE_CHECKING:
    from httpx import AsyncClient

log = logging.getLogger("kb.console")

#: What concerns one connection only, and who a request came from: said anew.
_OWN = frozenset(
    (
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer"),
        *("transfer-encoding", "upgrade", "x-forwarded-for", "x-forwarded-proto", "forwarded"),
    )
)
#: Of a websocket's beginning, what the next connection says for itself.
_HANDSHAKE = frozenset(("host", "origin", "user-agent"))
_TRY_AGAIN = 1012  # the service restarts
_WITHOUT_END = None


class Relay:
    """An ASGI application that is another one, in another process of this machine."""

    def __init__(self, socket: str) -> None:
        """Take the socket's path."""
        self._socket = socket
        self._client: AsyncClient | None = None

    async def opened(self) -> ASGIApp:
        """Return what hands on."""
        return self

    async def close(self) -> None:
        """Let go of what is open."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one request on."""
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
            return
        response = await self._http(Request(scope, receive))
        await response(scope, receive, send)

    async def _http(self, request: Request) -> Response:
        from httpx import AsyncClient, AsyncHTTPTransport, TransportError
        from starlette.background import BackgroundTask

        if self._client is None:
            self._client = AsyncClient(
                transport=AsyncHTTPTransport(uds=self._socket), base_url="http://pages", timeout=_WITHOUT_END
            )
        sent = self._client.build_request(
            request.method, _target(request.scope), headers=_headers(request.scope), content=await request.body()
        )
        try:
            reply = await self._client.send(sent, stream=True)
        except (TransportError, ClientDisconnect):
            log.warning("the process that has the pages does not answer")
            return HTMLResponse(messages.console.STARTING, status_code=503, headers={**headers(""), "Retry-After": "2"})
        response = StreamingResponse(
            reply.aiter_raw(), status_code=reply.status_code, background=BackgroundTask(reply.aclose)
        )
        response.raw_headers = [(name, value) for name, value in reply.headers.raw if name.lower().decode() not in _OWN]
        return response

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        from websockets.asyncio.client import unix_connect
        from websockets.exceptions import WebSocketException

        await receive()  # websocket.connect
        headers = [pair for pair in _headers(scope) if pair[0] not in _HANDSHAKE and not _of_websocket(pair[0])]
        host = Headers(scope=scope).get("host", "pages")
        try:
            async with unix_connect(
                self._socket, f"ws://{host}{_target(scope)}", additional_headers=headers, max_size=None, proxy=None
            ) as other:
                await send({"type": "websocket.accept"})
                await _both_ways(other, receive, send)
        except (OSError, WebSocketException):
            await send({"type": "websocket.close", "code": _TRY_AGAIN})


async def _both_ways(other: Any, receive: Receive, send: Send) -> None:
    """Carry messages until one side ends, then end the other."""

    async def out() -> None:
        while (message := await receive())["type"] == "websocket.receive":
            text = message.get("text")
            await other.send(message["bytes"] if text is None else text)

    async def back() -> None:
        async for message in other:
            await send({"type": "websocket.send", "text" if isinstance(message, str) else "bytes": message})

    ways = [asyncio.create_task(out()), asyncio.create_task(back())]
    done, pending = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*ways, return_exceptions=True)
    if ways[1] in done:
        await send({"type": "websocket.close", "code": _TRY_AGAIN})


def _target(scope: Scope) -> str:
    raw = scope.get("raw_path") or quote(scope["path"]).encode()
    query = scope.get("query_string", b"")
    return (raw + b"?" + query if query else raw).decode("latin-1")


def _headers(scope: Scope) -> list[tuple[str, str]]:
    """The request's headers, with whom it came from in place of what it said about that itself."""
    kept = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    kept = [(name, value) for name, value in kept if name not in _OWN and name != "content-length"]
    if client := scope.get("client"):
        kept.append(("x-forwarded-for", client[0]))
    scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
    return [*kept, ("x-forwarded-proto", scheme)]


def _of_websocket(name: str) -> bool:
    return name.startswith("sec-websocket-")
