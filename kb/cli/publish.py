"""`kb publish`: now, at a time that is set, or what has become due."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kb import messages
from kb.cli.declare import Json, opened, option
from kb.cli.publishing import publish_now
from kb.cli.show import local_time, out, print_json
from kb.cli.who import operator

if TYPE_CHECKING:
    from kb.wiring import Kb


def publish(
    *,
    accept: Annotated[bool, option("accept", "--accept")] = False,
    refit: Annotated[bool, option("refit", "--refit")] = False,
    at: Annotated[str, option("at", "--at")] = "",
    due: Annotated[bool, option("due", "--due")] = False,
    cancel: Annotated[str, option("cancel", "--cancel")] = "",
    dry_run: Annotated[bool, option("rehearse", "--dry-run")] = False,
    as_json: Json = False,
) -> None:
    """Build the next release beside the live one, hold it against the golden questions, and point to it.

    With `--at` that is left to a service, or to `--due`, at that time. With `--dry-run` only what the comparison finds
    is shown, also when it would be refused: nothing is written.
    """
    if sum((bool(at), due, bool(cancel), dry_run)) > 1:
        raise typer.BadParameter(messages.cli.PUBLISH_ONE_OF)
    with opened() as kb:
        if at:
            result: Any = _schedule(kb, at, {"accept": accept, "refit": refit}, quiet=as_json)
        elif cancel:
            result = _cancel(kb, cancel, quiet=as_json)
        elif due:
            result = _run_due(kb, quiet=as_json)
        else:
            result = publish_now(kb, accept=accept, refit=refit, dry_run=dry_run, quiet=as_json)
        if as_json:
            print_json(result)


def _schedule(kb: "Kb", at: str, request: dict[str, bool], *, quiet: bool) -> dict[str, Any]:
    from kb.types import JobKind

    try:
        due_at = datetime.fromisoformat(at)
    except ValueError as error:
        raise typer.BadParameter(messages.cli.PUBLISH_AT) from error
    if due_at.tzinfo is None:
        due_at = due_at.replace(tzinfo=kb.settings.timezone)
    now = kb.clock.now()
    if due_at <= now:
        raise typer.BadParameter(messages.cli.PUBLISH_PAST)
    job = kb.store.jobs.add(JobKind.PUBLISH, request, author=operator(), now=now, due_at=due_at)
    if not quiet:
        out.print(messages.cli.SCHEDULED.format(at=local_time(kb, due_at), id=job.id), markup=False)
    return asdict(job)


def _cancel(kb: "Kb", job_id: str, *, quiet: bool) -> dict[str, Any]:
    from kb.types import JobId

    job = kb.store.jobs.cancel(JobId(job_id), kb.clock.now(), by=operator())
    if not quiet:
        out.print(messages.cli.JOB_CANCELLED.format(id=job.id), markup=False)
    return asdict(job)


def _run_due(kb: "Kb", *, quiet: bool) -> list[dict[str, Any]]:
    done = []
    while job := kb.worker.run_due():
        done.append(asdict(job))
        if not quiet:
            what = job.problem.get("detail") or job.result.get("release", "")
            out.print(f"{job.id} {messages.cli.JOB_STATES[job.state]} {what}", markup=False)
    if not done and not quiet:
        out.print(messages.cli.NOTHING_DUE)
    return done
