"""How commands show things: two consoles, tables, progress, and one JSON document where that is wanted."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console

from kb import messages

if TYPE_CHECKING:
    from rich.table import Table

    from kb.wiring import Kb

_WIDTH = None if sys.stderr.isatty() else 140  # in a file or a pipe nothing says how wide lines may be

out = Console(highlight=False, width=_WIDTH)
err = Console(stderr=True, highlight=False, width=_WIDTH)


def print_json(value: Any) -> None:
    """Write one JSON document to standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show how far each step is; a step is a key of messages.cli.STEPS."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def report(step: str, done: int, of: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(messages.cli.STEPS[step], total=of)
            bar.update(tasks[step], completed=done, total=of)

        yield report


def table_of(*columns: str) -> "Table":
    """Return an empty table with these headings."""
    from rich import box
    from rich.table import Table

    return Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)


def escaped(text: str) -> str:
    """Return text that rich shows as it is."""
    from rich.markup import escape

    return escape(text)


def local_time(kb: "Kb", at: datetime) -> str:
    """Return a moment in the shop's time, to the minute."""
    return f"{at.astimezone(kb.settings.timezone):%Y-%m-%d %H:%M}"
