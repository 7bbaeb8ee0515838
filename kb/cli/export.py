"""`kb export`: the entries as a file."""

from pathlib import Path
from typing import Annotated

from kb import messages
from kb.cli.declare import Json, argument, opened
from kb.cli.show import out, print_json


def export(file: Annotated[Path, argument("file", "FILE")], as_json: Json = False) -> None:
    """Write every entry that is not retired to a file that `kb ingest` reads back unchanged."""
    from kb.ingest.export import export as write
    from kb.types import EntryState

    with opened() as kb:
        entries = [s.entry for s in kb.store.entries.all() if s.entry.state is not EntryState.RETIRED]
        write(entries, file)
        if as_json:
            print_json({"file": str(file), "entries": len(entries)})
        else:
            out.print(messages.cli.EXPORTED.format(count=f"{len(entries):,}", file=file), markup=False)
