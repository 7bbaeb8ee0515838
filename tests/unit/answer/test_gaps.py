"""Who asked the same in vain, what it cost, and what to make of it."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from kb.answer import gaps
from kb.answer.alike import _each_alone, chances
from kb.answer.confidence import FROM_ORDER
from kb.answer.features import FEATURES
from kb.answer.gaps import Gap, Near, Sent, Vain, Why
from kb.types import (
    AnswerId,
    ConversationId,
    DecisionKind,
    Entry,
    EntryId,
    Handling,
    Reason,
    ReplyKind,
    Trace,
)
from tests.fakes.shop import calibration, entry, release
from tests.records import NOW, later


def trace(question: str, minutes: float = 0, **fields: Any) -> Trace:
    values: dict[str, Any] = {
        "decision": DecisionKind.HANDOFF,
        "reason": Reason.NOTHING_CLOSE,
        "conversation_id": ConversationId("c1"),
    }
    return Trace(AnswerId(f"a{minutes}"), later(minutes), question, **{**values, **fields})


def vain(text: str, minutes: float = 0, handling: Handling | None = None) -> Vain:
    return Vain(text, text, later(minutes), Why.HANDED_OVER, handling=handling)


def handled(reply: str = "可以。", took: float = 4, **fields: Any) -> Handling:
    values: dict[str, Any] = {"claimed_at": NOW, "replied_at": NOW + timedelta(minutes=took), "outcome": "solved"}
    values["reply_kind"] = ReplyKind.REWRITTEN
    return Handling("草稿", reply=reply, **{**values, **fields})


CLARIFY: dict[str, Any] = {"decision": DecisionKind.CLARIFY, "reason": Reason.NOT_SURE_ENOUGH}
ANSWER: dict[str, Any] = {"decision": DecisionKind.ANSWER, "reason": Reason.CONFIDENT}


# --- what was asked in vain --------------------------------------------------------------------------------------


def test_what_was_handed_over_for_want_of_an_answer_or_disliked_was_asked_in_vain() -> None:
    certain, pairs = gaps.asked_in_vain(
        [
            trace("可以自提吗"),
            trace("怎么开发票", 30, **ANSWER, helpful=False, entry_id=EntryId("invoice")),
            trace("运费多少", 60, **ANSWER, helpful=True),
        ]
    )
    assert [(one.text, one.why, one.entry_id) for one in certain] == [
        ("可以自提吗", Why.HANDED_OVER, None),
        ("怎么开发票", Why.DISLIKED, "invoice"),
    ]
    assert not pairs


@pytest.mark.parametrize(
    "question", ["在吗", "谢谢", "转人工", "你们就是骗子", "宝宝吃了起红疹", "订单号123456789到哪了", "好", "😀"]
)
def test_small_talk_and_what_a_person_must_see_is_no_gap(question: str) -> None:
    assert gaps.asked_in_vain([trace(question)]) == ([], [])


def test_personal_data_is_gone() -> None:
    certain, _ = gaps.asked_in_vain([trace("可以把发票寄到 13800138000 这个号码吗")])
    assert [one.text for one in certain] == ["可以把发票寄到 这个号码吗"]
    masked, _ = gaps.asked_in_vain([trace("可以把发票寄到 [手机号] 这个号码吗")])
    assert masked[0].form == certain[0].form


def test_the_next_question_after_a_doubtful_one_may_be_the_same_again() -> None:
    _, pairs = gaps.asked_in_vain([trace("能上门取吗", **CLARIFY), trace("可以自己去拿吗", 2, **ANSWER)])
    assert [(one.text, two.text) for one, two in pairs] == [("能上门取吗", "可以自己去拿吗")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(CLARIFY, {"minutes": 11, **ANSWER}, id="much later"),
        pytest.param(CLARIFY, {"minutes": 1, **ANSWER, "conversation_id": ConversationId("c2")}, id="somebody else"),
        pytest.param(
            CLARIFY,
            {"minutes": 1, "decision": DecisionKind.ANSWER, "reason": Reason.EXACT},
            id="chosen from the options",
        ),
        pytest.param(ANSWER, {"minutes": 1, **ANSWER}, id="after an answer"),
        pytest.param(
            {**CLARIFY, "conversation_id": None},
            {"minutes": 1, **ANSWER, "conversation_id": None},
            id="no conversation",
        ),
    ],
)
def test_other_questions_in_a_row_are_not_the_same_again(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert gaps.asked_in_vain([trace("能上门取吗", **first), trace("可以自己去拿吗", **second)])[1] == []


def test_a_question_that_was_asked_back_was_in_vain_when_a_person_was_wanted_next() -> None:
    person: dict[str, Any] = {"reason": Reason.ASKED_FOR_PERSON, "handling": handled("可以的。")}
    certain, pairs = gaps.asked_in_vain([trace("可以自提吗", **CLARIFY), trace("转人工", 1, **person)])
    assert [(one.text, one.why) for one in certain] == [("可以自提吗", Why.HANDED_OVER)]
    assert gaps.replies(certain) == (Sent("可以的。", 1, 0),)
    assert not pairs
    assert gaps.asked_in_vain([trace("可以自提吗", **CLARIFY), trace("转人工", 60, **person)]) == ([], [])
    assert gaps.asked_in_vain([trace("怎么开发票", **ANSWER), trace("转人工", 1, **person)]) == ([], [])


def test_only_what_asks_the_same_was_rephrased() -> None:
    pairs = [(vain("甲"), vain("乙")), (vain("丙"), vain("丁"))]
    alike = {tuple(sorted(("甲", "乙"))): 0.5, tuple(sorted(("丙", "丁"))): 0.2}
    assert [one.text for one in gaps.rephrased(pairs, alike, 0.35)] == ["甲", "乙"]  # type: ignore[arg-type]


def test_a_question_counts_once_whatever_the_reasons() -> None:
    once = gaps.each_once([vain("乙", 1), vain("甲"), vain("甲")])
    assert [one.text for one in once] == ["甲", "乙"]


# --- clusters ----------------------------------------------------------------------------------------------------


def test_what_is_likely_the_same_goes_together() -> None:
    assert gaps.groups({(0, 1): 0.9, (2, 3): 0.6, (1, 2): 0.1}, 5, 0.35) == [[0, 1], [2, 3], [4]]


def test_a_chain_of_near_misses_does_not_hold() -> None:
    chain = {(at, at + 1): 0.5 for at in range(9)}
    assert max(map(len, gaps.groups(chain, 10, 0.35))) == 2


def test_all_pairs_between_two_groups_count() -> None:
    inside = {(0, 1): 0.9, (2, 3): 0.9}
    assert gaps.groups({**inside, (0, 2): 0.8, (1, 3): 0.7}, 4, 0.35) == [[0, 1, 2, 3]]  # 1.5 / 4
    assert gaps.groups({**inside, (0, 2): 0.7, (1, 3): 0.6}, 4, 0.35) == [[0, 1], [2, 3]]  # 1.3 / 4


def test_the_groups_are_those_of_the_plain_algorithm() -> None:
    rng = random.Random(3)
    for _ in range(20):
        size = 12
        pairs = {(a, b): rng.random() for a in range(size) for b in range(a + 1, size) if rng.random() < 0.5}
        assert gaps.groups(pairs, size, 0.3) == plain_groups(pairs, size, 0.3)


def plain_groups(pairs: dict[tuple[int, int], float], size: int, limit: float) -> list[list[int]]:
    found = [[at] for at in range(size)]

    def mean(one: list[int], two: list[int]) -> float:
        return sum(pairs.get((min(a, b), max(a, b)), 0.0) for a in one for b in two) / (len(one) * len(two))

    while len(found) > 1:
        best, a, b = max(
            (mean(one, two), -i, -j) for i, one in enumerate(found) for j, two in enumerate(found) if i < j
        )
        if best < limit:
            break
        found[-a] += found.pop(-b)
    return sorted(sorted(group) for group in found)


def test_the_order_of_the_pairs_does_not_matter() -> None:
    rng = random.Random(5)
    pairs = {(a, b): rng.random() for a in range(30) for b in range(a + 1, 30) if rng.random() < 0.3}
    shuffled = dict(rng.sample(list(pairs.items()), len(pairs)))
    assert gaps.groups(pairs, 30, 0.3) == gaps.groups(shuffled, 30, 0.3)


def test_the_most_typical_question_asks_the_same_as_most() -> None:
    near = gaps.from_both_sides({(0, 1): 0.9, (1, 2): 0.9, (0, 2): 0.2}, 3)
    assert gaps.by_typicality([0, 1, 2], near, [1, 1, 1])[0] == 1
    assert gaps.by_typicality([0, 1, 2], near, [1, 1, 9])[0] == 2  # asked nine times


# --- who asks the same -------------------------------------------------------------------------------------------


def test_questions_that_share_their_words_are_likelier_the_same() -> None:
    texts = ["可以到店自提吗", "到店自提可以吗", "宝宝推车怎么折叠"]
    found = chances(release().matcher, texts, NOW.date())
    assert found[0, 1] > 0.5
    assert max(found.get((0, 2), 0.0), found.get((1, 2), 0.0)) < 0.1
    assert all(a < b for a, b in found)


def test_many_pairs_at_once_have_the_confidence_of_each_alone() -> None:
    rng = np.random.default_rng(2)
    weighed = replace(
        calibration(release().matcher.limits),
        order=tuple(rng.normal(size=len(FEATURES)).tolist()),
        weights=tuple(rng.normal(size=len(FEATURES) + len(FROM_ORDER)).tolist()),
    )
    table = rng.random((7, len(FEATURES))).astype(np.float32)
    ahead = [at for at, name in enumerate(FEATURES) if name.endswith("_ahead")]
    source = [FEATURES.index(FEATURES[at].removesuffix("_ahead")) for at in ahead]
    for rivals in (0, 1, 3):
        together = _each_alone(weighed, table, rivals)
        for place, found in enumerate(together, rivals):
            alone = table[[*range(rivals), place]]
            vote = FEATURES.index("vote")
            alone[:, vote] /= alone[:, vote].sum()
            for column, of in zip(ahead, source, strict=True):
                value = alone[:, of]
                others = [max([*value[:at], *value[at + 1 :]], default=0) for at in range(len(value))]
                alone[:, column] = value - others
            scored = weighed.score(alone)
            assert found == pytest.approx(scored.confidence[scored.order.tolist().index(rivals)], rel=1e-5)


# --- cost and replies --------------------------------------------------------------------------------------------


def test_a_ticket_costs_from_its_claim_to_its_end() -> None:
    assert gaps.handling_minutes(handled(took=7)) == 7
    assert gaps.handling_minutes(handled(closed_at=NOW + timedelta(minutes=9))) == 9
    assert gaps.handling_minutes(handled(took=600)) == gaps.LONGEST_MINUTES
    assert gaps.handling_minutes(handled(replied_at=None)) is None
    assert gaps.handling_minutes(None) is None


def test_what_nobody_timed_costs_the_usual() -> None:
    asked = [vain("甲", handling=handled(took=2)), vain("乙", handling=handled(took=8)), vain("丙")]
    assert gaps.usual_minutes(asked) == 5
    assert gaps.cost(asked, 5) == 15
    assert gaps.usual_minutes([vain("甲")]) == gaps.USUAL_MINUTES


def test_sent_unedited_twice_beats_once() -> None:
    once = handled("可以的，请到门店。", replied_at=NOW + timedelta(days=9))
    twice = handled("支持到店自提。", reply_kind=ReplyKind.DRAFTED)
    found = gaps.replies([vain("甲", handling=once), vain("乙", handling=twice), vain("丙", handling=twice)])
    assert found == (Sent("支持到店自提。", 2, 2), Sent("可以的，请到门店。", 1, 0))


def test_a_reply_that_was_good_as_drafted_beats_a_later_one() -> None:
    drafted = handled("支持到店自提。", reply_kind=ReplyKind.DRAFTED)
    rewritten = handled("可以的，请到门店。", replied_at=NOW + timedelta(days=9))
    assert gaps.replies([vain("甲", handling=drafted), vain("乙", handling=rewritten)])[0].text == "支持到店自提。"


def test_a_reply_comes_without_the_frame_of_the_draft() -> None:
    from kb import messages

    framed = messages.tickets.draft_answer("能自提吗", "支持到店自提。")
    assert gaps.reply_body(framed) == "支持到店自提。"
    assert gaps.reply_body("支持到店自提。") == "支持到店自提。"
    assert gaps.reply_body("请加 13800138000 联系我") == "请加 [手机号] 联系我"


def test_a_reply_that_only_says_that_somebody_is_looking_is_none() -> None:
    from kb import messages

    waiting = [
        messages.tickets.draft_check("能自提吗"),
        messages.tickets.draft_order("能自提吗"),
        messages.tickets.DRAFT_WELCOME,
    ]
    asked = [vain("甲", handling=handled(text)) for text in waiting]
    returned = [vain("乙", handling=handled(outcome="returned"))]
    assert gaps.replies([*asked, *returned]) == ()


# --- an editor's three answers -----------------------------------------------------------------------------------

SHIPPING = Entry(EntryId("shipping"), "多久发货？", "现货订单48小时内发货。", ("几天能发货",), category="物流")


def test_variants_are_proposed_for_what_agents_answered_with_or_is_likely_enough() -> None:
    far, close = [Near(SHIPPING, 0.1)], [Near(SHIPPING, 0.5)]
    assert gaps.proposed_entry(close, (), 0.35) == "shipping"
    assert gaps.proposed_entry(far, (), 0.35) is None
    assert gaps.proposed_entry(far, [Sent("现货订单48小时内发货", 1, 1)], 0.35) == "shipping"
    assert gaps.proposed_entry([], (), 0.35) is None


def test_variants_are_added_once() -> None:
    grown = gaps.with_variants(SHIPPING, ["几天能发货？", "啥时候发", "请问啥时候发！", "多久发货"])
    assert grown.variants == ("几天能发货", "啥时候发")


def test_an_entry_is_not_flooded_with_variants() -> None:
    many = [f"第{at}种问法" for at in range(100)]
    assert len(gaps.with_variants(SHIPPING, many).variants) == 1 + gaps.MOST_VARIANTS


def test_the_category_is_that_of_the_tickets_or_of_the_nearest_entry() -> None:
    def gap(*asked: Vain) -> Gap:
        return Gap("g", "甲", ("甲",), asked, 5, nearest=(Near(SHIPPING, 0.1),))

    filed = [vain("甲", handling=handled(category=name)) for name in ("售后", "门店", "门店")]
    assert gaps.most_common_category(gap(*filed)) == "门店"
    assert gaps.most_common_category(gap(vain("甲"))) == "物流"


def test_a_gap_as_plain_values() -> None:
    from zoneinfo import ZoneInfo

    evening = datetime(2026, 1, 5, 18, tzinfo=NOW.tzinfo)
    one = Gap(
        "g",
        "甲",
        ("甲",),
        (Vain("甲", "甲", evening, Why.REPHRASED),),
        4.96,
        nearest=(Near(entry("e", "乙", "丙"), 0.12346),),
    )
    plain = one.as_dict(ZoneInfo("Asia/Shanghai"))
    assert (plain["first_day"], plain["last_day"]) == ("2026-01-06", "2026-01-06")
    assert plain["reasons"] == {"rephrased": 1}
    assert plain["nearest"] == [{"entry_id": "e", "question": "乙", "confidence": 0.1235}]
    assert plain["minutes"] == 5.0
