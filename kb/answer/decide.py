"""The one place where it is decided what happens with a question."""

from collections.abc import Sequence
from dataclasses import replace

from kb.types import Candidate, Decision, DecisionKind, Limits, Reason

#: Options that a customer is asked to choose from, at most.
OPTIONS = 3


def decide(candidates: Sequence[Candidate], limits: Limits) -> Decision:
    """Answer only when the best candidate is likely enough right and no detail speaks against it.

    `candidates` come best first. What is not answered is offered as options while the chance that one of them is right
    is worth the customer's look; else it goes to a person, with the best candidate as the draft.
    """
    if not candidates:
        return Decision(DecisionKind.HANDOFF, Reason.NOTHING_CLOSE)
    best = candidates[0]
    sure = best.confidence >= limits.answer
    if sure and not best.conflict:
        return Decision(DecisionKind.ANSWER, Reason.CONFIDENT, best)
    options = tuple(candidates[:OPTIONS])
    if sum(option.confidence for option in options) < limits.suggest:
        return Decision(DecisionKind.HANDOFF, Reason.NOTHING_CLOSE, best)
    options = worth_showing(options, limits)
    if best.conflict:
        return Decision(DecisionKind.CLARIFY, Reason.DETAIL_DIFFERS, options=options)
    rival = len(options) > 1 and options[1].confidence >= best.confidence / 2
    return Decision(
        DecisionKind.CLARIFY, Reason.TOO_CLOSE_TO_CALL if rival else Reason.NOT_SURE_ENOUGH, options=options
    )


def decide_exact(claimants: Sequence[Candidate]) -> Decision:
    """Answer what one entry is phrased like exactly; ask when several are."""
    if len(claimants) == 1:
        return Decision(DecisionKind.ANSWER, Reason.EXACT, claimants[0])
    return Decision(DecisionKind.CLARIFY, Reason.SAME_PHRASING, options=tuple(claimants[:OPTIONS]))


def hears_more(decision: Decision) -> bool:
    """Whether other questions of the same message may be offered beside it."""
    return decision.kind is DecisionKind.CLARIFY or (decision.kind is DecisionKind.ANSWER and decision.best is not None)


def with_others(decision: Decision, others: Sequence[Candidate]) -> Decision:
    """Offer what the message asks for besides: beneath the answer, or as the first of the options."""
    answered = decision.best.entry.id if decision.best else None
    offered = {option.entry.id: option for option in (*others, *decision.options) if option.entry.id != answered}
    return replace(decision, options=tuple(offered.values())[:OPTIONS])


def worth_showing(options: Sequence[Candidate], limits: Limits) -> tuple[Candidate, ...]:
    """The best option and those that have a tenth of the chance that is asked of all together."""
    return (options[0], *(option for option in options[1:] if option.confidence >= limits.suggest / 10))
