"""The list of tickets as HTML: which queue, which team, one row a ticket."""

from datetime import datetime

from kb import messages
from kb.console.desk import wording
from kb.console.desk.looking import STEP, Listed, Queue, View
from kb.console.frame import Here
from kb.console.markup import button, chip, empty, tag, text
from kb.types import Priority, Ticket, TicketId, TicketState

words = messages.desk

_TONES = {Priority.URGENT: "red", Priority.COMPLEX: "blue"}


def tabs(listed: Listed, view: View, teams: tuple[str, ...]) -> str:
    """Which queue is shown, how many wait in each, and for which team."""
    each = (
        tag(
            "button",
            text(words.QUEUES[queue]),
            tag("span", text(f"{listed.total(queue):,}"), class_="dk-count kb-number"),
            tag("span", text(words.NEW_LINES), class_="dk-dot", title=words.NEW_LINES)
            if queue is Queue.MINE and listed.spoken_to
            else "",
            type="button",
            data_do="queue",
            data_id=queue.value,
            aria_pressed="true" if queue is view.queue else "false",
        )
        for queue in Queue
    )
    keys = tag(
        "button", text("?"), type="button", class_="dk-help", data_do="keys", aria_label=words.KEYS, title=words.KEYS
    )
    shown = tag("div", *each, keys, class_="dk-tabs", role="group", aria_label=words.QUEUE)
    return shown + (_teams(view, teams) if teams and view.queue is Queue.WAITING else "")


def _teams(view: View, teams: tuple[str, ...]) -> str:
    each = (
        tag(
            "button",
            text(label),
            type="button",
            data_do="team",
            data_id=label if name is not None else "",
            aria_pressed="true" if name == view.team else "false",
        )
        for name, label in ((None, words.TEAM_ALL), *((name, name) for name in teams))
    )
    return tag("div", *each, class_="dk-teams", role="group", aria_label=words.TEAM)


def rows(here: Here, listed: Listed, view: View, current: TicketId | None, now: datetime) -> str:
    """One row a ticket; the current one is marked."""
    if not listed.tickets:
        return empty(*words.EMPTY[view.queue.value])
    each = (_row(here, ticket, listed, current=ticket.id == current, now=now) for ticket in listed.tickets)
    rest = listed.total(view.queue) - len(listed.tickets)
    more = button(words.MORE.format(count=min(rest, STEP)), "more", look="quiet") if rest > 0 else ""
    return tag(
        "ul",
        *each,
        class_="dk-rows",
        role="listbox",
        tabindex="0",
        aria_label=words.QUEUES[view.queue.value],
        aria_activedescendant=row_id(current) if current in {ticket.id for ticket in listed.tickets} else None,
    ) + tag("div", more, class_="dk-more")


def row_id(ticket_id: TicketId | None) -> str | None:
    """How a row is found on the page."""
    return None if ticket_id is None else f"row-{ticket_id}"


def _row(here: Here, ticket: Ticket, listed: Listed, *, current: bool, now: datetime) -> str:
    due = wording.due(ticket, now)
    marks = [
        chip(words.PRIORITIES[ticket.priority.value], _TONES[ticket.priority]) if ticket.priority in _TONES else "",
        chip(words.REASONS.get(ticket.reason.value, ticket.reason.value)),
        chip(ticket.team, "teal") if ticket.team and ticket.state is TicketState.WAITING else "",
        chip(due.text, due.tone) if due and ticket.state is not TicketState.CLOSED else "",
    ]
    if ticket.state is TicketState.CLOSED:
        marks.append(chip(words.OUTCOMES.get(ticket.outcome, ticket.outcome), "teal"))
    elif ticket.replied_at is not None:
        marks.append(chip(words.NEW_LINES, "amber") if ticket.id in listed.spoken_to else chip(words.REPLIED, "teal"))
    when = here.moment(ticket.closed_at) if ticket.closed_at else wording.waited(ticket, now)
    return tag(
        "li",
        tag("div", text(ticket.question), class_="dk-row-question"),
        tag("div", *marks, tag("span", text(when), class_="dk-row-when kb-number"), class_="dk-row-marks"),
        id=row_id(ticket.id),
        role="option",
        aria_selected="true" if current else "false",
        data_do="open",
        data_id=ticket.id,
        class_=f"dk-row dk-row-{due.tone}" if due and due.tone else "dk-row",
    )
