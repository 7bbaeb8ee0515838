"""Documents and their passages on every database: written with the entries, in the same revision."""

from dataclasses import replace

import pytest

from kb.errors import Conflict, InputError, NotFound
from kb.store import Store
from kb.types import Document, Passage, PassageId, TicketPassage
from tests.records import NOW, later, sourced, ticket

FILE = "faq/纸尿裤选购指南.pdf"
FIRST = Passage(PassageId("p-1"), FILE, ("纸尿裤选购指南", "尺码对照"), "M 码适合 6–11 公斤的宝宝。", 3, "第 3 页")
SECOND = Passage(PassageId("p-2"), FILE, ("纸尿裤选购指南",), "夜里建议用大一码。\n试穿后再买整箱。", None, "第 40 行")
GUIDE = Document(FILE, "纸尿裤选购指南", (FIRST, SECOND))
YEAR = Passage(PassageId("p-9"), "faq/保修.md", (), "保修一年。")
OTHER = Document("faq/保修.md", "保修条款", (YEAR,), approved=True)


def _apply(store: Store, *put: Document, gone: tuple[str, ...] = ()) -> int:
    expect = store.entries.revision()
    return store.entries.apply([], [], author="test", now=NOW, expect=expect, documents=put, documents_gone=gone)


def test_they_come_back_as_they_were_written(store: Store) -> None:
    assert _apply(store, GUIDE, OTHER) == 1
    assert store.documents.all() == [OTHER, GUIDE]  # in order of source
    assert store.documents.get(FILE) == GUIDE
    assert store.documents.passage(PassageId("p-2")) == (GUIDE, SECOND)


def test_a_document_that_is_written_again_has_its_new_passages_only(store: Store) -> None:
    _apply(store, GUIDE, OTHER)
    third = replace(SECOND, id=PassageId("p-3"), text="夜里建议用大两码。")
    changed = replace(GUIDE, passages=(third, replace(FIRST, page=4)))
    _apply(store, changed)
    assert store.documents.all() == [OTHER, changed]
    with pytest.raises(NotFound, match="p-2"):
        store.documents.passage(PassageId("p-2"))


def test_a_removed_one_is_gone_with_its_passages(store: Store) -> None:
    _apply(store, GUIDE, OTHER)
    assert _apply(store, gone=(FILE,)) == 2
    assert store.documents.all() == [OTHER]
    with pytest.raises(NotFound, match="选购指南"):
        store.documents.get(FILE)
    with pytest.raises(NotFound):
        store.documents.passage(FIRST.id)


def test_they_are_written_with_the_entries_or_not_at_all(store: Store) -> None:
    store.entries.apply([sourced("a")], [], author="test", now=NOW, expect=0, documents=[GUIDE])
    with pytest.raises(Conflict):
        store.entries.apply([sourced("b")], [], author="test", now=NOW, expect=0, documents=[OTHER])
    broken = replace(OTHER, passages=(replace(YEAR, text="坏\0字"),))
    with pytest.raises(InputError):
        store.entries.apply([sourced("b")], [], author="test", now=NOW, expect=1, documents=[broken])
    assert store.documents.all() == [GUIDE]
    assert [one.entry.id for one in store.entries.all()] == ["a"]


def test_a_document_cannot_be_named_twice_in_a_change(store: Store) -> None:
    with pytest.raises(ValueError, match="once"):
        _apply(store, GUIDE, gone=(FILE,))


def test_approving_and_revoking_are_revisions_of_their_own(store: Store) -> None:
    _apply(store, GUIDE, OTHER)
    assert store.documents.approve([FILE], approved=True, author="小王", now=later(1)) == 2
    assert [one.approved for one in store.documents.all()] == [True, True]
    assert store.documents.approve([FILE], approved=True, author="小王", now=later(2)) == 2  # it is already
    assert store.documents.approve([FILE, OTHER.source], approved=False, author="小李", now=later(3)) == 3
    assert [one.approved for one in store.documents.all()] == [False, False]
    assert store.entries.revision() == 3


def test_when_a_text_was_read_is_kept_whoever_approves_it_later(store: Store) -> None:
    _apply(store, GUIDE)
    store.documents.approve([FILE], approved=True, author="小王", now=later(1))
    assert store.documents.read_at() == {FILE: (NOW, "test")}
    store.entries.apply([], [], author="小李", now=later(2), expect=2, documents=[replace(GUIDE, passages=(FIRST,))])
    assert store.documents.read_at() == {FILE: (later(2), "小李")}


def test_approving_an_unknown_document_changes_nothing(store: Store) -> None:
    _apply(store, GUIDE)
    with pytest.raises(NotFound, match="没有"):
        store.documents.approve([FILE, "没有.pdf"], approved=True, author="小王", now=NOW)
    assert store.entries.revision() == 1
    assert not store.documents.get(FILE).approved


def test_a_ticket_keeps_what_its_draft_cites(store: Store) -> None:
    cited = TicketPassage(FIRST.id, "《纸尿裤选购指南》“尺码对照”第 3 页", FIRST.text, 0.41)
    store.tickets.add(ticket("t1", passages=(cited,)), NOW)
    assert store.tickets.get(ticket("t1").id).passages == (cited,)
