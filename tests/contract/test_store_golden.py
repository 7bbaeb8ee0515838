"""Golden questions on every database: written with the entries, in the same revision."""

import pytest

from kb.errors import Conflict, NotFound
from kb.store import Store
from kb.store.golden import golden_id
from kb.types import EntryId, GoldenQuestion
from tests.records import NOW, sourced

ONE = GoldenQuestion("钱啥时候退", (EntryId("TK002"), EntryId("TK003")), "", "spoken", "faq/questions/a.jsonl")
TWO = GoldenQuestion("我的单到哪了", (), "order_specific", "", "faq/questions/a.jsonl")


def _apply(store: Store, *put: GoldenQuestion, gone: tuple[str, ...] = ()) -> int:
    expect = store.entries.revision()
    return store.entries.apply([], [], author="test", now=NOW, expect=expect, golden=put, golden_gone=gone)


def test_they_come_back_as_they_were_written(store: Store) -> None:
    assert _apply(store, ONE, TWO) == 1
    assert set(store.golden.all()) == {ONE, TWO}
    assert store.golden.get(golden_id(ONE.text)) == ONE


def test_one_text_is_kept_once_and_the_last_word_holds(store: Store) -> None:
    _apply(store, ONE)
    other = GoldenQuestion(ONE.text, (), "legal", "", "editor")
    _apply(store, other)
    assert store.golden.all() == [other]


def test_a_removed_one_is_gone(store: Store) -> None:
    _apply(store, ONE, TWO)
    assert _apply(store, gone=(ONE.text,)) == 2
    assert store.golden.all() == [TWO]
    with pytest.raises(NotFound):
        store.golden.get(golden_id(ONE.text))


def test_they_are_written_with_the_entries_or_not_at_all(store: Store) -> None:
    store.entries.apply([sourced("TK002")], [], author="test", now=NOW, expect=0, golden=[ONE])
    with pytest.raises(Conflict):
        store.entries.apply([sourced("TK004")], [], author="test", now=NOW, expect=0, golden=[TWO])
    assert store.golden.all() == [ONE]
    assert [s.entry.id for s in store.entries.all()] == ["TK002"]


def test_a_change_without_anything_is_no_revision(store: Store) -> None:
    assert _apply(store) == 0


def test_what_a_revision_left_alone_is_counted(store: Store) -> None:
    first = _apply(store, ONE, TWO)
    _apply(store, GoldenQuestion(TWO.text, (EntryId("X"),)))
    assert store.golden.unchanged_since(first) == 1


def test_a_text_may_be_as_long_as_a_question(store: Store) -> None:
    long = GoldenQuestion("退" * 1000)
    _apply(store, long)
    assert store.golden.all() == [long]
