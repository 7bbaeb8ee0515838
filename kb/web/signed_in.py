"""Who is signed in, by the cookie that a browser sends; and what keeps other sites from using it."""

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from typing import Literal
from urllib.parse import urlsplit

from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from kb.people import People
from kb.types import Session

COOKIE = "kb_session"
#: Sessions remembered at once.
_MOST = 1000


class SignedIn:
    """Looks sessions up. What the store said is remembered for a second, in every process by itself."""

    def __init__(
        self, people: People, *, monotonic: Callable[[], float] = time.monotonic, remember_s: float = 1.0
    ) -> None:
        """Ask `people`, and not again within `remember_s` seconds of `monotonic`."""
        self._people = people
        self._monotonic = monotonic
        self._remember_s = remember_s
        self._known: dict[tuple[str, bool], tuple[float, Session]] = {}
        self._anybody: tuple[float, bool] = (float("-inf"), True)

    def session(self, token: str, *, working: bool = True) -> Session | None:
        """Return the session of a token; it lasts longer when somebody is `working`, not only looking on."""
        mark = (_mark(token), working)
        now = self._monotonic()
        until, session = self._known.get(mark, (float("-inf"), None))
        if session is not None and now < until:
            return session
        session = self._people.session(token, working=working)
        if session is None:
            self._known.pop(mark, None)
            return None
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[mark] = (now + self._remember_s, session)
        return session

    def of(self, scope: Scope, *, working: bool = True) -> Session | None:
        """Return the session of whoever sent a request."""
        token = token_of(scope)
        return self.session(token, working=working) if token else None

    def forget(self, token: str) -> None:
        """Ask again for this token: its session was ended here."""
        for working in (True, False):
            self._known.pop((_mark(token), working), None)

    def anybody(self) -> bool:
        """Whether there is a user."""
        until, found = self._anybody
        now = self._monotonic()
        if now >= until:
            found = self._people.any()
            self._anybody = (now + self._remember_s, found)
        return found


def _mark(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def cookies_of(scope: Scope) -> dict[str, str]:
    """Return the cookies that came with a request."""
    found: dict[str, str] = {}
    for value in _headers(scope, b"cookie"):
        found |= cookie_parser(value)
    return found


def token_of(scope: Scope) -> str:
    """Return the session's token that came with a request, "" when there is none."""
    return cookies_of(scope).get(COOKIE, "")


def is_secure(scope: Scope) -> bool:
    """Whether the browser asked over https, itself or by way of a proxy on this machine that says so."""
    return scope.get("scheme") in ("https", "wss")


def give_cookie(response: Response, scope: Scope, name: str, value: str, *, strict: bool = False) -> None:
    """Give the browser a cookie that no script reads, no other site sends, and that ends with the browser's run."""
    # lax: a link in a chat to /desk must find the colleague signed in
    same_site: Literal["strict", "lax"] = "strict" if strict else "lax"
    response.set_cookie(name, value, path="/", secure=is_secure(scope), httponly=True, samesite=same_site)


def take_cookie(response: Response, scope: Scope, name: str) -> None:
    """Take a cookie away from the browser."""
    response.delete_cookie(name, path="/", secure=is_secure(scope), httponly=True, samesite="lax")


def form_token(secret: str) -> str:
    """Return what a form of ours carries: only a page that this browser got from us can know it."""
    return hmac.new(secret.encode("utf-8", "surrogatepass"), b"kb form", hashlib.sha256).hexdigest()


def is_ours(given: str, secret: str) -> bool:
    """Whether a form carries the token that goes with this browser's secret."""
    return bool(secret) and hmac.compare_digest(given.encode("utf-8", "surrogatepass"), form_token(secret).encode())


def is_from_here(scope: Scope) -> bool:
    """Whether a request was made by a page of ours, as far as the browser says; programs say nothing.

    Behind a proxy the service may go by another name: then Sec-Fetch-Site, which every present browser sends over
    https, knows better than a comparison of names.
    """
    for site in _headers(scope, b"sec-fetch-site"):
        return site in ("same-origin", "none")
    host = next(_headers(scope, b"host"), "")
    return all(urlsplit(origin).netloc == host for origin in _headers(scope, b"origin"))


def _headers(scope: Scope, wanted: bytes) -> Iterator[str]:
    return (value.decode("latin-1") for name, value in scope["headers"] if name == wanted)
