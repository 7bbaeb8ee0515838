"""Who is looking at a page."""

from dataclasses import dataclass

from starlette.requests import Request

from kb import messages
from kb.errors import AccessDenied
from kb.types import Role
from kb.web.access import is_loopback


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who works on the pages."""

    name: str
    role: Role
    open: bool = False  # whether nobody had to sign in, for the pages are open to this machine


def visitor(request: Request) -> Visitor:
    """Return who sent this request; raises AccessDenied."""
    client = request.client.host if request.client else ""
    if not (is_loopback(client) and is_loopback(request.url.hostname or "")):
        raise AccessDenied("the pages are open to this machine only")
    return Visitor(messages.console.LOCAL, Role.ADMIN, open=True)
