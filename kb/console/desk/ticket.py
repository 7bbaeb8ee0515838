"""One ticket as HTML: what it is about, what was said, what was done."""

from collections.abc import Sequence
from datetime import datetime

from kb import messages
from kb.answer.desk import NOTED
from kb.console.desk import wording
from kb.console.desk.looking import Opened
from kb.console.desk.state import State
from kb.console.markup import button, chip, linked, tag, text
from kb.types import Author, Message, Priority, Ticket, TicketEvent, TicketState

words = messages.desk

_TONES = {Priority.URGENT: "red", Priority.COMPLEX: "blue"}


def head(state: State, now: datetime) -> str:
    """What the open ticket is about, and what can be done with it as a whole."""
    here, ticket = state.here, state.ticket
    due = wording.due(ticket, now)
    marks = [
        chip(words.PRIORITIES[ticket.priority.value], _TONES.get(ticket.priority, "")),
        chip(ticket.category or words.NO_CATEGORY, title=words.CATEGORY),
        chip(ticket.team, "teal", words.TEAM) if ticket.team else "",
        chip(due.text, due.tone, words.DUE_AT.format(time=here.moment(ticket.due_at))) if due else "",
        _standing(state, ticket),
    ]
    actions = (
        button(words.TRANSFER, "transfer")
        + button(words.RELEASE, "release")
        + button(words.RETURN, "return")
        + button(words.CLOSE, "close")
        if state.mine
        else ""
    )
    because = tag("b", text(words.WHY)) + tag("span", text(wording.why(ticket, state.limits)))
    return (
        tag(
            "div",
            tag("button", text("‹"), type="button", class_="dk-back", data_do="back", aria_label=words.BACK),
            tag("h1", text(ticket.summary), class_="dk-summary"),
            tag("div", actions, class_="dk-actions"),
            class_="dk-head-top",
        )
        + tag("div", *marks, class_="kb-row dk-marks")
        + tag("div", because, class_="dk-why")
    )


def _standing(state: State, ticket: Ticket) -> str:
    here = state.here
    if ticket.state is TicketState.CLOSED:
        said = words.OUTCOMES.get(ticket.outcome, ticket.outcome)
        return chip(f"{said} · {here.moment(ticket.closed_at or ticket.created_at)}", "teal")
    if ticket.state is TicketState.WAITING:
        return chip(wording.waited(ticket, here.kb.clock.now()))
    return chip(words.YOURS if state.mine else words.HAS.format(agent=state.called(ticket.assignee)), "blue")


def conversation(state: State, opened: Opened) -> str:
    """What was said, with colleagues' notes where they were written."""
    notes = [event for event in opened.events if event.kind == NOTED]
    pieces: list[tuple[datetime, int, str]] = [
        *((line.at, 0, _line(state, line, opened.events)) for line in opened.lines),
        *((note.at, 1, _note(state, note)) for note in notes),
    ]
    return tag(
        "div",
        *(html for *_, html in sorted(pieces, key=lambda one: one[:2])),
        class_="dk-lines",
        role="log",
        aria_label=words.CONVERSATION,
        tabindex="0",
    )


def _line(state: State, line: Message, events: Sequence[TicketEvent]) -> str:
    who = words.AUTHORS[line.author.value]
    sent = next((e for e in events if e.kind == "replied" and e.detail.get("message") == line.id), None)
    if line.author is Author.AGENT and sent is not None:
        kind = words.SENT_AS.get(str(sent.detail.get("kind")), "")
        who = " · ".join(part for part in (state.called(sent.actor), kind) if part)
    return tag(
        "article",
        tag("div", text(who), tag("time", text(state.here.moment(line.at))), class_="dk-line-head"),
        tag("div", linked(line.text), class_="dk-line-text"),
        class_=f"dk-line dk-line-{line.author.value}",
    )


def _note(state: State, event: TicketEvent) -> str:
    return tag(
        "article",
        tag(
            "div",
            text(f"{words.NOTES} · {state.called(event.actor)}"),
            tag("time", text(state.here.moment(event.at))),
            class_="dk-line-head",
        ),
        tag("div", linked(str(event.detail.get("text", ""))), class_="dk-line-text"),
        class_="dk-line dk-line-note",
    )


def history(state: State, events: Sequence[TicketEvent]) -> str:
    """What happened, oldest first."""
    each = (
        tag(
            "li",
            tag("time", text(state.here.moment(event.at))),
            tag("span", text(wording.happened(event, state.names))),
        )
        for event in events
    )
    return tag("ol", *each, class_="dk-history")
