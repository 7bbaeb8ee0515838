"""/widget.js: the chat that a shop puts on its own pages, as one script without any dependency."""

import gzip
import hashlib
import json
from http import HTTPStatus
from importlib.resources import files

from fastapi import APIRouter, Request
from starlette.responses import Response

from kb import messages

#: What the script is put together from, in this order; all of it stands in one scope.
PARTS = ("dom.js", "service.js", "outbox.js", "typeahead.js", "lines.js", "widget.js")

_HEADERS = {
    "Cache-Control": "public, max-age=600",
    "Cross-Origin-Resource-Policy": "cross-origin",  # any page may load it; whether it may ask is another matter
    "Vary": "Accept-Encoding",
}
_MEDIA_TYPE = "text/javascript; charset=utf-8"


def widget_routes() -> APIRouter:
    """Return the route. No key is needed: the script holds no knowledge, and its key comes from the page."""
    routes = APIRouter(include_in_schema=False)
    content = script()
    packed = gzip.compress(content, mtime=0)
    tag = hashlib.sha256(content).hexdigest()[:32]

    async def send(request: Request) -> Response:
        squeeze = "gzip" in request.headers.get("accept-encoding", "")
        headers = {**_HEADERS, "ETag": f'"{tag}-gz"' if squeeze else f'"{tag}"'}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        if squeeze:
            headers["Content-Encoding"] = "gzip"
        return Response(packed if squeeze else content, headers=headers, media_type=_MEDIA_TYPE)

    routes.add_api_route("/widget.js", send, methods=["GET", "HEAD"])
    return routes


def script() -> bytes:
    """Return the whole script: its parts in a scope of their own, its style and its wording as constants."""
    folder = files("kb.web").joinpath("widget")
    words = {**messages.widget.SAYS, "problems": dict(messages.widget.PROBLEMS)}
    constants = {"WORDS": words, "STYLE": _tight(folder.joinpath("style.css").read_text(encoding="utf-8"))}
    said = "".join(f"const {name} = {json.dumps(value, ensure_ascii=False)};\n" for name, value in constants.items())
    parts = "".join(folder.joinpath(part).read_text(encoding="utf-8") for part in PARTS)
    return f'(() => {{\n"use strict";\n{said}{parts}}})();\n'.encode()


def _tight(style: str) -> str:
    """Take out the spaces at the beginning of lines, and the breaks."""
    return "".join(line.strip() for line in style.splitlines())
