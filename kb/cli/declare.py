"""What commands declare their options and arguments with, and the kb they work on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kb import messages
from kb.settings import Settings

if TYPE_CHECKING:
    from kb.wiring import Kb


def option(name: str, *flags: str) -> Any:
    """Declare an option; its help is the sentence of that name."""
    return typer.Option(*flags, help=messages.cli.OPTIONS[name])


def argument(name: str, metavar: str) -> Any:
    """Declare an argument; its help is the sentence of that name."""
    return typer.Argument(help=messages.cli.OPTIONS[name], metavar=metavar, show_default=False)


Json = Annotated[bool, option("json", "--json")]


@contextmanager
def opened() -> Iterator["Kb"]:
    """Open the kb that the settings describe, and close it afterwards."""
    from kb import wiring

    kb = wiring.build(Settings.read())
    try:
        yield kb
    finally:
        kb.close()
