"""/desk: the page where agents work."""

from nicegui import ui

from kb.console import frame


@frame.page("/desk", "工作台")
async def desk(here: frame.Here) -> None:
    """Fill the page."""
    tickets = await frame.attempt(here.kb.desk.tickets)
    for ticket in tickets or ():
        ui.label(ticket.summary)
