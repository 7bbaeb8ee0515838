"""Releases on disk: written whole beside the others, verified, then named; never changed afterwards.

A release is a folder named by its id. Until it is complete it carries another name, so that whatever breaks off leaves
nothing that could be taken for a release; `sweep` removes such remains.
"""

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from kb.errors import ReleaseError, ReleaseMismatch
from kb.index.faiss_index import FaissIndex, FaissIndexing
from kb.index.knowledge import Knowledge
from kb.index.shelf import Shelf, findable
from kb.text import NORMALISER, Words
from kb.types import Document, Entry, Limits, Manifest, Passage, PassageId, ReleaseId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kb.ports import Indexing, Vectors

_UNFINISHED = ".building-"
_MANIFEST = "manifest.json"
_ENTRIES = "entries.jsonl"
_ROWS = "rows.jsonl"
_VOCABULARIES = "vocabularies.json"
_OWN_WORDS = "words.json"
_WORDS, _COUNTS = "words.txt", "words.npy"
_SYNONYMS = "synonyms.json"
_CALIBRATION = "calibration.json"
_VECTORS = "vectors.npy"
_FAISS = "index.faiss"
_ARRAYS = "array.{}.npy"
_DOCUMENTS = "documents.jsonl"
_OUTCOMES = "golden.json"
_OF_PASSAGES = "passages."  # before the names of the files that search passages
#: Files up to this size are compared with the manifest whenever a release is opened, larger ones when it is verified.
_HASHED_ON_OPENING = 4 << 20


@dataclass(frozen=True, slots=True)
class Release:
    """An opened release; safe to share between threads."""

    manifest: Manifest
    knowledge: Knowledge
    calibration: str  # JSON, as kb.answer.confidence writes and reads it
    shelf: Shelf | None = None  # product documents; None when there are none
    outcomes: str = ""  # JSON, as kb.publish.touched writes and reads it


def write(root: Path, made: Release, beside: Release | None = None) -> Manifest:
    """Write a release below `root` and return its manifest with the files filled in.

    What it has in common with the release `beside` it, which must be whole, is not written again: both have the file.
    The folder gets its name only once every byte is on disk. Raises ReleaseError when the disk refuses, and leaves
    nothing behind then.
    """
    root.mkdir(parents=True, exist_ok=True)
    manifest, knowledge, shelf = made.manifest, made.knowledge, made.shelf
    folder = root / f"{_UNFINISHED}{manifest.id}-{os.getpid()}"
    files: dict[str, str] = {}
    try:
        folder.mkdir()
        if beside and _searched_the_same(beside.knowledge, knowledge):
            files |= _share(root / beside.manifest.id, folder, beside.manifest, of_passages=False)
        else:
            _write_knowledge(folder, knowledge)
        _write_text(folder / _CALIBRATION, made.calibration)
        _write_text(folder / _OUTCOMES, made.outcomes)
        _write_entries(folder / _ENTRIES, knowledge)
        if shelf:
            _write_documents(folder / _DOCUMENTS, shelf)
            if files and beside and beside.shelf and shelf.knowledge is beside.shelf.knowledge:
                files |= _share(root / beside.manifest.id, folder, beside.manifest, of_passages=True)
            else:
                _write_knowledge(folder, shelf.knowledge, _OF_PASSAGES, knowledge.words)
        written = [file for file in sorted(folder.iterdir()) if file.name not in files]
        files |= {file.name: _sha256(file) for file in written}
        manifest = replace(manifest, files=files)
        _write_text(folder / _MANIFEST, json.dumps(_manifest_to_json(manifest), ensure_ascii=False, indent=2))
        for file in (*written, folder / _MANIFEST):
            _flush(file)
        _flush(folder)
        folder.rename(root / manifest.id)
        _flush(root)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise ReleaseError(f"the release could not be written to {root}: {error.strerror or error}") from error
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
    try:
        for name, digest in manifest.files.items():
            if (folder / name).stat().st_size <= _HASHED_ON_OPENING and _sha256(folder / name) != digest:
                raise _damaged(release, name)
        entries = _entries(folder / _ENTRIES, beside.knowledge.entries if beside else ())
        indexing = indexing or FaissIndexing()
        if beside and _common(beside.manifest, manifest) == _of_knowledge(manifest):
            knowledge = replace(beside.knowledge, entries=entries)
        else:
            knowledge = _read_knowledge(folder, manifest, entries, indexing)
        return Release(
            manifest,
            knowledge,
            (folder / _CALIBRATION).read_text(encoding="utf-8"),
            _read_shelf(folder, manifest, indexing, knowledge.words) if _DOCUMENTS in manifest.files else None,
            (folder / _OUTCOMES).read_text(encoding="utf-8") if _OUTCOMES in manifest.files else "",
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(release, str(error)) from error


def read_manifest(root: Path, release: ReleaseId) -> Manifest:
    """Read a release's manifest alone; raises ReleaseError when there is none that can be read."""
    try:
        return _manifest_from_json(_read_json(root / release / _MANIFEST))
    except FileNotFoundError as error:
        raise ReleaseError(f"release {release} is not in {root}; run `kb publish` to build one") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(release, str(error)) from error


def searched(manifest: Manifest) -> set[str]:
    """Return the digests of the vectors that a release searches: of its entries, and of its passages."""
    names = (_VECTORS, f"{_OF_PASSAGES}{_VECTORS}")
    return {manifest.files[name] for name in names if name in manifest.files}


def verify(root: Path, release: ReleaseId) -> None:
    """Compare every file, however large, with the manifest; raises ReleaseError naming the first that differs."""
    for name, digest in read_manifest(root, release).files.items():
        try:
            same = _sha256(root / release / name) == digest
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


def sweep(root: Path) -> None:
    """Delete what broken-off builds left behind. Only the process that may publish calls this."""
    for folder in root.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(folder, ignore_errors=True)


#: Files that each release has for itself.
_OWN = frozenset({_ENTRIES, _CALIBRATION, _OUTCOMES, _DOCUMENTS})


def _of_knowledge(manifest: Manifest, *, of_passages: bool = False) -> set[str]:
    """The files that search entries, or passages."""
    return {name for name in manifest.files if name not in _OWN and name.startswith(_OF_PASSAGES) is of_passages}


def _common(one: Manifest, other: Manifest) -> set[str]:
    """The files that search entries and are the same in both."""
    return {name for name in _of_knowledge(one) | _of_knowledge(other) if one.files.get(name) == other.files.get(name)}


def _searched_the_same(one: Knowledge, other: Knowledge) -> bool:
    """Whether only what is answered differs: `other` was made by replacing the entries of `one`."""
    return one.lexical is other.lexical and one.vectors is other.vectors and one.index is other.index


def _share(there: Path, here: Path, manifest: Manifest, *, of_passages: bool) -> dict[str, str]:
    """Give a new release another's files under the same names; the system keeps them while one of both is there."""
    names = _of_knowledge(manifest, of_passages=of_passages)
    for name in names:
        try:
            (here / name).hardlink_to(there / name)
        except OSError:  # a file system without links
            shutil.copy2(there / name, here / name)
            _flush(here / name)
    return {name: manifest.files[name] for name in names}


def _entries(file: Path, known: "Sequence[Entry]") -> tuple[Entry, ...]:
    """Read entries; those that are `known` already are not made twice."""
    before = {entry.id: entry for entry in known}
    found = []
    for line in _lines(file):
        data = json.loads(line)
        entry = before.get(data["id"])
        found.append(entry if entry is not None and entry.as_dict() == data else Entry.from_dict(data))
    return tuple(found)


def _write_entries(file: Path, knowledge: Knowledge) -> None:
    _write_text(file, "".join(json.dumps(entry.as_dict(), ensure_ascii=False) + "\n" for entry in knowledge.entries))


def _write_documents(file: Path, shelf: Shelf) -> None:
    _write_text(file, "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in shelf.documents))


def _write_knowledge(into: Path, knowledge: Knowledge, prefix: str = "", words: Words | None = None) -> None:
    """Write what searches entries, or with a prefix before the names of its files what searches passages.

    The words it knows are left out where they are `words`, which are written already.
    """
    folder = _Prefixed(into, prefix)
    rows = zip(knowledge.phrasings, knowledge.texts, strict=True)
    _write_text(folder / _ROWS, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    _write_text(folder / _VOCABULARIES, json.dumps(knowledge.lexical.vocabularies, ensure_ascii=False))
    if words is None or (words.own, words.table) != (knowledge.words.own, knowledge.words.table):
        _write_words(folder, knowledge.words)
    _write_text(folder / _SYNONYMS, json.dumps(knowledge.synonyms, ensure_ascii=False))
    np.save(folder / _VECTORS, knowledge.vectors)
    for name, array in knowledge.arrays().items():
        np.save(folder / _ARRAYS.format(name), array)
    if isinstance(knowledge.index, FaissIndex):
        knowledge.index.write(folder / _FAISS)


def _write_words(folder: "_Prefixed", words: Words) -> None:
    """Write words as lines with their counts beside them: read in half the time that JSON takes."""
    _write_text(folder / _OWN_WORDS, json.dumps({"own": words.own}, ensure_ascii=False))
    _write_text(folder / _WORDS, "\n".join(words.table))
    np.save(folder / _COUNTS, np.fromiter(words.table.values(), np.int64))


@dataclass(frozen=True, slots=True)
class _Prefixed:
    """A folder in which names begin with the same characters."""

    folder: Path
    prefix: str

    def __truediv__(self, name: str) -> Path:
        return self.folder / f"{self.prefix}{name}"


def _read_shelf(folder: Path, manifest: Manifest, indexing: "Indexing", words: Words) -> Shelf:
    documents = [_document(json.loads(line)) for line in _lines(folder / _DOCUMENTS)]
    entries = tuple(findable(documents))
    return Shelf(
        tuple(documents), _read_knowledge(folder, manifest, entries, indexing, prefix=_OF_PASSAGES, words=words)
    )


def _document(data: dict[str, Any]) -> Document:
    passages = [
        Passage(**{**one, "id": PassageId(one["id"]), "section": tuple(one["section"])}) for one in data["passages"]
    ]
    return Document(data["source"], data["title"], tuple(passages), data["approved"])


def _read_knowledge(
    release: Path,
    manifest: Manifest,
    entries: tuple[Entry, ...],
    indexing: "Indexing",
    *,
    prefix: str = "",
    words: Words | None = None,
) -> Knowledge:
    folder = _Prefixed(release, prefix)
    rows = [json.loads(line) for line in _lines(folder / _ROWS)]
    vectors = cast("Vectors", _mapped(folder / _VECTORS))
    arrays: dict[str, NDArray[np.generic]] = {
        file.name.removeprefix(f"{prefix}array.").removesuffix(".npy"): _mapped(file)
        for file in release.glob(prefix + _ARRAYS.format("*"))
    }
    return Knowledge.restore(
        entries=entries,
        phrasings=[phrasing for phrasing, _ in rows],
        texts=[text for _, text in rows],
        vectors=vectors,
        index=indexing.open(vectors, manifest.files[f"{prefix}{_VECTORS}"], folder / _FAISS),
        vocabularies=_read_json(folder / _VOCABULARIES),
        arrays=arrays,
        words=words if words and not (folder / _OWN_WORDS).exists() else _read_words(folder),
        synonyms=_read_json(folder / _SYNONYMS) if (folder / _SYNONYMS).exists() else (),
    )


def _read_words(folder: "_Prefixed") -> Words:
    words = _read_json(folder / _OWN_WORDS)
    if "table" in words:  # as releases were written first
        return Words(**words)
    known = (folder / _WORDS).read_text(encoding="utf-8").split("\n")
    return Words(words["own"], dict(zip(known, np.load(folder / _COUNTS).tolist(), strict=True)))


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


def _mapped(file: Path) -> "NDArray[Any]":
    """An array that the system reads from the file as it is needed; as a plain array its slices are quicker."""
    mapped: NDArray[Any] = np.load(file, mmap_mode="r").view(np.ndarray)
    return mapped


def _write_text(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split("\n")[:-1]


def _read_json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
