"""Any other sentence-transformers model, by path or hub name."""

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from kb.errors import SettingsError
from kb.text import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch.nn import Module

    from kb.ports import Vectors


class SentenceTransformerEmbedder:
    """Encodes with a sentence-transformers model; needs torch, and the network once if the model isn't here yet."""

    _BATCH = 64  # texts

    def __init__(self, model: str) -> None:
        """Load `model`, a folder or a hub name; code that a model brings along is never run.

        Raises:
            SettingsError: there is no such model here nor, if it may be asked, on the hub.
        """
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(model)
        except (OSError, ValueError) as failure:
            raise SettingsError(f"the embedding model {model} cannot be loaded: {failure}") from failure
        dim = self._model.get_embedding_dimension()
        if dim is None:
            raise SettingsError(f"the embedding model {model} doesn't say how long its vectors are")
        self._dim = dim
        self._name = f"{model.rstrip('/').rsplit('/', 1)[-1]}-{digest(self._model)}"

    @property
    def name(self) -> str:
        """The model's own name and a hash over its weights."""
        return self._name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    def encode(self, texts: "Sequence[str]") -> "Vectors":
        """Return (n, dim) float32, rows of length 1; a text with nothing to match in it gives a row of zeros."""
        out = np.zeros((len(texts), self._dim), np.float32)
        plain = [normalise(text) for text in texts]
        filled = [at for at, text in enumerate(plain) if text]
        if filled:
            vectors = self._model.encode(
                [plain[at] for at in filled],
                batch_size=self._BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            out[filled] = np.asarray(vectors, np.float32)
        return out


def digest(model: "Module") -> str:
    """Return a hash over a torch model's weights, as hexadecimal digits."""
    import torch

    over = hashlib.blake2b(digest_size=6)
    for key, tensor in sorted(model.state_dict().items()):
        over.update(f"{key} {tuple(tensor.shape)} {tensor.dtype}".encode())
        over.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return over.hexdigest()
