from datetime import timedelta

import pytest

from kb.answer.handover import Handover, draft, open_ticket, priority, quoted, summary
from kb.answer.policy import Policy
from kb.types import (
    AnswerId,
    Candidate,
    ConversationId,
    Decision,
    DecisionKind,
    EntryId,
    Judgement,
    Priority,
    Reason,
    ReleaseId,
    TicketState,
)
from tests.fakes.shop import ENTRIES, NOON, entry

POLICY = Policy()


def handover(question: str, reason: Reason, *near: Candidate, earlier: str = "", best: bool = True) -> Handover:
    decision = Decision(DecisionKind.HANDOFF, reason, near[0] if near and best else None)
    return Handover(
        conversation_id=ConversationId("c1"),
        answer_id=AnswerId("a1"),
        question=question,
        earlier=earlier,
        judgement=Judgement(decision, near, ReleaseId("r1")),
        at=NOON,
    )


def near(id_: str, confidence: float = 0.4) -> Candidate:
    (found,) = [one for one in ENTRIES if one.id == EntryId(id_)]
    return Candidate(found, found.question, confidence)


@pytest.mark.parametrize(
    ("question", "reason", "expected"),
    [
        pytest.param("我要投诉", Reason.COMPLAINT, Priority.URGENT, id="a complaint"),
        pytest.param("宝宝过敏了", Reason.DANGER, Priority.URGENT, id="danger"),
        pytest.param("你们有没有实体店", Reason.NOTHING_CLOSE, Priority.ORDINARY, id="an ordinary question"),
        pytest.param("多久发货？运费谁出？", Reason.NOTHING_CLOSE, Priority.COMPLEX, id="two questions in one"),
        pytest.param("怎么开发票，另外多久能发货", Reason.NOTHING_CLOSE, Priority.COMPLEX, id="and another thing"),
        pytest.param("这个好。", Reason.NOTHING_CLOSE, Priority.ORDINARY, id="a sentence with its full stop"),
        pytest.param("我" * 80, Reason.NOTHING_CLOSE, Priority.COMPLEX, id="a long story"),
    ],
)
def test_priority_follows_reason_length_and_number_of_questions(
    question: str, reason: Reason, expected: Priority
) -> None:
    assert priority(question, reason) is expected


def test_a_ticket_carries_what_the_agent_needs() -> None:
    ticket = open_ticket(
        handover("退款多久到", Reason.NOTHING_CLOSE, near("refund-sent"), near("refund-unsent")), POLICY
    )
    assert ticket.state is TicketState.WAITING
    assert ticket.category == "退款"
    assert ticket.due_at == NOON + timedelta(hours=24)
    assert [one.entry_id for one in ticket.candidates] == ["refund-sent", "refund-unsent"]
    assert ticket.candidates[0].answer.startswith("已发货的订单")
    assert ticket.summary == "知识库未覆盖｜退款多久到"
    assert "\n" not in ticket.summary


def test_an_unlikely_candidate_gives_a_complaint_no_category() -> None:
    ticket = open_ticket(handover("我要投诉", Reason.COMPLAINT, near("fee", 0.02), best=False), POLICY)
    assert ticket.category == ""


def test_due_times_are_the_house_rules() -> None:
    policy = Policy(due_urgent=timedelta(minutes=5), due_complex=timedelta(hours=72))
    assert open_ticket(handover("投诉", Reason.COMPLAINT), policy).due_at == NOON + timedelta(minutes=5)
    assert open_ticket(handover("甲" * 90, Reason.NOTHING_CLOSE), policy).due_at == NOON + timedelta(hours=72)


def test_the_draft_is_the_standard_answer_in_the_polite_frame() -> None:
    said = draft(handover("已发货还能退不？", Reason.NOTHING_CLOSE, near("refund-sent")), POLICY)
    assert said.startswith("您好，关于您咨询的「已发货还能退不」，已发货的订单请先拒收")
    assert said.endswith("随时告诉我们。")


def test_an_unlikely_candidate_lends_a_ticket_neither_its_answer_nor_its_category() -> None:
    ticket = open_ticket(handover("玩具用几号电池", Reason.NOTHING_CLOSE, near("size", 0.03)), POLICY)
    assert ticket.category == ""
    assert "尺码" not in ticket.draft
    assert "玩具用几号电池" in ticket.draft
    assert [one.entry_id for one in ticket.candidates] == ["size"]


def test_the_draft_greets_once() -> None:
    said = draft(handover("没发货能退吗", Reason.NOTHING_CLOSE, near("refund-unsent")), POLICY)
    assert said.count("您好") == 1


def test_an_answer_that_is_only_a_greeting_is_kept() -> None:
    hello = entry("hello", "你好", "您好！")
    said = draft(handover("哈喽", Reason.NOTHING_CLOSE, Candidate(hello, "你好", 0.4)), POLICY)
    assert "您好！" in said


def test_a_complaint_draft_apologises_and_says_what_happens_by_when() -> None:
    said = draft(handover("包裹破了没人管，我要投诉", Reason.COMPLAINT, near("fee", 0.2), best=False), POLICY)
    assert "非常抱歉" in said
    assert "专人负责核实" in said
    assert "11月20日14:05前" in said, "the shop's time, not UTC"


def test_a_danger_draft_names_the_urgent_due_time() -> None:
    said = draft(handover("宝宝喝完起疹子了", Reason.DANGER), POLICY)
    assert "就医" in said
    assert "11月19日14:20前" in said


def test_a_legal_draft_offers_no_doctor() -> None:
    said = draft(handover("我要去法院起诉", Reason.COMPLAINT), POLICY)
    assert "就医" not in said
    assert "核实" in said


def test_who_asked_for_a_person_is_met_with_what_was_asked_before() -> None:
    one = handover("转人工", Reason.ASKED_FOR_PERSON, near("fee", 0.05), best=False, earlier="奶粉结块还能喝吗？")
    assert (
        draft(one, POLICY) == "您好，我是人工客服。您之前咨询的「奶粉结块还能喝吗」我已经看到了，正在为您核实，请稍等。"
    )
    assert (
        summary(one.question, Reason.ASKED_FOR_PERSON, one.earlier) == "要求人工｜转人工（此前咨询：奶粉结块还能喝吗）"
    )


def test_an_order_question_gets_the_rule_and_the_offer_to_look() -> None:
    said = draft(handover("我的快递到哪了", Reason.ORDER_SPECIFIC, near("shipping")), POLICY)
    assert "48小时内发货" in said
    assert "核对" in said


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("helped", [True, False])
@pytest.mark.parametrize("earlier", ["", "运费谁出"])
def test_a_draft_is_never_empty(reason: Reason, helped: bool, earlier: str) -> None:
    candidates = (near("fee"),) if helped else ()
    assert draft(handover("问题", reason, *candidates, earlier=earlier), POLICY).startswith("您好")


def test_a_question_is_quoted_on_one_short_line() -> None:
    assert quoted("怎么退\n货？？") == "怎么退 货"
    assert len(quoted("长" * 500)) == 40
    assert quoted("「一段」怎么选") == "『一段』怎么选"
