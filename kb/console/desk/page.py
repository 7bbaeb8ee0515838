"""/desk: the page where agents work."""

from pathlib import Path

from nicegui import ui

from kb import messages
from kb.console import frame
from kb.console.desk.board import Board

_HERE = Path(__file__).parent
ui.add_css(_HERE / "desk.css", shared=True)
_KEYS = (_HERE / "keys.js").read_text("utf-8")

#: Characters of a ticket's id at most.
_LONGEST_ID = 100


@frame.page("/desk", messages.desk.TITLE)
async def desk(here: frame.Here) -> None:
    """Fill the page."""
    ui.add_body_html(f"<script>{_KEYS}</script>")
    await Board(here, here.who.name).open(here.request.query_params.get("ticket", "")[:_LONGEST_ID])
