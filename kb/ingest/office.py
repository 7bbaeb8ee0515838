"""Office files are archives: which kind they are, whether they carry macros, and bounds on what they unpack to."""

import zipfile
import zlib
from lzma import LZMAError
from typing import Final

from kb.ingest.contents import sniff, wrong_format
from kb.ingest.problems import Code, Unusable

MOST_PARTS: Final = 10_000
LARGEST_UNPACKED: Final = 256 << 20  # bytes, all parts together; pictures are most of it, and not unpacked
LARGEST_PART: Final = 64 << 20  # bytes of a part that is read
_PASSWORD = 0x1  # flag of a part in the archive
_MAIN: Final = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx", "ppt/presentation.xml": "pptx"}
_TYPES = "[Content_Types].xml"


def office_kind(archive: zipfile.ZipFile) -> str:
    """What an archive is: xlsx, docx, pptx, or zip when it is something else."""
    parts = {part.filename.lower() for part in archive.infolist()}
    return next((kind for main, kind in _MAIN.items() if main in parts), "zip")


def has_macros(archive: zipfile.ZipFile) -> bool:
    """Whether there is a part with macros; it is never looked into."""
    return any(
        part.filename.lower().endswith(("vbaproject.bin", "macrosheets/sheet1.xml")) for part in archive.infolist()
    )


def refuse_unless(kind: str, data: bytes) -> None:
    """Raise Unusable when `data` is not an Office file of this kind, is encrypted, damaged, or unpacks to too much."""
    found = sniff(data)
    if found != "zip":
        raise wrong_format(found, data)
    try:
        from io import BytesIO

        with zipfile.ZipFile(BytesIO(data)) as archive:
            _refuse(archive, kind)
    except (zipfile.BadZipFile, zlib.error, LZMAError, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise Unusable(Code.DAMAGED) from error


def _refuse(archive: zipfile.ZipFile, kind: str) -> None:
    parts = archive.infolist()
    if any(part.flag_bits & _PASSWORD for part in parts):
        raise Unusable(Code.ENCRYPTED)
    if (found := office_kind(archive)) != kind:
        raise wrong_format(found)
    read = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
    if (
        len(parts) > MOST_PARTS
        or sum(part.file_size for part in parts) > LARGEST_UNPACKED
        or any(part.file_size > LARGEST_PART for part in read)
    ):
        raise Unusable(Code.TOO_LARGE_UNPACKED, limit=LARGEST_UNPACKED >> 20)
    for part in read:
        # a document type has no place in an Office file; it only serves to name entities, and these to blow it up
        with archive.open(part) as stream:
            if b"<!DOCTYPE" in stream.read(4096) or b"<!ENTITY" in stream.read(4096):
                raise Unusable(Code.DAMAGED)
