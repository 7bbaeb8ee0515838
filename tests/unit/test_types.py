"""Domain values keep their promises."""

import json
from datetime import date

import pytest

from kb.types import Entry, EntryId, EntryState, Link, Scope

ENTRY = Entry(
    id=EntryId("YH001"),
    question="双12有什么活动",
    answer="满200减30。",
    variants=("双12优惠", "十二月有活动吗"),
    category="优惠券与活动",
    tags=("双12", "满减"),
    product="",
    valid_from=date(2026, 12, 1),
    valid_until=date(2026, 12, 13),
    links=(Link("活动规则", "https://help.hexiaoman.example/1212"),),
    follow_ups=("满减券可以叠加吗",),
)


@pytest.mark.parametrize(
    ("day", "served"),
    [(date(2026, 11, 30), False), (date(2026, 12, 1), True), (date(2026, 12, 13), True), (date(2026, 12, 14), False)],
)
def test_an_entry_is_served_from_its_first_to_its_last_day(day: date, served: bool) -> None:
    assert ENTRY.served_on(day) is served


@pytest.mark.parametrize("state", [EntryState.DRAFT, EntryState.RETIRED])
def test_only_live_entries_are_served(state: EntryState) -> None:
    assert not Entry(EntryId("a"), "q", "a", state=state).served_on(date(2026, 12, 1))


def test_json_gives_the_entry_back() -> None:
    assert Entry.from_dict(json.loads(json.dumps(ENTRY.as_dict()))) == ENTRY


@pytest.mark.parametrize(
    ("scope", "admitted"),
    [
        pytest.param(Scope(), True, id="no scope admits all"),
        pytest.param(Scope(category="优惠券与活动"), True, id="same category"),
        pytest.param(Scope(category="发票"), False, id="other category"),
        pytest.param(Scope(product="温奶器"), True, id="an entry without product fits every product"),
        pytest.param(Scope(tags=("双12",)), True, id="has the tag"),
        pytest.param(Scope(tags=("双12", "预售")), False, id="lacks one of the tags"),
    ],
)
def test_a_scope_narrows(scope: Scope, admitted: bool) -> None:
    assert scope.admits(ENTRY) is admitted


def test_a_product_s_entry_is_not_for_another_product() -> None:
    entry = Entry(EntryId("JD001"), "q", "a", product="温奶器")
    assert Scope(product="温奶器").admits(entry)
    assert not Scope(product="吸奶器").admits(entry)
