"""Digests of files, each worked out once for as long as nobody writes to the file.

A file is known again by its place on the disk, its size and when it was last written to; hard links of one file are
one. What was written just now might be written to again within one tick of the disk's clock, and is not remembered.
"""

import hashlib
import os
import time
from pathlib import Path

_SETTLED_S = 1.0
_MOST = 10_000  # files remembered at once

_known: dict[tuple[int, int], tuple[int, int, str]] = {}  # by device and inode: size, time of writing, digest


def digest(file: Path) -> str:
    """Return the SHA-256 of a file; raises OSError."""
    before = file.stat()
    known = _known.get((before.st_dev, before.st_ino))
    if known is not None and known[:2] == (before.st_size, before.st_mtime_ns):
        return known[2]
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
        after = os.fstat(stream.fileno())
    if (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns):
        _remember(after, found)
    return found


def settle(file: Path, found: str) -> None:
    """Remember the digest of a file that only the caller could have written to since it was worked out."""
    _remember(file.stat(), found)


def _remember(at: os.stat_result, found: str) -> None:
    if time.time() - at.st_mtime < _SETTLED_S:
        return
    if len(_known) >= _MOST:
        _known.clear()
    _known[at.st_dev, at.st_ino] = (at.st_size, at.st_mtime_ns, found)
