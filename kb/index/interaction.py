"""Reads a question beside a phrasing, unit by unit: whether they ask the same, and whether one small thing turns it.

A text becomes a row of states, one a unit, out of the vectors of the unit and of its pairs with its neighbours, and one
convolution. Every unit is then held against the units of the other text that it is softly aligned with (Parikh et al.
2016, "A Decomposable Attention Model for Natural Language Inference"), what was found is pooled, and two figures come
out. The weights are made by `kb train` (`kb.learn.interaction`); the products are compiled (`_interaction.c`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from operator import add
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from kb.errors import FileUnreadable, ReleaseMismatch
from kb.index import _interaction
from kb.index.lexical import spread
from kb.index.ngram import SHIPPED, Vocabulary, read_vocabulary
from kb.index.origin import Origin
from kb.index.patched import Patched
from kb.text import characters

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Positions = NDArray[np.int64]

WEIGHTS = "interaction.safetensors"
#: Units that are read of a text; hardly any question is longer.
LONGEST = 32
#: What comes out: log-odds that both ask the same, and that no single word turns the one into another question.
FIGURES = ("same", "unturned")
FAR = 12.0  # no figure is further from 0
#: Texts that are read in one go.
_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class States:
    """Texts as they are compared, their units end to end."""

    units: Ints | Patched[np.int32]  # (units, 2) the row of each unit, and of its pair with the next; -1: it has none
    values: NDArray[np.float16] | Patched[np.float16]  # (units, dim)
    starts: Positions  # (texts + 1,)
    model: Positions  # (1,) a mark of the weights that made them

    @classmethod
    def restore(cls, arrays: Mapping[str, Any]) -> Self:
        """Make them again from what `arrays` gave; they may be memory-mapped.

        Raises:
            ReleaseMismatch: they were made by other weights than the shipped ones, or there are none.
        """
        if "model" not in arrays or arrays["model"].tolist() != Interaction.shipped().mark.tolist():
            raise ReleaseMismatch(
                "this release was built with another interaction model; run `kb publish` to rebuild it"
            )
        return cls(**arrays)

    def made_by(self, model: Positions) -> bool:
        """Whether they are what the weights of this mark make of their texts."""
        return np.array_equal(self.model, model)

    def again(self, fresh: Self, origin: Origin) -> Self:
        """The states of texts of which many are here, and the `fresh` ones of the origin there, by the same weights.

        Nothing of what is here is moved.
        """
        units, values = np.asarray(fresh.units), np.asarray(fresh.values)
        spans = self.starts, fresh.starts
        return type(self)(
            origin.patch(self.units, units, *spans),
            origin.patch(self.values, values, *spans),
            origin.starts(*spans),
            fresh.model,
        )

    def arrays(self) -> dict[str, Any]:
        """The parts by name, to be saved."""
        return {"units": self.units, "values": self.values, "starts": self.starts, "model": self.model}

    def __len__(self) -> int:
        """The number of texts."""
        return len(self.starts) - 1


class Interaction:
    """Compares texts by the weights in a folder; never changed once read, safe to share between threads."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        """Read the weights that lie beside the embedding model in `folder`, whose vocabulary they share.

        Raises:
            FileUnreadable: a file is missing or damaged, or the weights belong to another vocabulary.
        """
        try:
            self._vocabulary = read_vocabulary(folder)
            tensors = load_file(folder / WEIGHTS)
            self._vectors: NDArray[np.int8] = tensors["vectors"]  # (tokens + 1, dim), the last row zero
            self._scales: Floats = tensors["scales"]  # (tokens + 1,)
            convolution = tensors["convolution"]  # (3 * dim, dim)
            convolution_bias = tensors["convolution_bias"]
            projection = tensors["projection"]  # (dim, dim)
            alignment = tensors["alignment"]  # (dim, dim)
            equal = tensors["equal"]  # (2,) what an equal unit, an equal pair adds to the alignment
            itself = tensors["itself"]  # (dim + 2, dim) state, and whether unit and pair stand there too
            beside = tensors["beside"]  # (3 * dim, dim) aligned state, distance, product
            hidden = tensors["hidden"]  # (4 * dim, dim) sum and distance of means, sum and distance of peaks
            bias = tensors["itself_bias"]
            hidden_bias = tensors["hidden_bias"]
            out = tensors["out"]  # (dim, 2)
            out_bias = tensors["out_bias"]
        except (OSError, ValueError, KeyError, SafetensorError) as failure:
            raise FileUnreadable(f"the interaction model in {folder} cannot be read: {failure}") from failure
        if len(self._vectors) != len(self._vocabulary.tokens) + 1:
            raise FileUnreadable(f"{folder / WEIGHTS} was made for another vocabulary; run `kb train`")
        unit, pair = itself[-2:]
        sums, distances, peaks, distances_of_peaks = np.split(hidden, 4)
        self._reading = self._vectors, self._scales, convolution, convolution_bias, projection
        self._comparing = (
            alignment,
            equal,
            beside,
            np.ascontiguousarray(itself[:-2]),
            np.stack([bias, unit + bias, unit + pair + bias]),  # where nothing, the unit, the pair too stands in both
            np.concatenate([sums, peaks, distances, distances_of_peaks]),
            hidden_bias,
            out,
            out_bias,
        )
        digest = blake2b(b"".join(tensors[name].tobytes() for name in sorted(tensors)), digest_size=8)
        self.mark: Positions = np.frombuffer(digest.digest(), np.int64)

    @classmethod
    def shipped(cls) -> Self:
        """The one that comes with the package; read once."""
        return _shipped()  # type: ignore[return-value]

    @property
    def dim(self) -> int:
        """Length of a state."""
        return int(self._vectors.shape[1])

    def read(self, texts: Sequence[str]) -> States:
        """The states of normalised texts; each depends on its own text alone, to the last bit."""
        pieces = [self._read(texts[at : at + _AT_ONCE]) for at in range(0, len(texts), _AT_ONCE)] or [self._read(())]
        units, values, sizes = pieces[0] if len(pieces) == 1 else map(np.concatenate, zip(*pieces, strict=True))
        return States(units, values, np.append(0, sizes.cumsum()), self.mark)

    def _read(self, texts: Sequence[str]) -> tuple[Ints, NDArray[np.float16], Positions]:
        """The rows and states of some texts, their units end to end, and how many units each has."""
        units, sizes = _rows_of(self._vocabulary, texts)
        states = np.empty((len(units), self.dim), np.float32)
        _interaction.read(self._reading, units, sizes, states)
        return units, states.astype(np.float16), sizes

    def compare(self, questions: States, asked: Positions, phrasings: States, which: Positions) -> Floats:
        """(pairs, 2) the `FIGURES` of each pair: the question and the phrasing that `asked` and `which` name.

        What is found for a pair does not depend, to the last bit, on the others. Nothing is said where a text is empty.
        """
        begins = phrasings.starts.take(which)
        sizes = phrasings.starts.take(which + 1) - begins
        there = spread(begins, sizes)
        figures = np.empty((len(which), len(FIGURES)), np.float32)
        _interaction.compare(
            self._comparing,
            (np.asarray(questions.units), np.asarray(questions.values).astype(np.float32), questions.starts),
            asked,
            (phrasings.units.take(there, 0), phrasings.values.take(there, 0).astype(np.float32), sizes),
            figures,
        )
        np.maximum(figures, -FAR, out=figures)
        return np.minimum(figures, FAR, out=figures)


@cache
def _shipped() -> Interaction:
    return Interaction()


def unit_rows(vocabulary: Vocabulary, text: str) -> Ints:
    """(units, 2) the vocabulary's row of each unit of a normalised text, and of its pair with the next.

    -1 where a pair has no row; a unit that has none gets one of the spare ones.
    """
    return _rows_of(vocabulary, [text])[0]


def _rows_of(vocabulary: Vocabulary, texts: Sequence[str]) -> tuple[Ints, Positions]:
    """The `unit_rows` of texts, end to end, and how many units each has."""
    units: list[int] = []
    with_next: list[int] = []
    ends: list[int] = [0]
    for text in texts:
        read = characters(text)[:LONGEST]
        units += vocabulary.of_units(read)
        with_next += vocabulary.of_ngrams(map(add, read, read[1:]))
        if read:
            with_next.append(-1)
        ends.append(len(units))
    rows = np.empty((len(units), 2), np.int32)
    rows[:, 0], rows[:, 1] = units, with_next
    return rows, np.diff(ends)
