"""One frame around every page: who is there, where one can go, what to do when something fails."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from importlib.resources import files
from typing import Literal, ParamSpec, TypeVar
from urllib.parse import quote

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse, Response

from kb import messages
from kb.console import times
from kb.console.signing import Visitor, visitor
from kb.console.visitor_menu import visitor_menu
from kb.errors import AccessDenied, IngestBlocked, KbError
from kb.types import Role
from kb.wiring import Kb

log = logging.getLogger("kb.console")

#: Where a request carries the kb that it is about.
KB = "kb.kb"
#: Where somebody who isn't signed in is sent.
SIGN_IN = "/sign-in"

#: The product's mark, as SVG.
ICON = files("kb.web").joinpath("pages", "icon.svg").read_text("utf-8")
#: Characters of a name that somebody works under while nobody has to sign in.
_LONGEST_NAME = 100
_RANK = {role: rank for rank, role in enumerate(Role)}

#: How a sentence begins that was written for people who work on pages.
_CHINESE = re.compile(r"[“「]?[\u4e00-\u9fff]")

P = ParamSpec("P")
T = TypeVar("T")
Tone = Literal["positive", "negative", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Here:
    """A page that is open: what it works on, and who looks at it."""

    kb: Kb
    who: Visitor
    request: Request

    def may(self, role: Role) -> bool:
        """Whether the visitor may do what `role` may."""
        return _RANK[self.who.role] >= _RANK[role]

    def moment(self, at: datetime) -> str:
        """Name a time on the shop's clock: 今天 14:05."""
        return times.moment(at, self.kb.clock.now(), self.kb.settings.timezone)


Build = Callable[[Here], Awaitable[None]]

#: The pages with a place in the navigation, by address, and the least role that may open them.
_listed: dict[str, Role] = {}


def page(path: str, title: str, *, least: Role = Role.AGENT) -> Callable[[Build], Build]:
    """Register a page: what it decorates fills the frame, once it is known who is there and that they may be.

    A page whose address is in `messages.console.PAGES` gets a place in the navigation.
    """

    def register(build: Build) -> Build:
        if path in messages.console.PAGES:
            _listed[path] = least

        @ui.page(path, title=f"{title} · {messages.console.PRODUCT}", response_timeout=20)
        async def opened(request: Request) -> Response | None:
            here = await arrive(request)
            if here is None:
                return RedirectResponse(f"{SIGN_IN}?to={quote(request.url.path)}", status_code=303)
            if not here.may(least):
                alone(messages.console.NO_RIGHT, messages.console.NO_RIGHT_MORE)
                return ui.context.client.build_response(request, HTTPStatus.FORBIDDEN)
            _header(here, path)
            with ui.element("div").classes("kb-main").props('id="main" tabindex="-1"'):  # NiceGUI's page is the <main>
                await build(here)
            return None

        return build

    return register


async def arrive(request: Request) -> Here | None:
    """Return the page with its visitor, or None when nobody is signed in.

    While nobody has to sign in, `agent` in the address says under which name one works, as it does over HTTP.
    """
    try:
        who = await asyncio.to_thread(visitor, request)
    except AccessDenied:
        return None
    if who.open and (name := request.query_params.get("agent", "").strip()[:_LONGEST_NAME]):
        who = replace(who, name=name)
    return Here(request.scope[KB], who, request)


async def attempt(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """Do blocking work in a thread; when it is refused or fails, say so in Chinese and return None."""
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    except KbError as error:
        tell(said(error), "negative")
    except Exception:
        log.exception("what was asked for on a page failed")
        tell(messages.console.UNFINISHED, "negative")
    return None


def said(error: KbError) -> str:
    """Return what somebody on a page reads of an error; some are written for them, in Chinese, already."""
    if isinstance(error, IngestBlocked) or _CHINESE.match(str(error)):
        return str(error)
    return messages.console.PROBLEMS.get(error.code, messages.console.UNFINISHED)


def tell(text: str, tone: Tone = "positive") -> None:
    """Say something at the edge of the page, for a moment."""
    ui.notify(text, type=tone, position="top", classes="kb-notice", timeout=6000 if tone == "negative" else 3000)


def alone(title: str, more: str) -> None:
    """Fill a page that has nothing else to show with two sentences and a way back."""
    with ui.element("div").classes("kb-alone"):
        ui.html(ICON, sanitize=False).classes("kb-alone-icon")
        ui.label(title).classes("kb-alone-title").props('role="heading" aria-level="1"')
        ui.label(more).classes("kb-alone-more")
        for path, label in messages.console.PAGES.items():
            if path in _listed:
                ui.link(label, path).classes("kb-link")


def _header(here: Here, current: str) -> None:
    ui.link(messages.console.SKIP, "#main").classes("kb-skip")
    with ui.element("header").classes("kb-header"):
        with ui.link(target="/").classes("kb-brand"):
            ui.html(ICON, sanitize=False).classes("kb-brand-icon")
            ui.label(messages.console.PRODUCT)
        with ui.element("nav").classes("kb-nav").props(f'aria-label="{messages.console.NAVIGATION}"'):
            for path, label in messages.console.PAGES.items():
                if path in _listed and here.may(_listed[path]):
                    link = ui.link(label, path)
                    if path == current:
                        link.classes("kb-nav-current").props('aria-current="page"')
        ui.element("div").classes("kb-header-space")
        visitor_menu(here.who)
    if here.who.open:
        ui.label(messages.console.OPEN).classes("kb-banner").props('role="status"')
