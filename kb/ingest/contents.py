"""What a file holds, whatever its name says, and how much of it is accepted."""

from pathlib import Path

from kb import messages
from kb.ingest.problems import Code, Unusable

LARGEST_FILE = 64 << 20  # bytes
_SNIFFED = 1024
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")  # name of a stream in the container


def load(path: Path) -> bytes:
    """All bytes of a file. Raises Unusable when it is empty, too large or can't be read."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise Unusable(Code.TOO_LARGE, size=size >> 20, limit=LARGEST_FILE >> 20)
        data = path.read_bytes()
    except OSError as error:
        raise Unusable(Code.UNREADABLE, reason=error.strerror or str(error)) from error
    if not data:
        raise Unusable(Code.EMPTY_FILE)
    return data


def refuse_unless_text(data: bytes) -> None:
    """Raise Unusable when `data` is a workbook, an archive or a PDF that only calls itself text."""
    kind = sniff(data)
    if kind in ("zip", "ole", "pdf"):
        raise wrong_format(kind)


def wrong_format(kind: str, data: bytes = b"") -> Unusable:
    """The refusal of a file that holds `kind`, a key of `messages.ingest.CONTENTS`; an encrypted one is called so."""
    if kind == "ole" and _ENCRYPTED_OFFICE in data:
        return Unusable(Code.ENCRYPTED)
    return Unusable(Code.WRONG_FORMAT, actual=messages.ingest.CONTENTS[kind])


def sniff(data: bytes) -> str:
    """Name what the first bytes are: zip, ole, pdf, html, text or binary."""
    start = data[:_SNIFFED]
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if start.startswith(b"%PDF-"):
        return "pdf"
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        return "html"
    return "binary" if b"\0" in start else "text"
