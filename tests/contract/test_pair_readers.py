"""What every reader of pairs promises: the model that comes with kb, and any cross-encoder of the user's."""

from pathlib import Path

import numpy as np
import pytest

from kb.errors import SettingsError
from kb.index.cross import CrossEncoding, WithCrossEncoder, read_by
from kb.index.interaction import Interaction
from kb.index.knowledge import Knowledge
from kb.ports import PairReader
from kb.types import Entry, EntryId
from tests.fakes.cross_encoder import cross_encoder
from tests.fakes.embedder import BigramEmbedder

TEXTS = ["怎么申请退款", "退款怎么申请", "发票能不能开", "能不能不开发票", "这", "保修期多久呀" * 9]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cross_encoder(tmp_path_factory.mktemp("cross-encoder"), "".join(TEXTS))


@pytest.fixture(scope="session", params=["kb's own", "a cross-encoder"])
def reader(request: pytest.FixtureRequest, tiny: Path) -> PairReader:
    return Interaction.shipped() if request.param == "kb's own" else CrossEncoding(str(tiny))


def test_two_figures_for_each_pair(reader: PairReader) -> None:
    read = reader.read(TEXTS)
    figures = reader.compare(read, np.zeros(len(TEXTS), np.int64), read, np.arange(len(TEXTS)))
    assert figures.shape == (len(TEXTS), 2)
    assert figures.dtype == np.float32
    assert np.isfinite(figures).all()
    assert len(set(figures[:, 0].tolist())) > 1
    assert reader.compare(read, np.arange(0), read, np.arange(0)).shape == (0, 2)


def test_a_pair_is_read_as_if_it_were_alone(reader: PairReader) -> None:
    together = reader.read(TEXTS)
    figures = reader.compare(together, np.array([1, 1, 1, 1]), together, np.array([5, 0, 4, 2]))
    alone = reader.read([TEXTS[1]])
    for row, other in enumerate((5, 0, 4, 2)):
        found = reader.compare(alone, np.array([0]), reader.read([TEXTS[other]]), np.array([0]))
        assert found[0] == pytest.approx(figures[row], abs=1e-5)


def test_a_cross_encoder_is_named_by_its_weights(tiny: Path, tmp_path: Path) -> None:
    name = CrossEncoding(str(tiny)).name
    assert name.startswith("model-")
    assert name == CrossEncoding(str(tiny)).name
    assert name != CrossEncoding(str(cross_encoder(tmp_path, "甲乙丙"))).name


def test_a_cross_encoder_reads_what_the_embedder_finds(tiny: Path) -> None:
    entries = [Entry(EntryId(str(at)), text, "答") for at, text in enumerate(TEXTS)]
    embedder = WithCrossEncoder(BigramEmbedder(), CrossEncoding(str(tiny)))
    knowledge = Knowledge.build(entries, embedder)
    read = read_by(knowledge, embedder)
    assert read.interaction is embedder.pairs
    assert read_by(read, embedder) is read
    assert read_by(knowledge, BigramEmbedder()) is knowledge
    ours, theirs = knowledge.arrays(), read.arrays()
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(np.asarray(ours[name]), np.asarray(theirs[name])) for name in ours)


def test_what_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"):
        CrossEncoding(str(tmp_path / "nowhere"))


def test_a_model_of_several_figures_is_refused(tmp_path: Path) -> None:
    folder = cross_encoder(tmp_path, "甲乙", labels=3)
    with pytest.raises(SettingsError, match="3 figures"):
        CrossEncoding(str(folder))
