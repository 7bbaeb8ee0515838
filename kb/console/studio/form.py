"""The fields of an entry as an editor fills them in, and back."""

from collections.abc import Callable, Mapping
from typing import Any

from nicegui import ui

from kb import messages
from kb.publish.catalogue import Facets
from kb.types import Entry, EntryState

words = messages.studio

#: Fields that are written one item a line.
_LINES = ("variants", "follow_ups")


class Form:
    """The fields; `changed` is called whenever one of them is."""

    def __init__(self, entry: Entry, facets: Facets | None, changed: Callable[[], None], *, new: bool) -> None:
        """Lay the fields out."""
        self._fields: dict[str, Any] = {}
        self._changed = changed
        label = messages.ingest.COLUMNS
        if new:
            self._text("id", words.ID, entry.id, "maxlength=100").classes("st-id")
        self._text("question", label["question"], entry.question, "maxlength=200 counter")
        self._area("answer", label["answer"], entry.answer, 7, "maxlength=5000 counter")
        self._area("variants", words.VARIANTS, "\n".join(entry.variants), 5)
        with ui.element("div").classes("st-fields-row"):
            self._choice("category", label["category"], entry.category, facets.categories if facets else {})
            self._choice("product", label["product"], entry.product, facets.products if facets else {})
            states = {state.value: messages.ingest.STATES[state.value] for state in EntryState}
            self._add("state", ui.select(states, label=label["state"], value=entry.state.value))
        self._tags(entry, facets)
        with ui.element("div").classes("st-fields-row"):
            for name in ("valid_from", "valid_until"):
                day = getattr(entry, name)
                field = self._text(name, words.DATES[name], day.isoformat() if day else "", "clearable")
                field.props("type=date")
        self._area("links", words.LINKS, "\n".join(f"{one.title} {one.url}".strip() for one in entry.links), 2)
        self._area("follow_ups", words.FOLLOW_UPS_LABEL, "\n".join(entry.follow_ups), 2)

    @property
    def values(self) -> dict[str, Any]:
        """What the fields hold, as `Editing.put` takes it."""
        found = {name: field.value for name, field in self._fields.items() if name != "id"}
        return {name: list(value or ()) if name == "tags" else value or "" for name, value in found.items()}

    @property
    def id(self) -> str:
        """The id that a new entry is to have."""
        return str(self._fields["id"].value or "").strip() if "id" in self._fields else ""

    def fill(self, values: Mapping[str, Any]) -> None:
        """Write into the fields."""
        for name, value in values.items():
            if name in self._fields:
                self._fields[name].value = value

    def focus(self) -> None:
        """Let the editor begin with the question."""
        self._fields["question"].run_method("focus")

    def _text(self, name: str, label: str, value: str, props: str = "") -> ui.input:
        field = ui.input(label, value=value)
        self._add(name, field)
        return field.props(props) if props else field

    def _area(self, name: str, label: str, value: str, rows: int, props: str = "") -> None:
        field = ui.textarea(label, value=value).props(f'autogrow input-style="min-height: {rows * 1.65}em"')
        self._add(name, field)
        if props:
            field.props(props)

    def _choice(self, name: str, label: str, value: str, there: Mapping[str, int]) -> None:
        options = sorted({*there, value} - {""})
        field = ui.select(options, label=label, value=value or None, with_input=True, new_value_mode="add-unique")
        self._add(name, field.props("clearable"))

    def _tags(self, entry: Entry, facets: Facets | None) -> None:
        options = sorted({*(facets.tags if facets else ()), *entry.tags})
        field = ui.select(
            options,
            label=messages.ingest.COLUMNS["tags"],
            value=list(entry.tags),
            multiple=True,
            with_input=True,
            new_value_mode="add-unique",
        )
        self._add("tags", field.props("use-chips"))

    def _touch(self) -> None:
        self._changed()

    def _add(self, name: str, field: Any) -> None:
        field.props("outlined dense stack-label hide-bottom-space options-dense debounce=200").classes(
            f"st-field-{name}"
        )
        field.on_value_change(self._touch)
        self._fields[name] = field


def written(entry: Entry) -> dict[str, Any]:
    """The same values for an entry as it is."""
    plain = entry.as_dict()
    return {
        **{name: plain[name] for name in ("question", "answer", "category", "product", "state", "tags")},
        "valid_from": plain["valid_from"],
        "valid_until": plain["valid_until"],
        **{name: "\n".join(plain[name]) for name in _LINES},
        "links": "\n".join(f"{one.title} {one.url}".strip() for one in entry.links),
    }


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two sets of values mean the same: white space around and empty lines count for nothing."""
    return {name: _bare(value) for name, value in one.items()} == {name: _bare(value) for name, value in other.items()}


def merged(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """What both changed, put together, and the fields that both changed differently: there mine stands."""
    both: list[str] = []
    found: dict[str, Any] = {}
    for name, was in base.items():
        ours, others = mine[name], theirs[name]
        if _bare(ours) == _bare(was):
            found[name] = others
        else:
            found[name] = ours
            if _bare(others) not in (_bare(was), _bare(ours)):
                both.append(name)
    return found, both


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return sorted(value)
    return "\n".join(line.strip() for line in str(value).splitlines() if line.strip())
