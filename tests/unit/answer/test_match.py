import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from kb.answer.confidence import Calibration
from kb.answer.features import FEATURES, read
from kb.answer.match import TOGETHER, Allowed, Matcher, candidates
from kb.index.knowledge import Knowledge
from kb.ports import Rows, Vectors
from kb.types import DecisionKind, Entry, EntryId, EntryState, Limits, Question, Reason, ReleaseId, Scope
from tests.fakes.embedder import BigramEmbedder

TODAY = date(2026, 11, 21)


def entry(id_: str, question: str, *variants: str, **more: object) -> Entry:
    return replace(Entry(EntryId(id_), question, "答案", variants), **more)  # type: ignore[arg-type]


ENTRIES = [
    entry("refund", "怎么申请退款", "如何退钱", "退款流程", category="退款"),
    entry("return7", "7天内可以退货吗", "七天无理由怎么退", category="退货"),
    entry("invoice", "怎么开发票", "发票在哪里开", "开具发票", category="发票", product="奶粉"),
    entry("title", "怎么修改发票抬头", "发票抬头写错了", category="发票"),
    entry("hello", "你好", category="寒暄"),
    entry("double", "双11活动规则", valid_from=date(2026, 10, 20), valid_until=date(2026, 11, 12)),
    entry("bad", "货到付款", state=EntryState.RETIRED),
    entry("one", "邮费多少"),
    entry("other", "运费", "邮费多少"),
    entry("mine", "我的订单怎么还没发货"),
]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    embedder = BigramEmbedder()
    shipped = Calibration.shipped()
    return Matcher(Knowledge.build(ENTRIES, embedder), embedder, shipped, Limits(0.6, 0.2), ReleaseId("r1"))


def test_an_exact_phrasing_answers_with_confidence_one(matcher: Matcher) -> None:
    judged = matcher.judge(Question("您好，請問怎麼申請退款？？"), TODAY)
    assert judged.decision.reason is Reason.EXACT
    assert judged.confidence == 1.0
    assert judged.decision.best is not None
    assert judged.decision.best.entry.id == "refund"
    assert judged.release == "r1"


def test_two_entries_with_the_same_phrasing_are_offered(matcher: Matcher) -> None:
    judged = matcher.judge(Question("邮费多少"), TODAY)
    assert judged.decision.reason is Reason.SAME_PHRASING
    assert {option.entry.id for option in judged.decision.options} == {"one", "other"}


def test_the_closest_entry_comes_first(matcher: Matcher) -> None:
    judged = matcher.judge(Question("我想知道退款怎么申请"), TODAY)
    assert judged.candidates[0].entry.id == "refund"
    assert judged.candidates[0].matched == "怎么申请退款"
    confidences = [candidate.confidence for candidate in judged.candidates]
    assert confidences == sorted(confidences, reverse=True)


def test_the_same_question_gets_the_bit_identical_confidence(matcher: Matcher) -> None:
    first, second = (matcher.judge(Question("发票抬头能改吗"), TODAY) for _ in range(2))
    assert [c.confidence for c in first.candidates] == [c.confidence for c in second.candidates]
    explained = matcher.judge(Question("发票抬头能改吗"), TODAY, explain=True)
    assert [c.confidence for c in explained.candidates] == [c.confidence for c in first.candidates]


def test_what_is_remembered_is_judged_alike_and_by_scope_day_and_number(matcher: Matcher) -> None:
    shipped = Calibration.shipped()
    forgetful = Matcher(matcher.knowledge, matcher.embedder, shipped, Limits(0.6, 0.2), ReleaseId("r1"), remember=0)
    for question, today in (
        (Question("双11有什么规则"), TODAY),
        (Question("双11有什么规则"), date(2026, 11, 1)),
        (Question("双11有什么规则", top_k=1), TODAY),
        (Question("发票抬头能改吗", Scope(category="发票")), TODAY),
        (Question("发票抬头能改吗"), TODAY),
    ):
        first = matcher.judge(question, today)
        assert matcher.judge(question, today) is first
        assert forgetful.judge(question, today) == first
        assert forgetful.judge(question, today) is not forgetful.judge(question, today)


def test_explaining_fills_features_and_contributions(matcher: Matcher) -> None:
    judged = matcher.judge(Question("发票抬头能改吗"), TODAY, explain=True)
    assert set(judged.candidates[0].features) == set(FEATURES)
    assert set(judged.candidates[0].contributions) > set(FEATURES)
    assert not matcher.judge(Question("发票抬头能改吗"), TODAY).candidates[0].features


def test_another_quantity_is_never_answered(matcher: Matcher) -> None:
    judged = matcher.judge(Question("15天内可以退货吗"), TODAY)
    assert judged.candidates[0].entry.id == "return7"
    assert judged.candidates[0].conflict == "quantity"
    assert judged.decision.kind is not DecisionKind.ANSWER


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("转人工", Reason.ASKED_FOR_PERSON),
        ("我要投诉你们", Reason.COMPLAINT),
        ("宝宝用了过敏了", Reason.DANGER),
        ("我的订单3321到哪了", Reason.ORDER_SPECIFIC),
    ],
)
def test_guards_hand_over(matcher: Matcher, text: str, reason: Reason) -> None:
    decision = matcher.judge(Question(text), TODAY).decision
    assert (decision.kind, decision.reason) == (DecisionKind.HANDOFF, reason)


def test_an_exact_phrasing_wins_over_greeting_and_order_guards(matcher: Matcher) -> None:
    assert matcher.judge(Question("你好！"), TODAY).decision.reason is Reason.EXACT
    assert matcher.judge(Question("我的订单怎么还没发货"), TODAY).decision.reason is Reason.EXACT


def test_greeting_and_nothing_ask_back(matcher: Matcher) -> None:
    assert matcher.judge(Question("在吗"), TODAY).decision.reason is Reason.GREETING
    assert matcher.judge(Question("？？😀"), TODAY).decision.reason is Reason.EMPTY


def test_an_entry_is_found_on_its_days_only(matcher: Matcher) -> None:
    question = Question("双11活动规则")
    assert matcher.judge(question, date(2026, 11, 12)).decision.reason is Reason.EXACT
    after = matcher.judge(question, date(2026, 11, 13))
    assert "double" not in [candidate.entry.id for candidate in after.candidates]


def test_a_retired_entry_is_never_found(matcher: Matcher) -> None:
    assert "bad" not in [c.entry.id for c in matcher.judge(Question("货到付款"), TODAY).candidates]


def test_a_scope_finds_its_own_however_far(matcher: Matcher) -> None:
    judged = matcher.judge(Question("怎么申请退款", scope=Scope(category="发票")), TODAY)
    assert {candidate.entry.id for candidate in judged.candidates} <= {"invoice", "title"}
    assert judged.candidates
    nothing = matcher.judge(Question("怎么申请退款", scope=Scope(category="没有的分类")), TODAY)
    assert nothing.decision.reason is Reason.NOTHING_CLOSE
    assert nothing.candidates == ()


def test_a_narrow_scope_in_a_large_knowledge_still_finds_its_entries() -> None:
    embedder = BigramEmbedder()
    many = [entry(f"e{at}", f"怎么申请退款第{at}种", category="多") for at in range(300)]
    knowledge = Knowledge.build([*many, entry("x", "会员怎么升级", category="少")], embedder)
    matcher = Matcher(knowledge, embedder, Calibration.shipped(), Limits(0.6, 0.2), ReleaseId("r"))
    judged = matcher.judge(Question("怎么申请退款啊", scope=Scope(category="少")), TODAY)
    assert [candidate.entry.id for candidate in judged.candidates] == ["x"]


def test_an_empty_knowledge_hands_over() -> None:
    embedder = BigramEmbedder()
    matcher = Matcher(Knowledge.build([], embedder), embedder, Calibration.shipped(), Limits(0.6, 0.2), ReleaseId("r"))
    assert matcher.judge(Question("怎么退款"), TODAY).decision.reason is Reason.NOTHING_CLOSE
    assert matcher.search("怎么退款", Scope(), TODAY) == []
    assert matcher.suggest("怎么", TODAY) == []


def test_search_ranks_like_judge_and_pages(matcher: Matcher) -> None:
    judged = matcher.judge(Question("发票抬头能改吗", top_k=5), TODAY)
    found = matcher.search("发票抬头能改吗", Scope(), TODAY, limit=5)
    assert [c.entry.id for c in found] == [c.entry.id for c in judged.candidates]
    paged = [
        *matcher.search("发票抬头能改吗", Scope(), TODAY, limit=2),
        *matcher.search("发票抬头能改吗", Scope(), TODAY, limit=2, offset=2),
    ]
    assert [c.entry.id for c in paged] == [c.entry.id for c in found[:4]]


def test_search_ignores_guards(matcher: Matcher) -> None:
    assert matcher.search("投诉你们的发票", Scope(), TODAY)


def test_typing_ahead_gives_beginnings_first_one_for_each_entry(matcher: Matcher) -> None:
    found = matcher.suggest("发票", TODAY)
    assert [one.id for one in found] == ["invoice", "title"]
    assert [one.id for one in matcher.suggest("退款", TODAY)] == ["refund"]
    assert len(matcher.suggest("怎么", TODAY, limit=2)) == 2


def test_typing_ahead_shows_only_what_is_served(matcher: Matcher) -> None:
    assert matcher.suggest("货到", TODAY) == []
    assert matcher.suggest("双11", TODAY) == []
    assert [one.id for one in matcher.suggest("双11", date(2026, 11, 1))] == ["double"]


def test_a_very_long_question_is_matched_too(matcher: Matcher) -> None:
    assert matcher.judge(Question("发票" * 400), TODAY).candidates


def test_a_question_of_words_that_every_phrasing_holds_has_a_chance_all_the_same() -> None:
    embedder, shipped = BigramEmbedder(), Calibration.shipped()
    knowledge = Knowledge.build([entry("a", "发票退款"), entry("b", "退款发票")], embedder)
    matcher = Matcher(knowledge, embedder, shipped, shipped.limits, ReleaseId("r"))
    for text in ("发票发票", "退款", "票"):
        judged = matcher.judge(Question(text), TODAY, explain=True)
        assert np.isfinite([one.confidence for one in judged.candidates]).all()
        assert np.isfinite([list(one.features.values()) for one in judged.candidates]).all()


def test_candidates_come_from_words_and_from_vectors(matcher: Matcher) -> None:
    knowledge = matcher.knowledge
    questions = read(knowledge, ["退款"], BigramEmbedder())
    found = {knowledge.entries[at].id for at in candidates(knowledge, questions, [None]).positions}
    assert "refund" in found


class InOrder:
    """Finds the rows in their own order, whatever is asked."""

    def search(self, query: Vectors, k: int) -> tuple[Rows, Vectors]:  # noqa: ARG002
        return np.arange(k), np.ones(k, np.float32)

    def nearest(self, queries: Vectors, k: int) -> Sequence[Rows]:
        return [np.arange(k) for _ in queries]


@pytest.mark.parametrize("closed", [0, 20, 120])
def test_entries_that_are_not_served_take_no_place_from_those_that_are(closed: int) -> None:
    knowledge = Knowledge.build([entry(f"{at:03}", f"第{at}条") for at in range(300)], BigramEmbedder())
    knowledge = replace(knowledge, index=InOrder())
    questions = read(knowledge, ["龘靐齉"], BigramEmbedder())
    served = Allowed.of(knowledge, np.arange(300) >= closed)
    found = candidates(knowledge, questions, [served]).positions.tolist()
    assert found[:8] == list(range(closed, closed + 8))


ASKED = [
    Question("我想知道退款怎么申请"),
    Question("发票抬头能改吗", top_k=1),
    Question("怎么申请退款"),
    Question("转人工"),
    Question("15天内可以退货吗"),
    Question("龘靐齉"),
    Question("怎么申请退款啊", Scope(category="发票")),
    Question("怎么开发票呢", Scope(category="没有的分类")),
    Question("？？"),
    Question("abc 7.5 发票" * 30),
    Question("邮费多少"),
    Question("运费要多少啊"),
    Question("我的订单3321到哪了"),
    Question("我想知道退款怎么申请"),
    Question("怎么申请退款 发票在哪里开"),
    Question("怎么申请退款发票在哪里开"),
    Question("退款流程是什么 邮费是多少 双11有什么规则"),
    Question("怎么申请退款 发票在哪里开", Scope(category="发票")),
]


@pytest.mark.parametrize("explain", [False, True])
def test_questions_are_judged_together_as_each_alone_to_the_last_bit(matcher: Matcher, explain: bool) -> None:
    shipped = Calibration.shipped()
    forgetful = Matcher(matcher.knowledge, matcher.embedder, shipped, Limits(0.6, 0.2), ReleaseId("r1"), remember=0)
    alone = [forgetful.judge(question, TODAY, explain=explain) for question in ASKED]
    shuffle = random.Random(0)
    for size in (1, 2, 3, len(ASKED), 3 * TOGETHER):
        chosen = [shuffle.randrange(len(ASKED)) for _ in range(size)]
        together = forgetful.judge_many([ASKED[at] for at in chosen], TODAY, explain=explain)
        assert together == [alone[at] for at in chosen]


def test_a_knowledge_without_entries_judges_many_questions() -> None:
    empty = Knowledge.build([], BigramEmbedder())
    nothing = Matcher(empty, BigramEmbedder(), Calibration.shipped(), Limits(0.6, 0.2), ReleaseId("r1"))
    assert {one.decision.reason for one in nothing.judge_many([Question("退款"), Question("发票")], TODAY)} == {
        Reason.NOTHING_CLOSE
    }


def test_a_near_twin_of_a_phrasing_is_asked_about(matcher: Matcher) -> None:
    sure = Matcher(matcher.knowledge, matcher.embedder, matcher.calibration, Limits(0.01, 0.005), ReleaseId("r1"))
    judged = sure.judge(Question("怎么修改发票内容"), TODAY)
    assert judged.candidates[0].entry.id == "title"
    assert judged.decision.kind is DecisionKind.CLARIFY
    assert judged.decision.reason is Reason.DETAIL_DIFFERS
    assert judged.candidates[0].conflict == "wording"


def test_words_of_one_meaning_are_one_word_to_the_matcher() -> None:
    embedder = BigramEmbedder()
    entries = [entry("parcel", "怎么查快递"), entry("fee", "运费谁出")]
    knowledge = Knowledge.build(entries, embedder, synonyms=(("快递", "包裹"), ("运费", "邮费")))
    matcher = Matcher(knowledge, embedder, Calibration.shipped(), Limits(0.6, 0.2), ReleaseId("r1"))
    judged = matcher.judge(Question("怎么查包裹"), TODAY)
    assert judged.decision.reason is Reason.EXACT
    assert judged.candidates[0].matched == "怎么查快递"  # as the editor wrote it
    assert matcher.search("邮费谁出", Scope(), TODAY)[0].entry.id == "fee"
    plain = Matcher(Knowledge.build(entries, embedder), embedder, matcher.calibration, matcher.limits, ReleaseId("r1"))
    assert plain.judge(Question("怎么查包裹"), TODAY).decision.reason is not Reason.EXACT


def test_small_talk_is_answered_only_in_the_very_words_of_an_entry() -> None:
    embedder = BigramEmbedder()
    knowledge = Knowledge.build([entry("bot", "你是机器人吗")], embedder)
    matcher = Matcher(knowledge, embedder, Calibration.shipped(), Limits(0.0, 0.0), ReleaseId("r1"))
    assert matcher.judge(Question("你是机器人吗"), TODAY).decision.kind is DecisionKind.ANSWER
    close = matcher.judge(Question("你难道是机器人吗"), TODAY)
    assert close.decision.kind is DecisionKind.CLARIFY
    assert close.candidates[0].conflict == "chat"


def test_a_question_about_another_product_is_asked_back() -> None:
    embedder = BigramEmbedder()
    entries = [
        entry("wash", "云净洗衣液可以机洗吗", category="洗护", product="云净洗衣液"),
        entry("nappy", "多少片一包", category="纸尿裤", product="云朵纸尿裤"),
    ]
    knowledge = Knowledge.build(entries, embedder)
    matcher = Matcher(knowledge, embedder, Calibration.shipped(), Limits(0.0, 0.0), ReleaseId("r1"))
    judged = matcher.judge(Question("纸尿裤可以机洗吗"), TODAY)
    assert judged.decision.kind is DecisionKind.CLARIFY
    assert judged.candidates[0].conflict == "product"


def offered(matcher: Matcher, text: str, today: date = TODAY, scope: Scope | None = None) -> tuple[str, list[str]]:
    decision = matcher.judge(Question(text, scope or Scope()), today).decision
    return decision.best.entry.id if decision.best else "", [option.entry.id for option in decision.options]


def test_what_else_a_message_asks_is_offered_beneath_the_answer(matcher: Matcher) -> None:
    assert offered(matcher, "怎么申请退款 发票在哪里开") == ("invoice", ["refund"])
    assert offered(matcher, "怎么申请退款，发票抬头写错了怎么改") == ("title", ["refund"])


def test_one_question_is_offered_nothing_beneath_its_answer(matcher: Matcher) -> None:
    assert offered(matcher, "您好，我想知道退款怎么申请") == ("refund", [])


def test_when_asked_back_every_question_of_a_message_has_its_option(matcher: Matcher) -> None:
    judged = matcher.judge(Question("怎么申请退款 双11有什么规则"), date(2026, 11, 1))
    assert judged.decision.kind is DecisionKind.CLARIFY
    assert [option.entry.id for option in judged.decision.options] == ["refund", "double"]


def test_only_what_is_served_in_its_scope_is_offered(matcher: Matcher) -> None:
    assert offered(matcher, "怎么申请退款 双11有什么规则") == ("refund", [])  # it is over
    assert offered(matcher, "怎么申请退款 能货到付款吗") == ("refund", [])  # retired
    assert offered(matcher, "怎么申请退款 发票在哪里开", scope=Scope(category="发票")) == ("invoice", [])


def test_a_guard_looks_at_the_whole_message_first(matcher: Matcher) -> None:
    decision = matcher.judge(Question("怎么申请退款 我要投诉你们"), TODAY).decision
    assert (decision.kind, decision.reason) == (DecisionKind.HANDOFF, Reason.COMPLAINT)
    assert not decision.options


def test_what_is_remembered_knows_where_the_questions_of_a_message_end(matcher: Matcher) -> None:
    for text in ("怎么申请退款 发票在哪里开", "怎么申请退款发票在哪里开", "怎么申请退款，发票在哪里开"):
        assert bool(offered(matcher, text)[1]) == (text != "怎么申请退款发票在哪里开")


def test_three_questions_are_heard_however_few_candidates_are_wanted(matcher: Matcher) -> None:
    judged = matcher.judge(Question("怎么申请退款 邮费是多少 发票抬头怎么改", top_k=1), TODAY)
    assert [option.entry.id for option in judged.decision.options] == ["refund", "one", "title"]
    assert len(judged.candidates) == 1
