"""The shipped model as a sentence-transformers module: to fine-tune and compare; not needed to serve."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from sentence_transformers.base.modules import InputModule

from kb.index.ngram import SCALES, TENSOR, VOCABULARY, WEIGHTS, Vocabulary, quantise, read_vocabulary
from kb.text import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence


class NgramModule(InputModule):
    """Adds up the vectors of a text's n-grams and scales the sum to length 1."""

    def __init__(self, vocabulary: Vocabulary, weights: torch.Tensor) -> None:
        """Take the vocabulary and its vectors, (tokens, dim) of any float type; they are computed with in float32."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.vocabulary = vocabulary
        self.embedding = torch.nn.EmbeddingBag.from_pretrained(weights.float(), freeze=False, mode="sum")

    def preprocess(self, inputs: "Sequence[Any]", prompt: str | None = None, **kwargs: Any) -> dict[str, torch.Tensor]:
        """Return the rows of all texts in one line, `input_ids`, and where each text begins, `offsets`."""
        del kwargs
        rows = [self.vocabulary.rows(normalise((prompt or "") + text)) for text in inputs]
        lengths = torch.tensor([0, *(len(found) for found in rows[:-1])], dtype=torch.long)
        flat = torch.tensor([row for found in rows for row in found], dtype=torch.long)
        return {"input_ids": flat, "offsets": lengths.cumsum(0)[: len(rows)]}

    def forward(self, features: dict[str, torch.Tensor], **kwargs: Any) -> dict[str, torch.Tensor]:
        """Add `sentence_embedding`, (n, dim) float32, rows of length 1 or, with nothing to match, zero."""
        del kwargs
        sums = self.embedding(features["input_ids"], features["offsets"])
        features["sentence_embedding"] = torch.nn.functional.normalize(sums, dim=1)
        return features

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        return int(self.embedding.embedding_dim)

    @property
    def max_seq_length(self) -> None:
        """No limit."""
        return

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        """Write the vocabulary and the weights, in eight bits, in the form that `NgramEmbedder` reads."""
        del args, kwargs
        if not safe_serialization:
            raise ValueError("the model is written as safetensors only")
        folder = Path(output_path)
        (folder / VOCABULARY).write_text("\n".join(self.vocabulary.tokens) + "\n", "utf-8")
        quantised, scales = quantise(self.embedding.weight.detach().cpu().numpy())
        save_file({TENSOR: quantised, SCALES: scales}, folder / WEIGHTS)

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", *args: Any, **kwargs: Any) -> Self:
        """Read what `save` wrote, from a folder on this machine."""
        del args, kwargs  # about the hub
        folder = Path(model_name_or_path, subfolder)
        stored = load_file(folder / WEIGHTS)
        weights = stored[TENSOR].astype(np.float32) * stored[SCALES][:, None]
        return cls(read_vocabulary(folder), torch.from_numpy(weights))
