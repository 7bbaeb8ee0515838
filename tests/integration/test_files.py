"""A file is there whole, or not at all."""

import errno
from pathlib import Path

import pytest

from kb.errors import DiskRefused
from kb.files import whole, write_whole


def test_it_is_written_into_a_folder_that_is_made(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b.txt", b"new")
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"new"


def half(file: Path) -> None:
    with whole(file) as stream:
        stream.write(b"ne")
        raise OSError(errno.ENOSPC, "No space left on device")


def test_what_fails_half_way_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    write_whole(file, b"old")
    with pytest.raises(DiskRefused, match="disk is full"):
        half(file)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]
