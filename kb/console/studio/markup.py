"""Tables, numbers and fields of the editors' pages as HTML, made of the pieces of every page."""

from collections.abc import Iterable, Mapping
from typing import Any

from kb.console.markup import tag, text


def table(columns: Iterable[str], rows: Iterable[Iterable[str]], *, classes: str = "") -> str:
    """A table with a heading; cells are HTML."""
    head = "".join(tag("th", text(name), scope="col") if name else tag("td") for name in columns)
    body = "".join(tag("tr", *(tag("td", cell) for cell in row)) for row in rows)
    return tag(
        "div",
        tag("table", tag("thead", tag("tr", head)), tag("tbody", body), class_=f"kb-table {classes}".strip()),
        class_="st-wide",
    )


def figures(numbers: Iterable[tuple[str, str, str]]) -> str:
    """A row of numbers: what it is, how much, and the tone."""
    return tag(
        "dl",
        *(
            tag("div", tag("dt", text(label)), tag("dd", text(value), class_=f"st-tone-{tone}" if tone else None))
            for label, value, tone in numbers
        ),
        class_="st-figures",
    )


def row(id_: str, title: str, chips: Iterable[str], more: str, *, is_open: bool) -> str:
    """One of a list, with its chips and what else is to be known; a click opens it beside the list."""
    chips = list(chips)
    return tag(
        "li",
        tag(
            "button",
            tag("span", text(title), class_="st-row-title"),
            tag("span", *chips, class_="st-row-chips") if chips else "",
            tag("span", text(more), class_="st-row-more"),
            type="button",
            data_do="open",
            data_id=id_,
            aria_current="true" if is_open else None,
        ),
    )


def percent(value: float | None) -> str:
    """A share, with one digit after the point where that says something."""
    return "—" if value is None else f"{100 * value:.1f}".removesuffix(".0") + "%"


def marked(html: str) -> str:
    """A text with what went and what came."""
    return tag("div", html, class_="st-diff")


def fields(pairs: Mapping[str, str] | Iterable[tuple[str, str]]) -> str:
    """Names and what stands there; values are HTML."""
    each: Any = pairs.items() if isinstance(pairs, Mapping) else pairs
    return tag("dl", *(tag("dt", text(name)) + tag("dd", value) for name, value in each), class_="st-fields")
