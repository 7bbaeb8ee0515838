"""Reads a question beside a phrasing, unit by unit: whether they ask the same, and whether one small thing turns it.

A text becomes a row of states, one a unit, out of the vectors of the unit and of its pairs with its neighbours, and one
convolution. Every unit is then held against the units of the other text that it is softly aligned with (Parikh et al.
2016, "A Decomposable Attention Model for Natural Language Inference"), what was found is pooled, and two figures come
out. The weights are made by `kb train` (`kb.learn.interaction`) and read with numpy alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from itertools import pairwise
from operator import add
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from kb.errors import FileUnreadable, ReleaseMismatch
from kb.index.lexical import spread
from kb.index.ngram import SHIPPED, Vocabulary, read_vocabulary
from kb.index.origin import Origin
from kb.index.pairs import Tables
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
#: What is equal at a unit: rows of what it adds.
_SAME_UNIT, _SAME_PAIR = 1, 2


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
            self._convolution: Floats = tensors["convolution"]  # (3 * dim, dim)
            self._convolution_bias: Floats = tensors["convolution_bias"]
            self._projection: Floats = tensors["projection"]  # (dim, dim)
            self._alignment: Floats = tensors["alignment"]  # (dim, dim)
            self._equal: Floats = tensors["equal"]  # (2,) what an equal unit, an equal pair adds to the alignment
            itself = tensors["itself"]  # (dim + 2, dim) state, and whether unit and pair stand there too
            beside = tensors["beside"]  # (3 * dim, dim) aligned state, distance, product
            hidden = tensors["hidden"]  # (4 * dim, dim) sum and distance of means, sum and distance of peaks
            bias = tensors["itself_bias"]
            self._hidden_bias: Floats = tensors["hidden_bias"]
            self._out: Floats = tensors["out"]  # (dim, 2)
            self._out_bias: Floats = tensors["out_bias"]
        except (OSError, ValueError, KeyError, SafetensorError) as failure:
            raise FileUnreadable(f"the interaction model in {folder} cannot be read: {failure}") from failure
        if len(self._vectors) != len(self._vocabulary.tokens) + 1:
            raise FileUnreadable(f"{folder / WEIGHTS} was made for another vocabulary; run `kb train`")
        self._beside: Floats = np.concatenate([beside, itself[:-2]])  # (4 * dim, dim)
        unit, pair = itself[-2:]
        self._of_equals: Floats = np.stack([bias, unit + bias, unit + pair + bias])
        sums, distances, peaks, distances_of_peaks = np.split(hidden, 4)
        self._hidden: Floats = np.concatenate([sums, peaks, distances, distances_of_peaks])
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
        dim = self.dim
        rows, sizes = _rows_of(self._vocabulary, texts)
        ends = sizes.cumsum()
        worded = sizes.nonzero()[0]
        first, last = (ends - sizes).take(worded), ends.take(worded) - 1
        looked_up = np.empty((len(rows), 3), np.int64)
        looked_up[:, :2] = rows
        looked_up[1:, 2] = rows[:-1, 1]  # the pair with the unit before
        looked_up[first, 2] = -1  # the last row: zero
        vectors = self._vectors.take(looked_up, 0, mode="wrap").astype(np.float32)
        vectors *= self._scales.take(looked_up, mode="wrap")[:, :, None]
        here = vectors.sum(axis=1)
        wide = np.empty((len(rows), 3, dim), np.float32)  # the unit before, the unit itself, the one behind it
        wide[1:, 0], wide[:, 1], wide[:-1, 2] = here[:-1], here, here[1:]
        wide[first, 0] = wide[last, 2] = 0
        flat = wide.reshape(-1, 3 * dim)
        states, projected = np.empty_like(here), np.empty_like(here)
        for begin, end in pairwise([0, *ends.tolist()]):
            np.matmul(flat[begin:end], self._convolution, out=states[begin:end])
            np.matmul(here[begin:end], self._projection, out=projected[begin:end])
        states += self._convolution_bias
        np.maximum(states, 0, out=states)
        states += projected
        return rows, states.astype(np.float16), sizes

    def compare(self, questions: States, asked: Positions, phrasings: States, which: Positions) -> Floats:
        """(pairs, 2) the `FIGURES` of each pair: the question and the phrasing that `asked` and `which` name.

        What is found for a pair does not depend, to the last bit, on the others.
        """
        begins, their_begins = questions.starts.take(asked), phrasings.starts.take(which)
        sizes, their_sizes = questions.starts.take(asked + 1) - begins, phrasings.starts.take(which + 1) - their_begins
        worded = (sizes * their_sizes).nonzero()[0]
        if len(worded) < len(which) or not len(which):
            figures = np.zeros((len(which), len(FIGURES)), np.float32)  # nothing is said where one of the two is empty
            if len(worded):
                figures[worded] = self.compare(questions, asked.take(worded), phrasings, which.take(worded))
            return figures
        at, there = spread(begins, sizes), spread(their_begins, their_sizes)
        return self._compared(
            Tables.of(sizes, their_sizes),
            questions.units.take(at, 0),
            questions.values.take(at, 0).astype(np.float32),
            phrasings.units.take(there, 0),
            phrasings.values.take(there, 0).astype(np.float32),
        )

    def _compared(self, tables: Tables, said: Ints, mine: Floats, meant: Ints, theirs: Floats) -> Floats:
        """The units and states of the questions, and of the phrasings, pair by pair.

        Matrices are multiplied pair by pair, for how BLAS adds up depends on all that it is given. Everything else is
        done at once: the time goes into the number of steps.
        """
        dim = self.dim
        nearness = np.empty(len(tables.row), np.float32)
        for (a, b), (c, d), (e, f) in tables.each():
            projected = mine[a:b] @ self._alignment
            np.matmul(projected, theirs[c:d].T, out=nearness[e:f].reshape(b - a, d - c))
        # where the same unit stands in both, and of these where the same pair of units does
        same = (said[:, 0].take(tables.row) == meant[:, 0].take(tables.column)).nonzero()[0]
        row, column = tables.row.take(same), tables.column.take(same)
        next_too = said[:, 1].take(row)
        next_too = ((next_too == meant[:, 1].take(column)) & (next_too >= 0)).nonzero()[0]
        nearness[same] += self._equal[0]
        nearness[same.take(next_too)] += self._equal[1]
        forth, back = _softmax(nearness, tables.row_sizes), _softmax(nearness.take(tables.turned), tables.column_sizes)
        beside = np.empty((len(mine) + len(theirs), 4 * dim), np.float32)
        aligned, states = beside[:, :dim], beside[:, 3 * dim :]
        states[tables.first], states[tables.second] = mine, theirs
        for (a, b), (c, d), (e, f) in tables.each():
            np.matmul(forth[e:f].reshape(b - a, d - c), theirs[c:d], out=aligned[a + c : b + c])
            np.matmul(back[e:f].reshape(d - c, b - a), mine[a:b], out=aligned[b + c : b + d])
        distance = beside[:, dim : 2 * dim]
        np.abs(np.subtract(states, aligned, out=distance), out=distance)
        np.multiply(states, aligned, out=beside[:, 2 * dim : 3 * dim])
        found = np.empty((len(beside), dim), np.float32)
        for a, b in tables.both():
            np.matmul(beside[a:b], self._beside, out=found[a:b])
        equal = np.zeros(len(found), np.int8)
        for which, kind in ((slice(None), _SAME_UNIT), (next_too, _SAME_PAIR)):
            equal[tables.first.take(row[which])] = equal[tables.second.take(column[which])] = kind
        found += self._of_equals.take(equal, 0)
        np.maximum(found, 0, out=found)
        return self._figures(found, tables.sizes)

    def _figures(self, found: Floats, sizes: Positions) -> Floats:
        """What comes out of what was found at each unit, of the first text of each pair and of the second in turn."""
        starts = sizes.cumsum() - sizes
        pooled = np.concatenate(
            [
                np.add.reduceat(found, starts, axis=0) / sizes[:, None].astype(np.float32),
                np.maximum.reduceat(found, starts, axis=0),
            ],
            axis=1,
        )
        first, second = pooled[::2], pooled[1::2]
        both = np.concatenate([first + second, np.abs(first - second)], axis=1)[:, None]
        hidden = np.matmul(both, self._hidden)  # a product for each pair
        hidden += self._hidden_bias
        np.maximum(hidden, 0, out=hidden)
        figures: Floats = np.matmul(hidden, self._out)[:, 0]
        figures += self._out_bias
        np.maximum(figures, -FAR, out=figures)
        return np.minimum(figures, FAR, out=figures)


def _softmax(values: Floats, sizes: Positions) -> Floats:
    """The softmax over each run of `values`; `sizes` are the runs' lengths."""
    starts = sizes.cumsum() - sizes
    share = np.exp(values - np.maximum.reduceat(values, starts).repeat(sizes))
    share /= np.add.reduceat(share, starts).repeat(sizes)
    return share


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
        units += map(vocabulary.row, read)
        with_next += map(vocabulary.known, map(add, read, read[1:]))
        if read:
            with_next.append(-1)
        ends.append(len(units))
    rows = np.empty((len(units), 2), np.int32)
    rows[:, 0], rows[:, 1] = units, with_next
    return rows, np.diff(ends)
