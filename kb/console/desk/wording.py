"""What a ticket's figures mean, in words: how long it waits, how soon it is due, why the bot passed it on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb import messages
from kb.answer.desk import LEARNED, NOTED
from kb.console.times import lasting
from kb.types import Limits, Ticket, TicketEvent, TicketState

words = messages.desk

#: From so much of the time that is left on, or this share of all of it, a ticket is due soon.
SOON = timedelta(minutes=5)
SOON_SHARE = 0.25
#: Reasons that have nothing to do with how close the knowledge came.
_BY_ITSELF = frozenset({"asked_for_person", "complaint", "danger", "order_specific", "with_agent"})
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Due:
    """How soon the first reply is due."""

    text: str
    tone: str  # "" while there is time, then amber, then red


def waited(ticket: Ticket, now: datetime) -> str:
    """Say how long a ticket has been waiting."""
    length = now - ticket.created_at
    return words.WAITED_NOW if length < _MINUTE else words.WAITED.format(time=lasting(length))


def due(ticket: Ticket, now: datetime) -> Due | None:
    """Say how soon the first reply is due; None once the customer has one, or nobody waits for it any more."""
    if ticket.replied_at is not None or ticket.state is TicketState.CLOSED:
        return None
    left = ticket.due_at - now
    if left <= timedelta(0):
        return Due(words.OVERDUE_NOW if -left < _MINUTE else words.OVERDUE.format(time=lasting(-left)), "red")
    soon = max(SOON, (ticket.due_at - ticket.created_at) * SOON_SHARE)
    text = words.DUE_SOON if left < _MINUTE else words.DUE_IN.format(time=lasting(left))
    return Due(text, "amber" if left <= soon else "")


def why(ticket: Ticket, limits: Limits | None) -> str:
    """Say why the bot passed the question on, with how far it was from an answer."""
    said = messages.try_it.REASONS.get(ticket.reason.value, words.REASONS.get(ticket.reason.value, ""))
    best = ticket.candidates[0].confidence if ticket.candidates else None
    if ticket.reason.value in _BY_ITSELF:
        return said
    if best is None:
        return said + words.WHY_NOTHING
    if limits is None:
        return said
    return said + words.WHY_NEAREST.format(confidence=percent(best), limit=percent(limits.answer))


def happened(event: TicketEvent, names: Mapping[str, str]) -> str:
    """Say what happened to a ticket; `names` is what people are called, by the name they sign in with."""
    detail = event.detail
    kind = f"{event.kind}_{detail.get('as')}" if event.kind == LEARNED else event.kind
    outcome = str(detail.get("outcome", ""))
    pattern = words.EVENTS.get(kind, event.kind)
    said = pattern.format(
        actor=names.get(event.actor, event.actor),
        to=names.get(str(detail.get("to")), detail.get("to")) or detail.get("team", ""),
        outcome=words.OUTCOMES.get(outcome, outcome),
        question=detail.get("question", ""),
    )
    more = detail.get("text") if event.kind == NOTED else detail.get("note")
    return f"{said}：{more}" if more else said


def percent(confidence: float) -> str:
    """A chance as people read it; neither 0 nor 100 is ever certain."""
    return f"{min(max(round(confidence * 100), 1), 99)}%"
