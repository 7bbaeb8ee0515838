"""Who is looking at a page, and the gate in front of all of them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb import messages
from kb.console.paths import headers
from kb.errors import AccessDenied
from kb.types import Role
from kb.web.access import Door
from kb.web.routes.signing import sign_in_at
from kb.web.signed_in import SignedIn, form_token, is_from_here, token_of
from kb.wiring import Kb

#: Where a request carries who sent it.
VISITOR = "kb.visitor"
#: NiceGUI's own addresses: nobody types them, so nobody is led from there to the sign-in page.
_INNER = ("/_nicegui/", "/_nicegui_ws/")
_POLICY_VIOLATION = 1008
#: What a browser sends when somebody does something; all else, such as acknowledgements, comes by itself.
_WORK = '42["event"'
_TO_SIGN_IN = 'location.href = "/sign-in?said=expired&to=" + encodeURIComponent(location.pathname + location.search)'
_ANEW = "location.reload()"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who works on the pages."""

    name: str  # what tickets and the audit log know them by
    role: Role
    open: bool = False  # whether nobody had to sign in, for the pages are open to this machine
    display_name: str = ""
    form: str = field(default="", repr=False)  # the token that a form of theirs carries

    @property
    def shown(self) -> str:
        """What others call them."""
        return self.display_name or self.name


def visitor(request: Request) -> Visitor:
    """Return who sent this request, as the gate found out; raises AccessDenied for one that came around it."""
    found = request.scope.get(VISITOR)
    if not isinstance(found, Visitor):
        raise AccessDenied("the pages are behind a gate; this request did not come through it")
    return found


class Gate:
    """Lets in who is signed in, or everybody of this machine while there is neither user nor key.

    Who is not signed in is led to the sign-in page and back. A page that is open stops working when its session ends:
    whatever comes over its websocket is let through only while the session lasts and the role is the same.
    """

    def __init__(self, kb: Kb) -> None:
        self._users = SignedIn(kb.people)
        self._door = Door(kb.store.keys, users=self._users)

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send, pages: Callable[[], Awaitable[ASGIApp]]
    ) -> None:
        """Hand a request on to the pages, or turn it away before they are started for it."""
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send, pages)
            return
        who = await self._who(scope)
        refusal = self._refusal(scope, who)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await (await pages())({**scope, VISITOR: who}, receive, send)

    def _refusal(self, scope: Scope, who: Visitor | None) -> Response | None:
        safe = scope["method"] in ("GET", "HEAD")
        if who is None and safe and not scope["path"].startswith(_INNER):
            query = scope.get("query_string", b"").decode("latin-1")
            to = scope["path"] + (f"?{query}" if query else "")
            said = "expired" if token_of(scope) else "first"
            return RedirectResponse(sign_in_at(to, said=said), HTTPStatus.SEE_OTHER, headers=headers(""))
        if who is None:
            return PlainTextResponse(messages.signing.EXPIRED, HTTPStatus.UNAUTHORIZED, headers=headers(""))
        if not safe and not is_from_here(scope):
            return PlainTextResponse(messages.signing.FOREIGN, HTTPStatus.FORBIDDEN, headers=headers(""))
        return None

    async def _websocket(
        self, scope: Scope, receive: Receive, send: Send, pages: Callable[[], Awaitable[ASGIApp]]
    ) -> None:
        if not is_from_here(scope):
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        who = await self._who(scope, working=False)
        if who is None:
            await _lead_away(receive, send)
            return
        over = False

        async def received() -> Message:
            nonlocal over
            message = await receive()
            if message["type"] != "websocket.receive" or over:
                return message
            now = await self._who(scope, working=(message.get("text") or "").startswith(_WORK))
            if now == who:
                return message
            await send({"type": "websocket.send", "text": _event(_ANEW if now else _TO_SIGN_IN)})
            over = True
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}

        async def sending(message: Message) -> None:
            if not over:
                await send(message)

        await (await pages())({**scope, VISITOR: who}, received, sending)

    async def _who(self, scope: Scope, *, working: bool = True) -> Visitor | None:
        return await asyncio.to_thread(self._visitor, scope, working)

    def _visitor(self, scope: Scope, working: bool) -> Visitor | None:
        if self._door.is_open_to(scope):
            return Visitor(messages.console.LOCAL, Role.ADMIN, open=True)
        session = self._users.of(scope, working=working)
        if session is None:
            return None
        user = session.user
        return Visitor(user.name, user.role, display_name=user.display_name, form=form_token(token_of(scope)))


async def _lead_away(receive: Receive, send: Send) -> None:
    """Tell a page whose session ended while it was not connected to go to the sign-in page, and nothing else.

    It is told in its own language, Engine.IO's and Socket.IO's first words: a page that is merely refused would try
    again for ever.
    """
    await receive()  # websocket.connect
    await send({"type": "websocket.accept"})
    opening = {"sid": "over", "upgrades": [], "pingInterval": 25_000, "pingTimeout": 20_000, "maxPayload": 1_000}
    await send({"type": "websocket.send", "text": "0" + json.dumps(opening)})
    if (await receive())["type"] == "websocket.receive":  # the page asks to be connected
        await send({"type": "websocket.send", "text": '40{"sid":"over"}'})
        await send({"type": "websocket.send", "text": _event(_TO_SIGN_IN)})
        await receive()
    await send({"type": "websocket.close", "code": _POLICY_VIOLATION})


def _event(code: str) -> str:
    """Socket.IO's words for NiceGUI's "run this"."""
    return "42" + json.dumps(["run_javascript", {"code": code}])
