"""NiceGUI in this process: imported with this module, started and ended with the service that shows pages."""

import logging
import warnings
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Request
from nicegui import app, ui
from nicegui.client import Client
from nicegui.page import page
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kb import messages
from kb.console import frame
from kb.console.sealed import Sealed
from kb.wiring import Kb

log = logging.getLogger("kb.console")

#: Seconds for which what stands on a page is kept when its connection is lost; an agent's unsent text is part of it.
KEPT_S = 120.0

_host = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
ui.run_with(
    _host,
    title=messages.console.PRODUCT,
    favicon=frame.ICON,
    language="zh-CN",
    reconnect_timeout=KEPT_S,
    tailwind=False,
    gzip_middleware_factory=None,
    show_welcome_message=False,
)
app.colors(primary="#0b6b5d", positive="#0b6b5d", negative="#b3261e", warning="#8a4b00", info="#3b4fa0")
for sheet in (files("kb.web").joinpath("pages", "colours.css"), Path(__file__).with_name("theme.css")):
    ui.add_css(sheet.read_text("utf-8"), shared=True)


@asynccontextmanager
async def running(kb: Kb) -> AsyncIterator[ASGIApp]:
    """Start NiceGUI for the pages of `kb`, and give what answers their requests."""
    async with AsyncExitStack() as stack:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NiceGUI looks at every object for its server; some of torch's then warn
            await stack.enter_async_context(_host.router.lifespan_context(_host))
        yield GZipMiddleware(Sealed(_Over(_host, kb)), minimum_size=1000)


class _Over:
    """Tells each request which kb it is about: NiceGUI's pages are registered once for the whole process."""

    def __init__(self, pages: ASGIApp, kb: Kb) -> None:
        self._pages = pages
        self._kb = kb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._pages({**scope, frame.KB: self._kb}, receive, send)


@app.exception_handler(404)
async def _lost(request: Request, _: Exception) -> Response:
    """Say in Chinese that there is no such page."""
    with Client(page(""), request=request) as client:
        frame.alone(messages.console.NO_PAGE, messages.console.NO_PAGE_MORE)
        return client.build_response(request, 404)


@app.on_page_exception
def _failed() -> None:
    """Say that a page could not be made; the log has why."""
    frame.alone(messages.console.FAILED, messages.console.FAILED_MORE)


@app.on_exception
def _noted(error: Exception) -> None:
    log.error("a page failed", exc_info=error)
