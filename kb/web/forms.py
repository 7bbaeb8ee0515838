"""Plain HTML forms: read, answered, and refused."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kb.errors import AccessDenied, KbError
from kb.people import Wait
from kb.web.failures import Refused, status_of
from kb.web.sign_in_pages import HEADERS

_MOST_BYTES = 16_384


async def fields(request: Request) -> Mapping[str, str]:
    """Read a form; what is no form has no fields. Raises Refused when it is longer than any of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            detail = f"a form has {_MOST_BYTES:,} bytes at most"
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", detail, close=True)
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}


def shown(html: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return a page."""
    return HTMLResponse(html, status, headers=HEADERS)


def went(to: str) -> Response:
    """Send the browser on with a GET."""
    return RedirectResponse(to, HTTPStatus.SEE_OTHER)


def refused(response: Response, error: KbError) -> Response:
    """Give a page the status that goes with what it says."""
    response.status_code = HTTPStatus.UNAUTHORIZED if isinstance(error, AccessDenied) else status_of(error)
    if isinstance(error, Wait):
        response.headers["Retry-After"] = str(error.seconds)
    return response
