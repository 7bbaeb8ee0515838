"""The numpy reader: which n-grams count, and what a model folder must hold."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from kb.errors import FileUnreadable
from kb.index import _ngram
from kb.index.ngram import (
    DIGITS,
    SCALES,
    SHIPPED,
    TENSOR,
    VOCABULARY,
    WEIGHTS,
    NgramEmbedder,
    Vocabulary,
    ngrams,
    quantise,
    spare_tokens,
)
from kb.text import normalise

TOKENS = ["还", "款", "怎", "么", "还款", "怎么还款", "wn", "wn-200", *spare_tokens()]


def tokens_of(vocabulary: Vocabulary, text: str) -> list[str]:
    return sorted(vocabulary.tokens[row] for row in vocabulary.rows(normalise(text)))


def write(folder: Path, tokens: list[str], weights: np.ndarray) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / VOCABULARY).write_text("\n".join(tokens) + "\n", "utf-8")
    quantised, scales = quantise(weights.astype(np.float32))
    save_file({TENSOR: quantised, SCALES: scales}, folder / WEIGHTS)
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    weights = np.random.default_rng(0).normal(size=(len(TOKENS), 8))
    return write(tmp_path / "model", TOKENS, weights)


def test_ngrams_overlap_and_have_from_two_units_to_four() -> None:
    assert list(ngrams(["怎", "么", "还", "款", "wn-200"])) == [
        ["怎么", "么还", "还款", "款wn-200"],
        ["怎么还", "么还款", "还款wn-200"],
        ["怎么还款", "么还款wn-200"],
    ]


def test_every_known_ngram_of_a_text_counts() -> None:
    assert tokens_of(Vocabulary(TOKENS), "怎么还款？") == sorted(["怎", "么", "还", "款", "还款", "怎么还款"])


def test_a_repeated_ngram_counts_each_time() -> None:
    assert tokens_of(Vocabulary(TOKENS), "还款还款").count("还款") == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("wn-200", ["wn-200"], id="a known code has its own row"),
        pytest.param("WN－200", ["wn-200"], id="however it is typed"),
        pytest.param("518", ["<digits 3>", "<other>"], id="an unknown number keeps its length and a hash"),
        pytest.param("9" * 20, [f"<digits {DIGITS}>", "<other>"], id="a very long number has the last length"),
        pytest.param("wn700", ["<digits 3>", "<other>", "wn"], id="the known part of an unknown code is known"),
        pytest.param("zz-7", ["<digits 1>", "<other>", "<other>", "<other>"], id="its unknown parts are hashed"),
        pytest.param("龘", ["<other>"], id="a rare character is not lost"),
    ],
)
def test_units_that_have_no_row_fall_to_spare_rows(text: str, expected: list[str]) -> None:
    found = tokens_of(Vocabulary(TOKENS), text)
    assert sorted("<other>" if token.startswith("<other") else token for token in found) == sorted(expected)


def test_two_unknown_numbers_of_one_length_differ() -> None:
    vocabulary = Vocabulary(TOKENS)
    assert vocabulary.rows("518") != vocabulary.rows("519")


def test_a_vocabulary_without_its_spare_tokens_is_refused() -> None:
    with pytest.raises(ValueError, match="spare"):
        Vocabulary(["还", "款"])


def test_a_vocabulary_that_repeats_a_token_is_refused() -> None:
    with pytest.raises(ValueError, match="once"):
        Vocabulary(["还", "还", *spare_tokens()])


def test_a_vector_is_the_scaled_sum_of_its_rows(model: Path) -> None:
    embedder = NgramEmbedder(model)
    weights = np.random.default_rng(0).normal(size=(len(TOKENS), 8))
    wanted = weights[[TOKENS.index(token) for token in ("还", "款", "还款")]].sum(0)
    np.testing.assert_allclose(embedder.encode(["还款"])[0], wanted / np.linalg.norm(wanted), atol=0.02)


def test_eight_bits_keep_each_figure_to_half_a_scale_and_are_kept_themselves() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    vectors[3] = 0
    quantised, scales = quantise(vectors)
    assert quantised.dtype == np.int8
    assert (np.abs(quantised * scales[:, None] - vectors) <= scales[:, None] / 2 + 1e-6).all()
    again, same_scales = quantise(quantised * scales[:, None])
    assert (again == quantised).all()
    np.testing.assert_allclose(same_scales, scales, rtol=1e-6)


def test_order_within_a_batch_and_its_size_change_nothing(model: Path) -> None:
    embedder = NgramEmbedder(model)
    texts = ["", "还款", "怎么还款", "？！", *(f"还款{n}" for n in range(600))]
    alone = np.concatenate([embedder.encode([text]) for text in texts])
    np.testing.assert_array_equal(embedder.encode(texts), alone)


@pytest.mark.parametrize(("rows", "ends"), [([3], [1]), ([-1], [1]), ([0, 1], [3]), ([0, 1], [-1]), ([0], [1, 1])])
def test_rows_that_are_not_there_are_not_added_up(rows: list[int], ends: list[int]) -> None:
    vectors, scales = np.ones((3, 4), np.int8), np.ones(3, np.float32)
    with pytest.raises(ValueError, match="do not fit"):
        _ngram.pool(vectors, scales, np.array(rows), np.array(ends), np.empty((1, 4), np.float32))


def test_the_name_changes_with_the_weights_and_with_the_vocabulary(model: Path, tmp_path: Path) -> None:
    weights = np.random.default_rng(0).normal(size=(len(TOKENS), 8))
    weights[0, 0] += 1
    other_tokens = ["换", *TOKENS[1:]]
    names = {
        NgramEmbedder(model).name,
        NgramEmbedder(write(tmp_path / "other weights", TOKENS, weights)).name,
        NgramEmbedder(write(tmp_path / "other tokens", other_tokens, weights)).name,
    }
    assert len(names) == 3


def test_the_name_does_not_depend_on_the_folder(model: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    name = NgramEmbedder(model).name
    model.rename(moved)
    assert NgramEmbedder(moved).name == name


@pytest.mark.parametrize("missing", [VOCABULARY, WEIGHTS])
def test_a_missing_file_is_named(model: Path, missing: str) -> None:
    (model / missing).unlink()
    with pytest.raises(FileUnreadable, match=missing.replace(".", r"\.")):
        NgramEmbedder(model)


def test_damaged_weights_are_refused(model: Path) -> None:
    (model / WEIGHTS).write_bytes((model / WEIGHTS).read_bytes()[:-100])
    with pytest.raises(FileUnreadable):
        NgramEmbedder(model)


def test_weights_of_another_vocabulary_are_refused(model: Path) -> None:
    write(model, TOKENS, np.zeros((len(TOKENS) - 1, 8)))
    with pytest.raises(FileUnreadable, match="shape"):
        NgramEmbedder(model)


@pytest.mark.parametrize(
    "tensors",
    [
        pytest.param({TENSOR: np.zeros((len(TOKENS), 8), np.float16)}, id="no scales"),
        pytest.param(
            {TENSOR: np.zeros((len(TOKENS), 8), np.float16), SCALES: np.ones(len(TOKENS), np.float32)}, id="not int8"
        ),
        pytest.param({TENSOR: np.zeros((len(TOKENS), 8), np.int8), SCALES: np.ones(3, np.float32)}, id="scales amiss"),
    ],
)
def test_weights_in_another_form_are_refused(model: Path, tensors: dict[str, np.ndarray]) -> None:
    save_file(tensors, model / WEIGHTS)
    with pytest.raises(FileUnreadable):
        NgramEmbedder(model)


def test_the_shipped_model_is_small_and_puts_the_same_question_first() -> None:
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) < 40_000_000
    questions = ["忘记密码怎么办", "如何申请退货", "什么时候发货", "怎么开发票", "可以用优惠券吗", "快递到哪了"]
    asked = ["密码忘了咋弄", "我要退货", "几天能发货", "能给我开张发票吗", "优惠券能不能用", "我的快递现在在哪里"]
    embedder = NgramEmbedder.shipped()
    similarity = embedder.encode(asked) @ embedder.encode(questions).T
    assert similarity.argmax(1).tolist() == list(range(len(questions)))


def test_the_shipped_model_is_read_without_torch() -> None:
    script = """
import json, sys
from kb.index.ngram import NgramEmbedder
NgramEmbedder.shipped().encode(["怎么还款"])
print(json.dumps(sorted(set(sys.modules) & {"torch", "tokenizers", "transformers", "sentence_transformers"})))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
