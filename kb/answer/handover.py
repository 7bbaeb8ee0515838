"""Makes the ticket for a question that a person has to answer, with everything this person needs to begin."""

import re
from dataclasses import dataclass
from datetime import datetime

from kb import messages
from kb.answer.ids import new_id
from kb.answer.passages import WORTH_A_DRAFT, citation
from kb.answer.policy import Policy
from kb.answer.reply import handover_word
from kb.types import (
    AnswerId,
    Candidate,
    Cited,
    ConversationId,
    Judgement,
    Priority,
    Reason,
    Ticket,
    TicketCandidate,
    TicketId,
    TicketPassage,
    TicketState,
)

#: From so many characters on a question is a story, and takes longer to answer.
LONG_QUESTION = 80
#: A question is quoted up to so many characters.
_QUOTED = 40
_CANDIDATES = 5
#: A candidate below this confidence says nothing about the question: no category, and nothing to draft a reply from.
_PLAUSIBLE = 0.1

_SENTENCE_END = re.compile(r"[?？。!！;；\n]+")
_ANOTHER = re.compile(r"还有(?:一个|个|就是)?(?:问题)?|另外|顺便|以及想")
_ASKS = re.compile(
    r"[吗呢么]|怎么|怎样|如何|什么|啥|多少|多久|几[天个时]|哪|谁|能不能|可不可以|是不是|有没有|可以.{0,8}[?？]"
)
_HELLO = re.compile(r"^(?:亲爱的\S{0,4}|尊敬的\S{0,4}|亲亲|亲|您好|你好)[\s,，.。!！~～:：]*")


@dataclass(frozen=True, slots=True)
class Handover:
    """What is known when a question is handed over; texts as they may be stored."""

    conversation_id: ConversationId
    answer_id: AnswerId
    question: str
    earlier: str  # what the customer had asked before, "" when nothing
    judgement: Judgement
    at: datetime


def open_ticket(handover: Handover, policy: Policy) -> Ticket:
    """Fill in a ticket: summary, category, priority, due time, candidates and a draft reply."""
    decision = handover.judgement.decision
    nearest = next((one for one in handover.judgement.candidates if one.confidence >= _PLAUSIBLE), None)
    urgency = priority(handover.question, decision.reason)
    return Ticket(
        id=TicketId(new_id("tkt", handover.at)),
        conversation_id=handover.conversation_id,
        answer_id=handover.answer_id,
        question=handover.question,
        summary=summary(handover.question, decision.reason, handover.earlier),
        reason=decision.reason,
        category=nearest.entry.category if nearest else "",
        priority=urgency,
        state=TicketState.WAITING,
        created_at=handover.at,
        due_at=policy.due_at(urgency, handover.at),
        draft=draft(handover, policy),
        candidates=tuple(_kept(candidate) for candidate in handover.judgement.candidates[:_CANDIDATES]),
        passages=tuple(_quoted_from(cited) for cited in handover.judgement.passages),
    )


def priority(question: str, reason: Reason) -> Priority:
    """Complaints and danger are urgent; long stories and several questions in one take longer than ordinary ones."""
    if reason in (Reason.DANGER, Reason.COMPLAINT):
        return Priority.URGENT
    if len(question) >= LONG_QUESTION or _questions_in(question) > 1:
        return Priority.COMPLEX
    return Priority.ORDINARY


def summary(question: str, reason: Reason, earlier: str = "") -> str:
    """Say in one line why a person is needed and what for."""
    because = messages.tickets.BECAUSE.get(handover_word(question, reason), reason.value)
    return messages.tickets.summary(
        because, quoted(question), quoted(earlier) if reason is Reason.ASKED_FOR_PERSON else ""
    )


def draft(handover: Handover, policy: Policy) -> str:
    """Write the reply that an agent may send as it is; never empty."""
    question = quoted(handover.question)
    decision = handover.judgement.decision
    best = decision.best
    match handover_word(handover.question, decision.reason):
        case "complaint":  # an outcome is promised for when an ordinary ticket would be due
            return messages.tickets.draft_apology(question, _by(Priority.ORDINARY, handover, policy))
        case "danger":
            return messages.tickets.draft_danger(question, _by(Priority.URGENT, handover, policy))
        case "legal":
            return messages.tickets.draft_legal(question, _by(Priority.ORDINARY, handover, policy))
        case "asked_for_person" if best is None:
            return (
                messages.tickets.draft_welcome(quoted(handover.earlier))
                if handover.earlier
                else messages.tickets.DRAFT_WELCOME
            )
        case "order_specific":
            return (
                messages.tickets.draft_order_answer(question, _body(best))
                if best
                else messages.tickets.draft_order(question)
            )
        case _:
            return _from_knowledge(question, handover.judgement)


def _from_knowledge(question: str, judgement: Judgement) -> str:
    """What a document says, or the nearest plausible entry, or that an answer is being found."""
    if cited := _worth_citing(judgement):
        return messages.passages.draft(question, cited.excerpt, citation(cited))
    best = judgement.decision.best
    if best and best.confidence >= _PLAUSIBLE:
        return messages.tickets.draft_answer(question, _body(best))
    return messages.tickets.draft_check(question)


def _worth_citing(judgement: Judgement) -> Cited | None:
    """The passage that a draft is made of: likely enough to hold the answer, and likelier than the nearest entry."""
    cited = judgement.passages[0] if judgement.passages else None
    nearest = judgement.decision.best.confidence if judgement.decision.best else 0.0
    return cited if cited and cited.confidence >= max(WORTH_A_DRAFT, nearest) else None


def quoted(question: str) -> str:
    """Return a question as it is quoted within a sentence: on one line, not too long, without its end mark."""
    line = " ".join(question.split()).rstrip("?？。.!！~～,， ")
    line = line.replace("「", "『").replace("」", "』")
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1]}…"


def _by(due: Priority, handover: Handover, policy: Policy) -> str:
    return messages.tickets.point_in_time(policy.local(policy.due_at(due, handover.at)))


def _body(best: Candidate) -> str:
    """The standard answer without its own greeting: the frame greets already."""
    bare = _HELLO.sub("", best.entry.answer.strip())
    return bare or best.entry.answer


def _questions_in(question: str) -> int:
    parts = [part for sentence in _SENTENCE_END.split(question) for part in _ANOTHER.split(sentence)]
    return sum(1 for part in parts if _ASKS.search(part))


def _quoted_from(cited: Cited) -> TicketPassage:
    return TicketPassage(cited.passage.id, citation(cited), cited.excerpt, cited.confidence)


def _kept(candidate: Candidate) -> TicketCandidate:
    entry = candidate.entry
    return TicketCandidate(entry.id, entry.question, candidate.matched, candidate.confidence, entry.answer)
