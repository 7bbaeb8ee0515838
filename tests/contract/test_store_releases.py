"""Releases and the pointer on every database."""

import pytest

from kb.errors import Conflict, NotFound
from kb.store import Store
from kb.types import ReleaseId
from tests.records import NOW, later, manifest

ONE, TWO, THREE = ReleaseId("r1"), ReleaseId("r2"), ReleaseId("r3")


def _add(store: Store, *ids: str) -> None:
    for minutes, id_ in enumerate(ids):
        store.releases.add(manifest(id_, minutes))


def test_no_release_is_current_at_first(store: Store) -> None:
    assert store.releases.current() is None
    assert store.releases.previous() is None
    assert store.releases.all() == []


def test_a_manifest_comes_back_as_it_was_added(store: Store) -> None:
    _add(store, ONE)
    assert store.releases.get(ONE) == manifest(ONE)


def test_a_release_is_added_once(store: Store) -> None:
    _add(store, ONE)
    with pytest.raises(Conflict, match="already in the store"):
        _add(store, ONE)


def test_the_pointer_moves_and_remembers_where_it_was(store: Store) -> None:
    _add(store, ONE, TWO)
    store.releases.point(ONE, NOW)
    assert (store.releases.current(), store.releases.previous()) == (ONE, None)
    store.releases.point(TWO, later(1))
    assert (store.releases.current(), store.releases.previous()) == (TWO, ONE)
    store.releases.point(ONE, later(2))  # a rollback can be taken back, too
    assert (store.releases.current(), store.releases.previous()) == (ONE, TWO)


def test_pointing_to_the_current_release_again_keeps_the_way_back(store: Store) -> None:
    _add(store, ONE, TWO)
    store.releases.point(ONE, NOW)
    store.releases.point(TWO, NOW)
    store.releases.point(TWO, later(1))
    assert (store.releases.current(), store.releases.previous()) == (TWO, ONE)


def test_the_pointer_stays_when_the_release_is_unknown(store: Store) -> None:
    _add(store, ONE)
    store.releases.point(ONE, NOW)
    with pytest.raises(NotFound, match="'r9'"):
        store.releases.point(ReleaseId("r9"), NOW)
    assert store.releases.current() == ONE


def test_releases_are_listed_newest_first_with_the_current_marked(store: Store) -> None:
    _add(store, ONE, TWO, THREE)
    store.releases.point(TWO, NOW)
    listed = store.releases.all()
    assert [(record.id, record.current) for record in listed] == [(THREE, False), (TWO, True), (ONE, False)]
    assert (listed[0].created_at, listed[0].revision, listed[0].entries, listed[0].phrasings) == (later(2), 1, 2, 12)


def test_the_current_release_cannot_be_removed(store: Store) -> None:
    _add(store, ONE)
    store.releases.point(ONE, NOW)
    with pytest.raises(Conflict, match="being served"):
        store.releases.remove(ONE)
    assert store.releases.get(ONE) == manifest(ONE)


def test_a_removed_release_is_gone_and_is_no_way_back(store: Store) -> None:
    _add(store, ONE, TWO)
    store.releases.point(ONE, NOW)
    store.releases.point(TWO, NOW)
    store.releases.remove(ONE)
    assert store.releases.previous() is None
    assert [record.id for record in store.releases.all()] == [TWO]
    with pytest.raises(NotFound):
        store.releases.get(ONE)
    with pytest.raises(NotFound):
        store.releases.remove(ONE)
    assert store.releases.current() == TWO
