"""How questions are treated, before and after."""

from collections.abc import Mapping
from typing import Any

from kb import messages
from kb.console.markup import chip, tag, text

words = messages.studio

_TONES = {"answer": "teal", "clarify": "amber", "handoff": "blue"}


def outcome(decision: str, entry_id: str | None, names: Mapping[str, str]) -> str:
    """A decision, with the entry that is answered with."""
    label = chip(messages.cli.DECISIONS[decision], _TONES[decision])
    if entry_id is None:
        return label
    name = names.get(entry_id, "")
    return label + tag("span", text(name or entry_id), title=entry_id, class_="st-outcome-name")


def changed(change: Mapping[str, Any], names: Mapping[str, str], *, mended: bool = False) -> str:
    """A question that is treated otherwise: what it is, before, after; `change` is as `Change.as_dict` gives it."""
    marks = [chip(words.GOLDEN if change["golden"] else words.LOGGED)]
    if change["breaks"]:
        marks.append(chip(words.BREAKS, "red"))
    if mended:
        marks.append(chip(words.MENDED, "teal"))
    old, new = (outcome(change[side]["decision"], change[side]["entry_id"], names) for side in ("old", "new"))
    return tag(
        "li",
        tag("div", tag("span", text(change["question"]), class_="st-change-question"), *marks, class_="kb-row"),
        tag(
            "div",
            tag("span", old, class_="st-outcome"),
            tag("span", "→", class_="st-arrow", aria_label=words.BECOMES),
            tag("span", new, class_="st-outcome"),
            class_="st-change-sides",
        ),
        class_="st-change" + (" st-change-breaks" if change["breaks"] else ""),
    )
