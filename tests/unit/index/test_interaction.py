"""What is read of a question beside a phrasing, and that it depends on nothing else."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kb.errors import FileUnreadable, ReleaseMismatch
from kb.index.interaction import FIGURES, Interaction, States, unit_rows
from kb.index.ngram import SHIPPED, read_vocabulary

PHRASINGS = ["怎么申请退款", "退款什么时候到账", "怎么开具发票", "修改收货地址"]


@pytest.fixture(scope="module")
def interaction() -> Interaction:
    return Interaction.shipped()


def compared(interaction: Interaction, question: str, phrasings: list[str]) -> list[list[float]]:
    which = np.arange(len(phrasings))
    figures = interaction.compare(
        interaction.read([question]), np.zeros_like(which), interaction.read(phrasings), which
    )
    assert figures.shape == (len(phrasings), len(FIGURES))
    out: list[list[float]] = figures.tolist()
    return out


def test_what_asks_the_same_comes_first(interaction: Interaction) -> None:
    for question, wanted in (("如何申请退款", 0), ("退款几天能到", 1), ("发票怎么开", 2), ("收货地址怎么改", 3)):
        same = [figures[0] for figures in compared(interaction, question, PHRASINGS)]
        assert int(np.argmax(same)) == wanted


def test_one_word_that_turns_the_question_is_seen(interaction: Interaction) -> None:
    kept, turned = compared(interaction, "如何开通自动续费", ["怎么开通自动续费", "怎么关闭自动续费"])
    assert kept[1] > turned[1]


def test_a_phrasing_is_read_alike_alone_and_in_company(interaction: Interaction) -> None:
    together = interaction.read(PHRASINGS)
    for at, phrasing in enumerate(PHRASINGS):
        alone = interaction.read([phrasing])
        piece = slice(int(together.starts[at]), int(together.starts[at + 1]))
        assert np.array_equal(together.values[piece], alone.values)
        assert np.array_equal(together.units[piece], alone.units)


def test_a_question_is_compared_alike_alone_and_in_company(interaction: Interaction) -> None:
    questions = ["退货", "", "如何申请退款", "票", "我要的发票怎么还没有开出来呀"]
    known = interaction.read([*PHRASINGS, "", "票"])
    asked, which = np.arange(len(questions)).repeat(6), np.tile(np.arange(6), len(questions))
    together = interaction.compare(interaction.read(questions), asked, known, which)
    one = np.zeros(1, np.int64)
    for row, (at, other) in enumerate(zip(asked, which, strict=True)):
        read = interaction.read([questions[at]])
        assert np.array_equal(interaction.compare(read, one, known, one + other)[0], together[row])


def test_nothing_to_read_says_nothing(interaction: Interaction) -> None:
    assert compared(interaction, "", PHRASINGS) == [[0.0, 0.0]] * len(PHRASINGS)
    assert len(interaction.read([])) == 0


def test_a_unit_has_its_row_and_that_of_its_pair_with_the_next() -> None:
    vocabulary = read_vocabulary(SHIPPED)
    rows = unit_rows(vocabulary, "退款䶮")
    assert rows[0].tolist() == [*vocabulary.of_units(["退"]), *vocabulary.of_ngrams(["退款"])]
    assert rows[2, 0] == vocabulary.of_units(["䶮"])[0] >= 0  # one of the spare rows
    assert rows[1, 1] == rows[2, 1] == -1


def test_both_models_share_one_vocabulary() -> None:
    assert read_vocabulary(SHIPPED) is read_vocabulary(SHIPPED)


def test_states_of_other_weights_are_refused(interaction: Interaction) -> None:
    states = interaction.read(PHRASINGS)
    assert np.array_equal(States.restore(states.arrays()).values, states.values)
    with pytest.raises(ReleaseMismatch, match="kb publish"):
        States.restore({**states.arrays(), "model": states.model + 1})
    with pytest.raises(ReleaseMismatch):  # a release from before there were any
        States.restore({})


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="interaction"):
        Interaction(tmp_path)


def test_it_is_read_without_torch() -> None:
    script = """
import sys
from kb.index.interaction import Interaction
Interaction().read(["怎么还款"])
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)
