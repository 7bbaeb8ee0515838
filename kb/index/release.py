"""Releases on disk: written whole beside the others, verified, then named; never changed afterwards.

A release is a folder named by its id. Until it is complete it carries another name, so that whatever breaks off leaves
nothing that could be taken for a release; `sweep` removes such remains.
"""

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import DiskRefused, ReleaseError, ReleaseMismatch
from kb.index import digests, lines
from kb.index.faiss_index import FaissIndexing
from kb.index.knowledge import Knowledge
from kb.index.room import Room
from kb.index.saved import (
    ENTRIES,
    VECTORS,
    Beside,
    Folder,
    base_of,
    is_array_of_both,
    read_entries,
    read_json,
    read_knowledge,
    reads_as,
    reads_as_written,
    share,
    write_entries,
    write_knowledge,
    write_text,
)
from kb.index.shelf import Shelf, findable
from kb.text import NORMALISER, Words
from kb.types import Document, Limits, Manifest, Passage, PassageId, ReleaseId

if TYPE_CHECKING:
    from kb.ports import Indexing

_UNFINISHED = ".building-"
_MANIFEST = "manifest.json"
_CALIBRATION = "calibration.json"
_DOCUMENTS = "documents.jsonl"
_OUTCOMES = "golden.json"
_OF_PASSAGES = "passages."  # before the names of the files that search passages
#: Files that each release has for itself.
_OWN = frozenset({ENTRIES, _CALIBRATION, _OUTCOMES, _DOCUMENTS})
#: Files up to this size are compared with the manifest whenever a release is opened, larger ones when it is verified.
_HASHED_ON_OPENING = 4 << 20
_AT_ONCE = 2  # files that are hashed at once: it takes longer than reading them


@dataclass(frozen=True, slots=True)
class Release:
    """An opened release; safe to share between threads."""

    manifest: Manifest
    knowledge: Knowledge
    calibration: str  # JSON, as kb.answer.confidence writes and reads it
    shelf: Shelf | None = None  # product documents; None when there are none
    outcomes: str = ""  # JSON, as kb.publish.touched writes and reads it


def write(root: Path, made: Release, beside: Release | None = None, room: Room | None = None) -> Manifest:
    """Write a release below `root` and return its manifest with the files filled in.

    What it has in common with the release `beside` it, which must be whole, is not written again: both have the file.
    What was laid in the `room`, on the same disk, is not written again either.
    The folder gets its name only once every byte is on disk and, where it is `laid_beside` the other, has been read
    back and held against what was made. Raises DiskRefused when the disk refuses, ReleaseError when it gives back
    something else, and leaves nothing behind then.
    """
    root.mkdir(parents=True, exist_ok=True)
    manifest, knowledge, shelf = made.manifest, made.knowledge, made.shelf
    folder = root / f"{_UNFINISHED}{manifest.id}-{os.getpid()}"
    files: dict[str, str] = {}
    try:
        folder.mkdir()
        there = _there(root, beside) if beside else None
        if there and beside:
            files = _share(there.folder, folder, beside.manifest, _kept(there, beside, made))
        if not (beside and _searched_the_same(beside.knowledge, knowledge)):
            write_knowledge(Folder(folder), knowledge, beside=there, room=room)
        write_text(folder / _CALIBRATION, made.calibration)
        write_text(folder / _OUTCOMES, made.outcomes)
        write_entries(folder, knowledge.entries, there)
        if shelf:
            lines.write(folder / _DOCUMENTS, [asdict(one) for one in shelf.documents])
            if f"{_OF_PASSAGES}{VECTORS}" not in files:
                write_knowledge(Folder(folder, _OF_PASSAGES), shelf.knowledge, words=knowledge.words)
        written = [file for file in sorted(folder.iterdir()) if file.name not in files]
        with ThreadPoolExecutor(_AT_ONCE) as flushing:
            flushed = flushing.map(_flushed, written)
        files |= {file.name: digest for file, digest in zip(written, flushed, strict=True)}
        manifest = replace(manifest, files=files)
        write_text(folder / _MANIFEST, json.dumps(_manifest_to_json(manifest), ensure_ascii=False, indent=2))
        _flush(folder / _MANIFEST)
        _flush(folder)
        for file in written:
            digests.settle(file, files[file.name])
        if there and beside and laid_beside(made, beside):
            _confirm(folder, replace(made, manifest=manifest), there)
        folder.rename(root / manifest.id)
        _flush(root)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise DiskRefused.at(f"the folder of releases {root}", error) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return manifest


def open_release(
    root: Path,
    release: ReleaseId,
    embedder: str,
    indexing: "Indexing | None" = None,
    *,
    beside: Release | None = None,
) -> Release:
    """Open a release for serving; its vectors are searched with FAISS unless another way is given.

    What it has in common with the release `beside` it, which is open, is not read again.
    Raises ReleaseMismatch when it was made with another embedder or normaliser, ReleaseError when it is damaged.
    """
    folder = root / release
    manifest = _manifest_for(root, release, embedder)
    try:
        for name, digest in manifest.files.items():
            if (folder / name).stat().st_size <= _HASHED_ON_OPENING and digests.digest(folder / name) != digest:
                raise _damaged(release, name)
        there = _there(root, beside) if beside else None
        entries = read_entries(folder, there)
        indexing = indexing or FaissIndexing()
        files = {name: manifest.files[name] for name in _of_knowledge(manifest)}
        if there and beside and there.same(files) == files.keys() == _of_knowledge(beside.manifest):
            knowledge = there.knowledge.answering(entries)
        else:
            knowledge = read_knowledge(Folder(folder), files, entries, indexing, beside=there)
        return Release(
            manifest,
            knowledge,
            _read_text(folder, manifest, _CALIBRATION),
            _read_shelf(folder, manifest, indexing, knowledge.words) if _DOCUMENTS in manifest.files else None,
            _read_text(folder, manifest, _OUTCOMES),
        )
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _damaged(release, str(error)) from error


def calibration(root: Path, release: ReleaseId, embedder: str, indexing: "Indexing | None" = None) -> str:
    """Make sure that a release opens, and return its calibration.

    Nothing but that is read where this program would have made every file of it as it is. Raises as `open_release`.
    """
    manifest = _manifest_for(root, release, embedder)
    if not reads_as_written(root / release):
        return open_release(root, release, embedder, indexing).calibration
    try:
        return _read_text(root / release, manifest, _CALIBRATION)
    except (OSError, ValueError) as error:
        raise _damaged(release, str(error)) from error


def laid_beside(made: Release, beside: Release) -> bool:
    """Whether a release searches what the one beside it does, but for a few rows at most."""
    return base_of(made.knowledge.vectors) is base_of(beside.knowledge.vectors)


def read_manifest(root: Path, release: ReleaseId) -> Manifest:
    """Read a release's manifest alone; raises ReleaseError when there is none that can be read."""
    try:
        return _manifest_from_json(read_json(root / release / _MANIFEST))
    except FileNotFoundError as error:
        raise ReleaseError(f"release {release} is not in {root}; run `kb publish` to build one") from error
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _damaged(release, str(error)) from error


def _manifest_for(root: Path, release: ReleaseId, embedder: str) -> Manifest:
    """Read the manifest of a release that this program can open."""
    manifest = read_manifest(root, release)
    if manifest.embedder != embedder:
        raise ReleaseMismatch(
            f"release {release} was built with the embedder {manifest.embedder}; "
            f"run `kb publish` to build one for {embedder}, or set KB_EMBEDDING_MODEL back"
        )
    if manifest.normaliser != NORMALISER:
        raise ReleaseMismatch(
            f"release {release} was built with text normaliser {manifest.normaliser}, this program has {NORMALISER}; "
            "run `kb publish` to build it anew"
        )
    return manifest


def searched(manifest: Manifest) -> set[str]:
    """Return the digests of the vectors that a release searches: of its entries, and of its passages."""
    names = (VECTORS, f"{_OF_PASSAGES}{VECTORS}")
    return {manifest.files[name] for name in names if name in manifest.files}


def verify(root: Path, release: ReleaseId, served: ReleaseId | None = None) -> None:
    """Compare every file, however large, with the manifest; raises ReleaseError naming the first that differs.

    Arrays that are read already by what is `served`, because both releases have the file, are only opened.
    """
    files = {
        name: digest
        for name, digest in read_manifest(root, release).files.items()
        if not (served and is_array_of_both(root / release / name, root / served / name))
    }
    with ThreadPoolExecutor(_AT_ONCE) as reading:
        found = {name: reading.submit(digests.digest, root / release / name) for name in files}
    for name, digest in files.items():
        try:
            same = found[name].result() == digest
        except OSError as error:
            raise _damaged(release, f"{name}: {error.strerror}") from error
        if not same:
            raise _damaged(release, name)


def remove(root: Path, release: ReleaseId) -> None:
    """Delete a release's files; a release that is gone already is fine."""
    folder = root / release
    if folder.exists():
        doomed = root / f"{_UNFINISHED}{release}-removed"
        folder.rename(doomed)  # half-deleted it must not be taken for a release
        shutil.rmtree(doomed)


def room(root: Path) -> Room:
    """Return room for the arrays of a release that is being made; `sweep` removes what a crash leaves of it."""
    return Room(root / f"{_UNFINISHED}arrays-{os.getpid()}")


def sweep(root: Path) -> None:
    """Delete what broken-off builds left behind. Only the process that may publish calls this."""
    for folder in root.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _confirm(folder: Path, made: Release, there: Beside) -> None:
    """Hold what was written against what was `made`; raises ReleaseError when they differ anywhere."""
    release = made.manifest.id
    try:
        manifest = _manifest_from_json(read_json(folder / _MANIFEST))
        texts = [_read_text(folder, manifest, name) for name in (_CALIBRATION, _OUTCOMES)]
        documents = lines.read(folder / _DOCUMENTS, _document) if _DOCUMENTS in manifest.files else []
        same = (
            manifest == made.manifest
            and texts == [made.calibration, made.outcomes]
            and documents == list(made.shelf.documents if made.shelf else ())
            and reads_as(folder, manifest.files, made.knowledge, there)
        )
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _damaged(release, str(error)) from error
    if not same:
        raise _damaged(release, "it does not read as it was written")


def _of_knowledge(manifest: Manifest, *, of_passages: bool = False) -> set[str]:
    """The files that search entries, or passages."""
    return {name for name in manifest.files if name not in _OWN and name.startswith(_OF_PASSAGES) is of_passages}


def _read_text(folder: Path, manifest: Manifest, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8") if name in manifest.files or name == _CALIBRATION else ""


def _there(root: Path, opened: Release) -> Beside:
    return Beside(opened.knowledge, root / opened.manifest.id, opened.manifest.files)


def _searched_the_same(one: Knowledge, other: Knowledge) -> bool:
    """Whether only what is answered differs: `other` was made by replacing the entries of `one`."""
    return one.lexical is other.lexical and one.vectors is other.vectors and one.index is other.index


def _kept(there: Beside, beside: Release, made: Release) -> set[str]:
    """The files of the release beside that need not be written again."""
    if _searched_the_same(beside.knowledge, made.knowledge):
        names = _of_knowledge(beside.manifest)
    else:
        names = there.kept_by(made.knowledge)
    same_words = made.knowledge.words is beside.knowledge.words
    if beside.shelf and made.shelf and made.shelf.knowledge is beside.shelf.knowledge and same_words:
        names |= _of_knowledge(beside.manifest, of_passages=True)
    return names


def _share(there: Path, here: Path, manifest: Manifest, names: set[str]) -> dict[str, str]:
    """Give a new release another's files under the same names; the system keeps them while one of both is there."""
    for name in names:
        share(there / name, here / name)
        _flush(here / name)  # it may be a copy
    return {name: manifest.files[name] for name in names}


def _read_shelf(folder: Path, manifest: Manifest, indexing: "Indexing", words: Words) -> Shelf:
    documents = lines.read(folder / _DOCUMENTS, _document)
    names = _of_knowledge(manifest, of_passages=True)
    files = {name.removeprefix(_OF_PASSAGES): manifest.files[name] for name in names}
    entries = tuple(findable(documents))
    return Shelf(tuple(documents), read_knowledge(Folder(folder, _OF_PASSAGES), files, entries, indexing, words=words))


def _document(data: dict[str, Any]) -> Document:
    passages = [
        Passage(**{**one, "id": PassageId(one["id"]), "section": tuple(one["section"])}) for one in data["passages"]
    ]
    return Document(data["source"], data["title"], tuple(passages), data["approved"])


def _manifest_to_json(manifest: Manifest) -> dict[str, Any]:
    return {**asdict(manifest), "created_at": manifest.created_at.isoformat()}


def _manifest_from_json(data: dict[str, Any]) -> Manifest:
    return Manifest(
        **{
            **data,
            "created_at": datetime.fromisoformat(data["created_at"]),
            "limits": Limits(**data["limits"]),
        }
    )


def _damaged(release: ReleaseId, what: str) -> ReleaseError:
    return ReleaseError(
        f"release {release} is damaged ({what}); "
        "run `kb publish` to build it anew, or `kb rollback` to go back to one that is whole"
    )


def _flushed(file: Path) -> str:
    """The digest of a file whose every byte is on disk by then."""
    _flush(file)
    return digests.digest(file)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
