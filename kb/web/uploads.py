"""Uploads: read within limits, whatever was announced, under names that a file can have."""

from http import HTTPStatus
from pathlib import PurePosixPath

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.types import Message, Receive

from kb.errors import InputError
from kb.web.failures import Refused

#: Bytes of an upload, all files together, and how many files there may be.
LARGEST = 64 << 20
MOST_FILES = 50
_LONGEST_NAME = 200  # bytes; file systems take 255

FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            }
        },
    }
}


async def uploaded(request: Request) -> list[tuple[str, bytes]]:
    """Read the files that come in the field `files`; their names are what the sources are called."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "files must come as multipart/form-data, in the field `files`",
        )
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length[:19]) > LARGEST:
        raise _too_large()
    limited = Request(request.scope, _limited(request.receive))
    async with limited.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
        return [(name, await file.read()) for name, file in _named(form)]


def _named(form: FormData) -> list[tuple[str, UploadFile]]:
    found: dict[str, UploadFile] = {}
    for field, value in form.multi_items():
        if field != "files" or not isinstance(value, UploadFile):
            raise InputError(f"the field {field!r} is not expected; send files in the field `files`")
        name = file_name(value.filename or "")
        if name in found:
            raise InputError(f"two files are called {name!r}; rename one of them")
        found[name] = value
    if not found:
        raise InputError("there is no file; send at least one in the field `files`")
    return list(found.items())


def file_name(given: str) -> str:
    """The name without folders, as browsers send it; raises InputError when no file can be called so."""
    name = PurePosixPath(given.replace("\\", "/")).name
    if not name or name.startswith(".") or not name.isprintable() or len(name.encode()) > _LONGEST_NAME:
        raise InputError(f"a file cannot be called {given[:40]!r}; rename it")
    return name


def _limited(receive: Receive) -> Receive:
    """Count what comes in and stop when it is too much, whatever was announced."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST:
            raise _too_large()
        return message

    return counted


def _too_large() -> Refused:
    return Refused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "body_too_large",
        f"an upload may have {LARGEST >> 20} MB at most; send several",
        close=True,
    )
