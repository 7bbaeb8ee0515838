"""Headers that keep browsers from doing more with a reply than showing it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Sent with every reply, unless the route has set one of the same name.
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_RAW = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]


class SecurityHeaders:
    """Adds the headers of `SECURITY` to every HTTP reply."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                given = {name for name, _ in headers}
                message["headers"] = headers + [pair for pair in _RAW if pair[0] not in given]
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)
