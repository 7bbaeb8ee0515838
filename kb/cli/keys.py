"""`kb keys`: who may use the service."""

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from kb import messages
from kb.cli.declare import Json, argument, opened, option
from kb.cli.show import err, escaped, local_time, out, print_json, table_of
from kb.cli.who import operator

keys = typer.Typer(help=messages.cli.HELP["keys"], no_args_is_help=True)


class _RoleName(StrEnum):
    ASKER = "asker"
    AGENT = "agent"
    EDITOR = "editor"
    ADMIN = "admin"


@keys.command("add", help=messages.cli.HELP["keys_add"])
def keys_add(
    name: Annotated[str, argument("name", "NAME")],
    role: Annotated[_RoleName, option("role", "--role")] = _RoleName.ASKER,
    as_json: Json = False,
) -> None:
    """Make a key and show its secret this once."""
    from kb.types import Role

    with opened() as kb:
        key, secret = kb.store.keys.add(name, Role(role.value), kb.clock.now(), by=operator())
        if as_json:
            print_json({**asdict(key), "secret": secret})
        else:
            err.print(messages.cli.KEY_MADE.format(name=key.name, role=key.role, id=key.id), markup=False)
            out.print(secret, markup=False)


@keys.command("list", help=messages.cli.HELP["keys_list"])
def keys_list(as_json: Json = False) -> None:
    """List the keys, without their secrets."""
    with opened() as kb:
        found = kb.store.keys.all()
        if as_json:
            print_json([asdict(key) for key in found])
        elif not found:
            out.print(messages.cli.NO_KEYS)
        else:
            table = table_of(*messages.cli.KEY_COLUMNS)
            for key in found:
                revoked = local_time(kb, key.revoked_at) if key.revoked_at else ""
                table.add_row(key.id, escaped(key.name), key.role, local_time(kb, key.created_at), revoked)
            out.print(table)


@keys.command("revoke", help=messages.cli.HELP["keys_revoke"])
def keys_revoke(key: Annotated[str, argument("key", "KEY_ID")]) -> None:
    """Make a key useless from now on."""
    from kb.types import KeyId

    with opened() as kb:
        kb.store.keys.revoke(KeyId(key), kb.clock.now(), by=operator())
        out.print(messages.cli.KEY_REVOKED.format(id=key), markup=False)
