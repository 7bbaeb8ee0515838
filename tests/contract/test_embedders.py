"""What every embedder promises, the fake included; and that the two readers of the shipped model agree."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import SettingsError
from kb.index.ngram import SHIPPED, NgramEmbedder
from kb.ports import Embedder
from kb.wiring import load_embedder
from tests.fakes.embedder import BigramEmbedder

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS = [
    "怎么申请退款",
    "如何申请退款？",
    "發票可以開公司抬頭嗎",
    "WN-200 的电池能用多久",
    "7.5折和518元哪个便宜",
    "Where is my parcel?",
    "龘靐齉",
    "的" * 3000,
    "👍",
    "",
]
WITHOUT_CONTENT = [8, 9]


@pytest.fixture(scope="session")
def tiny_transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of two small layers over single characters, with random weights."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("tiny-transformer")
    characters = sorted({char for text in TEXTS for char in text.lower() if not char.isspace()})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    torch.manual_seed(0)
    size = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(size).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"), max_seq_length=64)
    model = SentenceTransformer(modules=[transformer, Pooling(32)])
    model.save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(params=["fake", "shipped", "sentence-transformers"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    make: dict[str, Callable[[], Embedder]] = {
        "fake": BigramEmbedder,
        "shipped": NgramEmbedder.shipped,
        "sentence-transformers": lambda: _sentence_transformer(request.getfixturevalue("tiny_transformer")),
    }
    return make[request.param]()


def _sentence_transformer(folder: Path) -> Embedder:
    from kb.index.sentence import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(str(folder))


def test_rows_are_float32_of_length_one_and_without_content_zero(embedder: Embedder) -> None:
    vectors = embedder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dim)
    assert vectors.dtype == np.float32
    wanted = [0.0 if at in WITHOUT_CONTENT else 1.0 for at in range(len(TEXTS))]
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), wanted, atol=1e-5)


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.encode([]).shape == (0, embedder.dim)


def test_a_text_has_one_vector_whatever_stands_beside_it(embedder: Embedder) -> None:
    together = embedder.encode(TEXTS)
    alone = np.concatenate([embedder.encode([text]) for text in reversed(TEXTS)])[::-1]
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_what_the_normaliser_makes_equal_has_equal_vectors(embedder: Embedder) -> None:
    a, b = embedder.encode(["發票可以開公司抬頭嗎？", "发票可以开公司抬头吗"])
    np.testing.assert_allclose(a, b, atol=1e-6)


def test_texts_that_share_words_are_closer(embedder: Embedder) -> None:
    a, near, far = embedder.encode(["怎么申请退款", "如何申请退款", "电池能用多久"])
    assert a @ near > a @ far


def test_the_name_stays_from_one_loading_to_the_next(embedder: Embedder, request: pytest.FixtureRequest) -> None:
    again = request.getfixturevalue("embedder")
    assert embedder.name == again.name
    assert embedder.name.isprintable()
    assert " " not in embedder.name


@pytest.fixture(scope="session")
def through_torch() -> "Callable[[list[str]], np.ndarray]":
    from sentence_transformers import SentenceTransformer

    # sentence-transformers asks for this before it imports a module class that is not its own
    model = SentenceTransformer(str(SHIPPED), trust_remote_code=True, device="cpu")
    return lambda texts: np.asarray(model.encode(texts), np.float32)


def test_both_readers_of_the_shipped_model_agree(through_torch: "Callable[[list[str]], np.ndarray]") -> None:
    np.testing.assert_allclose(NgramEmbedder.shipped().encode(TEXTS), through_torch(TEXTS), atol=1e-4)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_both_readers_agree_on_any_text(
    through_torch: "Callable[[list[str]], np.ndarray]",
    texts: list[str],
) -> None:
    np.testing.assert_allclose(NgramEmbedder.shipped().encode(texts), through_torch(texts), atol=1e-4)


def test_a_folder_that_kb_train_made_is_read_without_torch() -> None:
    assert isinstance(load_embedder(str(SHIPPED)), NgramEmbedder)
    assert load_embedder(str(SHIPPED)).name == load_embedder("").name


def test_what_sentence_transformers_saves_the_numpy_reader_reads(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(SHIPPED), trust_remote_code=True, device="cpu")
    model.save(str(tmp_path / "copy"), create_model_card=False)
    again = NgramEmbedder(tmp_path / "copy")
    np.testing.assert_allclose(again.encode(TEXTS), NgramEmbedder.shipped().encode(TEXTS), atol=1e-6)


def test_a_model_that_is_not_there_is_refused_with_its_name(tmp_path: Path) -> None:
    from kb.index.sentence import SentenceTransformerEmbedder

    with pytest.raises(SettingsError, match="no-such-model"):
        SentenceTransformerEmbedder(str(tmp_path / "no-such-model"))
