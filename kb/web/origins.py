"""Which web sites may use the service from a browser: its own pages, and those that the settings name (CORS)."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.web.failures import problem

#: What a customer's browser needs; everything else under /v1 is for programs and for the service's own pages.
ASKER_PATHS = ("/v1/answer", "/v1/suggest", "/v1/feedback", "/v1/conversations/")
_GUARDED = "/v1/"

_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"authorization, content-type, last-event-id, x-api-key"),
    (b"access-control-max-age", b"86400"),
]
_VARY = (b"vary", b"Origin")
_EXPOSED = (b"access-control-expose-headers", b"Retry-After")


class Origins:
    """Lets allowed sites read replies to askers, and refuses requests that another site's page makes.

    Only browsers send an Origin, and no script can change it: programs are not concerned. Credentials are never
    allowed: whoever asks sends a key.
    """

    def __init__(self, app: ASGIApp, *, allowed: Sequence[str]) -> None:
        """Allow these origins, such as `https://www.shop.example`, beside the service's own."""
        self._app = app
        self._allowed = frozenset(one.encode() for one in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, answer a preflight, or refuse."""
        origin = _origin(scope)
        if origin is None or not scope["path"].startswith(_GUARDED):
            await self._app(scope, receive, send)
        elif origin in self._allowed and scope["path"].startswith(ASKER_PATHS):
            await self._for(origin, scope, receive, send)
        elif scope["method"] == "OPTIONS" or _own(origin, scope):
            await self._app(scope, receive, send)
        else:
            refusal = problem(
                HTTPStatus.FORBIDDEN,
                "origin_not_allowed",
                "pages of this site may not use the service; KB_ALLOWED_ORIGINS names those that may",
            )
            await refusal(scope, receive, send)

    async def _for(self, origin: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a page of an allowed site."""
        shown = [(b"access-control-allow-origin", origin), _VARY]
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": HTTPStatus.NO_CONTENT, "headers": shown + _PREFLIGHT})
            await send({"type": "http.response.body", "body": b""})
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *shown, _EXPOSED]
            await send(message)

        await self._app(scope, receive, sending)


def _origin(scope: Scope) -> bytes | None:
    if scope["type"] != "http":
        return None
    for name, value in scope["headers"]:
        if name == b"origin":
            found: bytes = value
            return found
    return None


def _own(origin: bytes, scope: Scope) -> bool:
    """Whether the page comes from the service itself: the browser says so, or the host is the same.

    A proxy may ask under another host name; then only the browser knows.
    """
    headers = dict(scope["headers"])
    if headers.get(b"sec-fetch-site") == b"same-origin":
        return True
    return urlsplit(origin).netloc == headers.get(b"host")
