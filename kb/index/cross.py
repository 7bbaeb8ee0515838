"""A cross-encoder of the user's own, which reads questions beside phrasings in place of kb's interaction model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kb.errors import SettingsError
from kb.index.interaction import FAR, FIGURES, Interaction
from kb.index.knowledge import Knowledge
from kb.index.sentence import digest
from kb.ports import Embedder, Rows, Vectors


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts as a cross-encoder takes them: as they are."""

    texts: tuple[str, ...]

    def arrays(self) -> Mapping[str, Any]:
        """What a release keeps: the states for the model that comes with kb, as a cross-encoder needs none."""
        return Interaction.shipped().read(self.texts).arrays()

    def __len__(self) -> int:
        """The number of texts."""
        return len(self.texts)


class CrossEncoding:
    """Reads pairs with a sentence-transformers CrossEncoder of one figure; needs torch."""

    def __init__(self, model: str) -> None:
        """Load `model`, a folder or a hub name; code that a model brings along is never run.

        Raises:
            SettingsError: there is no such model, or it gives more than one figure for a pair.
        """
        from sentence_transformers import CrossEncoder
        from torch.nn import Identity

        try:
            self._model = CrossEncoder(model, activation_fn=Identity())
        except (OSError, ValueError) as failure:
            raise SettingsError(f"the cross-encoder {model} cannot be loaded: {failure}") from failure
        if self._model.num_labels != 1:
            raise SettingsError(f"the cross-encoder {model} gives {self._model.num_labels} figures for a pair, not one")
        self.name = f"{model.rstrip('/').rsplit('/', 1)[-1]}-{digest(self._model)}"

    def read(self, texts: Sequence[str]) -> Texts:
        """The texts."""
        return Texts(tuple(texts))

    def compare(self, questions: Texts, asked: Rows, phrasings: Texts, which: Rows) -> Vectors:
        """(pairs, 2) the model's log-odds for the questions and phrasings that `asked` and `which` name, twice.

        A cross-encoder says whether both mean the same, and nothing apart of single words that turn one of them.
        """
        pairs = [
            (questions.texts[at], phrasings.texts[row]) for at, row in zip(asked.tolist(), which.tolist(), strict=True)
        ]
        if not pairs:
            return np.zeros((0, len(FIGURES)), np.float32)
        # one at a time: padding to the longest of a batch would change the last bits with the company
        same = [self._model.predict([pair], show_progress_bar=False)[0] for pair in pairs]
        return np.repeat(np.clip(np.array(same, np.float32), -FAR, FAR)[:, None], len(FIGURES), axis=1)


class WithCrossEncoder:
    """An embedder, and the cross-encoder that reads what it finds."""

    def __init__(self, embedder: Embedder, pairs: CrossEncoding) -> None:
        self._embedder = embedder
        self.pairs = pairs

    @property
    def name(self) -> str:
        """Both names: a release is made for the two together."""
        return f"{self._embedder.name}+{self.pairs.name}"

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._embedder.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return what the embedder gives."""
        return self._embedder.encode(texts)


def read_by(knowledge: Knowledge, embedder: Embedder) -> Knowledge:
    """The knowledge as the embedder's cross-encoder reads it; the same when it has none."""
    if not isinstance(embedder, WithCrossEncoder) or knowledge.interaction is embedder.pairs:
        return knowledge
    return replace(knowledge, interaction=embedder.pairs, states=embedder.pairs.read(knowledge.texts))
