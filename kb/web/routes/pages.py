"""The page to try the service, at /, the one that shows the chat in a shop, and the files that they are made of."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from importlib.resources import files

from fastapi import APIRouter, Request
from starlette.responses import Response

from kb import messages
from kb.wiring import Kb

#: The page loads nothing from elsewhere, runs no script that stands in its markup, and is shown in no frame.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}


def page_routes(kb: Kb) -> APIRouter:
    """Return the routes. No key is needed: the pages hold no knowledge, and take one where the service wants it."""
    routes = APIRouter(include_in_schema=False)
    contents = {
        path.name: path.read_bytes() for path in files("kb.web").joinpath("pages").iterdir() if _type(path.name)
    }
    contents["words.json"] = json.dumps(words(str(kb.settings.timezone)), ensure_ascii=False).encode()
    for path, name in (("/", "index.html"), ("/widget-demo", "demo.html")):
        routes.add_api_route(path, _file(name, contents.pop(name)), methods=["GET", "HEAD"])
    for name, content in contents.items():
        routes.add_api_route(f"/pages/{name}", _file(name, content), methods=["GET", "HEAD"])
    return routes


def words(timezone: str) -> dict[str, object]:
    """Return the wording that the page takes over from `kb.messages`, and the shop's time zone."""
    return {
        "timezone": timezone,
        "decisions": messages.cli.DECISIONS,
        "reasons": messages.try_it.REASONS,
        "conflicts": messages.try_it.CONFLICTS,
        "features": messages.try_it.FEATURES,
        "because": messages.tickets.BECAUSE,
        "priorities": messages.try_it.PRIORITIES,
        "problems": messages.try_it.PROBLEMS,
        "says": messages.try_it.SAYS,
    }


def _type(name: str) -> str:
    return next((media for ending, media in _TYPES.items() if name.endswith(ending)), "")


def _file(name: str, content: bytes) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that sends `content`, unless the browser has it already."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if name.endswith((".html", ".svg")):
        headers["Content-Security-Policy"] = POLICY

    async def send(request: Request) -> Response:
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(content, headers=headers, media_type=_type(name))

    return send
