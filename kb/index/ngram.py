"""The shipped embedder: a text is the weighted sum of the vectors of its n-grams, read without torch."""

import hashlib
import re
from functools import lru_cache
from itertools import repeat
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zlib import crc32

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from kb.errors import FileUnreadable
from kb.index import _ngram
from kb.text import characters, normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Self

    from numpy.typing import NDArray

    from kb.ports import Vectors

#: Where the model that comes with the package lies.
SHIPPED = Path(__file__).parent / "shipped"

VOCABULARY = "vocabulary.txt"  # one token a line, in the order of the rows
WEIGHTS = "model.safetensors"  # two tensors: each row of the first, times its scale, is a token's vector
TENSOR = "embedding.weight"  # (tokens, dim) int8
SCALES = "embedding.scale"  # (tokens,) float32; each token's weight is folded in

LONGEST = 4  # units in the longest n-gram
OTHER = 1024  # rows shared, by hash, by the units that the vocabulary does not hold
DIGITS = 12  # rows for the lengths of unknown numbers; the last one is for every longer number too

_TOP = 127  # the largest eight-bit figure that is used
_TINY = 1e-30  # keeps the zero vector from being divided by zero
_PARTS = re.compile(r"[0-9]+|[a-z]+|[^0-9a-z]+")


def spare_tokens() -> list[str]:
    """The tokens every vocabulary ends with; the normaliser drops angle brackets, so no text can contain one."""
    return [*(f"<digits {n}>" for n in range(1, DIGITS + 1)), *(f"<other {n}>" for n in range(OTHER))]


def ngrams(units: "Sequence[str]") -> "Iterator[list[str]]":
    """Every run of two neighbouring units, then of three, up to `LONGEST`; overlapping, one list a length."""
    grams = units
    for n in range(1, LONGEST):
        grams = list(map(add, grams, units[n:]))  # stops with the shorter, so each gram is n + 1 units long
        yield grams


class Vocabulary:
    """Which strings have a row of their own, and what happens to those that do not."""

    def __init__(self, tokens: "Sequence[str]") -> None:
        """Take the tokens in the order of their rows; the last of them must be `spare_tokens()`."""
        spare = spare_tokens()
        if list(tokens[-len(spare) :]) != spare or len(set(tokens)) != len(tokens):
            msg = "a vocabulary holds each token once and ends with the spare tokens"
            raise ValueError(msg)
        self.tokens = tuple(tokens)
        self._row = {token: row for row, token in enumerate(tokens)}
        self._digits = self._row[spare[0]] - 1
        self._other = self._row[spare[DIGITS]]

    def rows(self, text: str) -> list[int]:
        """The rows of a normalised text's known n-grams; unknown single units fall to spare rows, none is lost."""
        units = characters(text)
        row = self._row.get
        known = [found for grams in ngrams(units) for found in map(row, grams) if found is not None]
        for unit in units:
            found = row(unit)
            if found is None:
                known += self._spare(unit)
            else:
                known.append(found)
        return known

    def of_units(self, units: "Sequence[str]") -> list[int]:
        """The row of each single unit: its own, or one that it shares with other unknown ones."""
        found = list(map(self._row.get, units))
        if None in found:
            found = [self._hashed(unit) if row is None else row for unit, row in zip(units, found, strict=True)]
        return cast("list[int]", found)

    def of_ngrams(self, grams: "Iterable[str]") -> "Iterator[int]":
        """The row of each n-gram, -1 where it has none."""
        return map(self._row.get, grams, repeat(-1))

    def _spare(self, unit: str) -> list[int]:
        rows = [self._hashed(unit)]
        parts = _PARTS.findall(unit)
        for part in parts:
            found = self._row.get(part)
            if found is not None:
                rows.append(found)
            elif part[0] in "0123456789":
                rows.append(self._digits + min(len(part), DIGITS))
            elif len(parts) > 1:
                rows.append(self._hashed(part))
        return rows

    def _hashed(self, unit: str) -> int:
        return self._other + crc32(unit.encode()) % OTHER


def read_vocabulary(folder: Path) -> Vocabulary:
    """Read the tokens of the model in `folder`; all that share them share one vocabulary, until the file changes."""
    return _read_vocabulary(folder, (folder / VOCABULARY).stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read_vocabulary(folder: Path, _changed: int) -> Vocabulary:
    return Vocabulary((folder / VOCABULARY).read_text("utf-8").removesuffix("\n").split("\n"))


def quantise(vectors: "Vectors") -> "tuple[NDArray[np.int8], Vectors]":
    """Return (tokens, dim) int8 and (tokens,) float32 scales, off by half a scale at most; again gives the same."""
    scales = np.abs(vectors).max(1, initial=0).astype(np.float32) / np.float32(_TOP)
    return np.rint(vectors / np.maximum(scales, _TINY)[:, None]).astype(np.int8), scales


class NgramEmbedder:
    """Reads a model made by `kb train` without torch; any number of threads may ask it at once."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        """Load the model in `folder`.

        Raises:
            FileUnreadable: a file is missing or damaged, or the vocabulary and the weights don't belong together.
        """
        try:
            self.vocabulary = read_vocabulary(folder)
            tensors = load_file(folder / WEIGHTS)
            stored, scales = tensors[TENSOR], tensors[SCALES]
        except (OSError, ValueError, KeyError, SafetensorError) as failure:
            raise FileUnreadable(f"the embedding model in {folder} cannot be read: {failure}") from failure
        tokens = len(self.vocabulary.tokens)
        if stored.ndim != 2 or len(stored) != tokens or scales.shape != (tokens,):
            raise FileUnreadable(
                f"{folder / WEIGHTS} has the shapes {stored.shape} and {scales.shape} for {tokens} tokens"
            )
        if (stored.dtype, scales.dtype) != (np.dtype(np.int8), np.dtype(np.float32)):
            raise FileUnreadable(f"{folder / WEIGHTS} holds {stored.dtype} and {scales.dtype}, not int8 and float32")
        self._vectors = stored  # left as int8: a quarter of the memory
        self._scales = scales
        digest = hashlib.sha256(np.ascontiguousarray(stored).data)
        digest.update(np.ascontiguousarray(scales).data)
        digest.update("\n".join(self.vocabulary.tokens).encode())
        self._name = f"kb-ngram-{digest.hexdigest()[:12]}"

    @classmethod
    def shipped(cls) -> "Self":
        """Load the model that comes with the package."""
        return cls(SHIPPED)

    @property
    def name(self) -> str:
        """Identity: a hash over the weights and the vocabulary."""
        return self._name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._vectors.shape[1])

    def token_vectors(self, dim: int) -> "Vectors":
        """(tokens, dim) the first directions of every token's vector, in which texts differ most, 1 long on average."""
        some: Vectors = self._vectors[:, :dim].astype(np.float32) * self._scales[:, None]
        some /= max(float(np.linalg.norm(some, axis=1).mean()), _TINY)
        return some

    def encode(self, texts: "Sequence[str]") -> "Vectors":
        """Return (n, dim) float32, rows of length 1; a text with nothing to match in it gives a row of zeros."""
        rows: list[int] = []
        ends: list[int] = []
        for text in texts:
            rows += self.vocabulary.rows(normalise(text))
            ends.append(len(rows))
        out = np.empty((len(texts), self.dim), np.float32)
        _ngram.pool(self._vectors, self._scales, np.array(rows, np.int64), np.array(ends, np.int64), out)
        return out
