"""An honest embedder without a model: texts that share characters are close."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from kb.ports import Vectors
from kb.text import bigrams, characters, normalise


class BigramEmbedder:
    """Hashes characters and their pairs into a vector."""

    def __init__(self, dim: int = 256) -> None:
        self._dim = dim

    @property
    def name(self) -> str:
        return f"fake-bigrams-{self._dim}"

    @property
    def dim(self) -> int:
        return self._dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        out = np.zeros((len(texts), self._dim), np.float32)
        for row, text in enumerate(texts):
            plain = normalise(text)
            for unit in [*characters(plain), *bigrams(plain)] if plain else []:
                code = crc32(unit.encode())
                out[row, code % self._dim] += 1 if code & 0x10000 else -1
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
        return out


class CountingEmbedder(BigramEmbedder):
    """Remembers what it was asked to encode."""

    def __init__(self) -> None:
        super().__init__()
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded.extend(texts)
        return super().encode(texts)
