"""`kb entries`: drafts go live and entries are retired, one by one."""

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kb import messages
from kb.cli.declare import Json, argument, opened, option
from kb.cli.show import err, escaped, out, print_json, table_of
from kb.cli.who import operator

if TYPE_CHECKING:
    from kb.publish.editing import Kept
    from kb.wiring import Kb

entries = typer.Typer(help=messages.cli.HELP["entries"], no_args_is_help=True)

Ids = Annotated[list[str], argument("entries", "ID…")]


class _StateName(StrEnum):
    LIVE = "live"
    DRAFT = "draft"
    RETIRED = "retired"


@entries.command("list", help=messages.cli.HELP["entries_list"])
def entries_list(
    state: Annotated[_StateName | None, option("entry_state", "--state")] = None, as_json: Json = False
) -> None:
    """List entries."""
    from kb.types import EntryState

    with opened() as kb:
        wanted = EntryState(state.value) if state else None
        found = [one for one in kb.store.entries.all() if wanted in (None, one.entry.state)]
        if as_json:
            print_json([{**one.entry.as_dict(), "source": one.source} for one in found])
        elif not found:
            out.print(messages.cli.ENTRIES_NONE)
        else:
            table = table_of(*messages.cli.ENTRY_COLUMNS)
            for one in found:
                entry = one.entry
                says = messages.ingest.STATES[entry.state]
                table.add_row(escaped(entry.id), says, escaped(entry.question), escaped(one.source))
            out.print(table)


@entries.command("live", help=messages.cli.HELP["entries_live"])
def entries_live(ids: Ids, as_json: Json = False) -> None:
    """Serve drafts from the next release on."""
    _each(ids, lambda kb: kb.editing.make_live, messages.cli.ENTRY_LIVE, as_json=as_json)


@entries.command("retire", help=messages.cli.HELP["entries_retire"])
def entries_retire(ids: Ids, as_json: Json = False) -> None:
    """Take entries out of the next release."""
    _each(ids, lambda kb: kb.editing.retire, messages.cli.ENTRY_RETIRED, as_json=as_json)


def _each(ids: list[str], what: Callable[["Kb"], Callable[..., "Kept"]], says: str, *, as_json: bool) -> None:
    from kb.types import EntryId

    done: list[dict[str, Any]] = []
    with opened() as kb:
        for id_ in ids:
            kept = what(kb)(EntryId(id_), author=operator())
            entry = kept.sourced.entry
            done.append({**entry.as_dict(), "revision": kept.revision})
            if not as_json:
                out.print(says.format(id=entry.id, question=entry.question), markup=False)
                for finding in kept.findings:
                    err.print(f"{finding.message} {finding.advice}", markup=False)
    if as_json:
        print_json(done)
    else:
        err.print(messages.cli.ENTRIES_THEN)
