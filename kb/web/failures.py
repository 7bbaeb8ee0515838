"""Errors become problem details (RFC 9457): a status, a stable code, and what to do. Never a stack trace."""

import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb import errors

log = logging.getLogger("kb.web")

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:kb:problem:"

#: What each error means in HTTP; an error that is not listed has the status of the one it is derived from.
STATUS: dict[type[errors.KbError], HTTPStatus] = {
    errors.KbError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ConfirmationNeeded: HTTPStatus.CONFLICT,
    errors.PublicationRefused: HTTPStatus.CONFLICT,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.NotReady: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ReleaseError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DiskRefused: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.AccessDenied: HTTPStatus.UNAUTHORIZED,
    errors.TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    errors.RoleTooLow: HTTPStatus.FORBIDDEN,
}

#: Codes of what only HTTP can get wrong.
_CODES = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "body_too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    HTTPStatus.UNPROCESSABLE_ENTITY: "bad_input",
}

_ABOUT_QUESTION = (errors.QuestionTooLong, errors.NothingToMatch)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of the input; the value itself is not repeated."""

    field: str
    code: str
    message: str


class Refused(Exception):
    """A request that HTTP's own rules refuse, before any use case sees it."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        *,
        fields: Sequence[FieldError] = (),
        close: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Say why; `close` ends the connection, for a body that will not be read to its end."""
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.fields = fields
        self.headers = {**(headers or {}), **({"Connection": "close"} if close else {})}


def problem(
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    fields: Sequence[FieldError] = (),
    instance: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return a problem document with a title that goes with its code."""
    content = {
        "type": _TYPE + code,
        "title": code.replace("_", " ").capitalize(),
        "status": int(status),
        "detail": detail,
        "code": code,
        "errors": [{"field": one.field, "code": one.code, "message": one.message} for one in fields],
    }
    if instance:
        content["instance"] = instance
    return Response(
        json.dumps(content, ensure_ascii=False).encode(), int(status), headers=headers, media_type=MEDIA_TYPE
    )


def status_of(error: errors.KbError) -> HTTPStatus:
    """Return the HTTP status of an error."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def install(app: FastAPI) -> None:
    """Answer every failure with a problem; what nobody foresaw is caught around everything else."""

    @app.exception_handler(errors.KbError)
    async def known(_: Request, error: errors.KbError) -> Response:
        return _known(error)

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> Response:
        return problem(error.status, error.code, error.detail, fields=error.fields, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        fields = [FieldError(_place(one["loc"]), one["type"], one["msg"]) for one in error.errors()]
        return problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "bad_input", "the request cannot be used; see `errors`", fields=fields
        )

    @app.exception_handler(HTTPException)
    async def plain(_: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        code = _CODES.get(status, status.name.lower())
        headers = dict(error.headers) if error.headers else None
        return problem(status, code, _DETAILS.get(status, str(error.detail)), headers=headers)

    app.add_middleware(Catch)


_DETAILS = {
    HTTPStatus.NOT_FOUND: "there is nothing at this address; the addresses are listed at /docs",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address knows other methods; see the Allow header",
}


class Catch:
    """The outermost layer of the application: an error that nobody foresaw is logged and told apart by an id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer `internal_error` when it fails before an answer was begun."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except ClientDisconnect:
            pass  # nobody is left to be told
        except Exception:
            incident = secrets.token_hex(8)
            log.exception("unexpected error", extra={"incident": incident, "path": scope.get("path", "")})
            if begun or scope["type"] != "http":
                raise
            answer = problem(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "internal_error",
                f"something went wrong on our side; the log has the details under {incident}",
                instance=f"urn:kb:incident:{incident}",
            )
            await answer(scope, receive, send)


def _known(error: errors.KbError) -> Response:
    status = status_of(error)
    headers: dict[str, str] = {}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="kb"'
    elif status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "2"
    elif status is HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s: %s", error.code, error)
    fields = [FieldError("question", error.code, str(error))] if isinstance(error, _ABOUT_QUESTION) else []
    return problem(status, error.code, str(error), fields=fields, headers=headers)


def _place(location: Sequence[str | int]) -> str:
    """Name a field as the caller wrote it: tags.2 for the third tag, without saying query or body before it."""
    inner = location[1:] if location and location[0] in ("query", "path", "body", "header") else location
    return ".".join(str(part) for part in inner)
