"""/studio: the page where editors keep the knowledge."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from nicegui import ui

from kb import messages
from kb.console import frame
from kb.console.markup import piece, tag, text
from kb.console.studio import bench, documents, entries, gaps, golden, ingest, lists, publish, releases
from kb.console.studio.studio import Studio, waiting
from kb.types import Role

words = messages.studio

#: The parts of the page by name, in the order of their tabs; the first is opened when nothing else is asked for.
PARTS: dict[str, Callable[[Studio, str], Awaitable[None]]] = {
    "entries": entries.build,
    "documents": documents.build,
    "ingest": ingest.build,
    "publish": publish.build,
    "releases": releases.build,
    "gaps": gaps.build,
    "golden": golden.build,
    "bench": bench.build,
    "lists": lists.build,
}

_HERE = Path(__file__).parent
ui.add_css(_HERE / "studio.css", shared=True)
_KEYS = (_HERE / "keys.js").read_text("utf-8")


@frame.page("/studio", words.TITLE, least=Role.EDITOR)
async def studio(here: frame.Here) -> None:
    """Fill the page: tabs, and the part that is open."""
    asked = here.request.query_params
    wanted = asked.get("tab", "")
    first = wanted if wanted in PARTS else next(iter(PARTS))

    last: object = None  # what was gone to

    async def act(_do: str, name: str) -> None:
        if await open_part.leave():
            await go(name, "")

    async def go(name: str, what: str) -> None:
        nonlocal last
        last = mine = object()
        open_part.leave = _nothing_open
        tabs.set_content(_tabs(name))
        open_part.at(name, what)
        room.clear()
        with room:
            waiting()
        try:
            with room:
                inside = ui.element("div").classes("st-part")
                with inside:
                    await PARTS[name](open_part, what)
        finally:
            for one in list(room.default_slot.children):
                if mine is last and one is not inside:  # else the editor has gone on to another part meanwhile
                    one.delete()

    ui.colors(primary="#0b6b5d", positive="#0b6b5d", negative="#b3261e", warning="#8a4b00", info="#3b4fa0")
    open_part = Studio(here, go, _nothing_open)
    with ui.element("div").classes("st-page"):
        tabs = piece(_tabs(first), act, classes="st-tabs")
        room = ui.element("div").classes("st-room")
    ui.run_javascript(_KEYS)
    await go(first, asked.get("open", ""))


async def _nothing_open() -> bool:
    return True


def _tabs(current: str) -> str:
    return tag(
        "nav",
        *(
            tag(
                "button",
                text(words.TABS[name]),
                type="button",
                data_do="tab",
                data_id=name,
                aria_current="page" if name == current else None,
            )
            for name in PARTS
        ),
        aria_label=words.TITLE,
    )
