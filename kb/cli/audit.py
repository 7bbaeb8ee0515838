"""`kb audit`: who changed what, and when."""

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb import messages
from kb.cli.declare import Json, opened
from kb.cli.show import err, escaped, local_time, out, print_json, table_of

if TYPE_CHECKING:
    from kb.types import AuditEntry
    from kb.wiring import Kb

words, options = messages.audit, messages.signing.OPTIONS
#: As many as a CSV file holds; an audit log grows by hundreds a day at most.
_ALL = 1_000_000


def audit(
    *,
    actor: Annotated[str, typer.Option("--actor", help=options["actor"])] = "",
    action: Annotated[str, typer.Option("--action", help=options["action"])] = "",
    day: Annotated[str, typer.Option("--day", help=options["day"])] = "",
    limit: Annotated[int, typer.Option("--limit", help=options["limit"], min=1)] = 50,
    csv: Annotated[Path | None, typer.Option("--csv", help=options["csv"], metavar="FILE")] = None,
    as_json: Json = False,
) -> None:
    """List changes, newest first, narrowed by person, action and day; or write all of them to a CSV file."""
    with opened() as kb:
        since, until = _bounds(kb, day) if day else (None, None)
        total, found = kb.store.audit.find(
            actor=actor, action=action, since=since, until=until, limit=_ALL if csv else limit
        )
        if csv:
            from kb.web.csv_file import csv_file

            csv.write_bytes(csv_file(words.COLUMNS, [_row(kb, one) for one in found]))
            err.print(words.WRITTEN.format(count=f"{len(found):,}", file=csv), markup=False)
        if as_json:
            print_json([asdict(one) for one in found])
        elif not csv:
            _show(kb, found, total)


def _show(kb: "Kb", found: "list[AuditEntry]", total: int) -> None:
    if not found:
        out.print(words.NONE_FOUND if kb.store.audit.actors() else words.NOTHING)
        return
    table = table_of(*words.COLUMNS)
    for one in found:
        table.add_row(*map(escaped, _row(kb, one)))
    out.print(table)
    if total > len(found):
        err.print(words.MORE.format(total=f"{total:,}", shown=f"{len(found):,}"))


def _row(kb: "Kb", one: "AuditEntry") -> tuple[str, ...]:
    done = words.action(one.action)
    return local_time(kb, one.at), words.actor(one.actor), done, one.target, words.detail(one.detail)


def _bounds(kb: "Kb", day: str) -> tuple[datetime, datetime]:
    """The beginning and the end of a day of the shop's."""
    try:
        begin = datetime.combine(date.fromisoformat(day), time(), tzinfo=kb.settings.timezone)
    except ValueError as error:
        raise typer.BadParameter(words.DAY) from error
    return begin, datetime.combine(begin.date() + timedelta(days=1), time(), tzinfo=kb.settings.timezone)
