"""What an edit would do, and what waits to be published: on a real store and a release that serves."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kb.answer.match import Matcher
from kb.errors import NotReady, ReleaseMismatch
from kb.publish.pending import pending
from kb.settings import Settings
from kb.types import Document, Entry, EntryId, EntryState, GoldenQuestion, Passage, PassageId, SourcedEntry
from kb.wiring import Kb, build
from tests.fakes.shop import ENTRIES, NOON, SetClock, release, shop
from tests.records import answer

SHIPPING = next(one for one in ENTRIES if one.id == "shipping")
FEE = next(one for one in ENTRIES if one.id == "fee")


@pytest.fixture
def kb() -> Iterator[Kb]:
    kb = shop(serving=release())
    yield kb
    kb.close()


def golden(kb: Kb, *questions: GoldenQuestion) -> None:
    expect = kb.store.entries.revision()
    kb.store.entries.apply([], [], author="小王", now=NOON, expect=expect, golden=questions)


def asked(kb: Kb, *texts: str) -> None:
    for at, text in enumerate(texts):
        kb.store.record_answer(answer(f"a{at}", question=text, category=""))


def fields(entry: Entry) -> dict[str, object]:
    return {name: value for name, value in entry.as_dict().items() if name != "id"}


def test_a_new_phrasing_shows_the_question_that_it_answers(kb: Kb) -> None:
    golden(kb, GoldenQuestion("下单之后几时寄出", (SHIPPING.id,)))
    found = kb.preview.compare(replace(SHIPPING, variants=(*SHIPPING.variants, "下单之后几时寄出")))
    (change,) = found.changes
    assert (change.question, change.new.entry_id, change.golden) == ("下单之后几时寄出", SHIPPING.id, True)
    assert found.mended == ("下单之后几时寄出",)
    assert found.entries[SHIPPING.id] == SHIPPING.question
    assert found.complete


def test_taking_a_phrasing_away_shows_the_golden_question_that_breaks(kb: Kb) -> None:
    golden(kb, GoldenQuestion("邮费多少钱", (FEE.id,)))
    found = kb.preview.compare(replace(FEE, question="包邮的条件是什么？", variants=()))
    assert [(change.question, change.breaks) for change in found.changes] == [("邮费多少钱", True)]


def test_another_answer_changes_no_decision_and_names_who_would_read_it(kb: Kb) -> None:
    asked(kb, "多久发货", "怎么开发票")
    found = kb.preview.compare(replace(SHIPPING, answer="您好，24小时内发货。"))
    assert found.changes == ()
    assert found.readers == ("多久发货",)


def test_a_retired_entry_answers_no_more(kb: Kb) -> None:
    asked(kb, "多久发货")
    found = kb.preview.compare(replace(SHIPPING, state=EntryState.RETIRED))
    assert [(change.question, change.new.entry_id) for change in found.changes] == [("多久发货", None)]


def test_questions_that_are_near_no_phrasing_are_not_asked(kb: Kb) -> None:
    asked(kb, "多久发货", "宝宝奶粉冲调用几度的水")
    assert kb.preview.compare(replace(SHIPPING, answer="好的")).near == 1


def test_when_time_runs_out_what_was_asked_is_told(kb: Kb) -> None:
    asked(kb, "多久发货", "几天能发货", "什么时候发货")
    found = kb.preview.compare(replace(SHIPPING, answer="您好，24小时内发货。"), limit_s=-1)
    assert (found.asked, found.near, found.complete) == (0, 3, False)


def test_an_edit_of_what_is_not_live_yet_can_be_compared_too(kb: Kb) -> None:
    asked(kb, "可以货到付款吗")
    new = Entry(EntryId("cod"), "可以货到付款吗", "您好，目前不支持货到付款。")
    assert [change.new.entry_id for change in kb.preview.compare(new).changes] == ["cod"]


def test_before_the_first_release_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    kb = build(Settings(home=tmp_path, index="exact"), SetClock())
    with pytest.raises(NotReady):
        kb.preview.compare(SHIPPING)
    kb.editing.put(SHIPPING.id, fields(SHIPPING), author="小王")
    waiting = pending(kb.store, kb.matcher)
    assert (waiting.release, [one.id for one in waiting.added]) == (None, ["shipping"])
    kb.close()


def test_an_entry_is_checked_before_it_is_written(kb: Kb) -> None:
    kb.editing.put(FEE.id, fields(FEE), author="小王")
    bad = kb.editing.check(EntryId("x"), {"question": "", "answer": ""})
    assert bad.entry is None
    assert [problem.code for problem in bad.problems] == ["empty_question"]
    shared = kb.editing.check(
        EntryId("x"), {"question": "要多少运费", "variants": ["邮费多少钱"], "answer": "您好，8元。"}
    )
    assert shared.entry is not None
    assert [problem.code for problem in shared.problems] == ["shared_phrasing"]
    personal = kb.editing.check(EntryId("x"), {"question": "怎么联系", "answer": "您好，请拨打13912345678联系小王。"})
    assert [finding.code for finding in personal.findings] == ["personal_data"]


def test_entries_are_counted_by_what_they_can_be_narrowed_to(kb: Kb) -> None:
    for one in ENTRIES:
        kb.editing.put(one.id, fields(one), author="小王")
    kb.editing.retire(FEE.id, author="小王")
    facets = kb.editing.facets()
    assert facets.categories["物流配送"] == 1
    assert facets.products == {"奶粉": 1, "纸尿裤": 1}
    assert facets.states[EntryState.RETIRED] == 1


def test_a_new_entry_takes_the_next_number_of_its_category(kb: Kb) -> None:
    for number in ("WL007", "WL009"):
        kb.editing.put(EntryId(number), {"question": number, "answer": "您好。", "category": "物流"}, author="小王")
    assert kb.editing.free_id("几天到", "物流") == "WL010"
    assert kb.editing.free_id("几天到", "别的").startswith("q-")


def test_what_waits_to_be_published_is_told_apart(kb: Kb, tmp_path: Path) -> None:
    kb = build(Settings(home=tmp_path, index="exact"), SetClock())
    for one in (SHIPPING, FEE):
        kb.editing.put(one.id, fields(one), author="小王")
    kb.publisher.publish()
    kb.refresh()
    assert pending(kb.store, kb.matcher).nothing
    kb.editing.put(SHIPPING.id, fields(replace(SHIPPING, answer="您好，24小时内发货。")), author="小王")
    kb.editing.retire(FEE.id, author="小王")
    kb.editing.put(EntryId("cod"), {"question": "可以货到付款吗", "answer": "您好，不可以。"}, author="小王")
    kb.editing.add_golden(GoldenQuestion("几天发货", (SHIPPING.id,)), author="小王")
    waiting = pending(kb.store, kb.matcher)
    assert [one.id for one in waiting.added] == ["cod"]
    assert [(one.new.id, one.fields) for one in waiting.changed] == [("shipping", ("answer",))]
    assert [one.id for one in waiting.removed] == ["fee"]
    assert (waiting.golden, waiting.synonyms, waiting.nothing) == (1, False, False)
    kb.close()


def test_a_document_that_was_read_or_approved_waits_to_be_published(tmp_path: Path) -> None:
    kb = build(Settings(home=tmp_path, index="exact"), SetClock())
    passage = Passage(PassageId("p-1"), "care.md", ("保修",), "整机保修一年，易损件保修三个月。")
    document = Document("care.md", "保修条款", (passage,))
    fee = SourcedEntry(FEE, "shop.csv")
    kb.store.entries.apply([fee], [], author="小王", now=kb.clock.now(), expect=0, documents=[document])
    assert pending(kb.store, kb.matcher).as_dict()["documents"][0]["change"] == "added"
    kb.publisher.publish()
    kb.refresh()
    assert pending(kb.store, kb.matcher).nothing
    kb.library.approve(["care.md"], approved=True, author="小王")
    waiting = pending(kb.store, kb.matcher)
    assert not waiting.nothing
    (told,) = waiting.as_dict()["documents"]
    assert (told["change"], told["approved"], told["passages_added"]) == ("changed", True, 0)
    kb.close()


def test_golden_questions_come_from_a_file_and_what_is_none_is_told(kb: Kb) -> None:
    kb.editing.put(FEE.id, fields(FEE), author="小王")
    lines = (
        '{"question": "邮费几块", "expected": ["fee"]}',
        '{"question": "人呢", "expected": [], "handoff": "要求人工"}',
        '{"question": "没有这条", "expected": ["nobody"]}',
        "不是 JSON",
    )
    done = kb.editing.import_golden("golden.jsonl", "\n".join(lines).encode(), author="小王")
    assert (done.added, done.changed, done.unchanged) == (2, 0, 0)
    assert {problem.code for problem in done.problems} == {"unknown_expected", "bad_golden"}
    again = kb.editing.import_golden("golden.jsonl", "\n".join(lines).encode(), author="小王")
    assert (again.added, again.unchanged) == (0, 2)


def test_a_live_release_that_cannot_be_opened_keeps_nobody_from_publishing(kb: Kb) -> None:
    def broken() -> Matcher:
        raise ReleaseMismatch("made with another embedder")

    kb.editing.put(FEE.id, fields(FEE), author="小王")
    waiting = pending(kb.store, broken)
    assert (waiting.unreadable, waiting.release, [one.id for one in waiting.added]) == (True, None, ["fee"])


def test_what_is_served_as_it_stands_need_not_be_compared(kb: Kb) -> None:
    assert not kb.preview.differs(SHIPPING)
    assert kb.preview.differs(replace(SHIPPING, answer="您好，24小时内发货。"))
    assert kb.preview.differs(replace(SHIPPING, state=EntryState.RETIRED))
    assert not kb.preview.differs(replace(SHIPPING, id=EntryId("other"), state=EntryState.DRAFT))
