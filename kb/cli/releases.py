"""`kb releases`, `kb rollback` and `kb diff`: what has been published."""

from dataclasses import asdict
from typing import Annotated

from kb import messages
from kb.cli.declare import Json, argument, opened
from kb.cli.publishing import show_changes
from kb.cli.show import escaped, local_time, out, print_json, progress_bar, table_of
from kb.cli.who import operator


def rollback(
    release: Annotated[str | None, argument("release", "[RELEASE]")] = None,
    as_json: Json = False,
) -> None:
    """Make an older release live again."""
    from kb.types import ReleaseId

    with opened() as kb:
        manifest = kb.releases.rollback(ReleaseId(release) if release else None, by=operator())
        if as_json:
            print_json(asdict(manifest))
        else:
            out.print(messages.cli.ROLLED_BACK.format(release=manifest.id, entries=f"{manifest.entries:,}"))


def releases(as_json: Json = False) -> None:
    """List the releases, newest first, and the publications that are set for later."""
    from kb.types import JobKind, JobState

    with opened() as kb:
        records = kb.store.releases.all()
        if as_json:
            print_json([asdict(record) for record in records])
        elif not records:
            out.print(messages.cli.NO_RELEASES)
        else:
            table = table_of(*messages.cli.RELEASE_COLUMNS)
            for record in records:
                live = f"[green]{messages.cli.LIVE}[/]" if record.current else ""
                numbers = (f"{record.entries:,}", f"{record.phrasings:,}")
                table.add_row(record.id, local_time(kb, record.created_at), *numbers, live)
            out.print(table)
        if not as_json:
            for job in kb.store.jobs.all(kind=JobKind.PUBLISH, state=JobState.WAITING):
                out.print(messages.cli.SCHEDULED.format(at=local_time(kb, job.due_at), id=job.id), markup=False)


def diff(
    a: Annotated[str, argument("diff_a", "A")],
    b: Annotated[str, argument("diff_b", "B")],
    as_json: Json = False,
) -> None:
    """Compare two releases: their entries, and what they make of the golden questions."""
    from kb.types import ReleaseId

    with opened() as kb:
        one, other = (kb.store.releases.get(ReleaseId(which)).id for which in (a, b))
        with progress_bar() as progress:
            found = kb.publisher.diff(one, other, progress=progress)
        if as_json:
            print_json(found.as_dict())
            return
        table = table_of(*messages.cli.DIFF_COLUMNS)
        for label, entries in (("added", found.added), ("removed", found.removed)):
            for entry in entries:
                table.add_row(messages.cli.DIFF[label], entry.id, escaped(entry.question), "")
        for change in found.changed:
            what = "、".join(messages.ingest.COLUMNS[name] for name in change.fields)
            table.add_row(messages.cli.DIFF["changed"], change.new.id, escaped(change.new.question), what)
        if table.row_count:
            out.print(table)
        if found.answers:
            show_changes(found.answers)
        numbers = {"golden": f"{found.golden:,}", "changes": f"{len(found.answers):,}"}
        if not table.row_count:
            out.print(messages.cli.DIFF_NONE)
        out.print(messages.cli.DIFF_ANSWERS.format(**numbers))
