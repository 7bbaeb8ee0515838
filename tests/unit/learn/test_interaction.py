"""The interaction model learns, goes on where it was stopped, and is read by numpy as torch computes it."""

import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from kb.index.interaction import LONGEST, WEIGHTS, Interaction, unit_rows
from kb.index.ngram import SHIPPED, read_vocabulary
from kb.learn import interaction
from kb.learn.interaction import CHECKPOINT, Model, Recipe, train

RECIPE = Recipe(dim=8, steps=6, labelled=8, lists=2, listed=3, minimal=4, alike=4, checkpoint_every=2)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    verbs, things = ("退", "换", "买", "修", "查", "改"), ("手机", "订单", "发票", "地址", "密码", "套餐")
    pairs = [
        {"a": f"怎么{verb}{thing}", "b": f"如何{verb}{thing}", "label": int(at % 4 > 0)}
        for at, (verb, thing) in enumerate((verb, thing) for verb in verbs for thing in things)
    ]
    with gzip.open(folder / "made.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(pair) + "\n" for pair in pairs)
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns(WEIGHTS))
    return folder


def test_one_seed_gives_one_model_stopped_or_not(
    data: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(data, out, work=tmp_path / "whole", recipe=RECIPE, quiet=True)
    whole = (out / WEIGHTS).read_bytes()

    class Stopped(Exception):
        pass

    step = interaction._Run.step

    def stopped(run: interaction._Run, number: int) -> None:
        if number == 5:
            raise Stopped
        step(run, number)

    monkeypatch.setattr(interaction._Run, "step", stopped)
    with pytest.raises(Stopped):
        train(data, out, work=tmp_path / "broken", recipe=RECIPE, quiet=True)
    assert (tmp_path / "broken" / CHECKPOINT).exists()
    monkeypatch.setattr(interaction._Run, "step", step)
    train(data, out, work=tmp_path / "broken", recipe=RECIPE, quiet=True)
    assert (out / WEIGHTS).read_bytes() == whole
    assert not (tmp_path / "broken" / CHECKPOINT).exists()
    train(data, out, seed=1, work=tmp_path / "other", recipe=RECIPE, quiet=True)
    assert (out / WEIGHTS).read_bytes() != whole


def test_numpy_reads_what_torch_computes(out: Path) -> None:
    from safetensors.numpy import save_file

    torch.manual_seed(0)
    vocabulary = read_vocabulary(out)
    model = Model(torch.randn(len(vocabulary.tokens), 8))
    for part in model.parameters():
        part.data = part.data + 0.1 * torch.randn(part.shape)
    arrays = model.as_arrays()
    save_file(arrays, out / WEIGHTS)
    with torch.no_grad():
        rounded = arrays["vectors"].astype(np.float32) * arrays["scales"].astype(np.float32)[:, None]
        model.vectors.copy_(torch.from_numpy(rounded))
    question, phrasings = "奶粉罐没开封可以退吗", ["没拆过的奶粉能退不", "wn-200怎么用", "啊", "很长" * LONGEST]
    read = Interaction(out)
    found = read.compare(read.read([question]), np.zeros(4, np.int64), read.read(phrasings), np.arange(4))

    def rows(text: str) -> torch.Tensor:
        filled = np.full((LONGEST, 2), -2)
        own = unit_rows(vocabulary, text)
        filled[: len(own)] = own
        return torch.from_numpy(filled)

    with torch.no_grad():
        wanted = model(torch.stack([rows(question)] * len(phrasings)), torch.stack([rows(one) for one in phrasings]))
    assert np.allclose(found, wanted.numpy(), atol=0.05)  # states are kept in half precision


def test_a_handful_of_pairs_is_learnt_from_too(data: Path, out: Path, tmp_path: Path) -> None:
    few = tmp_path / "few"
    few.mkdir()
    with gzip.open(data / "made.jsonl.gz", "rt", encoding="utf-8") as lines, (few / "few.jsonl").open("w") as kept:
        kept.writelines(line for _, line in zip(range(10), lines, strict=False))
    train(few, out, work=tmp_path / "work", recipe=RECIPE, quiet=True)
    read = Interaction(out)
    assert np.isfinite(read.compare(read.read(["退手机"]), np.arange(1), read.read(["退手机"]), np.arange(1))).all()
