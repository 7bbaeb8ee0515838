"""/widget.js: the chat that a shop puts on its own pages, as one script without any dependency."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from importlib.resources import files
from importlib.resources.abc import Traversable

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
    constants = {"WORDS": words, "STYLE": _style(folder.joinpath("style.css"))}
    said = [
        f"const {name} = {json.dumps(value, ensure_ascii=False, separators=(',', ':'))};"
        for name, value in constants.items()
    ]
    parts = [_close(line) for part in PARTS for line in _lines(folder.joinpath(part))]
    return "\n".join(["(() => {", '"use strict";', *said, *parts, "})();", ""]).encode()


def _style(part: Traversable) -> str:
    """Return the style without the spaces that mean nothing; one before a colon may be part of a selector."""
    return re.sub(r"\s*([{};,])\s*|(?<=:)\s+", r"\1", " ".join(_lines(part))).replace(";}", "}")


def _close(line: str) -> str:
    """Take out spaces that only please the eye; none of the script's strings holds such a pair of characters."""
    for loose in (", ", " => ", " = "):
        line = line.replace(loose, loose.strip())
    return line


def _lines(part: Traversable) -> Iterator[str]:
    """Yield the lines of a part, without what is for its readers only: indentation, blank lines, lines of comment."""
    for line in part.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text and not text.startswith(("//", "/**")):
            yield text
