"""What a customer gets back: the judgement in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb import messages
from kb.answer.passages import citation
from kb.types import AnswerId, Candidate, Cited, ConversationId, Decision, DecisionKind, Judgement, Reason, Ticket

#: So many options are offered when the service asks back.
MOST_OPTIONS = 3

_LEGAL = re.compile(
    r"起诉|诉讼|律师|法院|法庭|仲裁|打官司|法律|报警|派出所|12315|12345|消协|消费者协会|工商局|市场监管|市监局",
    re.IGNORECASE,
)
# of what the guard takes for a greeting, the part that ends a conversation or thanks
_PARTING = re.compile(
    r"谢|感谢|辛苦|再见|拜|bye|88|知道了|明白|了解|收到|没事|没有了|不用了|没问题了|^(?:好|嗯|恩|哦|噢|行|可以|ok)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """One question's whole outcome."""

    id: AnswerId
    judgement: Judgement
    message: str  # what to show the customer
    ticket: Ticket | None  # when a person takes over, and only then
    conversation_id: ConversationId | None  # the caller's own, or the one made for a hand-over
    took_ms: float


def message(question: str, decision: Decision, passages: Sequence[Cited] = ()) -> str:
    """Say the decision to the customer, in polite Chinese; never empty."""
    match decision.kind:
        case DecisionKind.ANSWER if decision.best is not None:
            return _answered(decision.best.entry.answer, offered(decision))
        case DecisionKind.ANSWER if decision.reason is Reason.PASSAGE:
            return messages.passages.answer(passages[0].excerpt, citation(passages[0]))
        case DecisionKind.HANDOFF:
            return messages.replies.HANDED_OVER[handover_word(question, decision.reason)]
        case _:
            return _asked_back(question, decision.reason, offered(decision))


def offered(decision: Decision) -> Sequence[Candidate]:
    """Return the candidates that the customer may choose from; none where a person takes over."""
    return () if decision.kind is DecisionKind.HANDOFF else decision.options[:MOST_OPTIONS]


def handover_word(question: str, reason: Reason) -> str:
    """Return the reason as the wording knows it: a complaint that names courts or authorities is a legal matter."""
    if reason is Reason.COMPLAINT and _LEGAL.search(question):
        return "legal"
    return reason.value if reason.value in messages.replies.HANDED_OVER else Reason.NOTHING_CLOSE.value


def _answered(answer: str, others: Sequence[Candidate]) -> str:
    """The answer, and beneath it what else was asked."""
    if not others:
        return answer
    opening = messages.replies.ASKED_ONE_MORE if len(others) == 1 else messages.replies.ASKED_MORE
    return f"{answer}\n\n{messages.replies.listed(opening, [other.entry.question for other in others])}"


def _asked_back(question: str, reason: Reason, options: Sequence[Candidate]) -> str:
    if reason is Reason.GREETING:
        return messages.replies.PARTING if _PARTING.search(question.strip()) else messages.replies.GREETING
    if reason is Reason.EMPTY:
        return messages.replies.EMPTY
    if not options:
        return messages.replies.REPHRASE
    if reason is Reason.DETAIL_DIFFERS:
        opening = messages.replies.WHICH_DETAIL
    elif len(options) == 1:
        opening = messages.replies.WHICH_ONE
    else:
        opening = messages.replies.WHICH
    return messages.replies.which_of(opening, [option.entry.question for option in options])
