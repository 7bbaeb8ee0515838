"""What all parts of the page share: who edits, which part is open, how one gets from one to another."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar
from urllib.parse import quote

from nicegui import ui

from kb import messages
from kb.console import frame
from kb.console.dialog import Dialog
from kb.console.markup import button, piece, tag, text
from kb.errors import IngestBlocked, InputError, KbError
from kb.wiring import Kb

log = logging.getLogger("kb.console")

words = messages.studio

P = ParamSpec("P")
T = TypeVar("T")


async def _free() -> bool:
    return True


@dataclass
class Studio:
    """The page while it is open."""

    here: frame.Here
    go: Callable[[str, str], Awaitable[None]]  # to a part, with what is wanted there
    leave: Callable[[], Awaitable[bool]] = field(default=_free)  # asked before something else is opened

    @property
    def kb(self) -> Kb:
        """What is worked on."""
        return self.here.kb

    def at(self, part: str, what: str = "") -> None:
        """Let the address say what is open, so that loading the page again opens it."""
        address = f"/studio?tab={part}" + (f"&open={quote(what)}" if what else "")
        ui.run_javascript(f"history.replaceState(null, '', {json.dumps(address)})")

    @property
    def author(self) -> str:
        """Who changes something."""
        return self.here.who.name


async def attempt(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """Do blocking work in a thread; when it is refused, say why in the editors' words and return None."""
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    except KbError as error:
        frame.tell(said(error), "negative")
    except Exception:
        log.exception("what was asked for on the editors' page failed")
        frame.tell(messages.console.UNFINISHED, "negative")
    return None


def said(error: KbError) -> str:
    """Return what an editor reads of an error: its own words where they are Chinese."""
    own = str(error)
    if isinstance(error, (IngestBlocked, InputError)) and any("一" <= char <= "鿿" for char in own):
        return own
    return words.PROBLEMS.get(error.code) or messages.console.PROBLEMS.get(error.code, messages.console.UNFINISHED)


async def ask(title: str, more: str, yes: str, *, danger: bool = False, inside: str = "") -> bool:
    """Ask whether to go on; Esc and a click beside it mean no."""
    return await choose(title, more, [("yes", yes, "danger" if danger else "main")], inside=inside) == "yes"


async def show(title: str, more: str, *, inside: str = "") -> None:
    """Say something that is only to be read."""
    await choose(title, more, [], inside=inside, refuse=words.CLOSE)


async def choose(
    title: str,
    more: str,
    ways: list[tuple[str, str, str]],
    *,
    inside: str = "",
    wide: bool = False,
    refuse: str = words.CANCEL,
) -> str:
    """Let the editor choose; "" when nothing was. Ways are a name, a label and a look; `inside` is HTML."""
    with Dialog() as dialog, ui.element("div").classes("kb-dialog st-dialog" + (" st-dialog-wide" if wide else "")):

        async def act(do: str, _id: str) -> None:
            dialog.submit(do)

        buttons = [button(label, name, look=look, final=True) for name, label, look in ways]
        piece(
            tag("h2", text(title), class_="st-dialog-title")
            + (tag("p", text(more), class_="kb-soft st-lines") if more else "")
            + (tag("div", inside, class_="st-dialog-inside") if inside else "")
            + tag("div", button(refuse, "", look="quiet", final=True), *buttons, class_="st-dialog-ways"),
            act,
        )
    return str(await dialog.answer() or "")


def waiting(label: str = "") -> None:
    """Show that something is being worked on."""
    piece(
        tag(
            "div",
            tag("span", class_="st-spinner", aria_hidden="true"),
            tag("span", text(label or words.LOADING)),
            class_="st-waiting",
            role="status",
        )
    )
