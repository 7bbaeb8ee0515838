"""The command line: thin commands over the same use cases as the HTTP service, a file for each topic.

Exit codes: 0 done, 1 refused with a reason, 2 wrong usage. With `--json` one JSON document goes to standard output and
nothing else does; progress and remarks always go to standard error.
"""

import sys

import typer

from kb import messages
from kb.cli import (
    ask,
    audit,
    doctor,
    documents,
    entries,
    evaluate,
    export,
    forget,
    gaps,
    ingest,
    keys,
    lists,
    publish,
    releases,
    serve,
    train,
    users,
)
from kb.cli.show import err
from kb.errors import KbError

app = typer.Typer(help=messages.cli.ABOUT, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

#: The commands, in the order in which `kb --help` lists them; each is named like its function.
COMMANDS = (
    ingest.ingest,
    publish.publish,
    releases.rollback,
    releases.releases,
    releases.diff,
    export.export,
    ask.ask,
    evaluate.evaluate,
    train.train,
    serve.serve,
    doctor.doctor,
    forget.forget,
    audit.audit,
)
#: Commands that have commands of their own.
GROUPS = {
    "keys": keys.keys,
    "users": users.users,
    "gaps": gaps.gaps,
    "entries": entries.entries,
    "documents": documents.documents,
    "lists": lists.lists,
}

for command in COMMANDS:
    app.command(help=messages.cli.HELP[command.__name__])(command)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)

_INTERRUPTED = 130  # what Typer makes of Ctrl-C, as shells do


def main() -> None:
    """Run the command line; whatever kb refuses ends in one sentence and exit code 1."""
    try:
        app(standalone_mode=True)
    except KbError as error:
        title = messages.cli.ERROR_TITLES.get(error.code, messages.cli.ERROR_TITLES["kb_error"])
        err.print(f"[bold red]{title}[/]", end="：" if str(error) else "\n")
        if str(error):
            err.print(str(error), markup=False)
        sys.exit(1)
    except SystemExit as stop:
        if stop.code == _INTERRUPTED:
            err.print(messages.cli.INTERRUPTED)
        raise
