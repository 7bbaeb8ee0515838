from collections.abc import Sequence

import pytest

from kb import messages
from kb.answer.reply import handover_word, message, offered
from kb.types import Candidate, Decision, DecisionKind, Reason
from tests.fakes.shop import ENTRIES


def candidates(*ids: str) -> tuple[Candidate, ...]:
    known = {entry.id: entry for entry in ENTRIES}
    return tuple(Candidate(entry, entry.question, 0.6) for entry in (known[one] for one in ids))  # type: ignore[index]


def clarify(reason: Reason, options: Sequence[Candidate] = ()) -> Decision:
    return Decision(DecisionKind.CLARIFY, reason, options=tuple(options))


def test_an_answer_is_the_standard_answer_word_for_word() -> None:
    (best,) = candidates("invoice")
    assert message("怎么开发票", Decision(DecisionKind.ANSWER, Reason.EXACT, best)) == best.entry.answer


def test_options_are_named_one_a_line_as_the_customer_may_send_them_back() -> None:
    said = message("券", clarify(Reason.SAME_PHRASING, candidates("coupon-a", "coupon-b")))
    assert said.splitlines()[:3] == ["您是想问下面哪个问题？", "· 优惠券怎么用？", "· 红包怎么用？"]
    assert "转人工" in said


def test_at_most_three_options_are_offered() -> None:
    decision = clarify(Reason.TOO_CLOSE_TO_CALL, candidates("invoice", "title", "fee", "milk"))
    assert len(offered(decision)) == 3
    assert "奶粉怎么冲调" not in message("票", decision)


def test_what_else_was_asked_stands_beneath_the_answer() -> None:
    best, *more = candidates("invoice", "title", "fee")
    one = message("票", Decision(DecisionKind.ANSWER, Reason.CONFIDENT, best, tuple(more[:1])))
    assert one == f"{best.entry.answer}\n\n您还问到另一件事，是想了解这个吗？\n· {more[0].entry.question}"
    two = message("票", Decision(DecisionKind.ANSWER, Reason.CONFIDENT, best, tuple(more)))
    assert two.splitlines()[-3:] == [messages.replies.ASKED_MORE, *(f"· {other.entry.question}" for other in more)]


def test_where_a_person_takes_over_nothing_is_offered() -> None:
    decision = Decision(DecisionKind.HANDOFF, Reason.NOTHING_CLOSE, options=candidates("invoice"))
    assert offered(decision) == ()


@pytest.mark.parametrize(
    ("reason", "options", "opening"),
    [
        pytest.param(Reason.NOT_SURE_ENOUGH, ("invoice",), "您是想问下面这个问题吗？", id="a single option"),
        pytest.param(Reason.TOO_CLOSE_TO_CALL, ("invoice", "title"), "您是想问下面哪个问题？", id="two that tie"),
        pytest.param(Reason.DETAIL_DIFFERS, ("refund-sent",), "为了给您准确的答复", id="a detail differs"),
    ],
)
def test_the_opening_fits_why_the_service_asks_back(reason: Reason, options: tuple[str, ...], opening: str) -> None:
    assert message("问", clarify(reason, candidates(*options))).startswith(opening)


@pytest.mark.parametrize("greeting", ["您好", "在吗", "hello", "早上好", "请问一下"])
def test_a_greeting_is_greeted(greeting: str) -> None:
    assert message(greeting, clarify(Reason.GREETING)) == messages.replies.GREETING


@pytest.mark.parametrize("thanks", ["谢谢", "好的谢谢", "再见", "知道了", "嗯嗯", "没问题了"])
def test_thanks_are_not_answered_with_a_greeting(thanks: str) -> None:
    assert message(thanks, clarify(Reason.GREETING)) == messages.replies.PARTING


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.ASKED_FOR_PERSON, "人工客服"),
        (Reason.NOTHING_CLOSE, "人工客服"),
        (Reason.ORDER_SPECIFIC, "核对"),
        (Reason.WITH_AGENT, "同事"),
    ],
)
def test_a_handover_says_that_a_person_comes(reason: Reason, words: str) -> None:
    assert words in message("问题", Decision(DecisionKind.HANDOFF, reason))


def test_a_complaint_is_met_with_an_apology_first() -> None:
    said = message("我要投诉你们", Decision(DecisionKind.HANDOFF, Reason.COMPLAINT))
    assert said.startswith("非常抱歉")


def test_in_danger_the_customer_is_told_to_stop_and_see_a_doctor() -> None:
    said = message("宝宝过敏了", Decision(DecisionKind.HANDOFF, Reason.DANGER))
    assert "停止使用" in said
    assert "就医" in said
    assert "马上" in said


def test_a_complaint_that_names_a_court_is_a_legal_matter() -> None:
    assert handover_word("再不退款我就去法院起诉", Reason.COMPLAINT) == "legal"
    assert handover_word("你们太差劲了", Reason.COMPLAINT) == "complaint"
    assert handover_word("烫伤了，我要起诉", Reason.DANGER) == "danger", "first the injured person"


@pytest.mark.parametrize("kind", list(DecisionKind))
@pytest.mark.parametrize("reason", list(Reason))
def test_there_is_always_something_to_say(kind: DecisionKind, reason: Reason) -> None:
    (best,) = candidates("invoice")
    assert message("问题", Decision(kind, reason, best)).strip()
