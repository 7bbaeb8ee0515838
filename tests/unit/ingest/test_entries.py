from datetime import date

import pytest

from kb.ingest.columns import Column
from kb.ingest.entries import derive_id, judge
from kb.ingest.problems import Code, Report
from kb.ingest.record import Flaw, Record
from kb.types import Entry, EntryState, Link

TODAY = date(2026, 11, 21)


def judged(*flaws: Flaw, **fields: object) -> tuple[Entry | None, list[Code]]:
    filled = {"question": "怎么退货", "answer": "在订单页申请。", **fields}
    report = Report("faq.csv")
    result = judge(Record({Column(name): value for name, value in filled.items()}, 2, "第 2 行", flaws), report, TODAY)
    return result.entry, [problem.code for problem in report.problems]


def test_question_and_answer_are_enough() -> None:
    entry, problems = judged()
    assert entry == Entry(derive_id("怎么退货"), "怎么退货", "在订单页申请。")
    assert problems == []


def test_every_field_finds_its_place() -> None:
    entry, problems = judged(
        id="007",
        variants="咋退\n退货流程",
        category="退换货",
        tags="退货,运费",
        product="奶粉",
        valid_from="2026/12/1",
        valid_until="2026年12月13日",
        state="草稿",
        links="说明 https://a.example/r",
        follow_ups="运费谁出\n多久到账",
    )
    assert problems == []
    assert entry == Entry(
        id=entry.id if entry else derive_id(""),
        question="怎么退货",
        answer="在订单页申请。",
        variants=("咋退", "退货流程"),
        category="退换货",
        tags=("退货", "运费"),
        product="奶粉",
        valid_from=date(2026, 12, 1),
        valid_until=date(2026, 12, 13),
        state=EntryState.DRAFT,
        links=(Link("说明", "https://a.example/r"),),
        follow_ups=("运费谁出", "多久到账"),
    )
    assert entry is not None
    assert entry.id == "007"


def test_json_brings_lists_and_numbers() -> None:
    entry, problems = judged(
        id=7.0,
        variants=["咋退", "咋退", 12],
        links=[{"title": "说明", "url": "https://a.example"}, "https://b.example"],
        tags=None,
    )
    assert problems == []
    assert entry is not None
    assert (entry.id, entry.variants) == ("7", ("咋退", "12"))
    assert entry.links == (Link("说明", "https://a.example"), Link("", "https://b.example"))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"question": " "}, Code.EMPTY_QUESTION, id="no question"),
        pytest.param({"answer": "\n"}, Code.EMPTY_ANSWER, id="no answer"),
        pytest.param({"question": "？！😀"}, Code.NOTHING_TO_MATCH, id="a question of marks only"),
        pytest.param({"question": "问" * 201}, Code.QUESTION_TOO_LONG, id="a question too long"),
        pytest.param({"answer": "答" * 5001}, Code.ANSWER_TOO_LONG, id="an answer too long"),
        pytest.param({"id": "1" * 101}, Code.ID_TOO_LONG, id="an id too long"),
        pytest.param({"valid_from": "下周"}, Code.BAD_DATE, id="a day that is none"),
        pytest.param(
            {"valid_from": "2026-12-02", "valid_until": "2026-12-01"}, Code.DATES_REVERSED, id="from after until"
        ),
        pytest.param({"state": "随便"}, Code.UNKNOWN_STATE, id="an unknown state"),
        pytest.param({"question": ["怎么退"]}, Code.BAD_VALUE, id="a list for a question"),
        pytest.param({"answer": True}, Code.BAD_VALUE, id="a truth value for an answer"),
        pytest.param({"variants": [["x"]]}, Code.BAD_VALUE, id="a list in a list"),
        pytest.param({"links": [{"url": 1, "title": {}}]}, Code.BAD_VALUE, id="a link of the wrong shape"),
    ],
)
def test_a_row_that_cannot_be_served_is_left_out_with_one_reason(fields: dict[str, object], code: Code) -> None:
    assert judged(**fields) == (None, [code])


def test_limits_hold_to_the_character() -> None:
    entry, problems = judged(question="问" * 200, answer="答" * 5000, id="1" * 100)
    assert entry is not None
    assert problems == []


def test_a_cell_that_has_no_value_refuses_the_row_once() -> None:
    assert judged(Flaw(Code.FORMULA, Column.QUESTION, "=A1"), question="") == (None, [Code.FORMULA])


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert judged(answer="", valid_from="x", state="y")[1] == [Code.EMPTY_ANSWER, Code.UNKNOWN_STATE, Code.BAD_DATE]


def test_a_part_that_cannot_be_used_is_left_out_and_the_rest_kept() -> None:
    entry, problems = judged(variants=f"咋退\n？？\n{'长' * 201}\n怎么退货", links="坏 ftp://x\n好 https://a.example")
    assert entry is not None
    assert entry.variants == ("咋退",)
    assert entry.links == (Link("好", "https://a.example"),)
    assert problems == [Code.VARIANT_NOTHING_TO_MATCH, Code.VARIANT_TOO_LONG, Code.BAD_LINK]


def test_control_characters_are_removed_and_reported() -> None:
    entry, problems = judged(answer="请\x07在订单页\r\n申请")
    assert entry is not None
    assert entry.answer == "请在订单页\n申请"
    assert problems == [Code.CONTROL_CHARACTERS]


def test_an_entry_whose_time_is_over_is_pointed_out() -> None:
    assert judged(valid_until="2026-11-20")[1] == [Code.EXPIRED]
    assert judged(valid_until="2026-11-21")[1] == []
    assert judged(valid_until="2026-11-20", state="停用")[1] == []


def test_a_derived_id_does_not_mind_how_the_question_is_typed() -> None:
    assert derive_id("怎么退货？") == derive_id(" 怎么退貨 ")
    assert derive_id("怎么退货") != derive_id("怎么换货")
    assert derive_id("怎么清洗", "温奶器") != derive_id("怎么清洗", "消毒柜")
    assert derive_id("怎么退货") == "q-f43b204f2a80c57b"  # it must never change: it is how rows without an id are known
