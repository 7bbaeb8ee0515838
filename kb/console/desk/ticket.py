"""One ticket as HTML: what it is about, what was said, what was done."""

from collections.abc import Sequence
from datetime import datetime

from kb import messages
from kb.answer.desk import NOTED
from kb.console.desk import wording
from kb.console.desk.looking import Opened
from kb.console.frame import Here
from kb.console.markup import button, chip, linked, tag, text
from kb.types import Author, Limits, Message, Priority, Ticket, TicketEvent, TicketState

words = messages.desk

_TONES = {Priority.URGENT: "red", Priority.COMPLEX: "blue"}


def head(here: Here, opened: Opened, me: str, limits: Limits | None, now: datetime) -> str:
    """What the ticket is about, and what can be done with it as a whole."""
    ticket = opened.ticket
    due = wording.due(ticket, now)
    marks = [
        chip(words.PRIORITIES[ticket.priority.value], _TONES.get(ticket.priority, "")),
        chip(ticket.category or words.NO_CATEGORY, title=words.CATEGORY),
        chip(ticket.team, "teal", words.TEAM) if ticket.team else "",
        chip(due.text, due.tone, words.DUE_AT.format(time=here.moment(ticket.due_at))) if due else "",
        _standing(here, ticket, me),
    ]
    mine = ticket.state is TicketState.CLAIMED and ticket.assignee == me
    actions = (
        button(words.TRANSFER, "transfer")
        + button(words.RELEASE, "release")
        + button(words.RETURN, "return")
        + button(words.CLOSE, "close")
        if mine
        else ""
    )
    because = tag("b", text(words.WHY)) + tag("span", text(wording.why(ticket, limits)))
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


def _standing(here: Here, ticket: Ticket, me: str) -> str:
    if ticket.state is TicketState.CLOSED:
        said = words.OUTCOMES.get(ticket.outcome, ticket.outcome)
        return chip(f"{said} · {here.moment(ticket.closed_at or ticket.created_at)}", "teal")
    if ticket.state is TicketState.WAITING:
        return chip(wording.waited(ticket, here.kb.clock.now()))
    return chip(words.YOURS if ticket.assignee == me else words.HAS.format(agent=ticket.assignee), "blue")


def conversation(here: Here, opened: Opened) -> str:
    """What was said, with colleagues' notes where they were written."""
    notes = [event for event in opened.events if event.kind == NOTED]
    pieces: list[tuple[datetime, int, str]] = [
        *((line.at, 0, _line(here, line, opened.events)) for line in opened.lines),
        *((note.at, 1, _note(here, note)) for note in notes),
    ]
    return tag(
        "div",
        *(html for *_, html in sorted(pieces, key=lambda one: one[:2])),
        class_="dk-lines",
        role="log",
        aria_label=words.CONVERSATION,
        tabindex="0",
    )


def _line(here: Here, line: Message, events: Sequence[TicketEvent]) -> str:
    who = words.AUTHORS[line.author.value]
    sent = next((e for e in events if e.kind == "replied" and e.detail.get("message") == line.id), None)
    if line.author is Author.AGENT and sent is not None:
        kind = words.SENT_AS.get(str(sent.detail.get("kind")), "")
        who = " · ".join(part for part in (sent.actor, kind) if part)
    return tag(
        "article",
        tag("div", text(who), tag("time", text(here.moment(line.at))), class_="dk-line-head"),
        tag("div", linked(line.text), class_="dk-line-text"),
        class_=f"dk-line dk-line-{line.author.value}",
    )


def _note(here: Here, event: TicketEvent) -> str:
    return tag(
        "article",
        tag(
            "div",
            text(f"{words.NOTES} · {event.actor}"),
            tag("time", text(here.moment(event.at))),
            class_="dk-line-head",
        ),
        tag("div", linked(str(event.detail.get("text", ""))), class_="dk-line-text"),
        class_="dk-line dk-line-note",
    )


def history(here: Here, events: Sequence[TicketEvent]) -> str:
    """What happened, oldest first."""
    each = (
        tag("li", tag("time", text(here.moment(event.at))), tag("span", text(wording.happened(event))))
        for event in events
    )
    return tag("ol", *each, class_="dk-history")
