"""What editors look through and are checked against follows the store, however the knowledge came to be as it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index.exact import ExactIndex
from kb.index.knowledge import Knowledge
from kb.publish.catalogue import Catalogue, Served
from kb.publish.editing import Editing, Wanted
from kb.store.store import Store
from kb.types import Entry, EntryId, EntryState, SourcedEntry
from tests.fakes.embedder import BigramEmbedder
from tests.fakes.shop import SetClock
from tests.records import NOW, sourced

QUESTIONS = ("怎么退款", "怎么退款？", "退货", "怎么开发票", "發票怎麼開")
ENTRIES = st.builds(
    lambda id_, question, variants, follow_ups, state: sourced(
        id_, question, "请看词条 A001 和问题「退货」。", variants=variants, follow_ups=follow_ups, state=state
    ),
    st.sampled_from(["A001", "b", "c"]),
    st.sampled_from(QUESTIONS),
    st.lists(st.sampled_from(QUESTIONS), max_size=2).map(tuple),
    st.lists(st.sampled_from(QUESTIONS), max_size=1).map(tuple),
    st.sampled_from(EntryState),
)


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store.open("sqlite://")
    yield store
    store.close()


def put(store: Store, *entries: SourcedEntry) -> None:
    store.entries.apply(entries, [], author="test", now=NOW, expect=store.entries.revision())


@settings(deadline=None, max_examples=12)
@given(st.lists(ENTRIES, max_size=6), ENTRIES)
def test_what_is_followed_is_what_is_read_anew(changes: list[SourcedEntry], new: SourcedEntry) -> None:
    store = Store.open("sqlite://")
    try:
        followed = Editing(store, SetClock(NOW), UTC)
        for change in changes:
            followed.check(change.entry.id, fields(change.entry))
            put(store, change)
        anew = Editing(store, SetClock(NOW), UTC)
        assert followed.find(Wanted("退")) == anew.find(Wanted("退"))
        assert followed.facets() == anew.facets()
        assert followed.check(new.entry.id, fields(new.entry)) == anew.check(new.entry.id, fields(new.entry))
    finally:
        store.close()


@settings(deadline=None, max_examples=12)
@given(st.lists(ENTRIES, min_size=1, max_size=6), ENTRIES)
def test_entries_that_do_not_concern_another_are_left_out(others: list[SourcedEntry], new: SourcedEntry) -> None:
    store = Store.open("sqlite://")
    try:
        put(store, *{one.entry.id: one for one in others}.values())
        few = Editing(store, SetClock(NOW), UTC)
        everything = Editing(store, SetClock(NOW), UTC)
        everything._catalogue = _Whole(store)
        assert few.check(new.entry.id, fields(new.entry)) == everything.check(new.entry.id, fields(new.entry))
    finally:
        store.close()


@settings(deadline=None, max_examples=40)
@given(st.lists(ENTRIES, min_size=1, max_size=6), st.integers(0, 6), ENTRIES)
def test_beside_a_release_the_same_is_found_and_nothing_else_read(
    changes: list[SourcedEntry], published: int, new: SourcedEntry
) -> None:
    store = Store.open("sqlite://")
    try:
        for change in changes[:published]:
            put(store, change)
        live = [one.entry for one in store.entries.all() if one.entry.state is EntryState.LIVE]
        knowledge = Knowledge.build(live, BigramEmbedder(), index=ExactIndex, synonyms=(("退货", "退款"),))
        served = Served(knowledge, store.entries.revision())
        for change in changes[published:]:
            put(store, change)
        expected = Catalogue(store).beside(new.entry)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store.entries, "all", None)
            assert Catalogue(store, lambda: served).beside(new.entry) == expected
    finally:
        store.close()


def test_a_release_that_says_less_is_not_relied_on(store: Store) -> None:
    put(store, sourced("a", "怎么退款"))
    knowledge = Knowledge.build([], BigramEmbedder(), index=ExactIndex)
    made = {"of a later revision": Served(knowledge, 2), "by another program": Served(replace(knowledge, reading=1), 1)}
    for name, served in made.items():
        found = Catalogue(store, lambda served=served: served).beside(sourced("b", "怎么退款").entry)  # type: ignore[misc]
        assert [one.entry.id for one in found] == ["a"], name


def test_only_what_was_written_since_is_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, sourced("a"), sourced("b"))
    catalogue = Catalogue(store)
    first = catalogue.latest().entries
    put(store, sourced("b", "退货"), sourced("c"))
    monkeypatch.setattr(store.entries, "all", None)
    later = catalogue.latest()
    assert later.revision == 2
    assert [one.entry.question for one in later.entries] == ["怎么退款？", "退货", "怎么退款？"]
    assert later.entries[0] is first[0]


def test_a_store_that_was_set_back_is_read_anew(store: Store) -> None:
    put(store, sourced("a"))
    put(store, sourced("b"))
    catalogue = Catalogue(store)
    assert len(catalogue.latest().entries) == 2
    other = Store.open("sqlite://")
    put(other, sourced("c"))
    catalogue._store = other
    assert [one.entry.id for one in catalogue.latest().entries] == ["c"]
    other.close()


class _Whole(Catalogue):
    """Holds an entry against all others."""

    def beside(self, entry: Entry) -> list[SourcedEntry]:
        return [one for one in self.latest().entries if one.entry.id != entry.id]


def fields(entry: Entry) -> dict[str, object]:
    return replace(entry, id=EntryId("")).as_dict()
