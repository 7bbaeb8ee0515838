"""Entries that are added, changed and removed, as HTML: what differs is marked word by word."""

from collections.abc import Iterable, Sequence

from kb import messages
from kb.console.markup import chip, tag, text
from kb.console.studio.markup import fields, marked, table
from kb.ingest.documents import DocumentChange
from kb.ingest.problems import shorten
from kb.ingest.report import diffed, shown_fields
from kb.types import Entry

words = messages.studio

#: So many of a kind are shown; the rest are counted.
SHOWN = 100


def section(name: str, count: int, cards: Iterable[str], *, opened: bool = False, anchor: str = "") -> str:
    """A part that can be folded up, with how many there are; nothing where there are none."""
    if not count:
        return ""
    inside = list(cards)
    if count > len(inside):
        inside.append(tag("p", text(words.NOT_LISTED.format(count=f"{count - len(inside):,}")), class_="kb-soft"))
    return tag(
        "details",
        tag("summary", text(name), " ", tag("span", text(f"{count:,}"), class_="kb-soft kb-number")),
        *inside,
        class_="st-fold",
        open=opened,
        id=anchor or None,
    )


def change(old: Entry, new: Entry, source: str = "") -> str:
    """An entry before and after."""
    before, after = shown_fields(old), shown_fields(new)
    differing = [
        (messages.ingest.COLUMNS[name], marked(diffed(before[name], after[name])))
        for name in before
        if before[name] != after[name]
    ]
    return _card(new, source, fields(differing))


def listed(entry: Entry, source: str = "") -> str:
    """An entry in short."""
    count = len(entry.variants)
    variants = tag("span", text(words.VARIANT_COUNT.format(count=count)), class_="kb-soft kb-small") if count else ""
    return _card(entry, source, tag("div", text(shorten(entry.answer, 240)), class_="kb-soft"), variants)


def sections(
    added: Sequence[Entry], changed: Sequence[tuple[Entry, Entry]], removed: Sequence[Entry], *, opened: bool = False
) -> str:
    """All that differs."""
    return (
        section(words.CHANGED, len(changed), (change(*both) for both in changed[:SHOWN]), opened=opened)
        + section(words.ADDED, len(added), map(listed, added[:SHOWN]), opened=opened and not changed)
        + section(words.REMOVED_ENTRIES, len(removed), map(listed, removed[:SHOWN]))
    )


def documents(changed: Sequence[DocumentChange], *, opened: bool = False) -> str:
    """Documents that come, change or go, with how many of their passages do."""
    rows = [(text(one.one.source), _become(one), _passages(one)) for one in changed]
    return section(words.DOCUMENTS_MORE, len(rows), [table(words.DOCUMENT_COLUMNS, rows)], opened=opened)


def _become(change: DocumentChange) -> str:
    """What becomes of a document, and of its approval where that alone changes or lapses."""
    old, new = change.old, change.new
    kind = "changed" if old and new else "added" if new else "removed"
    tone = {"added": "teal", "changed": "blue", "removed": "amber"}[kind]
    if old and new and old.approved is not new.approved:
        approval = words.APPROVED if new.approved else words.NO_MORE_APPROVED
        if not (change.added or change.removed):
            return chip(approval, "teal" if new.approved else "amber")
        return chip(messages.cli.DIFF[kind], tone) + " " + chip(approval, "teal" if new.approved else "amber")
    return chip(messages.cli.DIFF[kind], tone) + (" " + chip(words.APPROVED, "teal") if new and new.approved else "")


def _passages(change: DocumentChange) -> str:
    return text(f"+{len(change.added)} −{len(change.removed)}") if change.added or change.removed else ""


def _card(entry: Entry, source: str, *inside: str) -> str:
    return tag(
        "article",
        tag(
            "div",
            tag("strong", text(entry.question)),
            tag("span", text(" · ".join(part for part in (entry.id, source) if part)), class_="kb-soft kb-small"),
            class_="st-card-head",
        ),
        *inside,
        class_="st-card",
    )
