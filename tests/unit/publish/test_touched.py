"""Which questions a change may answer differently, and what a release keeps of the golden ones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from kb.index.knowledge import Knowledge
from kb.index.shelf import Shelf
from kb.publish.gate import Outcome
from kb.publish.touched import Kept, Seen, Touched
from kb.text import Words
from kb.types import DecisionKind, Document, Entry, EntryId, Limits, Passage, PassageId
from tests.fakes.embedder import BigramEmbedder

REFUND = Entry(EntryId("refund"), "怎么申请退款", "在订单页申请。", ("如何退钱",))
INVOICE_ASKED_OTHERWISE = Entry(EntryId("invoice"), "怎么开发票", "在订单页开票。", ("发票在哪里开", "普票还是专票"))
INVOICE = Entry(EntryId("invoice"), "怎么开发票", "在订单页开票。", ("发票在哪里开",))
SHIPPING = Entry(EntryId("shipping"), "多久能发货", "当天发货。", ("几天发出",))
ENTRIES = (REFUND, INVOICE, SHIPPING)
ASKED = ["钱怎么退给我", "开发票要什么", "几号能发货呀"]
CANDIDATES = [Seen(["refund"], 0.9), Seen(["invoice"], 0.5), Seen(["shipping"], 0.1)]
LIMITS = Limits(0.7, 0.3)
NOTHING = Seen([], 0.0)


def knowledge(*entries: Entry) -> Knowledge:
    return Knowledge.build(entries, BigramEmbedder())


def touched(*now: Entry, before: Sequence[Entry] = ENTRIES, shelf: Shelf | None = None) -> Touched:
    return Touched((knowledge(*before), None), (knowledge(*now), shelf), BigramEmbedder(), LIMITS)


def test_another_answer_touches_what_had_its_entry_and_nothing_else() -> None:
    found = touched(replace(REFUND, answer="请联系客服。"), INVOICE, SHIPPING)
    assert found.by(ASKED, CANDIDATES) == [True, False, False]
    found = touched(replace(REFUND, answer="请联系客服。"), INVOICE_ASKED_OTHERWISE, SHIPPING)
    assert found.by(ASKED, CANDIDATES) == [True, True, False]


def test_a_new_phrasing_touches_what_had_its_entry_and_what_is_near_it() -> None:
    found = touched(REFUND, INVOICE_ASKED_OTHERWISE, SHIPPING)
    assert found.by(ASKED, CANDIDATES) == [False, True, False]
    assert found.by(["普票还是专票呀"], [NOTHING]) == [True]


@pytest.mark.parametrize(
    ("sure", "expected"),
    [(0.695, True), (0.705, True), (0.31, True), (0.66, False), (0.74, False), (0.5, False), (0.0, False)],
)
def test_a_confidence_near_a_limit_may_come_to_lie_beyond_it(sure: float, expected: bool) -> None:
    seen = [Seen(["shipping"], sure)]
    assert touched(REFUND, INVOICE_ASKED_OTHERWISE, SHIPPING).by(ASKED[2:], seen) == [expected]
    assert touched(REFUND, replace(INVOICE, answer="请联系客服。"), SHIPPING).by(ASKED[2:], seen) == [False]


def test_a_phrasing_that_is_gone_touches_what_was_near_it() -> None:
    found = touched(replace(REFUND, variants=()), INVOICE, SHIPPING)
    assert found.by(["如何退钱"], [NOTHING]) == [True]
    assert found.by(["几天发出"], [CANDIDATES[2]]) == [False]


def test_a_phrasing_that_moves_to_another_entry_touches_what_is_near_it() -> None:
    found = touched(replace(REFUND, variants=()), INVOICE, replace(SHIPPING, variants=("几天发出", "如何退钱")))
    assert found.by(["如何退钱"], [NOTHING]) == [True]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(SHIPPING, valid_until=date(2026, 1, 1)), id="dates"),
        pytest.param(replace(SHIPPING, question="什么时候发货"), id="the question"),
    ],
)
def test_whatever_has_a_part_in_finding_an_entry_touches_its_questions(changed: Entry) -> None:
    assert touched(REFUND, INVOICE, changed).by(ASKED, CANDIDATES)[2]


def test_the_house_s_own_words_touch_everything() -> None:
    found = touched(REFUND, INVOICE, replace(SHIPPING, product="云朵纸尿裤"))
    assert found.by(ASKED, CANDIDATES) == [True, True, True]


def test_many_changes_touch_everything() -> None:
    many = tuple(Entry(EntryId(f"e{at}"), f"第{at}件事怎么办", "请联系客服。") for at in range(12))
    assert touched(*ENTRIES, *many).by(ASKED, CANDIDATES) == [True, True, True]


def test_other_documents_touch_everything() -> None:
    document = Document("a.md", "指南", (Passage(PassageId("p"), "a.md", (), "夜里建议选大一码。"),))
    shelf = Shelf.build([document], BigramEmbedder(), Words())
    assert touched(*ENTRIES, shelf=shelf).by(ASKED, CANDIDATES) == [True, True, True]


def test_what_is_kept_reads_back() -> None:
    answer = Outcome(DecisionKind.ANSWER, EntryId("refund"))
    kept = Kept(
        date(2026, 11, 21),
        {"怎么退": (answer, Seen(("refund", "invoice"), 0.75)), "谁": (Outcome(DecisionKind.HANDOFF), Seen((), 0.0))},
    )
    assert Kept.from_json(kept.to_json()) == kept
