"""The audit log on every database."""

import pytest

from kb.errors import InputError
from kb.store import Store
from kb.types import AuditEntry
from tests.records import NOW, later


def fill(store: Store) -> None:
    store.audit.add("ann", "entry.write", "invoice", {"revision": 2}, NOW)
    store.audit.add("bob", "entry.retire", "packet", {}, later(10))
    store.audit.add("ann", "release.publish", "r2", {"entries": 7}, later(20))
    store.audit.add("ann", "entry_point", "x", {}, later(30))


def targets(found: tuple[int, list[AuditEntry]]) -> list[str]:
    assert found[0] == len(found[1])
    return [entry.target for entry in found[1]]


def test_a_change_is_kept_as_told(store: Store) -> None:
    store.audit.add("ann", "entry.write", "invoice", {"question": "怎么开发票？"}, NOW)
    total, (entry,) = store.audit.find()
    assert total == 1
    assert (entry.at, entry.actor, entry.action, entry.target) == (NOW, "ann", "entry.write", "invoice")
    assert entry.detail == {"question": "怎么开发票？"}


def test_the_newest_comes_first(store: Store) -> None:
    fill(store)
    assert targets(store.audit.find()) == ["x", "r2", "packet", "invoice"]


def test_it_can_be_narrowed_by_person_action_and_time(store: Store) -> None:
    fill(store)
    assert targets(store.audit.find(actor="ann")) == ["x", "r2", "invoice"]
    assert targets(store.audit.find(action="entry.retire")) == ["packet"]
    assert targets(store.audit.find(action="entry.")) == ["packet", "invoice"]
    assert targets(store.audit.find(since=later(10), until=later(20))) == ["packet"]
    assert targets(store.audit.find(actor="bob", action="release.")) == []


def test_a_page_says_of_how_many(store: Store) -> None:
    fill(store)
    total, page = store.audit.find(limit=2, offset=1)
    assert (total, [entry.target for entry in page]) == (4, ["r2", "packet"])


def test_everybody_who_changed_something_is_named_once(store: Store) -> None:
    assert store.audit.actors() == []
    fill(store)
    assert store.audit.actors() == ["ann", "bob"]


def test_what_cannot_be_stored_is_refused(store: Store) -> None:
    with pytest.raises(InputError):
        store.audit.add("ann", "entry.write", "\0", {}, NOW)
