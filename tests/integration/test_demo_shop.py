"""The demonstration shop, from its files to its answers, as the README shows it."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.command import succeed
from tests.conftest import ROOT

FAQ = ROOT / "data" / "faq"
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shop")


@pytest.fixture(scope="module")
def published(home: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(succeed(home, "ingest", str(FAQ), "--publish", "--json").stdout)
    return report


def test_it_goes_live_with_nothing_blocked(published: dict[str, Any]) -> None:
    assert not [problem for problem in published["problems"] if problem["blocks"]]
    assert published["release"]["entries"] >= 360
    assert published["release"]["phrasings"] >= 7 * 360


def test_it_has_what_a_shop_needs() -> None:
    from datetime import date

    from kb.ingest import read
    from kb.types import EntryState

    entries = [s.entry for s in read([FAQ], today=date(2026, 11, 21)).entries if s.entry.state is EntryState.LIVE]
    categories = Counter(entry.category for entry in entries)
    assert len(categories) >= 12
    assert min(categories.values()) >= 10
    assert all(len(entry.variants) >= 6 for entry in entries)
    assert sum(bool(entry.valid_until) for entry in entries) >= 5
    assert sum(bool(entry.links) for entry in entries) >= 40
    assert sum(bool(entry.follow_ups) for entry in entries) >= 60


def test_its_questions_are_labelled_and_a_quarter_cannot_be_answered() -> None:
    from kb.answer.labelled import read_labelled

    questions = read_labelled([FAQ / "questions"])
    assert len(questions) >= 800
    assert sum(not question.expected for question in questions) >= len(questions) / 4


def test_direct_answers_keep_the_promise_and_most_questions_get_one(home: Path, published: dict[str, Any]) -> None:
    scores = json.loads(succeed(home, "evaluate", str(FAQ / "questions"), "--json").stdout)
    assert scores["precision"] >= 0.95
    assert scores["answered_of_answerable"] >= 0.55


@pytest.mark.parametrize("question", ["护臀膏多少克一支", "牙膏有草莓味的吗"])
def test_what_is_named_once_is_not_answered_whatever_is_asked(
    home: Path, published: dict[str, Any], question: str
) -> None:
    found = json.loads(succeed(home, "ask", question, "--json").stdout)
    assert found["decision"] != "answer"


TRANSCRIPT = re.search(r"```console\n(.*?)```", README, re.DOTALL)
ASKED = re.findall(
    r'^\$ kb ask "(.+?)"\n(.*?)(?=^\$|\Z)', TRANSCRIPT[1] if TRANSCRIPT else "", re.MULTILINE | re.DOTALL
)


@pytest.mark.parametrize(("question", "shown"), ASKED, ids=[question for question, _ in ASKED])
def test_the_transcript_is_what_one_gets(home: Path, published: dict[str, Any], question: str, shown: str) -> None:
    def without_run(text: str) -> list[str]:
        plain = re.sub(r"(发布版本) \S+ · (用时) \S+ ms", r"\1 · \2", text)
        return [line.rstrip() for line in plain.strip().splitlines()]

    assert without_run(succeed(home, "ask", question).stdout) == without_run(shown)


def test_there_is_a_transcript() -> None:
    assert len(ASKED) >= 2
