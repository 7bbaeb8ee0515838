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

    def again(self, fresh: Self, origin: Origin, *, patch: bool = False) -> Self:
        """The states of texts of which many are here, and the `fresh` ones of the origin there, by the same weights.

        With `patch` nothing of what is here is moved.
        """
        units, values = np.asarray(fresh.units), np.asarray(fresh.values)
        spans = self.starts, fresh.starts
        starts = origin.starts(*spans)
        if patch:
            return type(self)(
                origin.patch(self.units, units, *spans), origin.patch(self.values, values, *spans), starts, fresh.model
            )
        return type(self)(
            origin.take_runs(np.asarray(self.units), units, *spans),
            origin.take_runs(np.asarray(self.values), values, *spans),
            starts,
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
            self._itself: Floats = tensors["itself"]  # (dim + 2, dim) state, and whether unit and pair stand there too
            self._itself_bias: Floats = tensors["itself_bias"]
            self._beside: Floats = tensors["beside"]  # (3 * dim, dim) aligned state, distance, product
            self._hidden: Floats = tensors["hidden"]  # (4 * dim, dim)
            self._hidden_bias: Floats = tensors["hidden_bias"]
            self._out: Floats = tensors["out"]  # (dim, 2)
            self._out_bias: Floats = tensors["out_bias"]
        except (OSError, ValueError, KeyError, SafetensorError) as failure:
            raise FileUnreadable(f"the interaction model in {folder} cannot be read: {failure}") from failure
        if len(self._vectors) != len(self._vocabulary.tokens) + 1:
            raise FileUnreadable(f"{folder / WEIGHTS} was made for another vocabulary; run `kb train`")
        unit, pair = self._itself[-2:]
        self._of_equals: Floats = np.stack([np.zeros_like(unit), unit, pair, unit + pair])
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
        found = [self._read(text) for text in texts]
        starts = np.zeros(len(texts) + 1, np.int64)
        np.cumsum([len(units) for units, _ in found], out=starts[1:])
        nothing = np.zeros((0, 2), np.int32), np.zeros((0, self.dim), np.float16)
        units, values = map(np.concatenate, zip(nothing, *found, strict=True))
        return States(units, values, starts, self.mark)

    def _read(self, text: str) -> tuple[Ints, NDArray[np.float16]]:
        rows = unit_rows(self._vocabulary, text)
        length = len(rows)
        looked_up = np.empty((length, 3), np.int64)
        looked_up[:, :2] = rows
        looked_up[1:, 2] = rows[:-1, 1]
        looked_up[:1, 2] = -1  # the last row: zero
        vectors = self._vectors.take(looked_up, 0, mode="wrap").astype(np.float32)
        vectors *= self._scales.take(looked_up, mode="wrap")[:, :, None]
        padded = np.zeros((length + 2, self.dim), np.float32)
        padded[1:-1] = vectors.sum(axis=1)
        wide = np.concatenate([padded[:-2], padded[1:-1], padded[2:]], axis=1)
        states = padded[1:-1] @ self._projection
        states += np.maximum(wide @ self._convolution + self._convolution_bias, 0)
        return rows, states.astype(np.float16)

    def compare(self, questions: States, at: int, phrasings: States, which: Positions) -> Floats:
        """(len(which), 2) the `FIGURES` for one of the `questions` beside some of the `phrasings`."""
        begins = phrasings.starts.take(which)
        lengths = phrasings.starts.take(which + 1) - begins
        read = slice(int(questions.starts[at]), int(questions.starts[at + 1]))
        mine, said = questions.values[read].astype(np.float32), questions.units[read]
        figures = np.zeros((len(which), len(FIGURES)), np.float32)
        worded = lengths.nonzero()[0]
        if len(mine) and len(worded):
            figures[worded] = self._compared(mine, said, phrasings, begins.take(worded), lengths.take(worded))
        return figures

    def _compared(self, mine: Floats, said: Ints, phrasings: States, begins: Positions, lengths: Positions) -> Floats:
        """The phrasings' units lie end to end: nothing is filled up, and each product of matrices is one."""
        taken = spread(begins, lengths)
        theirs = phrasings.values.take(taken, 0).astype(np.float32)
        units = phrasings.units.take(taken, 0)
        first = lengths.cumsum() - lengths  # where each phrasing begins among them
        same_unit = said[:, 0, None] == units[:, 0]  # (mine, theirs), as all that follows
        same_pair = (said[:, 1, None] == units[:, 1]) & (said[:, 1, None] >= 0)
        nearness = (mine @ self._alignment) @ theirs.T
        nearness += self._equal[0] * same_unit
        nearness += self._equal[1] * same_pair
        forth = np.exp(nearness - np.maximum.reduceat(nearness, first, axis=1).repeat(lengths, axis=1))
        sums = np.add.reduceat(forth, first, axis=1)  # (mine, phrasings)
        aligned = np.empty((len(lengths), *mine.shape), np.float32)
        for one, (begin, size) in enumerate(zip(first.tolist(), lengths.tolist(), strict=True)):
            np.matmul(forth[:, begin : begin + size], theirs[begin : begin + size], out=aligned[one])
        aligned /= sums.T[:, :, None]
        back = np.exp(nearness - nearness.max(axis=0))
        back /= back.sum(axis=0)
        asked = self._held_against(
            mine,
            aligned,
            np.logical_or.reduceat(same_unit, first, axis=1).T,
            np.logical_or.reduceat(same_pair, first, axis=1).T,
        )  # (phrasings, mine, dim)
        meant = self._held_against(theirs, back.T @ mine, same_unit.any(axis=0), same_pair.any(axis=0))  # (theirs, dim)
        means = asked.mean(axis=1), np.add.reduceat(meant, first, axis=0) / lengths[:, None].astype(np.float32)
        peaks = asked.max(axis=1), np.maximum.reduceat(meant, first, axis=0)
        pooled = np.concatenate(
            [means[0] + means[1], np.abs(means[0] - means[1]), peaks[0] + peaks[1], np.abs(peaks[0] - peaks[1])], axis=1
        )
        hidden = np.maximum(pooled @ self._hidden + self._hidden_bias, 0)
        figures: Floats = np.clip(hidden @ self._out + self._out_bias, -FAR, FAR)
        return figures

    def _held_against(
        self, states: Floats, aligned: Floats, unit: NDArray[np.bool_], pair: NDArray[np.bool_]
    ) -> Floats:
        """What is found where each unit is held against what it is aligned with, of one or of several texts."""
        dim = self.dim
        beside = np.empty((*aligned.shape[:-1], 3 * dim), np.float32)
        beside[..., :dim] = aligned
        np.abs(np.subtract(states, aligned, out=beside[..., dim : 2 * dim]), out=beside[..., dim : 2 * dim])
        np.multiply(states, aligned, out=beside[..., 2 * dim :])
        found: Floats = (beside.reshape(-1, 3 * dim) @ self._beside).reshape(aligned.shape)
        found += states @ self._itself[:dim] + self._itself_bias
        equal = unit * np.int8(1) + pair * np.int8(2)  # four sums of the last two rows
        found += self._of_equals.take(equal, 0)
        return np.maximum(found, 0, out=found)


@cache
def _shipped() -> Interaction:
    return Interaction()


def unit_rows(vocabulary: Vocabulary, text: str) -> Ints:
    """(units, 2) the vocabulary's row of each unit of a normalised text, and of its pair with the next.

    -1 where a pair has no row; a unit that has none gets one of the spare ones.
    """
    units = characters(text)[:LONGEST]
    found = np.full((len(units), 2), -1, np.int32)
    found[:, 0] = [vocabulary.row(unit) for unit in units]
    found[:-1, 1] = [vocabulary.known(one + other) for one, other in pairwise(units)]
    return found
