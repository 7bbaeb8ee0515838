import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.answer.decide import OPTIONS, decide, decide_exact, hears_more, with_others
from kb.types import Candidate, Decision, DecisionKind, Entry, EntryId, Limits, Reason

LIMITS = Limits(answer=0.8, suggest=0.35)


def candidate(confidence: float, conflict: str = "", id_: str = "a") -> Candidate:
    return Candidate(Entry(EntryId(id_), "问", "答"), "问", confidence, conflict=conflict)


def test_a_sure_candidate_answers() -> None:
    decision = decide([candidate(0.8), candidate(0.1)], LIMITS)
    assert (decision.kind, decision.reason) == (DecisionKind.ANSWER, Reason.CONFIDENT)
    assert decision.best == candidate(0.8)


def test_doubt_asks_back() -> None:
    decision = decide([candidate(0.7), candidate(0.1)], LIMITS)
    assert (decision.kind, decision.reason) == (DecisionKind.CLARIFY, Reason.NOT_SURE_ENOUGH)


def test_a_close_rival_asks_back() -> None:
    decision = decide([candidate(0.4), candidate(0.35)], LIMITS)
    assert decision.reason is Reason.TOO_CLOSE_TO_CALL
    assert len(decision.options) == 2


def test_a_differing_detail_blocks_the_answer_however_sure() -> None:
    decision = decide([candidate(0.99, "quantity")], LIMITS)
    assert (decision.kind, decision.reason) == (DecisionKind.CLARIFY, Reason.DETAIL_DIFFERS)


def test_three_weak_candidates_together_are_worth_showing() -> None:
    assert decide([candidate(0.15)] * 3, LIMITS).kind is DecisionKind.CLARIFY


def test_little_chance_goes_to_a_person_with_the_best_as_draft() -> None:
    decision = decide([candidate(0.2), candidate(0.1)], LIMITS)
    assert (decision.kind, decision.reason) == (DecisionKind.HANDOFF, Reason.NOTHING_CLOSE)
    assert decision.best == candidate(0.2)


def test_nothing_found_goes_to_a_person() -> None:
    assert decide([], LIMITS).reason is Reason.NOTHING_CLOSE


def test_an_exact_phrasing_answers_unless_two_claim_it() -> None:
    assert decide_exact([candidate(1.0)]).reason is Reason.EXACT
    both = decide_exact([candidate(1.0), candidate(1.0, id_="b")])
    assert (both.kind, both.reason, len(both.options)) == (DecisionKind.CLARIFY, Reason.SAME_PHRASING, 2)


@given(st.lists(st.floats(0, 1), max_size=6), st.floats(0, 1), st.floats(0, 1), st.sampled_from(["", "code"]))
def test_every_case_is_decided_and_never_answered_below_the_limit(
    chances: list[float], answer: float, suggest: float, conflict: str
) -> None:
    found = [candidate(chance, conflict) for chance in sorted(chances, reverse=True)]
    decision = decide(found, Limits(answer, suggest))
    if decision.kind is DecisionKind.ANSWER:
        assert decision.best is not None
        assert decision.best.confidence >= answer
        assert not conflict
    assert len(decision.options) <= OPTIONS
    assert (decision.kind is DecisionKind.CLARIFY) == bool(decision.options)


@pytest.mark.parametrize("many", [1, 2, 9])
def test_no_more_than_three_options_are_shown(many: int) -> None:
    assert len(decide([candidate(0.3)] * many, Limits(0.8, 0.1)).options) == min(many, OPTIONS)


def test_what_else_is_asked_stands_beneath_the_answer_and_first_among_options() -> None:
    a, b, c, d = (candidate(0.8, id_=id_) for id_ in "abcd")
    answer = Decision(DecisionKind.ANSWER, Reason.CONFIDENT, a)
    assert with_others(answer, [b, a]) == Decision(DecisionKind.ANSWER, Reason.CONFIDENT, a, (b,))
    asked_back = Decision(DecisionKind.CLARIFY, Reason.TOO_CLOSE_TO_CALL, options=(a, b, c))
    assert with_others(asked_back, [d, b]).options == (d, b, a)
    assert with_others(asked_back, []) == asked_back


def test_nothing_is_offered_beside_a_person_or_a_passage() -> None:
    assert hears_more(Decision(DecisionKind.ANSWER, Reason.CONFIDENT, candidate(0.8)))
    assert hears_more(Decision(DecisionKind.CLARIFY, Reason.NOT_SURE_ENOUGH, options=(candidate(0.5),)))
    assert not hears_more(Decision(DecisionKind.HANDOFF, Reason.NOTHING_CLOSE, candidate(0.1)))
    assert not hears_more(Decision(DecisionKind.ANSWER, Reason.PASSAGE))
