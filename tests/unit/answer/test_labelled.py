"""Scores over labelled questions."""

from kb.answer.labelled import Asked, score
from kb.types import Candidate, Decision, DecisionKind, Entry, EntryId, GoldenQuestion, Judgement, Reason, ReleaseId

RIGHT = Candidate(Entry(EntryId("a"), "怎么退款", "点退款。"), "怎么退款", 0.9)
WRONG = Candidate(Entry(EntryId("b"), "怎么退货", "点退货。"), "怎么退货", 0.8)


def asked(decision: Decision, *expected: str, kind: str = "") -> Asked:
    judgement = Judgement(decision, (), ReleaseId("r"))
    return Asked(GoldenQuestion("问", tuple(EntryId(one) for one in expected), kind=kind), judgement)


def answer(best: Candidate) -> Decision:
    return Decision(DecisionKind.ANSWER, Reason.CONFIDENT, best)


def clarify(*options: Candidate) -> Decision:
    return Decision(DecisionKind.CLARIFY, Reason.NOT_SURE_ENOUGH, options=options)


HANDOFF = Decision(DecisionKind.HANDOFF, Reason.NOTHING_CLOSE)


def test_precision_counts_every_direct_answer() -> None:
    scores = score([asked(answer(RIGHT), "a"), asked(answer(WRONG), "a"), asked(answer(RIGHT)), asked(HANDOFF, "a")])
    assert scores.precision == 1 / 3
    assert scores.answered_of_answerable == 1 / 3
    assert scores.answered_of_unanswerable == 1


def test_any_expected_entry_is_right() -> None:
    assert score([asked(answer(WRONG), "a", "b")]).precision == 1


def test_a_right_option_counts_as_offered_only_when_asked_back() -> None:
    scores = score([asked(clarify(WRONG, RIGHT), "a"), asked(clarify(WRONG), "a"), asked(HANDOFF, "a")])
    assert scores.offered_of_answerable == 1 / 3


def test_no_direct_answer_means_no_wrong_one() -> None:
    scores = score([asked(HANDOFF), asked(HANDOFF)])
    assert scores.precision == 1
    assert scores.handed_over == {"nothing_close": 2}


def test_shares_are_told_for_each_way_of_asking() -> None:
    scores = score([asked(answer(RIGHT), "a", kind="typo"), asked(HANDOFF, "a", kind="typo"), asked(HANDOFF, kind="x")])
    assert scores.answered_by_kind == {"typo": 0.5}
