"""Training on a handful of made-up pairs: it learns, repeats itself, and goes on after a kill."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch

from kb.errors import FileUnreadable
from kb.index.ngram import WEIGHTS, NgramEmbedder
from kb.learn.embedding import (
    CHECKPOINT,
    Recipe,
    TooLittleToLearn,
    choose_vocabulary,
    cosent,
    fold,
    latent_semantics,
    spearman,
    train,
)
from kb.learn.pairs import read_corpus
from kb.text import normalise

SMALL = Recipe(tokens=1400, dim=16, member_dim=16, rarest=1, batch=16, epochs=8, warm_up=2, checkpoint_every=3)
THINGS = ["订单", "发票", "快递", "密码", "地址", "优惠券", "会员", "保修"]
ASKED = [("怎么查{}", "{}在哪里看"), ("{}能改吗", "可以修改{}吗"), ("取消{}", "不想要{}了怎么办")]


def write_sets(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    pairs = []
    for thing, (one, other) in product(THINGS, ASKED):
        pairs.append({"a": one.format(thing), "b": other.format(thing), "label": 1})
        pairs += [
            {"a": one.format(thing), "b": wrong.format(thing), "label": 0} for _, wrong in ASKED if wrong != other
        ]
    (folder / "shop_pairs.jsonl").write_text("".join(json.dumps(pair) + "\n" for pair in pairs), "utf-8")
    return folder


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_sets(tmp_path / "data")


def test_phrasings_that_share_no_word_become_close(data: Path, tmp_path: Path) -> None:
    train(data, tmp_path / "model", work=tmp_path / "work", recipe=replace(SMALL, epochs=60), quiet=True)
    a, same, different = NgramEmbedder(tmp_path / "model").encode(["取消保修", "不想要保修了怎么办", "保修在哪里看"])
    assert a @ same > a @ different + 0.2


def test_one_seed_gives_one_model_and_another_seed_another(data: Path, tmp_path: Path) -> None:
    weights = []
    for run, seed in enumerate((0, 0, 1)):
        out = tmp_path / f"model {run}"
        train(data, out, seed=seed, work=tmp_path / "work", recipe=SMALL, quiet=True)
        weights.append((out / WEIGHTS).read_bytes())
    assert weights[0] == weights[1] != weights[2]


def test_a_killed_run_goes_on_and_ends_where_it_would_have(data: Path, tmp_path: Path) -> None:
    long = replace(SMALL, epochs=150)
    train(data, tmp_path / "whole", work=tmp_path / "other work", recipe=long, quiet=True)
    script = f"""
from pathlib import Path
import torch
from kb.learn.embedding import Recipe, train
torch.set_num_threads(1)
train(Path({str(data)!r}), Path({str(tmp_path / "resumed")!r}), work=Path({str(tmp_path / "work")!r}),
      recipe={long!r}, quiet=True)
"""
    run = subprocess.Popen([sys.executable, "-c", script])
    checkpoint = tmp_path / "work" / CHECKPOINT
    deadline = time.monotonic() + 120
    while not checkpoint.exists() and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert run.poll() is None, "the run was over before it could be killed"
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    assert not (tmp_path / "resumed").exists()
    assert torch.load(checkpoint, weights_only=True)["steps"] > 0

    subprocess.run([sys.executable, "-c", script], check=True)

    assert (tmp_path / "resumed" / WEIGHTS).read_bytes() == (tmp_path / "whole" / WEIGHTS).read_bytes()
    assert not checkpoint.exists()


def test_a_checkpoint_is_really_used(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    from kb.learn import embedding

    real = embedding._Run.step

    def step(run: embedding._Run, number: int) -> None:
        if number == 4 and len(taken) == 4:
            raise KeyboardInterrupt
        taken.append(number)
        real(run, number)

    monkeypatch.setattr(embedding._Run, "step", step)
    with pytest.raises(KeyboardInterrupt):
        train(data, tmp_path / "model", work=tmp_path / "work", recipe=SMALL, quiet=True)
    taken.append(-1)
    train(data, tmp_path / "model", work=tmp_path / "work", recipe=SMALL, quiet=True)
    assert taken[:7] == [0, 1, 2, 3, -1, 3, 4]


def test_a_checkpoint_of_another_recipe_is_passed_over(data: Path, tmp_path: Path) -> None:
    train(data, tmp_path / "model", work=tmp_path / "work", recipe=SMALL, quiet=True)
    other = replace(SMALL, rate=0.001)
    (tmp_path / "work").mkdir(exist_ok=True)
    torch.save({"identity": "another"}, tmp_path / "work" / CHECKPOINT)
    report = train(data, tmp_path / "other", work=tmp_path / "work", recipe=other, quiet=True)
    assert report.embedder != NgramEmbedder(tmp_path / "model").name


def test_the_report_names_what_was_written(data: Path, tmp_path: Path) -> None:
    report = train(data, tmp_path / "model", work=tmp_path / "work", recipe=SMALL, quiet=True)
    embedder = NgramEmbedder(tmp_path / "model")
    assert (report.embedder, report.dim, report.tokens) == (embedder.name, 16, len(embedder.vocabulary.tokens))
    assert json.loads((tmp_path / "model" / "training.json").read_text("utf-8"))["report"]["embedder"] == embedder.name


def test_too_few_pairs_are_refused(tmp_path: Path) -> None:
    (tmp_path / "few.jsonl").write_text('{"a": "怎么退货", "b": "如何退货", "label": 1}\n', "utf-8")
    with pytest.raises(TooLittleToLearn):
        train(tmp_path, tmp_path / "model", work=tmp_path / "work", recipe=SMALL, quiet=True)
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    ("line", "pairs", "questions"),
    [
        pytest.param({"a": "怎么退货", "b": "如何退货", "label": 1}, [("怎么退货", "如何退货", True)], [], id="pair"),
        pytest.param({"a": "退货！", "b": "退貨", "label": 1}, [], [], id="a pair equal once normalised"),
        pytest.param(
            {"query": "退货", "pos": "想退掉", "neg": "发货"},
            [("退货", "想退掉", True), ("退货", "发货", False)],
            [],
            id="triple",
        ),
        pytest.param(
            {"id": "1", "question": "退货", "variants": ["想退掉", "不要了"]},
            [("退货", "想退掉", True), ("退货", "不要了", True), ("想退掉", "不要了", True)],
            [],
            id="cluster",
        ),
        pytest.param({"text": "退货"}, [], ["退货"], id="question alone"),
        pytest.param({"question": "退货", "answer": "七天内可退"}, [], ["退货"], id="question of an answer"),
    ],
)
def test_each_kind_of_row_is_read(
    tmp_path: Path,
    line: dict[str, object],
    pairs: list[tuple[str, str, bool]],
    questions: list[str],
) -> None:
    (tmp_path / "set.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", "utf-8")
    corpus = read_corpus(tmp_path)
    assert [(pair.a, pair.b, pair.same) for pair in corpus.pairs] == pairs
    assert list(corpus.questions) == questions


@pytest.mark.parametrize("line", ['{"a": "退货", "label": 1}', "[]", "{", '{"text": 5}'])
def test_a_row_that_is_none_of_these_is_refused_with_its_file(tmp_path: Path, line: str) -> None:
    (tmp_path / "broken.jsonl").write_text(line + "\n", "utf-8")
    with pytest.raises(FileUnreadable, match="broken"):
        read_corpus(tmp_path)


def test_a_folder_without_sets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="no training set"):
        read_corpus(tmp_path)


def test_held_out_pairs_are_not_trained_on(data: Path) -> None:
    pairs = read_corpus(data).pairs
    held_out = [pair for pair in pairs if pair.held_out]
    assert all(replace(pair, a=pair.b, b=pair.a).held_out for pair in held_out)
    assert 0 <= len(held_out) < len(pairs) / 10


def test_single_units_come_first_and_the_rarest_go() -> None:
    recipe = replace(SMALL, rarest=2)
    tokens = choose_vocabulary([normalise(text) for text in ("怎么退货", "退货", "发货")], recipe).tokens
    assert tokens[:3] == ("货", "退", "退货")
    assert tokens[3].startswith("<")


def test_spearman_gives_ties_their_mean_rank() -> None:
    assert spearman(np.array([0.1, 0.2, 0.3, 0.4]), np.array([0, 0, 1, 1])) == pytest.approx(0.894427, abs=1e-6)
    assert spearman(np.array([4, 3, 2, 1]), np.array([1, 2, 3, 4])) == pytest.approx(-1)


def test_cosent_is_small_only_when_same_pairs_lie_above_different_ones() -> None:
    same = torch.tensor([True, False])
    right = cosent(torch.tensor([0.9, 0.1]), same, 20)
    wrong = cosent(torch.tensor([0.1, 0.9]), same, 20)
    assert right < 1e-3
    assert wrong > 15


def test_the_folded_cosine_is_close_to_the_mean_of_the_members_cosines() -> None:
    torch.manual_seed(0)
    one, other = torch.randn(30, 4), 100 * torch.randn(30, 5)
    folded = fold([one, other], torch.arange(30), torch.arange(30), 9)
    wanted = (_cosines(one) + _cosines(other)) / 2
    assert folded.shape == (30, 9)
    # not exact: a text that is long for one member weighs more there
    assert torch.corrcoef(torch.stack([_cosines(folded).flatten(), wanted.flatten()]))[0, 1] > 0.95


def _cosines(vectors: torch.Tensor) -> torch.Tensor:
    scaled = torch.nn.functional.normalize(vectors, dim=1)
    return scaled @ scaled.T


def test_folding_keeps_the_directions_in_which_texts_differ() -> None:
    torch.manual_seed(0)
    strong, faint = torch.randn(50, 3), torch.randn(50, 3) * 0.001
    folded = fold([torch.cat([faint, strong], dim=1)], torch.arange(50), torch.arange(50), 3)
    torch.testing.assert_close(_cosines(folded), _cosines(strong), atol=0.01, rtol=0)


def test_a_second_member_changes_the_model_but_not_its_size(data: Path, tmp_path: Path) -> None:
    alone = replace(SMALL, doubtful_weight=(0.0,), recovered_any=(0,))
    one = train(data, tmp_path / "one", work=tmp_path / "work", recipe=alone, quiet=True)
    two = train(data, tmp_path / "two", work=tmp_path / "work", recipe=SMALL, quiet=True)
    assert two.embedder != one.embedder
    assert two.steps == SMALL.members * one.steps
    assert (two.dim, two.tokens) == (one.dim, one.tokens)


def test_figures_for_different_numbers_of_members_are_refused() -> None:
    with pytest.raises(ValueError, match="each member"):
        Recipe(doubtful_weight=(0.0,))


def test_tokens_of_the_same_texts_start_close() -> None:
    texts = [[0, 1], [0, 1, 2], [0, 1], [3, 4], [3, 4, 5], [3, 4], []]
    offsets = np.cumsum([0, *map(len, texts)])
    rows = np.array([row for text in texts for row in text])
    vectors = latent_semantics(rows, offsets, 7, 2, np.random.default_rng(0))
    assert vectors[0] @ vectors[1] > 0.99
    assert abs(vectors[0] @ vectors[3]) < 0.1
    assert not vectors[6].any()
