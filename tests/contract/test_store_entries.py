"""Entries on every database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from kb.errors import Conflict, InputError, NotFound
from kb.store import Store
from kb.types import Entry, EntryId, EntryState, Link, SourcedEntry
from tests.records import NOW, later, sourced

FULL = SourcedEntry(
    Entry(
        id=EntryId("tuikuan-001"),
        question="未发货怎么退款？",
        answer="在订单页点“申请退款”，\n1–3 个工作日到账 👍",
        variants=("没发货能退吗", "還沒發貨，怎麼退？"),
        category="退款",
        tags=("退款", "未发货"),
        product="WN-200",
        valid_from=date(2025, 6, 1),
        valid_until=date(2025, 6, 18),
        state=EntryState.DRAFT,
        links=(Link("退款说明", "https://example.com/a?b=1&c=%20"),),
        follow_ups=("已发货怎么退款？",),
    ),
    "faq/退款.xlsx",
)


def _ids(store: Store) -> list[str]:
    return [found.entry.id for found in store.entries.all()]


def test_an_empty_store_is_at_revision_0(store: Store) -> None:
    assert store.entries.revision() == 0
    assert store.entries.all() == []


def test_an_entry_comes_back_as_it_was_put(store: Store) -> None:
    assert store.entries.apply([FULL], [], author="小王", now=NOW, expect=0) == 1
    assert store.entries.all() == [FULL]
    assert store.entries.get(FULL.entry.id) == FULL.entry
    assert store.entries.revision() == 1


def test_what_later_revisions_wrote_or_retired_is_found(store: Store) -> None:
    store.entries.apply([FULL, sourced("a"), sourced("b")], [], author="a", now=NOW, expect=0)
    store.entries.apply([sourced("b", "怎么换货"), sourced("c")], [], author="a", now=later(1), expect=1)
    store.entries.apply([], [EntryId("a")], author="a", now=later(2), expect=2)
    assert [one.entry.id for one in store.entries.since(1)] == ["a", "b", "c"]
    assert [(one.entry.id, one.entry.state) for one in store.entries.since(2)] == [("a", EntryState.RETIRED)]
    assert store.entries.since(3) == []
    assert store.entries.since(0) == store.entries.all()


def test_what_no_release_of_a_revision_holds_is_found(store: Store) -> None:
    draft = sourced("d", state=EntryState.DRAFT)
    store.entries.apply([sourced("a"), sourced("b"), sourced("c"), draft], [], author="a", now=NOW, expect=0)
    store.entries.apply([], [EntryId("c")], author="a", now=later(1), expect=1)
    store.entries.apply([sourced("b", "怎么换货")], [], author="a", now=later(2), expect=2)
    assert [one.entry.id for one in store.entries.aside(2)] == ["b", "d"]
    assert [one.entry.id for one in store.entries.aside(1)] == ["b", "c", "d"]
    assert store.entries.aside(3) == [draft]
    assert store.entries.retired() == ["c"]


def test_those_that_there_are_of_some_ids_come_in_order(store: Store) -> None:
    store.entries.apply([FULL, sourced("a"), sourced("B")], [], author="a", now=NOW, expect=0)
    assert store.entries.some([FULL.entry.id, EntryId("B"), EntryId("gone")]) == [sourced("B"), FULL]
    assert store.entries.some([]) == []


def test_where_entries_came_from_is_told_once(store: Store) -> None:
    entries = [replace(sourced(id_), source=source) for id_, source in zip("abc", ("f/a", "f/b", "f/a"), strict=True)]
    store.entries.apply(entries, [], author="a", now=NOW, expect=0)
    assert store.entries.sources() == {"f/a", "f/b"}


def test_entries_come_in_order_of_their_bytes_on_every_database(store: Store) -> None:
    ids = ["b", "a", "B", "a-1", "a1", "退款", "_"]
    store.entries.apply([sourced(id_) for id_ in ids], [], author="a", now=NOW, expect=0)
    assert _ids(store) == sorted(ids)


def test_putting_an_entry_again_replaces_it_whole(store: Store) -> None:
    store.entries.apply([FULL], [], author="a", now=NOW, expect=0)
    new = SourcedEntry(Entry(FULL.entry.id, "问", "答"), "faq/new.csv")
    assert store.entries.apply([new], [], author="b", now=later(1), expect=1) == 2
    assert store.entries.all() == [new]


def test_a_retired_entry_is_kept_and_marked(store: Store) -> None:
    store.entries.apply([sourced("a"), sourced("b")], [], author="a", now=NOW, expect=0)
    store.entries.apply([], [EntryId("a")], author="b", now=later(1), expect=1)
    assert [found.entry.state for found in store.entries.all()] == [EntryState.RETIRED, EntryState.LIVE]
    assert store.entries.all()[0].source == "faq/orders.csv"


def test_history_tells_each_revision_with_its_author(store: Store) -> None:
    store.entries.apply([FULL, sourced("b")], [], author="小王", now=NOW, expect=0)
    store.entries.apply([sourced("b", "新的问法")], [], author="小李", now=later(1), expect=1)
    store.entries.apply([], [FULL.entry.id], author="小张", now=later(2), expect=2)
    steps = store.entries.history(FULL.entry.id)
    assert [(revision, at, author, entry.state) for revision, at, author, entry in steps] == [
        (1, NOW, "小王", EntryState.DRAFT),
        (3, later(2), "小张", EntryState.RETIRED),
    ]
    assert steps[0][3] == FULL.entry
    assert [revision for revision, *_ in store.entries.history(EntryId("b"))] == [1, 2]


def test_a_change_planned_on_an_older_revision_is_refused(store: Store) -> None:
    store.entries.apply([sourced("a")], [], author="a", now=NOW, expect=0)
    with pytest.raises(Conflict, match="revision 1, not 0"):
        store.entries.apply([sourced("b")], [], author="b", now=NOW, expect=0)
    assert _ids(store) == ["a"]
    assert store.entries.revision() == 1


def test_an_empty_change_makes_no_revision(store: Store) -> None:
    store.entries.apply([sourced("a")], [], author="a", now=NOW, expect=0)
    store.entries.apply([], [EntryId("a")], author="a", now=NOW, expect=1)
    assert store.entries.apply([], [], author="b", now=NOW, expect=2) == 2
    assert store.entries.apply([], [EntryId("a")], author="b", now=NOW, expect=2) == 2  # it is retired already
    assert store.entries.revision() == 2


def test_retiring_an_unknown_entry_changes_nothing(store: Store) -> None:
    with pytest.raises(NotFound, match="'nobody'"):
        store.entries.apply([sourced("a")], [EntryId("nobody")], author="a", now=NOW, expect=0)
    assert store.entries.revision() == 0
    assert _ids(store) == []


def test_an_entry_cannot_be_named_twice_in_a_change(store: Store) -> None:
    with pytest.raises(ValueError, match="once"):
        store.entries.apply([sourced("a")], [EntryId("a")], author="a", now=NOW, expect=0)


def test_a_change_that_fails_halfway_leaves_nothing(store: Store) -> None:
    with pytest.raises(InputError):
        store.entries.apply([sourced("a"), sourced("b", "坏\0字")], [], author="a", now=NOW, expect=0)
    with pytest.raises(ValueError, match="no time zone"):
        store.entries.apply([sourced("a")], [], author="a", now=datetime(2025, 1, 1), expect=0)  # noqa: DTZ001
    assert store.entries.revision() == 0
    assert _ids(store) == []


def test_an_unknown_entry_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="'nobody'"):
        store.entries.get(EntryId("nobody"))
    with pytest.raises(NotFound, match="'nobody'"):
        store.entries.history(EntryId("nobody"))


def test_a_time_from_another_zone_comes_back_in_utc(store: Store) -> None:
    shanghai = timezone(timedelta(hours=8))
    store.entries.apply([sourced("a")], [], author="a", now=NOW.astimezone(shanghai), expect=0)
    ((_, at, _, _),) = store.entries.history(EntryId("a"))
    assert (at, at.tzinfo) == (NOW, UTC)


@pytest.mark.parametrize(
    "text", ["\0", "a\0b", "\ud800", "好\udfff"], ids=["NUL alone", "NUL inside", "half a pair", "the other half"]
)
@pytest.mark.parametrize("field", ["question", "variants"])
def test_text_that_cannot_be_stored_everywhere_is_refused_everywhere(store: Store, text: str, field: str) -> None:
    bad = sourced("a", **{field: text if field == "question" else (text,)})  # type: ignore[arg-type]
    with pytest.raises(InputError, match="cannot be stored"):
        store.entries.apply([bad], [], author="a", now=NOW, expect=0)


@pytest.mark.parametrize(
    "text", [r"\u0000", "\\\\u0000", "'; DROP TABLE entries; --", "%(id)s :id ? %s", "👨‍👩‍👧", "e\u0301" * 50]
)
def test_any_other_text_comes_back_unchanged(store: Store, text: str) -> None:
    put = sourced("a", text, variants=(text,), tags=(text,))
    store.entries.apply([put], [], author="a", now=NOW, expect=0)
    assert store.entries.all() == [put]
    assert store.entries.history(EntryId("a"))[0][3] == put.entry
