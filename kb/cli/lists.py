"""`kb lists`: the words that editors list."""

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from kb import messages
from kb.cli.declare import Json, argument, opened, option
from kb.cli.show import escaped, local_time, out, print_json, table_of
from kb.cli.who import operator

lists = typer.Typer(help=messages.cli.HELP["lists"], no_args_is_help=True)


class _Name(StrEnum):
    SYNONYMS = "synonyms"
    FORBIDDEN = "forbidden"
    PROMISES = "promises"
    POLITE = "polite"
    ALLOWED = "allowed"


Name = Annotated[_Name, argument("list", "LIST")]


@lists.command("show", help=messages.cli.HELP["lists_show"])
def lists_show(
    name: Name,
    every: Annotated[bool, option("list_all", "--all")] = False,
    as_json: Json = False,
) -> None:
    """List the editors' own lines, and with `--all` those that come with kb."""
    from kb.types import ListName

    with opened() as kb:
        found = [line for line in kb.vocabulary.lines(ListName(name.value)) if every or line.off or not line.ours]
        if as_json:
            print_json([asdict(line) for line in found])
            return
        if not found:
            out.print(messages.studio.CLI_NO_LINES)
            return
        table = table_of(*messages.studio.CLI_COLUMNS)
        for line in found:
            state = messages.studio.OFF_STATE if line.off else messages.studio.OUR_STATE if line.ours else ""
            at = local_time(kb, line.at) if line.at else ""
            table.add_row(line.id, escaped(messages.studio.BETWEEN.join(line.words)), state, escaped(line.author), at)
        out.print(table)


@lists.command("add", help=messages.cli.HELP["lists_add"])
def lists_add(name: Name, text: Annotated[str, argument("list_text", "TEXT")], as_json: Json = False) -> None:
    """Add a line; one that comes with kb and was switched off is switched on again."""
    from kb.types import ListName

    with opened() as kb:
        line = kb.vocabulary.add(ListName(name.value), text, author=operator())
        if as_json:
            print_json(asdict(line))
        else:
            out.print(messages.studio.CLI_ADDED.format(id=line.id), markup=False)
            out.print(_effect(name))


@lists.command("remove", help=messages.cli.HELP["lists_remove"])
def lists_remove(name: Name, line: Annotated[str, argument("list_line", "ID")]) -> None:
    """Remove an editors' line, or switch off one that comes with kb."""
    from kb.types import ListName

    with opened() as kb:
        kb.vocabulary.remove(ListName(name.value), line, author=operator())
        out.print(messages.studio.CLI_REMOVED.format(id=line), markup=False)
        out.print(_effect(name))


def _effect(name: _Name) -> str:
    return messages.studio.CLI_THEN_PUBLISH if name is _Name.SYNONYMS else messages.studio.CLI_AT_ONCE
