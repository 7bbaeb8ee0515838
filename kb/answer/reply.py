"""What a customer gets back: the judgement in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb import messages
from kb.types import AnswerId, Candidate, ConversationId, Decision, DecisionKind, Judgement, Reason, Ticket

#: So many options are offered when the service asks back.
MOST_OPTIONS = 3

_LEGAL = re.compile(
    r"起诉|诉讼|律师|法院|法庭|仲裁|报警|公安|12315|12345|消协|消费者协会|工商|市场监管|监管局|举报|曝光|媒体|记者"
)
_BODY = re.compile(
    r"过敏|红疹|皮疹|起疹|湿疹|疹子|红肿|发烧|呕吐|吐|拉肚子|腹泻|中毒|窒息|噎|呛|误食|误吞|吞|受伤|伤|流血|出血|烫|烧|漏电|触电|"
    r"电到|爆炸|炸|起火|着火|冒烟|医院|急诊|就医|送医|住院|昏迷|抽搐|疼|痛|痒|死"
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


def message(question: str, decision: Decision) -> str:
    """Say the decision to the customer, in polite Chinese; never empty."""
    match decision.kind:
        case DecisionKind.ANSWER if decision.best is not None:
            return decision.best.entry.answer
        case DecisionKind.HANDOFF:
            return messages.REPLY_HANDED_OVER[handover_word(question, decision.reason)]
        case _:
            return _asked_back(decision.reason, offered(decision))


def offered(decision: Decision) -> Sequence[Candidate]:
    """Return the candidates that the customer may choose from; none unless the decision is to clarify."""
    return decision.options[:MOST_OPTIONS] if decision.kind is DecisionKind.CLARIFY else ()


def handover_word(question: str, reason: Reason) -> str:
    """Return the reason as the wording knows it: danger is to somebody's health or safety, or it is a legal matter."""
    if reason is Reason.DANGER and _LEGAL.search(question) and not _BODY.search(question):
        return "legal"
    return reason.value if reason.value in messages.REPLY_HANDED_OVER else Reason.NOTHING_CLOSE.value


def _asked_back(reason: Reason, options: Sequence[Candidate]) -> str:
    if reason is Reason.GREETING:
        return messages.REPLY_GREETING
    if reason is Reason.EMPTY:
        return messages.REPLY_EMPTY
    if not options:
        return messages.REPLY_REPHRASE
    if reason is Reason.DETAIL_DIFFERS:
        opening = messages.REPLY_WHICH_DETAIL
    elif len(options) == 1:
        opening = messages.REPLY_WHICH_ONE
    else:
        opening = messages.REPLY_WHICH
    return messages.reply_which_of(opening, [option.entry.question for option in options])
