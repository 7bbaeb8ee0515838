"""The promise held against golden questions."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from kb.answer.match import REMAINDER, Matcher
from kb.answer.promise import Figures, Scaling, Trial, are_enough, keep, platt, served, settle, try_all
from kb.types import (
    Candidate,
    Decision,
    DecisionKind,
    Entry,
    EntryId,
    GoldenQuestion,
    Judgement,
    Limits,
    Question,
    Reason,
    ReleaseId,
)
from tests.fakes.shop import calibration, release

TODAY = date(2026, 11, 19)
A, B = Entry(EntryId("a"), "怎么退款", "点退款。"), Entry(EntryId("b"), "怎么开票", "点开票。")


def trial(confidence: float, *, right: bool, reason: Reason = Reason.CONFIDENT, answerable: bool = True) -> Trial:
    best = Candidate(A if right else B, "问", confidence, conflict="negation" * (reason is Reason.DETAIL_DIFFERS))
    answers = reason in (Reason.CONFIDENT, Reason.EXACT)
    decision = Decision(DecisionKind.ANSWER if answers else DecisionKind.HANDOFF, reason, best)
    question = GoldenQuestion("问", (EntryId("a"),) if answerable else ())
    return Trial(question, Judgement(decision, (best,), ReleaseId("r")))


def at_limits(trials: list[Trial], limits: Limits) -> Figures:
    return served(trials, [settle(one, Scaling(), limits) for one in trials])


def drawn(number: int, seed: int = 0, twist: float = 1.0) -> list[Trial]:
    """Questions that are right as often as their confidence says once its log-odds are multiplied by `twist`."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(1.5, 2, number)
    chance = 1 / (1 + np.exp(-twist * odds))
    right = rng.random(number) < chance
    return [
        trial(float(1 / (1 + np.exp(-x))), right=bool(yes), answerable=bool(yes) or at % 2 == 0)
        for at, (x, yes) in enumerate(zip(odds, right, strict=True))
    ]


def test_a_confidence_that_is_honest_stays_as_it_is() -> None:
    scaling = platt(drawn(4000))
    assert scaling.a == pytest.approx(1, abs=0.1)
    assert scaling.b == pytest.approx(0, abs=0.15)


def test_too_cautious_a_confidence_is_stretched_and_keeps_its_order() -> None:
    scaling = platt(drawn(4000, twist=2))
    assert scaling.a == pytest.approx(2, abs=0.25)
    rising = np.linspace(0.01, 0.99, 50)
    assert (np.diff(scaling(rising)) > 0).all()


def test_order_is_kept_whatever_the_questions_say() -> None:
    upside_down = [trial(0.99, right=False), trial(0.01, right=True)] * 500
    assert platt(upside_down).a > 0


def test_few_questions_hardly_move_it() -> None:
    scaling = platt([trial(0.6, right=False)])
    assert abs(scaling.a - 1) < 0.2
    assert abs(scaling.b) < 0.2


def test_no_question_moves_nothing() -> None:
    assert platt([]) == Scaling(1.0, 0.0)


def test_scaling_folded_into_a_calibration_gives_the_same_confidences() -> None:
    serving = release()
    plain, scaling = calibration(Limits(0.0, 0.0)), Scaling(1.7, -0.4)
    knowledge, embedder = serving.matcher.knowledge, serving.matcher.embedder
    before = Matcher(knowledge, embedder, plain, plain.limits, ReleaseId("r"))
    after = Matcher(knowledge, embedder, scaling.within(plain), plain.limits, ReleaseId("r"))
    for text in ("发票怎么弄", "货还没发，想退钱", "运费多少"):
        one, other = (m.judge(Question(text), TODAY).candidates for m in (before, after))
        assert [c.entry.id for c in one] == [c.entry.id for c in other]
        expected = scaling(np.array([c.confidence for c in one]))
        np.testing.assert_allclose([c.confidence for c in other], expected, rtol=1e-9)


def test_limits_keep_the_promise_and_answer_more_than_doubt_would() -> None:
    trials = drawn(3000)
    kept = keep(calibration(Limits(0.99, 0.3)), trials, 0.95).calibration
    assert kept.promise == 0.95
    assert kept.measured["precision"] >= 0.94
    assert kept.measured["questions"] == 3000
    assert 0.3 < kept.measured["coverage"] < 1
    assert kept.limits.answer < 0.99


def test_a_promise_that_nothing_keeps_leaves_exact_phrasings_only() -> None:
    trials = [trial(0.9, right=at % 2 == 0) for at in range(400)]
    assert keep(calibration(Limits(0.5, 0.3)), trials, 0.95).calibration.limits.answer == 1


def test_equal_confidences_are_answered_all_or_none() -> None:
    trials = [trial(0.9, right=True) for _ in range(300)] + [trial(0.6, right=at < 250) for at in range(300)]
    kept = keep(calibration(Limits(0.5, 0.3)), trials, 0.95).calibration
    confidence = platt(trials)(np.array([0.6, 0.9]))
    assert confidence[0] < kept.limits.answer <= confidence[1]


@pytest.mark.parametrize("reason", [Reason.DETAIL_DIFFERS, Reason.ORDER_SPECIFIC, Reason.COMPLAINT])
def test_what_a_guard_or_a_detail_stops_is_never_answered(reason: Reason) -> None:
    stopped = [trial(0.999, right=True, reason=reason)] * 10
    found = at_limits([*stopped, trial(0.9, right=True)], Limits(0.0, 0.0))
    assert (found.answered, found.coverage) == (1, 1 / 11)


def test_what_is_stopped_without_its_name_is_not_answered_and_does_not_lower_the_limit() -> None:
    def stopped(one: Trial) -> Trial:
        best = replace(one.judgement.candidates[0], conflict=REMAINDER)
        decision = Decision(DecisionKind.CLARIFY, Reason.DETAIL_DIFFERS, options=(best,))
        return replace(one, judgement=replace(one.judgement, decision=decision, candidates=(best,)))

    right, wrong = [trial(0.9, right=True)] * 600, [trial(0.9, right=False)] * 60
    without, having = right + wrong, right + [stopped(one) for one in wrong]
    assert platt(having) == platt(without)
    before, after = (keep(calibration(Limits(0.5, 0.3)), some, 0.95).calibration for some in (without, having))
    assert before.limits == after.limits
    found = at_limits(having, Limits(0.5, 0.3))
    assert (found.answered, found.precision) == (600, 1.0)
    assert at_limits(having, Limits(0.95, 0.3)).answered == 0


def test_exact_phrasings_are_answered_and_teach_nothing() -> None:
    exact = [trial(1.0, right=True, reason=Reason.EXACT)] * 500
    assert platt(exact) == Scaling(1.0, 0.0)
    assert at_limits(exact, Limits(1.0, 0.3)).answered == 500
    assert not are_enough([*exact, *drawn(199)])
    assert are_enough([*exact, *drawn(200)])


def test_unanswerable_questions_alone_are_not_enough() -> None:
    assert not are_enough([trial(0.2, right=False, answerable=False)] * 1000)


def test_a_trial_settles_as_the_matcher_itself_would_decide() -> None:
    matcher = release().matcher
    scaling, limits = Scaling(1.3, 0.2), Limits(0.8, 0.2)
    texts = (
        "发票怎么弄",
        "货还没发，想退钱",
        "运费",
        "我要投诉",
        "券怎么用",
        "怎么开发票",
        "你好",
        "帮我改下那单的地址",
    )
    served = replace(scaling.within(matcher.calibration), limits=limits)
    other = Matcher(matcher.knowledge, matcher.embedder, served, limits, matcher.release_id)
    for one in try_all(matcher, [GoldenQuestion(text) for text in texts], TODAY):
        mine, theirs = settle(one, scaling, limits), other.judge(Question(one.question.text), TODAY)
        assert (mine.decision.kind, mine.decision.reason) == (theirs.decision.kind, theirs.decision.reason)
        found = [[o.entry.id for o in j.decision.options] for j in (mine, theirs)]
        assert found[0] == found[1]
