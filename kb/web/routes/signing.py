"""Signing in and out: plain forms, each with a token that only our own page knows."""

import asyncio
import secrets
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request
from starlette.responses import Response

from kb import messages
from kb.errors import AccessDenied, TooManyAttempts
from kb.people import People
from kb.web import sign_in_pages as pages
from kb.web.access import Door, client_of
from kb.web.forms import fields, refused, shown, went
from kb.web.signed_in import COOKIE, SignedIn, form_token, give_cookie, is_from_here, is_ours, take_cookie, token_of

#: Where one is after signing in, unless one came from somewhere.
HOME = "/desk"
#: What makes the first user.
FIRST_USER = "kb users add NAME --role admin"
#: The secret of a browser that nobody has signed in with yet.
FORM_COOKIE = "kb_form"

words = messages.signing
_SAID = {"out": words.SIGNED_OUT, "expired": words.EXPIRED, "first": words.AGAIN}


def signing_routes(people: People, door: Door, users: SignedIn) -> APIRouter:
    """Return the routes of /sign-in and /sign-out."""
    signing = _Signing(people, door, users)
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/sign-in", signing.ask, methods=["GET", "HEAD"])
    routes.add_api_route("/sign-in", signing.sign_in, methods=["POST"])
    routes.add_api_route("/sign-out", signing.sign_out, methods=["POST"])
    return routes


def local(to: str) -> str:
    """Return an address of our own to go to; anything that could lead elsewhere, or round in a circle, leads home."""
    parts = urlsplit(to)
    inside = to.startswith("/") and not (parts.scheme or parts.netloc or to.startswith("//"))
    if not inside or "\\" in to or not to.isprintable() or parts.path.startswith(("/sign-", "/_nicegui")):
        return HOME
    return to


def sign_in_at(to: str, *, said: str = "first") -> str:
    """Return the address of the sign-in page that leads back to `to`."""
    return f"/sign-in?to={quote(to, safe='/')}&said={said}"


class _Signing:
    """Whatever takes argon2's time, or may wait for the database, is done in a thread."""

    def __init__(self, people: People, door: Door, users: SignedIn) -> None:
        self._people = people
        self._door = door
        self._users = users

    async def ask(self, request: Request, to: str = HOME, said: str = "") -> Response:
        """Show the form, unless nobody has to sign in, or somebody has."""
        to = local(to)
        if await asyncio.to_thread(self._door.is_open_to, request.scope):
            return shown(pages.open_here(to))
        if not await asyncio.to_thread(self._users.anybody):
            return shown(pages.no_users(FIRST_USER))
        if await asyncio.to_thread(self._users.of, request.scope):
            return went(to)
        return _form(request, to=to, said=_SAID.get(said, ""))

    async def sign_in(self, request: Request) -> Response:
        """Begin a session and go on to where one came from."""
        given = await fields(request)
        to, name, password = local(given.get("to", "")), given.get("name", "").strip(), given.get("password", "")
        if not is_from_here(request.scope):
            return shown(pages.plain(words.TITLE, words.FOREIGN), HTTPStatus.FORBIDDEN)
        if not is_ours(given.get("token", ""), request.cookies.get(FORM_COOKIE, "")):
            return _form(request, HTTPStatus.FORBIDDEN, to=to, name=name, problem=words.STALE)
        if not (name and password):
            return _form(request, HTTPStatus.UNPROCESSABLE_ENTITY, to=to, name=name, problem=words.EMPTY)
        try:
            token = await asyncio.to_thread(self._people.sign_in, name, password, client_of(request.scope))
        except (AccessDenied, TooManyAttempts) as error:
            return refused(_form(request, to=to, name=name, problem=str(error)), error)
        response = went(to)
        give_cookie(response, request.scope, COOKIE, token)
        take_cookie(response, request.scope, FORM_COOKIE)
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        given, token = await fields(request), token_of(request.scope)
        if token and not (is_from_here(request.scope) and is_ours(given.get("token", ""), token)):
            return shown(pages.plain(words.SIGN_OUT, words.FOREIGN), HTTPStatus.FORBIDDEN)
        if token:
            await asyncio.to_thread(self._people.sign_out, token)
            self._users.forget(token)
        response = went("/sign-in?said=out")
        take_cookie(response, request.scope, COOKIE)
        return response


def _form(
    request: Request, status: HTTPStatus = HTTPStatus.OK, *, to: str, name: str = "", problem: str = "", said: str = ""
) -> Response:
    """Return the page with the form; its token goes with a cookie that this browser is given, or has."""
    secret = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    page = pages.sign_in(token=form_token(secret), to=to, name=name, problem=problem, said=said)
    response = shown(page, status)
    give_cookie(response, request.scope, FORM_COOKIE, secret, strict=True)
    return response
