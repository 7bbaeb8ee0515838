"""Room on the disk for arrays that are too large to be held in memory while all of them are made."""

import mmap
import shutil
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

_T = TypeVar("_T", bound=np.generic)


class Laid(Generic[_T]):
    """An array that is being written, as `np.save` would write it."""

    def __init__(self, file: Path) -> None:
        """Begin; raises OSError when the disk refuses, as everything does."""
        self.file = file
        self._out: BinaryIO = file.open("wb")
        self._rows = 0
        self._last: NDArray[_T] | None = None

    def add(self, piece: NDArray[_T]) -> None:
        """Write some rows behind the others."""
        if self._last is None:
            _write_head(self._out, piece, 0)
        np.ascontiguousarray(piece).tofile(self._out)
        self._rows += len(piece)
        self._last = piece[:0]

    def done(self) -> tuple[NDArray[_T], mmap.mmap]:
        """Return all rows, of which a piece was added at least, and the mapping that they are read through."""
        assert self._last is not None
        self._out.seek(0)
        _write_head(self._out, self._last, self._rows)  # which leaves room for any number of rows
        begin = self._out.tell()
        self._out.close()
        with self.file.open("rb") as laid:
            mapped = mmap.mmap(laid.fileno(), 0, access=mmap.ACCESS_READ)
        shape = (self._rows, *self._last.shape[1:])
        rows = np.frombuffer(mapped, self._last.dtype, int(np.prod(shape)), begin)
        return rows.reshape(shape), mapped


class Room:
    """A folder in which arrays are written piece by piece and mapped; `clear` empties it."""

    def __init__(self, folder: Path) -> None:
        """Take a folder that nobody else writes to; it is made when it is needed."""
        self._folder = folder
        self._laid: list[tuple[NDArray[Any], mmap.mmap, Path]] = []
        self._kept: list[tuple[NDArray[Any], Future[Path]]] = []
        self._keeping = ThreadPoolExecutor(1)

    def lay(self, pieces: Iterable[Sequence[NDArray[Any]]]) -> list[NDArray[Any]]:
        """Return one array for each of those that come in pieces side by side; there is one piece at least.

        Raises OSError when the disk refuses.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        growing: list[Laid[Any]] = []
        for piece in pieces:
            if not growing:
                first = len(self._laid)
                growing = [Laid(self._folder / f"{first + at}.npy") for at in range(len(piece))]
            for laid, some in zip(growing, piece, strict=True):
                laid.add(some)
        for laid in growing:
            array, mapped = laid.done()
            self._laid.append((array, mapped, laid.file))
        return [array for array, _, _ in self._laid[len(self._laid) - len(growing) :]]

    def keep(self, array: NDArray[Any]) -> None:
        """Begin to write an array that stays in memory; whatever else is to be done goes on meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / f"kept-{len(self._kept)}.npy"
        self._kept.append((array, self._keeping.submit(_saved, file, array)))

    def file(self, array: object) -> Path | None:
        """Where an array was laid, or kept, as soon as it is there whole; raises OSError when the disk refused it."""
        kept = next((file.result() for written, file in self._kept if written is array), None)
        return kept or next((file for laid, _, file in self._laid if laid is array), None)

    def rest(self) -> None:
        """Take the arrays out of memory; what is read of them comes back."""
        for _, mapped, _ in self._laid:
            mapped.madvise(mmap.MADV_DONTNEED)

    def clear(self) -> None:
        """Remove the files; arrays that are still in use stay readable."""
        self._keeping.shutdown(cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)


def rest(array: NDArray[Any]) -> None:
    """Take an array that is mapped from a file out of memory; what is read of it comes back."""
    owner: object = array
    while isinstance(owner, np.ndarray):
        owner = owner.base
    if isinstance(owner, memoryview):
        owner = owner.obj
    if isinstance(owner, mmap.mmap):
        owner.madvise(mmap.MADV_DONTNEED)


def _saved(file: Path, array: NDArray[Any]) -> Path:
    np.save(file, array)
    return file


def _write_head(out: BinaryIO, piece: NDArray[Any], rows: int) -> None:
    header = npy.header_data_from_array_1_0(piece[:0])
    npy.write_array_header_1_0(out, {**header, "shape": (rows, *piece.shape[1:])})
