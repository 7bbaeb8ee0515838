"""What became of an entry, revision by revision, and the way back."""

from nicegui import ui

from kb import messages
from kb.console.dialog import Dialog
from kb.console.markup import button, chip, piece, tag, text
from kb.console.studio.markup import fields, marked
from kb.console.studio.studio import Studio, attempt
from kb.ingest.report import diffed, shown_fields
from kb.publish.editing import Kept
from kb.types import Entry

words = messages.studio


async def choose_step(studio: Studio, kept: Kept) -> int | None:
    """Show the history; return the revision that the entry is to be made again, None when it is left as it is."""
    id_ = kept.sourced.entry.id
    steps = await attempt(studio.kb.editing.history, id_)
    if not steps:
        return None
    earlier: dict[int, Entry | None] = {}
    before: Entry | None = None
    for revision, _, _, then in steps:
        earlier[revision] = before
        before = then
    with Dialog() as dialog, ui.element("div").classes("kb-dialog st-dialog st-dialog-wide"):

        async def act(do: str, revision: str) -> None:
            dialog.submit(revision if do == "restore" else "")

        parts = []
        for revision, at, author, then in reversed(steps):
            current = revision == kept.revision
            parts.append(
                tag(
                    "li",
                    tag(
                        "div",
                        tag("strong", text(studio.here.moment(at))),
                        tag("span", text(author), class_="kb-soft"),
                        chip(words.CURRENT_STEP, "teal") if current else "",
                        tag("span", class_="kb-grow"),
                        "" if current else button(words.RESTORE, "restore", str(revision), final=True),
                        class_="kb-row",
                    ),
                    _step(earlier[revision], then),
                    class_="st-step",
                )
            )
        piece(
            tag("h2", text(words.HISTORY_OF.format(question=kept.sourced.entry.question)), class_="st-dialog-title")
            + tag("ol", *parts, class_="st-steps")
            + tag("div", button(words.CLOSE, "", final=True), class_="st-dialog-ways"),
            act,
        )
    chosen = await dialog.answer()
    return int(chosen) if chosen else None


def _step(old: Entry | None, new: Entry) -> str:
    """What a revision changed, word by word; everything for the first one."""
    shown = shown_fields(new)
    if old is None:
        return fields((messages.ingest.COLUMNS[name], marked(text(value))) for name, value in shown.items() if value)
    before = shown_fields(old)
    changes = [
        (messages.ingest.COLUMNS[name], marked(diffed(before[name], value)))
        for name, value in shown.items()
        if value != before[name]
    ]
    return fields(changes) if changes else tag("p", text(words.STEP_SAME), class_="kb-soft")
