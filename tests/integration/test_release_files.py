"""The files of a release: hashed once, written a line a value, and laid on the disk while they are made."""

import hashlib
import os
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.index import digests, lines
from kb.index.room import Room, rest

VALUES = st.lists(st.text(alphabet='甲乙a\n"', max_size=3), max_size=6)


def settled(file: Path, content: bytes) -> Path:
    """Written a while ago."""
    file.write_bytes(content)
    a_while_ago = time.time_ns() - 10**10
    os.utime(file, ns=(a_while_ago, a_while_ago))
    return file


def test_a_file_is_hashed_once_under_all_its_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = settled(tmp_path / "a", b"one")
    found = digests.digest(file)
    (tmp_path / "b").hardlink_to(file)
    monkeypatch.setattr(hashlib, "file_digest", None)
    assert digests.digest(file) == digests.digest(tmp_path / "b") == found


def test_a_file_that_was_written_to_is_hashed_again(tmp_path: Path) -> None:
    file = settled(tmp_path / "a", b"one")
    before = digests.digest(file)
    file.write_bytes(b"two")  # of the same size
    assert digests.digest(file) != before


def test_what_was_written_just_now_is_not_remembered(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"one")
    at = file.stat().st_mtime_ns
    before = digests.digest(file)
    file.write_bytes(b"two")
    os.utime(file, ns=(at, at))  # within one tick of the disk's clock
    assert digests.digest(file) != before


@given(before=VALUES, now=VALUES)
@example(before=["甲乙"], now=["", "乙"])
@example(before=["丙", "甲乙"], now=["乙", "乙"])
def test_lines_written_beside_others_are_those_written_anew(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], now: list[str]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    lines.write(folder / "before", before)
    earlier = lines.Earlier(before, folder / "before", digests.digest(folder / "before"))
    lines.write(folder / "beside", now, earlier=earlier)
    lines.write(folder / "anew", now)
    assert (folder / "beside").read_bytes() == (folder / "anew").read_bytes()
    assert lines.read(folder / "beside", str) == lines.read(folder / "beside", str, earlier=earlier) == now


def test_lines_of_a_file_that_is_another_now_are_not_taken(tmp_path: Path) -> None:
    lines.write(tmp_path / "before", ["甲", "乙"])
    earlier = lines.Earlier(["甲", "乙"], tmp_path / "before", digests.digest(tmp_path / "before"))
    lines.write(tmp_path / "before", ["丙", "乙"])
    lines.write(tmp_path / "now", ["甲", "乙", "丁"], earlier=earlier)
    assert lines.read(tmp_path / "now", str) == ["甲", "乙", "丁"]
    lines.write(tmp_path / "other", ["丙", "乙"])
    assert lines.read(tmp_path / "other", str, earlier=earlier) == ["丙", "乙"]
    (tmp_path / "before").unlink()
    assert lines.read(tmp_path / "now", str, earlier=earlier) == ["甲", "乙", "丁"]


@pytest.mark.parametrize("sizes", [[3, 0, 2], [1], [0]], ids=["several pieces", "one", "nothing"])
def test_pieces_that_are_laid_read_as_one_array(tmp_path: Path, sizes: list[int]) -> None:
    room = Room(tmp_path / "room")
    whole = np.arange(sum(sizes) * 2, dtype=np.float16).reshape(-1, 2)
    pieces = np.split(whole, np.cumsum(sizes)[:-1])
    first, second = room.lay((piece, piece[:, :1].astype(np.int32)) for piece in pieces)
    room.rest()
    np.testing.assert_array_equal(first, whole)
    np.testing.assert_array_equal(second, whole[:, :1])
    assert [str(one.dtype) for one in (first, second)] == ["float16", "int32"]
    file = room.file(second)
    assert file
    np.testing.assert_array_equal(np.load(file), second)
    assert room.file(whole) is None
    room.clear()
    assert not file.exists()
    np.testing.assert_array_equal(first, whole)


def test_what_rests_is_read_again_as_it_was(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(10_000))
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r").view(np.ndarray)
    in_memory, laid = np.arange(10_000), Room(tmp_path / "room").lay([[np.arange(10_000)]])[0]
    for array in (mapped, mapped[2_000:], in_memory, laid, laid.reshape(-1, 2)):
        expected = array.copy()
        rest(array)
        np.testing.assert_array_equal(array, expected)


def test_what_is_kept_is_written_meanwhile_and_stays_as_it_is(tmp_path: Path) -> None:
    room = Room(tmp_path / "room")
    arrays: list[np.ndarray] = [np.arange(6).reshape(3, 2), np.arange(4, dtype=np.float32)]
    for array in arrays:
        room.keep(array)
    for array in arrays:
        file = room.file(array)
        assert file
        np.testing.assert_array_equal(np.load(file), array)
    assert room.file(arrays[0].copy()) is None
    room.clear()
    assert not (tmp_path / "room").exists()


def test_a_disk_that_refuses_what_is_kept_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: Path, _array: np.ndarray) -> None:
        raise OSError(28, "No space left on device")

    room, array = Room(tmp_path / "room"), np.arange(3)
    monkeypatch.setattr(np, "save", full)
    room.keep(array)
    with pytest.raises(OSError, match="No space"):
        room.file(array)
    room.clear()
