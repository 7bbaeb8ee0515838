"""What cleaning took away from an upload, step by step; a step can be left out, and the upload looked at again."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nicegui import ui

from kb import messages
from kb.console.markup import button, chip, piece, tag, text

words = messages.studio

Again = Callable[[list[str]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one step took away, by file; nothing when it was left out."""

    step: str
    files: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How often it took something away."""
        return sum(int(one["count"]) for one in self.files)


def taken(cleaned: Sequence[Mapping[str, Any]], without: Collection[str]) -> list[Taken]:
    """The steps that took something away or were left out, in the order in which they are taken."""
    return [
        Taken(step, files)
        for step in messages.ingest.STEPS
        if (files := [one for one in cleaned if one["step"] == step]) or step in without
    ]


def build(cleaned: Sequence[Mapping[str, Any]], without: Collection[str], again: Again | None = None) -> None:
    """Show the steps; where `again` is given each can be switched, and it is awaited with those to be left out."""
    steps = taken(cleaned, without)
    if not steps:
        return
    with ui.element("details").classes("st-fold st-cleaning") as fold:
        if without:
            fold.props("open")
        with ui.element("summary"):
            piece(text(words.CLEANED) + " " + tag("span", text(len(steps)), class_="kb-soft kb-number"))
        if again is None:
            for one in steps:
                piece(_about(one, off=one.step in without))
        else:
            _switches(steps, without, again)


def _switches(steps: Sequence[Taken], without: Collection[str], again: Again) -> None:
    off = set(without)

    def ways() -> str:
        return button(words.LOOK_AGAIN, "again", look="main", disabled=off == set(without))

    def switch(step: str, *, on: bool) -> None:
        (off.discard if on else off.add)(step)
        look.set_content(ways())

    async def act(_do: str, _id: str) -> None:
        await again([step for step in messages.ingest.STEPS if step in off])

    piece(tag("p", text(words.CLEANED_MORE), class_="kb-soft"))
    for one in steps:
        with ui.element("div").classes("st-step-row"):
            box = ui.checkbox(
                value=one.step not in off,
                on_change=lambda event, step=one.step: switch(step, on=bool(event.value)),
            )
            name = messages.ingest.STEPS[one.step]
            box.props(f'dense aria-label="{words.STEP_TAKEN.format(step=name)}"')
            piece(_about(one, off=one.step in without), classes="kb-grow")
    with ui.element("div").classes("kb-row st-ways"):
        ui.element("span").classes("kb-grow")
        look = piece(ways(), act)


def _about(one: Taken, *, off: bool) -> str:
    """A step with what it took away, by file."""
    name = tag("strong", text(messages.ingest.STEPS[one.step]))
    if off:
        return tag("div", name, " ", chip(words.STEP_OFF, "amber"), class_="st-card")
    counted = words.STEP_COUNT.format(count=f"{one.count:,}", files=len(one.files))
    inside = (
        tag("h3", text(file["file"]), class_="kb-small kb-soft")
        + tag("ul", *(tag("li", text(removed)) for removed in file["removed"]), class_="st-removed")
        for file in one.files
    )
    summary = tag("summary", name, " ", tag("span", text(counted), class_="kb-soft kb-number"))
    return tag("details", summary, *inside, class_="st-card")
