"""/desk: the page where agents work."""

from pathlib import Path

from nicegui import ui

from kb import messages
from kb.console import frame
from kb.console.desk.board import Board

_HERE = Path(__file__).parent
ui.add_css(_HERE / "desk.css", shared=True)
_KEYS = (_HERE / "keys.js").read_text("utf-8")

#: Characters of a name that somebody works under while nobody has to sign in.
_LONGEST_NAME = 100


@frame.page("/desk", messages.desk.TITLE)
async def desk(here: frame.Here) -> None:
    """Fill the page. While nobody has to sign in, `agent` says under which name one works, as it does over HTTP."""
    asked = here.request.query_params
    agent = asked.get("agent", "").strip()[:_LONGEST_NAME] if here.who.open else ""
    ui.add_body_html(f"<script>{_KEYS}</script>")
    await Board(here, agent or here.who.name).open(asked.get("ticket", "")[:_LONGEST_NAME])
