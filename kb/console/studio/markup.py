"""Pieces of pages as HTML: what stands in them is escaped, what is clicked in them is named.

A list of fifty entries is one element for the server, not five hundred. Whatever can be clicked carries `data-do`, what
is to be done, and `data-id`, with what; the piece calls back with both.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date
from html import escape
from typing import Any
from urllib.parse import urlsplit

from nicegui import ui
from nicegui.events import GenericEventArguments

Act = Callable[[str, str], Awaitable[None]]

_CLICKED = """(event) => {
  const one = event.target.closest('[data-do]');
  if (one && !one.disabled) { event.preventDefault(); emit({do: one.dataset.do, id: one.dataset.id || ''}); }
}"""

#: A web address within an answer; the chat makes the same ones clickable.
_ADDRESS_ENDS = "，。；、！？）】」』”》"


def piece(html: str, act: Act | None = None, *, classes: str = "") -> ui.html:
    """Put HTML made by this module on the page; `act` is called with what was clicked."""
    element = ui.html(html, sanitize=False)
    if classes:
        element.classes(classes)
    if act is not None:

        async def clicked(event: GenericEventArguments) -> None:
            await act(str(event.args["do"]), str(event.args["id"]))

        element.on("click", clicked, js_handler=_CLICKED)
    return element


def tag(name: str, *inside: str, **attributes: str | bool | None) -> str:
    """An element; attributes are escaped, `inside` is HTML already. `class_`, `data_do` stand for class, data-do."""
    given = "".join(_attribute(key, value) for key, value in attributes.items())
    return f"<{name}{given}>{''.join(inside)}</{name}>"


def _attribute(key: str, value: str | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(value)}"'


def text(value: object) -> str:
    """Anything as text."""
    return escape(str(value))


def chip(label: str, tone: str = "", title: str = "") -> str:
    """A small mark; tones are teal, amber, red and blue."""
    return tag("span", text(label), class_=f"kb-chip {f'kb-chip-{tone}' if tone else ''}".strip(), title=title or None)


def button(
    label: str, do: str, id_: str = "", *, look: str = "", title: str = "", disabled: bool = False, key: str = ""
) -> str:
    """Something to click; `look` is main, quiet or danger."""
    looks = " ".join(["kb-button", *(f"kb-button-{one}" for one in look.split())])
    return tag(
        "button",
        text(label),
        type="button",
        class_=looks,
        data_do=do,
        data_id=id_,
        data_key=key or None,
        title=title or None,
        disabled=disabled,
    )


def table(columns: Iterable[str], rows: Iterable[Iterable[str]], *, classes: str = "") -> str:
    """A table with a heading; cells are HTML."""
    head = "".join(tag("th", text(name), scope="col") for name in columns)
    body = "".join(tag("tr", *(tag("td", cell) for cell in row)) for row in rows)
    return tag(
        "div",
        tag("table", tag("thead", tag("tr", head)), tag("tbody", body), class_=f"kb-table {classes}".strip()),
        class_="st-wide",
    )


def empty(title: str, more: str = "") -> str:
    """Say that there is nothing, and what to do about it."""
    return tag(
        "div",
        tag("div", text(title), class_="kb-empty-title"),
        tag("div", text(more)) if more else "",
        class_="kb-empty",
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


def linked(value: str) -> str:
    """A text with its line breaks kept by the style, and its web addresses clickable; nothing else is."""
    parts: list[str] = []
    rest = value
    while True:
        at = min((found for scheme in ("http://", "https://") if (found := rest.find(scheme)) >= 0), default=-1)
        if at < 0:
            return "".join([*parts, escape(rest)])
        address = rest[at:].split()[0]
        for end in _ADDRESS_ENDS:
            address = address.split(end)[0]
        address = address.rstrip(".,;:!?)]}'\"")
        parts += [escape(rest[:at]), link(address, address)]
        rest = rest[at + len(address) :]


def link(title: str, url: str) -> str:
    """A link that opens beside; an address that is none of the web is shown as text."""
    if urlsplit(url).scheme not in ("http", "https"):
        return escape(title)
    return tag("a", text(title), href=url, target="_blank", rel="noopener noreferrer", class_="kb-link")


def day(value: date | None, otherwise: str = "") -> str:
    """A day as editors write it."""
    return value.isoformat() if value else otherwise


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
