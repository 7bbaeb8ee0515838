"""Gives every page its headers, and its scripts the nonce without which the browser would not run them."""

import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.console.paths import headers

_SCRIPT = b"<script"


class Sealed:
    """Passes requests on; of the replies, pages are given a nonce that is new each time."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Sealing(send))


class _Sealing:
    """Holds a page back until it is whole; everything else goes through as it comes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message | None = None
        self._page = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            given = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in headers(self._nonce).items():
                given.setdefault(name, value)
            if given.get("content-type", "").startswith("text/html") and "content-encoding" not in given:
                self._start = message
                return
        elif message["type"] == "http.response.body" and self._start is not None:
            self._page += message.get("body", b"")
            if message.get("more_body", False):
                return
            await self._send_page(self._start)
            return
        await self._send(message)

    async def _send_page(self, start: Message) -> None:
        body = bytes(self._page).replace(_SCRIPT, b'%s nonce="%s"' % (_SCRIPT, self._nonce.encode()))
        given = MutableHeaders(raw=start["headers"])
        if "content-length" in given:
            given["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})
