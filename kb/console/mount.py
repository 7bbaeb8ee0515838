"""Puts the pages beside the API, and starts what makes them only when somebody opens the first one."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from importlib import import_module
from typing import Protocol

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb import messages
from kb.console.paths import headers, is_page
from kb.console.signing import Gate
from kb.wiring import Kb

log = logging.getLogger("kb.console")

#: Why a websocket is turned away, in RFC 6455's numbers.
_INTERNAL_ERROR = 1011


class Pages(Protocol):
    """The pages, in this process or in another one."""

    async def opened(self) -> ASGIApp:
        """Return what answers requests for pages, started."""

    async def close(self) -> None:
        """End what was started, if anything was."""


class Console:
    """The API with the pages: one process serves both, and pays for the pages only once they are used."""

    def __init__(self, app: ASGIApp, pages: Pages, gate: Gate) -> None:
        """Serve `app`, and `pages` under the console's addresses to those whom `gate` lets in.

        The pages are closed before `app` ends.
        """
        self._app = app
        self._pages = pages
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or follow the server's beginning and end."""
        if scope["type"] == "lifespan":
            await self._app(scope, self._watched(receive), send)
        elif not is_page(scope["path"]):
            await self._app(scope, receive, send)
        else:
            await self._gate(scope, receive, send, self._opened)

    async def _opened(self) -> ASGIApp:
        try:
            return await self._pages.opened()
        except Exception:
            log.exception("the pages could not be started")
            return _broken

    def _watched(self, receive: Receive) -> Receive:
        """Close the pages first when the server ends: what they work on is closed after them."""

        async def received() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await self._pages.close()
            return message

        return received


class LazyPages:
    """The pages of one kb in this process: NiceGUI is imported and started by the first call, not before."""

    def __init__(self, kb: Kb, modules: tuple[str, ...]) -> None:
        """Take the names of the modules that hold the pages."""
        self._kb = kb
        self._modules = modules
        self._starting = asyncio.Lock()
        self._open: ASGIApp | None = None
        self._stack = AsyncExitStack()

    async def opened(self) -> ASGIApp:
        """Return the pages, started."""
        async with self._starting:
            if self._open is None:
                running = await asyncio.to_thread(self._imported)
                self._open = await self._stack.enter_async_context(running(self._kb))
            return self._open

    async def close(self) -> None:
        """End what was started, if anything was."""
        async with self._starting:
            await self._stack.aclose()
            self._open = None

    def _imported(self) -> Callable[[Kb], AbstractAsyncContextManager[ASGIApp]]:
        """Import off the loop: it takes a moment, and the API goes on answering meanwhile."""
        from kb.console.runtime import running

        for name in self._modules:
            import_module(name)
        return running


async def _broken(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer in place of pages that could not be started."""
    if scope["type"] == "http":
        await HTMLResponse(messages.console.BROKEN, status_code=503, headers=headers(""))(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": _INTERNAL_ERROR})
