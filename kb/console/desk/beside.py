"""What is known, beside a ticket: candidates, passages, a search, quick replies."""

from collections.abc import Callable, Sequence

from kb import messages
from kb.answer.search import Hit
from kb.answer.search import Page as Found
from kb.console.desk import wording
from kb.console.markup import button, chip, highlighted, linked, tag, text
from kb.types import QuickReply, Ticket

words = messages.desk

#: Candidates that can be inserted by their number.
NUMBERED = 5


def tabs(current: str, candidates: int) -> str:
    """What is shown beside the ticket."""
    counts = {"candidates": f" {candidates}" if candidates else ""}
    each = (
        tag(
            "button",
            text(label + counts.get(name, "")),
            type="button",
            data_do="tab",
            data_id=name,
            aria_pressed="true" if name == current else "false",
        )
        for name, label in words.TABS.items()
    )
    return tag("div", *each, class_="dk-tabs", role="group", aria_label=words.BESIDE)


def candidates(ticket: Ticket, *, writable: bool, learnable: bool) -> str:
    """The entries that came closest, each with its number, and what documents say."""
    cards = [
        _card(
            tag("kbd", text(number + 1), class_="kb-key") if writable else "",
            text(one.question),
            chip(
                words.CONFIDENCE.format(percent=wording.percent(one.confidence)),
                "teal" if one.confidence >= 0.5 else "",
            ),
            tag("div", text(words.MATCHED.format(text=one.matched)), class_="kb-soft kb-small")
            if one.matched and one.matched != one.question
            else "",
            linked(one.answer),
            _buttons(f"c{number}", one.entry_id, writable=writable, learnable=learnable),
        )
        for number, one in enumerate(ticket.candidates[:NUMBERED])
    ]
    cards += [
        _card(
            "",
            text(one.citation),
            chip(words.PASSAGES, "blue"),
            "",
            linked(one.text),
            _buttons(f"p{number}", "", writable=writable, learnable=False),
        )
        for number, one in enumerate(ticket.passages)
    ]
    return "".join(cards) or tag("div", text(words.NO_CANDIDATES), class_="dk-none")


def found(page: Found | None, sought: str, *, writable: bool, learnable: bool) -> str:
    """What a search found."""
    if page is None:
        return ""
    if not page.hits:
        return tag("div", text(words.NO_HITS.format(text=sought)), class_="dk-none")
    return tag("div", text(words.FOUND.format(count=page.total)), class_="kb-soft kb-small", role="status") + "".join(
        _hit(hit, number, writable=writable, learnable=learnable) for number, hit in enumerate(page.hits)
    )


def _hit(hit: Hit, number: int, *, writable: bool, learnable: bool) -> str:
    entry = hit.entry
    return _card(
        "",
        highlighted(entry.question, list(hit.in_question)),
        chip(entry.category) if entry.category else "",
        tag("div", text(words.MATCHED.format(text=hit.matched)), class_="kb-soft kb-small")
        if hit.matched and hit.matched != entry.question
        else "",
        highlighted(entry.answer, list(hit.in_answer)),
        _buttons(f"s{number}", entry.id, writable=writable, learnable=learnable),
    )


def quick(replies: Sequence[QuickReply], *, writable: bool, may_change: Callable[[QuickReply], bool]) -> str:
    """Quick replies, everybody's first."""
    new = tag("div", button(words.QUICK_ADD, "quick_new", look="quiet"), class_="dk-quick-new")
    if not replies:
        return new + tag("div", text(words.QUICK_NONE), class_="dk-none")
    cards = (
        _card(
            "",
            text(one.title),
            chip(words.QUICK_OWN if one.owner else words.QUICK_SHARED, "" if one.owner else "teal"),
            "",
            linked(one.text),
            (button(words.INSERT, "insert", f"q{number}", look="quiet") if writable else "")
            + (
                button(words.EDIT, "quick_edit", one.id, look="quiet")
                + button(words.REMOVE, "quick_remove", one.id, look="quiet danger")
                if may_change(one)
                else ""
            ),
        )
        for number, one in enumerate(replies)
    )
    return new + "".join(cards)


def nothing() -> str:
    """What is shown while no ticket is open."""
    return tag("div", text(words.BESIDE_NOTHING), class_="dk-none")


def _buttons(place: str, entry_id: str, *, writable: bool, learnable: bool) -> str:
    return (button(words.INSERT, "insert", place, look="quiet") if writable else "") + (
        button(words.LEARN_VARIANT, "learn", entry_id, look="quiet") if learnable and entry_id else ""
    )


def _card(key: str, title: str, mark: str, more: str, *rest: str) -> str:
    body, buttons = rest
    return tag(
        "article",
        tag("div", key, tag("h2", title), mark, class_="dk-card-head"),
        more,
        tag("div", body, class_="dk-card-body"),
        tag("div", buttons, class_="dk-card-buttons") if buttons else "",
        class_="dk-card",
    )
