"""Request bodies: read within a limit, as strict JSON, into a checked model."""

from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json
from starlette.requests import ClientDisconnect, Request

from kb.errors import InputError, NothingToMatch, QuestionTooLong
from kb.web.failures import FieldError, Refused

#: Bytes of a body; the longest question in JSON's \u notation takes 12,000.
LIMIT = 64 * 1024

Model = TypeVar("Model", bound=BaseModel)

#: A field's fault that programs know by a code of its own, when it is the only one.
_SPECIAL: dict[tuple[str, str], type[InputError]] = {
    ("question", "string_too_long"): QuestionTooLong,
    ("question", "string_too_short"): NothingToMatch,
}


async def read(request: Request, model: type[Model], *, limit: int = LIMIT) -> Model:
    """Return the request's body as a `model`; raises Refused, and never reads more than `limit` bytes."""
    _check_type(request)
    body = await _bytes(request, limit)
    try:
        values = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise _broken(body, error) from None
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _unfit(error.errors(include_url=False, include_context=False, include_input=False)) from None


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """Describe such a body for the OpenAPI document."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _header(request: Request, wanted: bytes) -> str:
    """Return the first header of this name, "" when there is none."""
    for name, value in request.scope["headers"]:
        if name == wanted:
            found: str = value.decode("latin-1")
            return found
    return ""


def _check_type(request: Request) -> None:
    given = _header(request, b"content-type").partition(";")[0].strip().lower()
    if given != "application/json" and not (given.startswith("application/") and given.endswith("+json")):
        raise Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "the body must be JSON; send Content-Type: application/json",
        )


async def _bytes(request: Request, limit: int) -> bytes:
    length = _header(request, b"content-length")
    if length.isdigit() and int(length[:19]) > limit:
        raise _too_large(limit)
    body = b""
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
        if not message.get("more_body", False):
            return body


def _too_large(limit: int) -> Refused:
    return Refused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", f"a body may have {limit} bytes at most", close=True
    )


def _broken(body: bytes, error: ValueError) -> Refused:
    try:
        body.decode()
    except UnicodeDecodeError as wrong:
        return Refused(
            HTTPStatus.BAD_REQUEST, "invalid_utf8", f"the body is not UTF-8: byte {wrong.start} cannot be read"
        )
    return Refused(HTTPStatus.BAD_REQUEST, "invalid_json", f"the body is not JSON: {error}")


def _unfit(faults: list[ErrorDetails]) -> Refused:
    fields = [FieldError(".".join(map(str, one["loc"])), one["type"], one["msg"]) for one in faults]
    code = "bad_input"
    if len(fields) == 1:
        code = _SPECIAL.get((fields[0].field, fields[0].code), InputError).code
    detail = "; ".join(f"{one.field}: {one.message}" if one.field else one.message for one in fields[:5])
    return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, code, detail, fields=fields)
