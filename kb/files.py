"""Files that are there whole, or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kb.errors import DiskRefused


@contextmanager
def whole(file: Path) -> Iterator[BinaryIO]:
    """Write beside `file`, whose folder is made if need be, and over it at the end; what fails leaves it as it was.

    Raises DiskRefused when the disk is full or the folder may not be changed.
    """
    beside = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise DiskRefused.at(file, error) from error


def write_whole(file: Path, content: bytes) -> None:
    """Write `content` to `file`, whole or not at all."""
    with whole(file) as stream:
        stream.write(content)
