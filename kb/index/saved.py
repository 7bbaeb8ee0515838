"""What searches entries or passages, as files of a release's folder: written, and read again."""

import json
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from json.encoder import encode_basestring
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

import numpy as np
from numpy.typing import NDArray

from kb.index import lines
from kb.index.amended import Amended
from kb.index.faiss_index import FaissIndex
from kb.index.interaction import Interaction, States
from kb.index.knowledge import Array, Knowledge
from kb.index.lines import Earlier
from kb.index.patched import Patched
from kb.index.reading import reading
from kb.index.room import Room
from kb.text import Words
from kb.types import Entry

if TYPE_CHECKING:
    from kb.ports import Indexing, VectorIndex, Vectors

ENTRIES = "entries.jsonl"
VECTORS = "vectors.npy"
_ROWS = "rows.jsonl"
_VOCABULARIES = "vocabularies.json"
_OWN_WORDS = "words.json"
_WORDS, _COUNTS = "words.txt", "words.npy"
_SYNONYMS = "synonyms.json"
_FAISS = "index.faiss"
_NPY = ".npy"
_ARRAY, _FRESH, _RUNS = "array.", ".fresh.npy", ".runs.npy"  # a patched array's parts are named after its base


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder in which names begin with the same characters."""

    path: Path
    prefix: str = ""

    def __truediv__(self, name: str) -> Path:
        """Where the file of a name is."""
        return self.path / f"{self.prefix}{name}"


@dataclass(frozen=True)
class Beside:
    """Knowledge that is open, and where its files are."""

    knowledge: Knowledge
    folder: Path
    files: Mapping[str, str]  # digests by name

    @cached_property
    def entries(self) -> Earlier[Entry]:
        """Its entries, and their file."""
        return Earlier(self.knowledge.entries, self.folder / ENTRIES, self.files[ENTRIES])

    @cached_property
    def rows(self) -> Earlier[tuple[str, str]]:
        """Its phrasings and texts, and their file."""
        return Earlier(_Rows(self.knowledge.phrasings, self.knowledge.texts), self.folder / _ROWS, self.files[_ROWS])

    def same(self, files: Mapping[str, str]) -> set[str]:
        """The names of those files of others that are the same here."""
        return {name for name, digest in files.items() if self.files.get(name) == digest}

    def kept_by(self, knowledge: Knowledge) -> set[str]:
        """The files that need not change for other knowledge: words, arrays of both, and what arrays are laid beside.

        Raises ValueError when they were laid beside other knowledge.
        """
        words = {_OWN_WORDS, _WORDS, _COUNTS} if knowledge.words is self.knowledge.words else set()
        arrays, before = _arrays(knowledge), _arrays(self.knowledge)
        both = {name for name, array in arrays.items() if not isinstance(array, Patched) and array is before.get(name)}
        patched = {name: array for name, array in arrays.items() if isinstance(array, Patched)}
        for name, array in patched.items():
            if array.base is not base_of(before[name]):
                raise ValueError(f"{name} was laid beside another release")
        return (words | both | patched.keys() | ({_FAISS} if patched else set())) & set(self.files)


def write_knowledge(
    folder: Folder,
    knowledge: Knowledge,
    *,
    words: Words | None = None,
    beside: Beside | None = None,
    room: Room | None = None,
) -> None:
    """Write it, but for the words it knows where they are `words`, and for what it keeps of another `beside`.

    What was laid in the `room` is written already. Arrays are written beside everything else.
    """
    without = beside.kept_by(knowledge) if beside else set()
    rows = _Rows(knowledge.phrasings, knowledge.texts)
    with ThreadPoolExecutor(1) as beside_that:
        writing = [
            beside_that.submit(_write_array, folder, name, array, room)
            for name, array in _arrays(knowledge).items()
            if name not in without or isinstance(array, Patched)
        ]
        lines.write(folder / _ROWS, rows, _row, earlier=beside.rows if beside else None)
        write_text(folder / _VOCABULARIES, json.dumps(knowledge.lexical.vocabularies, ensure_ascii=False))
        if _WORDS not in without and (words is None or not _same_words(words, knowledge.words)):
            _write_words(folder, knowledge.words)
        write_text(folder / _SYNONYMS, json.dumps(knowledge.synonyms, ensure_ascii=False))
        for written in writing:
            written.result()
    if isinstance(knowledge.index, FaissIndex):
        knowledge.index.write(folder / _FAISS)


def read_knowledge(
    folder: Folder,
    files: Mapping[str, str],
    entries: tuple[Entry, ...],
    indexing: "Indexing",
    *,
    words: Words | None = None,
    beside: Beside | None = None,
) -> Knowledge:
    """Read it; `files` are its files' digests by name. What the knowledge `beside` has too is not read again.

    Raises OSError, ValueError, KeyError or TypeError when the files are damaged.
    """
    rows = lines.read_between(folder / _ROWS, _as_row, beside.rows if beside else None)
    open_one = beside.knowledge if beside else None
    same = beside.same(files) if beside else set()
    open_arrays = _arrays(open_one) if open_one and isinstance(open_one.states, States) else {}

    def read(name: str) -> Array:
        array = base_of(open_arrays[name]) if name in same and name in open_arrays else _mapped(folder / name)
        if _part(name, _RUNS) not in files:
            return array
        return Patched.restore(array, np.load(folder / _part(name, _FRESH)), np.load(folder / _part(name, _RUNS)))

    vectors = cast("Vectors | Patched[np.float32]", read(VECTORS))
    index = _open_index(open_one) if open_one and {VECTORS, *({_FAISS} & files.keys())} <= same else None
    if index is None:
        index = indexing.open(cast("Vectors", base_of(vectors)), files[VECTORS], folder / _FAISS)
    if words is None or _OWN_WORDS in files:
        words = open_one.words if open_one and {_OWN_WORDS, _WORDS, _COUNTS} <= same else _read_words(folder)
    return Knowledge.restore(
        entries=entries,
        phrasings=rows.among(open_one.phrasings if open_one else (), (phrasing for phrasing, _ in rows.fresh)),
        texts=rows.among(open_one.texts if open_one else (), (text for _, text in rows.fresh)),
        vectors=vectors,
        index=Amended(index, vectors) if isinstance(vectors, Patched) else index,
        vocabularies=read_json(folder / _VOCABULARIES),
        arrays={
            name.removeprefix(_ARRAY).removesuffix(_NPY): read(name)
            for name in files
            if name.startswith(_ARRAY) and not name.endswith((_FRESH, _RUNS))
        },
        words=words,
        synonyms=read_json(folder / _SYNONYMS) if _SYNONYMS in files else (),
        beside=open_one,
    )


def reads_as(folder: Path, files: Mapping[str, str], knowledge: Knowledge, beside: Beside) -> bool:
    """Whether files that were written beside others hold a knowledge, to the last bit.

    Raises OSError, ValueError, LookupError or TypeError when they cannot be read.
    """
    same = beside.same(files)
    if read_entries(folder, beside) != knowledge.entries:
        return False
    return (
        (_ROWS in same or _rows_read_as(folder, knowledge, beside))
        and read_json(folder / _VOCABULARIES) == [list(terms) for terms in knowledge.lexical.vocabularies]
        and read_json(folder / _SYNONYMS) == [list(group) for group in knowledge.synonyms]
        and ({_OWN_WORDS, _WORDS, _COUNTS} <= same or _same_words(_read_words(Folder(folder)), knowledge.words))
        and all(_all_read_as(folder, _arrays(knowledge), same))
    )


def reads_as_written(folder: Path) -> bool:
    """Whether this program reads texts as the one did that wrote a release, and has the same interaction model."""
    try:
        read, model = _mapped(folder / f"{_ARRAY}reading{_NPY}"), folder / f"{_ARRAY}states.model{_NPY}"
        known = not model.exists() or np.array_equal(_mapped(model), Interaction.shipped().mark)
        return known and read.tolist() == [reading()]
    except (OSError, ValueError):
        return False


@dataclass(frozen=True, slots=True)
class _Rows(Sequence[tuple[str, str]]):
    """The phrasing and the text of each row, put together where they are looked at."""

    phrasings: tuple[str, ...]
    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, at: int) -> tuple[str, str]: ...

    @overload
    def __getitem__(self, at: slice) -> "_Rows": ...

    def __getitem__(self, at: int | slice) -> "tuple[str, str] | _Rows":
        if isinstance(at, slice):
            return _Rows(self.phrasings[at], self.texts[at])
        return self.phrasings[at], self.texts[at]


def base_of(array: Array) -> NDArray[np.generic]:
    """What a patched array is laid beside; any other array is its own."""
    return array.base if isinstance(array, Patched) else array


def write_entries(folder: Path, entries: Sequence[Entry], beside: Beside | None = None) -> None:
    """Write entries; those of the knowledge beside keep their lines."""
    earlier = beside.entries if beside else None
    lines.write(folder / ENTRIES, entries, lambda entry: lines.encoded(entry.as_dict()), earlier=earlier)


def read_entries(folder: Path, beside: Beside | None = None) -> tuple[Entry, ...]:
    """Read entries; those of the knowledge beside are not made twice."""
    return tuple(lines.read(folder / ENTRIES, Entry.from_dict, earlier=beside.entries if beside else None))


def share(there: Path, here: Path) -> None:
    """Give a file another name; the system keeps it while one of both is there."""
    try:
        here.hardlink_to(there)
    except OSError:  # a file system without links
        shutil.copy2(there, here)


def is_array_of_both(file: Path, other: Path) -> bool:
    """Whether two names are of one file, and an array is read from it."""
    try:
        return file.suffix == _NPY and file.samefile(other) and _mapped(file).size >= 0
    except (OSError, ValueError):
        return False


def write_text(file: Path, text: str) -> None:
    """Write text, its lines as they are."""
    file.write_text(text, encoding="utf-8", newline="\n")


def read_json(file: Path) -> Any:
    """Read a file that is one JSON value."""
    return json.loads(file.read_text(encoding="utf-8"))


def _row(row: tuple[str, str]) -> str:
    """As JSON, several times as quickly as an encoder for any value."""
    return f"[{encode_basestring(row[0])}, {encode_basestring(row[1])}]"


def _as_row(values: list[str]) -> tuple[str, str]:
    phrasing, text = values
    return phrasing, text


def _rows_read_as(folder: Path, knowledge: Knowledge, beside: Beside) -> bool:
    rows, known = lines.read_between(folder / _ROWS, _as_row, beside.rows), beside.knowledge
    return (
        rows.among(known.phrasings, (phrasing for phrasing, _ in rows.fresh)) == knowledge.phrasings
        and rows.among(known.texts, (text for _, text in rows.fresh)) == knowledge.texts
    )


def _write_array(folder: Folder, name: str, array: Array, room: Room | None) -> None:
    if isinstance(array, Patched):
        np.save(folder / _part(name, _FRESH), array.fresh)
        np.save(folder / _part(name, _RUNS), array.runs)
    elif room and (laid := room.file(array)):
        share(laid, folder / name)
    else:
        np.save(folder / name, array)


def _write_words(folder: Folder, words: Words) -> None:
    """Write words as lines with their counts beside them: read in half the time that JSON takes."""
    write_text(folder / _OWN_WORDS, json.dumps({"own": words.own}, ensure_ascii=False))
    write_text(folder / _WORDS, "\n".join(words.table))
    np.save(folder / _COUNTS, np.fromiter(words.table.values(), np.int64))


def _read_words(folder: Folder) -> Words:
    own = read_json(folder / _OWN_WORDS)["own"]
    known = (folder / _WORDS).read_text(encoding="utf-8").split("\n")
    return Words(own, dict(zip(known, np.load(folder / _COUNTS).tolist(), strict=True)))


def _same_words(one: Words, other: Words) -> bool:
    return one is other or (one.own, one.table) == (other.own, other.table)


def _arrays(knowledge: Knowledge) -> dict[str, Array]:
    """Every array by the name of its file."""
    arrays = {f"{_ARRAY}{name}{_NPY}": array for name, array in knowledge.arrays().items()}
    return {VECTORS: knowledge.vectors, **arrays}


def _all_read_as(folder: Path, arrays: Mapping[str, Array], same: Collection[str]) -> Iterable[bool]:
    with ThreadPoolExecutor(2) as reading:
        return reading.map(lambda name: _reads_as(folder, name, arrays[name], same), arrays)


def _reads_as(folder: Path, name: str, array: Array, same: Collection[str]) -> bool:
    if not isinstance(array, Patched):
        return name in same or np.array_equal(_mapped(folder / name), array)
    fresh, runs = np.load(folder / _part(name, _FRESH)), np.load(folder / _part(name, _RUNS))
    return name in same and np.array_equal(fresh, array.fresh) and np.array_equal(runs, array.runs)


def _part(name: str, part: str) -> str:
    return name.removesuffix(_NPY) + part


def _open_index(knowledge: Knowledge) -> "VectorIndex | None":
    """What searches the vectors as they lie in the file."""
    index = knowledge.index
    if isinstance(knowledge.vectors, Patched):
        return index.index if isinstance(index, Amended) else None
    return index


def _mapped(file: Path) -> NDArray[Any]:
    """An array that the system reads from the file as it is needed; as a plain array its slices are quicker."""
    mapped: NDArray[Any] = np.load(file, mmap_mode="r").view(np.ndarray)
    return mapped
