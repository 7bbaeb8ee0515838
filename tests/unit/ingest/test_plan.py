from dataclasses import replace

import pytest

from kb.ingest import Change, Code, Place, Reading, plan
from kb.types import Entry, EntryId, EntryState, SourcedEntry


def entry(entry_id: str, question: str = "", **more: object) -> Entry:
    return replace(Entry(EntryId(entry_id), question or f"第{entry_id}个问题", "答案。"), **more)  # type: ignore[arg-type]


def at(source: str, *entries: Entry) -> list[SourcedEntry]:
    return [SourcedEntry(found, source) for found in entries]


def reading(*entries: SourcedEntry, scopes: tuple[str, ...] = ("faq",), **more: object) -> Reading:
    places = {found.entry.id: Place(found.source, row, f"第 {row} 行") for row, found in enumerate(entries, 2)}
    return replace(Reading(entries, (), (), scopes, places), **more)  # type: ignore[arg-type]


def codes(changes: object) -> list[tuple[Code, int | None]]:
    return [(found.code, found.row) for found in changes.problems]  # type: ignore[attr-defined]


def test_everything_is_new_in_an_empty_store() -> None:
    new = at("faq/a.csv", entry("1"), entry("2"))
    changes = plan(reading(*new), [])
    assert changes.added == changes.put == tuple(new)
    assert changes.retire == ()
    assert changes.retire_share == 0.0
    assert not changes.empty


def test_reading_the_same_again_changes_nothing() -> None:
    same = at("faq/a.csv", entry("1"), entry("2"))
    changes = plan(reading(*same), same)
    assert changes.empty
    assert changes.unchanged == tuple(same)


def test_a_changed_entry_is_shown_before_and_after() -> None:
    (old,) = at("faq/a.csv", entry("1"))
    (new,) = at("faq/a.csv", entry("1", answer="新的答案。"))
    changes = plan(reading(new), [old])
    assert changes.changed == (Change(old, new),)
    assert changes.put == (new,)


def test_what_is_gone_from_a_source_that_was_looked_at_is_retired() -> None:
    known = [*at("faq/a.csv", entry("1"), entry("2")), *at("faq/deep/b.csv", entry("3"))]
    changes = plan(reading(known[0]), known)
    assert changes.retire == ("2", "3")
    assert changes.retire_share == pytest.approx(2 / 3)


@pytest.mark.parametrize("source", ["other/a.csv", "faq2/a.csv", "faq.csv", "console", "fa"])
def test_other_sources_are_left_alone(source: str) -> None:
    known = [*at("faq/a.csv", entry("1")), *at(source, entry("2"))]
    assert plan(reading(known[0]), known).empty


def test_a_file_that_could_not_be_read_retires_nothing() -> None:
    known = [*at("faq/a.csv", entry("1")), *at("faq/b.csv", entry("2"))]
    assert plan(reading(known[0], held_sources=frozenset({"faq/b.csv"})), known).empty


def test_a_row_that_could_not_be_read_retires_nothing() -> None:
    known = at("faq/a.csv", entry("1"), entry("2"))
    assert plan(reading(known[0], held_ids=frozenset({EntryId("2")})), known).empty


def test_an_entry_that_is_retired_already_is_not_retired_again() -> None:
    known = at("faq/a.csv", entry("1"), entry("2", state=EntryState.RETIRED))
    changes = plan(reading(known[0]), known)
    assert changes.empty
    assert changes.retire_share == 0.0


def test_a_retired_entry_that_comes_back_belongs_to_the_file_it_came_back_in() -> None:
    (old,) = at("faq/a.csv", entry("1", state=EntryState.RETIRED))
    (new,) = at("new/b.csv", entry("1"))
    changes = plan(reading(new, scopes=("new",)), [old])
    assert changes.put == (new,)


def test_an_exported_file_read_back_changes_nothing() -> None:
    known = at("faq/a.csv", entry("1"), entry("2"), entry("3", state=EntryState.RETIRED))
    exported = at("export.xlsx", *(found.entry for found in known))
    assert plan(reading(*exported, scopes=("export.xlsx",)), known).empty


def test_an_entry_changed_in_an_exported_file_still_belongs_to_its_own_file() -> None:
    (old,) = at("faq/a.csv", entry("1"))
    (new,) = at("export.xlsx", entry("1", answer="新的。"))
    changes = plan(reading(new, scopes=("export.xlsx",)), [old])
    assert changes.put == (SourcedEntry(new.entry, "faq/a.csv"),)


def test_an_entry_that_moved_between_files_that_were_looked_at_is_not_retired() -> None:
    (old,) = at("faq/a.csv", entry("1"))
    (new,) = at("faq/b.csv", entry("1"))
    changes = plan(reading(new), [old])
    assert (changes.moved, changes.put, changes.retire) == ((Change(old, new),), (new,), ())


def test_a_new_file_called_like_one_that_was_not_looked_at_is_pointed_out() -> None:
    known = at("faq/a.csv", entry("1"))
    alone = plan(reading(*at("a.csv", entry("2")), scopes=("a.csv",)), known)
    assert [(found.code, found.file) for found in alone.problems] == [(Code.NAMESAKE, "a.csv")]
    assert "faq/a.csv" in alone.problems[0].message
    assert not plan(reading(*at("faq/a.csv", entry("2"))), known).problems
    assert not plan(reading(*at("faq/deep/a.csv", entry("2"))), known).problems


def test_the_same_question_twice_is_pointed_out_at_both() -> None:
    read = at("faq/a.csv", entry("1", "怎么退货"), entry("2", "怎么退货？"))
    assert codes(plan(reading(*read), [])) == [(Code.SAME_QUESTION, 2), (Code.SAME_QUESTION, 3)]


def test_a_shared_phrasing_is_pointed_out_with_the_other_place() -> None:
    read = at("faq/a.csv", entry("1", "怎么退货", variants=("退貨",)), entry("2", "退货多久", variants=("退货！",)))
    changes = plan(reading(*read), [])
    assert codes(changes) == [(Code.SHARED_PHRASING, 2), (Code.SHARED_PHRASING, 3)]
    assert "第 3 行" in changes.problems[0].message


def test_a_phrasing_shared_with_what_is_in_the_store_is_pointed_out() -> None:
    read = at("faq/a.csv", entry("1", "怎么退货"))
    known = at("console", entry("9", "退款流程", variants=("怎么退货",)))
    assert codes(plan(reading(*read), known)) == [(Code.SHARED_PHRASING, 2)]


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(at("console", entry("9", "怎么退货", state=EntryState.RETIRED)), id="the other is retired"),
        pytest.param(at("faq/old.csv", entry("9", "怎么退货")), id="the other is being retired"),
        pytest.param(at("faq/a.csv", entry("1", "怎么退货")), id="it is the same entry"),
    ],
)
def test_only_what_will_be_served_together_is_compared(known: list[SourcedEntry]) -> None:
    assert codes(plan(reading(*at("faq/a.csv", entry("1", "怎么退货"))), known)) == []


def test_a_follow_up_must_be_somebodys_question() -> None:
    read = at(
        "faq/a.csv", entry("1", "怎么退货", follow_ups=("运费谁出", "谁来取件", "退货多久？")), entry("2", "运费谁出？")
    )
    known = at("console", entry("9", "退货多久"))
    changes = plan(reading(*read), known)
    assert codes(changes) == [(Code.UNKNOWN_FOLLOW_UP, 2)]
    assert "谁来取件" in changes.problems[0].message
