"""One's own password."""

import asyncio
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import Response

from kb import messages
from kb.errors import AccessDenied, InputError, TooManyAttempts
from kb.people import People
from kb.web import sign_in_pages as pages
from kb.web.access import Door, client_of
from kb.web.forms import fields, refused, shown, went
from kb.web.routes.signing import sign_in_at
from kb.web.signed_in import COOKIE, SignedIn, form_token, give_cookie, is_from_here, is_ours, token_of

words = messages.signing


def password_routes(people: People, door: Door, users: SignedIn) -> APIRouter:
    """Return the routes of /password."""
    own = _OwnPassword(people, door, users)
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/password", own.ask, methods=["GET", "HEAD"])
    routes.add_api_route("/password", own.change, methods=["POST"])
    return routes


class _OwnPassword:
    def __init__(self, people: People, door: Door, users: SignedIn) -> None:
        self._people = people
        self._door = door
        self._users = users

    async def ask(self, request: Request) -> Response:
        """Show the form."""
        session = await asyncio.to_thread(self._users.of, request.scope)
        if session is not None:
            return shown(pages.password(session.user, token=form_token(token_of(request.scope))))
        if await asyncio.to_thread(self._door.is_open_to, request.scope):
            return shown(pages.plain(words.CHANGE, words.NO_ACCOUNT))
        return went(sign_in_at("/password"))

    async def change(self, request: Request) -> Response:
        """Change the password; the session goes on under another token, every other one ends."""
        given, token = await fields(request), token_of(request.scope)
        session = await asyncio.to_thread(self._users.of, request.scope)
        if session is None:
            return went(sign_in_at("/password", said="expired"))
        if not (is_from_here(request.scope) and is_ours(given.get("token", ""), token)):
            return shown(pages.plain(words.CHANGE, words.FOREIGN), HTTPStatus.FORBIDDEN)
        try:
            fresh = await asyncio.to_thread(
                self._changed, token, given.get("old", ""), given.get("new", ""), given.get("again", ""), request
            )
        except (AccessDenied, InputError, TooManyAttempts) as error:
            page = pages.password(session.user, token=form_token(token), problem=str(error))
            return refused(shown(page), error)
        self._users.forget(token)
        response = shown(pages.password(session.user, token=form_token(fresh), said=words.CHANGED))
        give_cookie(response, request.scope, COOKIE, fresh)
        return response

    def _changed(self, token: str, old: str, new: str, again: str, request: Request) -> str:
        if new != again:
            raise InputError(words.UNLIKE)
        return self._people.change_password(token, old, new, client_of(request.scope))
