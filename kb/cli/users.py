"""`kb users`: who may sign in to the pages."""

import sys
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from kb import messages
from kb.cli.declare import Json, opened
from kb.cli.show import err, escaped, local_time, out, print_json, table_of
from kb.cli.who import operator

words = messages.signing
users = typer.Typer(help=words.HELP["users"], no_args_is_help=True)


class _RoleName(StrEnum):
    AGENT = "agent"
    EDITOR = "editor"
    ADMIN = "admin"


_Name = Annotated[str, typer.Argument(help=words.OPTIONS["name"], metavar="NAME", show_default=False)]
_FromStdin = Annotated[bool, typer.Option("--password-stdin", help=words.OPTIONS["password_stdin"])]


@users.command("add", help=words.HELP["users_add"])
def users_add(
    name: _Name,
    role: Annotated[_RoleName, typer.Option("--role", help=words.OPTIONS["role"])] = _RoleName.AGENT,
    display_name: Annotated[str, typer.Option("--display-name", help=words.OPTIONS["display_name"])] = "",
    password_stdin: _FromStdin = False,
    as_json: Json = False,
) -> None:
    """Make a user; the password is asked for twice, or read from standard input."""
    from kb.types import Role

    with opened() as kb:
        password = _password(from_stdin=password_stdin)
        user = kb.people.add(name, display_name, Role(role.value), password, by=operator())
        if as_json:
            print_json(asdict(user))
        else:
            shown = {"name": user.name, "display_name": user.display_name, "role": words.ROLES[user.role]}
            out.print(words.ADDED.format(**shown), markup=False)


@users.command("list", help=words.HELP["users_list"])
def users_list(as_json: Json = False) -> None:
    """List the users."""
    with opened() as kb:
        found = kb.people.all()
        if as_json:
            print_json([asdict(user) for user in found])
        elif not found:
            out.print(words.NO_USERS_YET)
        else:
            table = table_of(*words.USER_COLUMNS)
            for user in found:
                state = words.ACTIVE if user.active else words.INACTIVE
                made = local_time(kb, user.created_at)
                table.add_row(escaped(user.name), escaped(user.display_name), words.ROLES[user.role], made, state)
            out.print(table)


@users.command("password", help=words.HELP["users_password"])
def users_password(name: _Name, password_stdin: _FromStdin = False) -> None:
    """Give a user another password; whoever is signed in with the old one is out."""
    with opened() as kb:
        kb.store.users.get(name_of(name))
        kb.people.set_password(name, _password(from_stdin=password_stdin), by=operator())
        out.print(words.RESET.format(name=name), markup=False)


@users.command("role", help=words.HELP["users_role"])
def users_role(
    name: _Name, role: Annotated[_RoleName, typer.Argument(help=words.OPTIONS["role"], show_default=False)]
) -> None:
    """Give a user another role, which counts at once."""
    from kb.types import Role

    with opened() as kb:
        user = kb.people.set_role(name, Role(role.value), by=operator())
        out.print(words.ROLE_SET.format(name=user.name, role=words.ROLES[user.role]), markup=False)


@users.command("deactivate", help=words.HELP["users_deactivate"])
def users_deactivate(name: _Name) -> None:
    """Keep a user out, at once and everywhere."""
    with opened() as kb:
        user = kb.people.set_active(name, active=False, by=operator())
        out.print(words.DEACTIVATED.format(name=user.name), markup=False)


@users.command("activate", help=words.HELP["users_activate"])
def users_activate(name: _Name) -> None:
    """Let a user in again."""
    with opened() as kb:
        user = kb.people.set_active(name, active=True, by=operator())
        out.print(words.ACTIVATED.format(name=user.name), markup=False)


def name_of(name: str) -> str:
    """Return the name as it is kept, before anybody is asked for a password."""
    from kb.people import as_name

    return as_name(name)


def _password(*, from_stdin: bool) -> str:
    """Read a password: the first line of standard input, or what is typed twice without being shown."""
    from kb.errors import InputError

    if from_stdin:
        line = sys.stdin.readline().rstrip("\r\n")
        if not line:
            raise InputError(words.NOTHING_TYPED)
        return line
    err.print(words.RULES)
    first = str(typer.prompt(words.ASK, hide_input=True, err=True))
    if first != str(typer.prompt(words.ASK_REPEAT, hide_input=True, err=True)):
        raise InputError(words.NOT_THE_SAME)
    return first
