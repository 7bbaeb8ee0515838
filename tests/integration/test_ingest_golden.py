"""A folder named questions holds golden questions; they are written with the entries they ask for."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kb.ingest import Code, Plan, plan, read
from kb.store import Store
from kb.types import EntryId, GoldenQuestion

TODAY = date(2026, 11, 21)
TABLE = "编号,标准问,答案\nTK1,怎么退款,点退款。\nFP1,怎么开票,点开票。\n"


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    folder = tmp_path / "faq"
    (folder / "questions").mkdir(parents=True)
    (folder / "a.csv").write_text(TABLE, encoding="utf-8")
    return folder


def write(faq: Path, *rows: object, name: str = "asked.jsonl") -> None:
    text = "".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows)
    (faq / "questions" / name).write_text(text, encoding="utf-8")


def row(question: str, *expected: str) -> dict[str, object]:
    return {"question": question, "expected": list(expected), "handoff": "", "kind": "spoken"}


def ingest(path: Path, store: Store) -> Plan:
    changes = plan(read([path], today=TODAY), store.entries.all(), store.golden.all())
    store.entries.apply(
        changes.put,
        changes.retire,
        author="test",
        now=datetime(2026, 11, 21, tzinfo=UTC),
        expect=store.entries.revision(),
        golden=changes.golden,
        golden_gone=changes.golden_gone,
    )
    return changes


@pytest.fixture
def store() -> Store:
    return Store.open("sqlite://")


def test_they_are_read_from_the_folder_and_are_no_entries(faq: Path, store: Store) -> None:
    write(faq, row("想退钱", "TK1"), row("给我退了没"))
    changes = ingest(faq, store)
    assert changes.problems == ()
    assert len(changes.added) == 2
    assert set(store.golden.all()) == {
        GoldenQuestion("想退钱", (EntryId("TK1"),), "", "spoken", "faq/questions/asked.jsonl"),
        GoldenQuestion("给我退了没", (), "", "spoken", "faq/questions/asked.jsonl"),
    }
    assert ingest(faq, store).empty


def test_a_file_replaces_what_came_from_it_and_nothing_else(faq: Path, store: Store) -> None:
    write(faq, row("想退钱", "TK1"), row("给我退了没"))
    write(faq, row("开票", "FP1"), name="more.jsonl")
    ingest(faq, store)
    write(faq, row("想退钱", "FP1"))
    changes = ingest(faq, store)
    assert [question.expected for question in changes.golden] == [("FP1",)]
    assert changes.golden_gone == ("给我退了没",)
    assert {question.text for question in store.golden.all()} == {"想退钱", "开票"}


def test_an_expected_entry_that_is_not_there_is_told_and_blocks_nothing(faq: Path, store: Store) -> None:
    write(faq, row("想退钱", "TK1"), row("换货", "TK1", "HH9"))
    changes = ingest(faq, store)
    (problem,) = changes.problems
    assert (problem.code, problem.file, problem.row) == (Code.UNKNOWN_EXPECTED, "faq/questions/asked.jsonl", 2)
    assert "HH9" in problem.message
    assert not changes.blocked
    assert len(store.golden.all()) == 2


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        '{"question": "退"}',
        '{"question": "", "expected": []}',
        '{"question": "退", "expected": "TK1"}',
        '{"question": "退", "expected": [1]}',
        '{"question": "退\\u0000", "expected": []}',
        json.dumps({"question": "退" * 1001, "expected": []}),
    ],
)
def test_a_row_that_is_none_is_told_and_takes_nothing_away(faq: Path, store: Store, bad: str) -> None:
    write(faq, row("想退钱", "TK1"), row("开票", "FP1"))
    ingest(faq, store)
    write(faq, row("想退钱", "TK1"), bad)
    changes = ingest(faq, store)
    assert [(problem.code, problem.row) for problem in changes.problems] == [(Code.BAD_GOLDEN, 2)]
    assert not changes.blocked
    assert len(store.golden.all()) == 2


def test_the_same_text_twice_counts_once(faq: Path, store: Store) -> None:
    write(faq, row("想退钱", "TK1"), row("想退钱", "FP1"))
    changes = ingest(faq, store)
    assert [problem.code for problem in changes.problems] == [Code.REPEATED_GOLDEN]
    assert [question.expected for question in store.golden.all()] == [("TK1",)]


def test_the_folder_alone_or_one_file_may_be_given(faq: Path, store: Store) -> None:
    write(faq, row("想退钱", "TK1"))
    ingest(faq / "a.csv", store)
    assert len(ingest(faq / "questions", store).golden) == 1
    assert ingest(faq / "questions" / "asked.jsonl", store).empty
    assert len(store.entries.all()) == 2
