"""Pieces of pages as HTML: what stands in them is escaped, what is clicked in them is named.

A list of fifty tickets is one element for the server, not five hundred. Whatever can be clicked carries `data-do`, what
is to be done, and `data-id`, with what; the piece calls back with both.
"""

from collections.abc import Awaitable, Callable
from html import escape
from urllib.parse import urlsplit

from nicegui import ui
from nicegui.events import GenericEventArguments

Act = Callable[[str, str], Awaitable[None]]

_CLICKED = """(event) => {
  const one = event.target.closest('[data-do]');
  if (!one || one.disabled) return;
  event.preventDefault();
  emit({do: one.dataset.do, id: one.dataset.id || ''});
  if ('final' in one.dataset) one.closest('.q-dialog')?.setAttribute('data-answered', '');
}"""
#: A browser knows of no click on what was drawn anew between press and release.
_PRESSED = "(event) => { event.currentTarget.pressed = event.target.closest('[data-do]'); }"
_RELEASED = """(event) => {
  const was = event.currentTarget.pressed?.dataset, one = event.target.closest('[data-do]');
  if (!was || event.button || event.currentTarget.pressed.isConnected) return;
  if (one?.dataset.do === was.do && one.dataset.id === was.id) one.click();
}"""

#: A web address within a text ends before these; the chat makes the same ones clickable.
_ADDRESS_ENDS = "，。；、！？）】」』”》"


def piece(html: str, act: Act | None = None, *, classes: str = "") -> ui.html:
    """Put HTML made by this module on the page; `act` is called with what was clicked."""
    element = ui.html(html, sanitize=False)
    if classes:
        element.classes(classes)
    if act is not None:

        async def clicked(event: GenericEventArguments) -> None:
            with event.client.layout:  # the piece itself may be gone before what it began is done
                await act(str(event.args["do"]), str(event.args["id"]))

        element.on("mousedown", js_handler=_PRESSED)
        element.on("mouseup", js_handler=_RELEASED)
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
    label: str,
    do: str,
    id_: str = "",
    *,
    look: str = "",
    title: str = "",
    disabled: bool = False,
    key: str = "",
    hint: str = "",
    final: bool = False,
) -> str:
    """Something to click; `look` is main, quiet or danger, `key` does the same, `hint` is the key that is shown.

    A `final` one answers the question in which it stands, whatever else is filled in.
    """
    looks = " ".join(["kb-button", *(f"kb-button-{one}" for one in look.split())])
    return tag(
        "button",
        text(label),
        tag("kbd", text(hint), class_="kb-key") if hint else "",
        type="button",
        class_=looks,
        data_do=do,
        data_id=id_,
        data_key=key or None,
        data_final=final,
        title=title or None,
        disabled=disabled,
    )


def empty(title: str, more: str = "") -> str:
    """Say that there is nothing, and what to do about it."""
    return tag(
        "div",
        tag("div", text(title), class_="kb-empty-title"),
        tag("div", text(more)) if more else "",
        class_="kb-empty",
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


def highlighted(value: str, spans: list[tuple[int, int]]) -> str:
    """A text with pieces of it marked."""
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += [escape(value[at:start]), tag("mark", escape(value[start:end]))]
        at = end
    return "".join([*parts, escape(value[at:])])
