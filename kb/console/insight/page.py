"""/insight: figures to look at, for editors."""

import asyncio
from pathlib import Path

from nicegui import ui

from kb import messages
from kb.answer.insight import Figures
from kb.console import frame
from kb.console.insight.asked import Asked
from kb.console.insight.board import Board
from kb.types import Role

ui.add_css(Path(__file__).with_name("insight.css"), shared=True)


@frame.page("/insight", messages.insight.TITLE, least=Role.EDITOR)
async def insight(here: frame.Here) -> None:
    """Fill the page with the figures that its address asks for."""
    kb = here.kb
    figures = Figures(kb.store, kb.clock, kb.settings.timezone, kb.settings.answer_precision)
    asked = Asked.read(here.request.query_params, figures.today)
    now, before, channels = await asyncio.gather(
        asyncio.to_thread(figures.of, asked.period, asked.channel),
        asyncio.to_thread(figures.of, asked.period.before, asked.channel),
        asyncio.to_thread(figures.channels),
    )
    await Board(here, asked, now, before, channels).open()
