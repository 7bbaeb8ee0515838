"""The command line: thin commands over the same use cases as the HTTP service.

Exit codes: 0 done, 1 refused with a reason, 2 wrong usage. With `--json` one JSON document goes to standard output and
nothing else does; progress and remarks always go to standard error.
"""

import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from kb import messages
from kb.errors import ConfirmationNeeded, KbError
from kb.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.answer.backlog import Backlog
    from kb.answer.gaps import Gap
    from kb.ingest import Plan, Problem
    from kb.ingest.review import Finding
    from kb.publish import Change, Gate, Looked, Outcome
    from kb.types import Candidate, Judgement
    from kb.wiring import Kb

_GAPS_SHOWN = 20  # gaps, on the terminal
_CHANGES_SHOWN = 40  # answers that change, on the terminal

app = typer.Typer(help=messages.cli.ABOUT, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
keys = typer.Typer(help=messages.cli.HELP["keys"], no_args_is_help=True)
app.add_typer(keys, name="keys")
gaps = typer.Typer(help=messages.cli.HELP["gaps"])
app.add_typer(gaps, name="gaps")

_WIDTH = None if sys.stderr.isatty() else 140  # in a file or a pipe nothing says how wide lines may be

out = Console(highlight=False, width=_WIDTH)
err = Console(stderr=True, highlight=False, width=_WIDTH)


class _RoleName(StrEnum):
    ASKER = "asker"
    AGENT = "agent"
    EDITOR = "editor"
    ADMIN = "admin"


class _GapAs(StrEnum):
    ENTRY = "entry"
    VARIANTS = "variants"


def _option(name: str, *flags: str) -> Any:
    return typer.Option(*flags, help=messages.cli.OPTIONS[name])


def _argument(name: str, metavar: str) -> Any:
    return typer.Argument(help=messages.cli.OPTIONS[name], metavar=metavar, show_default=False)


Json = Annotated[bool, _option("json", "--json")]


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
    except KeyboardInterrupt:
        err.print(messages.cli.INTERRUPTED)
        sys.exit(1)


@contextmanager
def _kb() -> Iterator["Kb"]:
    from kb import wiring

    kb = wiring.build(Settings.read())
    try:
        yield kb
    finally:
        kb.close()


def _print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show how far each step is; a step is a key of messages.cli.STEPS."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def report(step: str, done: int, of: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(messages.cli.STEPS[step], total=of)
            bar.update(tasks[step], completed=done, total=of)

        yield report


def _local(kb: "Kb", at: datetime) -> str:
    return f"{at.astimezone(kb.settings.timezone):%Y-%m-%d %H:%M}"


# --- knowledge ---------------------------------------------------------------------------------------------------


@app.command(help=messages.cli.HELP["ingest"])
def ingest(
    *,
    paths: Annotated[list[Path], _argument("paths", "PATH…")],
    dry_run: Annotated[bool, _option("dry_run", "--dry-run")] = False,
    publish: Annotated[bool, _option("publish", "--publish")] = False,
    yes: Annotated[bool, _option("yes", "--yes")] = False,
    accept: Annotated[bool, _option("accept", "--accept")] = False,
    report_to: Annotated[Path | None, typer.Option("--report", help=messages.cli.REPORT_OPTION, metavar="DIR")] = None,
    as_json: Json = False,
) -> None:
    """Read files, show what would change, write it in one transaction, and publish if told to."""
    from kb.ingest.report import Report

    with _kb() as kb:
        with _progress() as progress:
            looked = kb.intake.look(paths, everything=dry_run or report_to is not None, progress=progress)
        report = looked.as_dict()
        if report_to:
            now = kb.clock.now().astimezone(kb.settings.timezone)
            made = Report(looked.plan, looked.problems, looked.findings, now)
            err.print(messages.cli.REPORT_WRITTEN.format(file=made.write(report_to)), markup=False)
        if not as_json:
            _show_problems(looked.problems, looked.findings)
            _show_plan(looked.plan)
        elif dry_run or looked.blocked:
            _print_json({**report, "written": False})
        if dry_run:
            err.print(messages.cli.NOTHING_WRITTEN)
            return
        confirmed = yes or (not looked.blocked and not as_json and sys.stdin.isatty() and _confirmed(looked))
        revision = kb.intake.write(looked, author="kb ingest", confirmed=confirmed)
        text = messages.cli.INGESTED_THEN if publish else messages.cli.INGESTED
        if revision == looked.revision:
            text = messages.cli.UNCHANGED
        err.print(text.format(revision=revision))
        report |= {"written": revision != looked.revision, "revision": revision}
        if publish:
            report["release"] = _publish(kb, accept=accept, quiet=as_json)
        if as_json:
            _print_json(report)


def _confirmed(looked: "Looked") -> bool:
    """Ask the editor about each thing that must be confirmed; False when there is nothing to ask."""
    questions = []
    if looked.doubtful:
        questions.append(messages.cli.REVIEW_ASK.format(count=looked.doubtful))
    if looked.retires_many:
        share = f"{looked.plan.retire_share:.0%}"
        questions.append(messages.cli.RETIRE_ASK.format(count=len(looked.plan.retire), share=share))
    for question in questions:
        if not typer.confirm(question):
            raise ConfirmationNeeded(messages.cli.NOTHING_WRITTEN)
    return bool(questions)


def _show_problems(problems: "Sequence[Problem]", findings: "Sequence[Finding]") -> None:
    if not problems and not findings:
        return
    file, where, what, advice = messages.cli.PROBLEM_COLUMNS
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(file, overflow="fold", ratio=2)
    table.add_column(where, overflow="fold", ratio=1)
    table.add_column(what, overflow="fold", ratio=4)
    table.add_column(advice, overflow="fold", ratio=3)
    rows: list[tuple[str, Problem | Finding]] = [("blocks" if one.blocks else "notice", one) for one in problems]
    rows += [(finding.weight.value, finding) for finding in findings]
    marks = {"blocks": f"[red]{messages.cli.BLOCKING}[/] ", "confirm": f"[yellow]{messages.cli.CONFIRM}[/] "}
    for weight, one in sorted(rows, key=lambda row: ("blocks", "confirm", "notice").index(row[0])):
        file, where, what, advice = map(_escaped, (one.file, one.where, one.message, one.advice))
        table.add_row(file, where, marks.get(weight, "") + what, advice)
    err.print(table)


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _show_plan(plan: "Plan") -> None:
    table = Table(*messages.cli.PLAN_COLUMNS, box=box.SIMPLE_HEAD, pad_edge=False)
    changes: dict[str, list[str]] = {
        "added": [item.entry.question for item in plan.added],
        "changed": [new.entry.question for _, new in plan.changed],
        "retired": [str(one) for one in plan.retire],
        "unchanged": [item.entry.question for item in plan.unchanged],
    }
    for name, label in messages.cli.PLAN.items():
        examples = "" if name == "unchanged" else "；".join(changes[name][:3])
        table.add_row(label, f"{len(changes[name]):,}", _escaped(examples))
    for name, texts in (("golden", [question.text for question in plan.golden]), ("golden_gone", plan.golden_gone)):
        if texts:
            table.add_row(messages.cli.PLAN_GOLDEN[name], f"{len(texts):,}", _escaped("；".join(texts[:3])))
    out.print(table)


@app.command(help=messages.cli.HELP["publish"])
def publish(
    *,
    accept: Annotated[bool, _option("accept", "--accept")] = False,
    refit: Annotated[bool, _option("refit", "--refit")] = False,
    at: Annotated[str, _option("at", "--at")] = "",
    due: Annotated[bool, _option("due", "--due")] = False,
    cancel: Annotated[str, _option("cancel", "--cancel")] = "",
    as_json: Json = False,
) -> None:
    """Build the next release beside the live one, hold it against the golden questions, and point to it.

    With `--at` that is left to a service, or to `--due`, at that time.
    """
    if sum((bool(at), due, bool(cancel))) > 1:
        raise typer.BadParameter(messages.cli.PUBLISH_ONE_OF)
    with _kb() as kb:
        if at:
            result: Any = _schedule(kb, at, {"accept": accept, "refit": refit}, quiet=as_json)
        elif cancel:
            result = _cancel(kb, cancel, quiet=as_json)
        elif due:
            result = _run_due(kb, quiet=as_json)
        else:
            result = _publish(kb, accept=accept, refit=refit, quiet=as_json)
        if as_json:
            _print_json(result)


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
    job = kb.store.jobs.add(JobKind.PUBLISH, request, author="kb publish", now=now, due_at=due_at)
    if not quiet:
        out.print(messages.cli.SCHEDULED.format(at=_local(kb, due_at), id=job.id), markup=False)
    return asdict(job)


def _cancel(kb: "Kb", job_id: str, *, quiet: bool) -> dict[str, Any]:
    from kb.types import JobId

    job = kb.store.jobs.cancel(JobId(job_id), kb.clock.now())
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


def _publish(kb: "Kb", *, accept: bool = False, refit: bool = False, quiet: bool) -> dict[str, Any]:
    from kb.publish import GateRefused

    try:
        with _progress() as progress:
            published = kb.publisher.publish(accept=accept, refit=refit, progress=progress)
    except GateRefused as refusal:
        if quiet:
            _print_json({"changed": False, "gate": refusal.gate.as_dict()})
        else:
            _show_gate(refusal.gate)
        raise
    manifest = published.manifest
    gate = published.gate
    if not quiet:
        if gate:
            _show_gate(gate)
        text = messages.cli.PUBLISHED if published.changed else messages.cli.PUBLISH_SAME
        numbers = {"entries": f"{manifest.entries:,}", "phrasings": f"{manifest.phrasings:,}"}
        out.print(text.format(release=manifest.id, encoded=f"{published.encoded:,}", **numbers))
    return {
        **asdict(manifest),
        "changed": published.changed,
        "encoded": published.encoded,
        "gate": gate.as_dict() if gate else None,
    }


def _show_gate(gate: "Gate") -> None:
    """Show which answers change, and what the golden questions say."""
    if gate.changes:
        _show_changes(gate.changes)
    numbers = {"golden": f"{gate.golden:,}", "replayed": f"{gate.replayed:,}", "changes": f"{len(gate.changes):,}"}
    out.print(messages.cli.GATE.format(**numbers, broken=f"{len(gate.broken):,}"))
    if gate.precision is not None:
        out.print(messages.cli.GATE_PRECISION.format(precision=f"{gate.precision:.1%}", promise=f"{gate.promise:.0%}"))


def _show_changes(changes: "tuple[Change, ...]") -> None:
    """Show changes of answers, as many as a terminal takes."""
    table = Table(*messages.cli.GATE_COLUMNS, box=box.SIMPLE_HEAD, pad_edge=False)
    for change in changes[:_CHANGES_SHOWN]:
        kind = messages.cli.GATE_GOLDEN if change.golden else messages.cli.GATE_REPLAYED
        mark = f"[red]{messages.cli.GATE_BREAKS}[/]" if change.breaks else kind
        table.add_row(mark, _escaped(change.question), _outcome(change.old), _outcome(change.new))
    out.print(table)
    if (more := len(changes) - _CHANGES_SHOWN) > 0:
        out.print(messages.cli.GATE_MORE.format(count=f"{more:,}"))


def _outcome(outcome: "Outcome") -> str:
    return _escaped(f"{messages.cli.DECISIONS[outcome.decision]} {outcome.entry_id or ''}".strip())


@app.command(help=messages.cli.HELP["rollback"])
def rollback(
    release: Annotated[str | None, _argument("release", "[RELEASE]")] = None,
    as_json: Json = False,
) -> None:
    """Make an older release live again."""
    from kb.types import ReleaseId

    with _kb() as kb:
        manifest = kb.publisher.rollback(ReleaseId(release) if release else None)
        if as_json:
            _print_json(asdict(manifest))
        else:
            out.print(messages.cli.ROLLED_BACK.format(release=manifest.id, entries=f"{manifest.entries:,}"))


@app.command(help=messages.cli.HELP["releases"])
def releases(as_json: Json = False) -> None:
    """List the releases, newest first, and the publications that are set for later."""
    from kb.types import JobKind, JobState

    with _kb() as kb:
        records = kb.publisher.releases()
        if as_json:
            _print_json([asdict(record) for record in records])
        elif not records:
            out.print(messages.cli.NO_RELEASES)
        else:
            table = Table(*messages.cli.RELEASE_COLUMNS, box=box.SIMPLE_HEAD, pad_edge=False)
            for record in records:
                live = f"[green]{messages.cli.LIVE}[/]" if record.current else ""
                numbers = (f"{record.entries:,}", f"{record.phrasings:,}")
                table.add_row(record.id, _local(kb, record.created_at), *numbers, live)
            out.print(table)
        if not as_json:
            for job in kb.store.jobs.all(kind=JobKind.PUBLISH, state=JobState.WAITING):
                out.print(messages.cli.SCHEDULED.format(at=_local(kb, job.due_at), id=job.id), markup=False)


@app.command(help=messages.cli.HELP["diff"])
def diff(
    a: Annotated[str, _argument("diff_a", "A")],
    b: Annotated[str, _argument("diff_b", "B")],
    as_json: Json = False,
) -> None:
    """Compare two releases: their entries, and what they make of the golden questions."""
    from kb.types import ReleaseId

    with _kb() as kb:
        with _progress() as progress:
            found = kb.publisher.diff(ReleaseId(a), ReleaseId(b), progress=progress)
        if as_json:
            _print_json(found.as_dict())
            return
        table = Table(*messages.cli.DIFF_COLUMNS, box=box.SIMPLE_HEAD, pad_edge=False)
        for label, entries in (("added", found.added), ("removed", found.removed)):
            for entry in entries:
                table.add_row(messages.cli.DIFF[label], entry.id, _escaped(entry.question), "")
        for change in found.changed:
            what = "、".join(messages.ingest.COLUMNS[name] for name in change.fields)
            table.add_row(messages.cli.DIFF["changed"], change.new.id, _escaped(change.new.question), what)
        if table.row_count:
            out.print(table)
        if found.answers:
            _show_changes(found.answers)
        numbers = {"golden": f"{found.golden:,}", "changes": f"{len(found.answers):,}"}
        if not table.row_count:
            out.print(messages.cli.DIFF_NONE)
        out.print(messages.cli.DIFF_ANSWERS.format(**numbers))


@app.command(help=messages.cli.HELP["export"])
def export(file: Annotated[Path, _argument("file", "FILE")], as_json: Json = False) -> None:
    """Write every entry that is not retired to a file that `kb ingest` reads back unchanged."""
    from kb.ingest.export import export as write
    from kb.types import EntryState

    with _kb() as kb:
        entries = [s.entry for s in kb.store.entries.all() if s.entry.state is not EntryState.RETIRED]
        write(entries, file)
        if as_json:
            _print_json({"file": str(file), "entries": len(entries)})
        else:
            out.print(messages.cli.EXPORTED.format(count=f"{len(entries):,}", file=file), markup=False)


# --- questions ---------------------------------------------------------------------------------------------------


@app.command(help=messages.cli.HELP["ask"])
def ask(
    question: Annotated[str, _argument("question", "QUESTION")],
    explain: Annotated[bool, _option("explain", "--explain")] = False,
    as_json: Json = False,
) -> None:
    """Ask the live release; nothing is recorded."""
    from kb.answer.respond import Asked

    with _kb() as kb:
        reply = kb.responder.respond(kb.matcher(), Asked(question, dry_run=True, explain=explain))
        judgement = reply.judgement
        if as_json:
            _print_json(
                {
                    "decision": judgement.decision.kind,
                    "reason": judgement.decision.reason,
                    "confidence": judgement.confidence,
                    "message": reply.message,
                    "candidates": [_candidate_json(c, explain=explain) for c in judgement.candidates],
                    "release": judgement.release,
                    "took_ms": round(reply.took_ms, 3),
                }
            )
            return
        _show_judgement(judgement, reply.message, reply.took_ms)
        if explain:
            _show_candidates(judgement)


def _candidate_json(candidate: "Candidate", *, explain: bool) -> dict[str, Any]:
    plain = {
        "entry_id": candidate.entry.id,
        "question": candidate.entry.question,
        "matched": candidate.matched,
        "confidence": candidate.confidence,
    }
    if explain:
        plain |= {"features": dict(candidate.features), "contributions": dict(candidate.contributions)}
    return plain


def _show_judgement(judgement: "Judgement", message: str, took_ms: float) -> None:
    decision = judgement.decision
    colour = {"answer": "green", "clarify": "yellow", "handoff": "red"}[decision.kind]
    out.print(
        f"[bold {colour}]{messages.cli.DECISIONS[decision.kind]}[/]（{messages.cli.REASONS[decision.reason]}）"
        f"  {messages.cli.CONFIDENCE} {judgement.confidence:.2f}"
    )
    out.print(message, markup=False, soft_wrap=True)
    out.print(f"[dim]{messages.cli.RELEASE} {judgement.release} · {messages.cli.TOOK} {took_ms:.1f} ms[/]")


def _show_candidates(judgement: "Judgement") -> None:
    if not judgement.candidates:
        out.print(messages.cli.NO_CANDIDATES)
        return
    table = Table(*messages.cli.CANDIDATE_COLUMNS, box=box.SIMPLE_HEAD, pad_edge=False)
    for place, candidate in enumerate(judgement.candidates, 1):
        entry = candidate.entry
        texts = (entry.id, _escaped(entry.question), _escaped(candidate.matched))
        table.add_row(str(place), *texts, f"{candidate.confidence:.3f}")
    out.print(table)
    best = judgement.candidates[0]
    if best.contributions:
        features = Table(*messages.cli.FEATURE_COLUMNS, box=box.SIMPLE_HEAD, pad_edge=False)
        for name, added in sorted(best.contributions.items(), key=lambda item: -abs(item[1])):
            value = best.features.get(name)
            features.add_row(name, "" if value is None else f"{value:.3f}", f"{added:+.2f}")
        out.print(features)


# --- quality -----------------------------------------------------------------------------------------------------


@app.command(help=messages.cli.HELP["evaluate"])
def evaluate(
    paths: Annotated[list[Path] | None, _argument("labelled", "[FILE…]")] = None,
    variants: Annotated[int, typer.Option("--variants", help=messages.cli.OPTIONS["variants"], min=0)] = 5,
    seed: Annotated[int, _option("seed", "--seed")] = 0,
    as_json: Json = False,
) -> None:
    """Measure the live knowledge by the protocol of the README, or a file of entries, or labelled questions."""
    from kb.answer.labelled import are_labelled

    with _kb() as kb:
        if paths and are_labelled(paths):
            _evaluate_labelled(kb, paths, as_json=as_json)
        else:
            _evaluate_split(kb, paths or [], variants, seed, as_json=as_json)


def _evaluate_labelled(kb: "Kb", paths: list[Path], *, as_json: bool) -> None:
    from kb.answer.labelled import ask_labelled, read_labelled, score

    questions = read_labelled(paths)
    today = kb.clock.now().astimezone(kb.settings.timezone).date()
    with _progress() as progress:
        asked = ask_labelled(kb.matcher(), questions, today, progress=lambda done, of: progress("evaluate", done, of))
    scores = asdict(score(asked))
    if as_json:
        _print_json({"release": kb.serving.manifest.id, **scores})
        return
    table = Table(*messages.cli.SCORE_COLUMNS, box=box.SIMPLE_HEAD, pad_edge=False)
    for name, label in messages.cli.SCORES.items():
        value = scores[name]
        table.add_row(label, f"{value:.1%}" if isinstance(value, float) else f"{value:,}")
    for kind, share in scores["answered_by_kind"].items():
        table.add_row(messages.cli.SCORE_KIND.format(kind=kind or "—"), f"{share:.1%}")
    out.print(table)


def _evaluate_split(kb: "Kb", paths: list[Path], variants: int, seed: int, *, as_json: bool) -> None:
    from kb.answer.confidence import Calibration
    from kb.answer.fit import refit
    from kb.answer.measure import evaluate as measure
    from kb.answer.tasks import read_entries

    entries = [entry for path in paths for entry in read_entries(path)] or list(kb.matcher().knowledge.entries)
    promise = kb.settings.answer_precision
    with _progress() as progress:
        report = measure(
            entries,
            k=variants,
            seed=seed,
            embedder=kb.embedder,
            fit=lambda indexed: refit(indexed, kb.embedder, Calibration.shipped(), promise=promise, seed=seed),
            name=" ".join(path.name for path in paths),
            progress=lambda share: progress("evaluate", round(100 * share), 100),
        )
    if as_json:
        _print_json(report.to_json())
        return
    table = Table(*messages.cli.FIGURES.values(), box=box.SIMPLE_HEAD, pad_edge=False)
    for row in report.rows:
        figures = asdict(row)
        table.add_row(*(v if isinstance(v := figures[name], str) else f"{v:.3f}" for name in messages.cli.FIGURES))
    out.print(table)


@app.command(help=messages.cli.HELP["train"])
def train(
    data: Annotated[Path, _argument("data", "DATA")],
    to: Annotated[Path | None, _option("out", "--out")] = None,
    seed: Annotated[int, _option("seed", "--seed")] = 0,
    as_json: Json = False,
) -> None:
    """Train the embedding model, then fit the confidence with it; an interrupted run goes on where it was."""
    from kb.answer.confidence import SHIPPED
    from kb.index import ngram
    from kb.learn.shipped import train_shipped

    model = to or ngram.SHIPPED
    work = Settings.read().home / "training"
    with _progress() as progress:
        report, calibration = train_shipped(
            data,
            model,
            seed=seed,
            work=work,
            quiet=as_json,
            progress=lambda _, share: progress("fit", round(100 * share), 100),
        )
    if calibration:
        (to / SHIPPED.name if to else SHIPPED).write_text(calibration.to_json(), encoding="utf-8")
    if as_json:
        _print_json({"embedding": asdict(report), "confidence": dict(calibration.measured) if calibration else None})
    else:
        spearman = "，".join(f"{name} {value:.1f}" for name, value in report.spearman.items())
        out.print(messages.cli.TRAINED.format(embedder=report.embedder, minutes=report.took_s / 60, spearman=spearman))


# --- service -----------------------------------------------------------------------------------------------------


@app.command(help=messages.cli.HELP["serve"])
def serve(
    host: Annotated[str, _option("host", "--host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help=messages.cli.OPTIONS["port"], min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option("--workers", help=messages.cli.OPTIONS["workers"], min=1, max=64)] = 1,
) -> None:
    """Serve over HTTP until stopped; refuses an address that others can reach while no key exists."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # before numpy is loaded: threads that wait for each other cost tenfold
    import uvicorn

    from kb import logs
    from kb.errors import AccessDenied, NotReady
    from kb.web.access import is_loopback

    settings = Settings.read()
    with _kb() as kb:
        if kb.store.releases.current() is None:
            raise NotReady("nothing has been published yet; run `kb ingest data/faq --publish`")
        guarded = kb.store.keys.any()
    if not guarded and not is_loopback(host):
        raise AccessDenied(
            f"{host} can be reached by others and no key exists; run `kb keys add NAME --role admin` first"
        )
    _check_free(host, port)
    shown = f"[{host}]" if ":" in host else host
    err.print(messages.cli.SERVING.format(url=f"http://{shown}:{port}"), markup=False)
    if not guarded:
        err.print(messages.cli.OPEN)
    logs.configure(settings.log_level)
    with tempfile.TemporaryDirectory(prefix="kb-metrics-") as folder:
        if workers > 1:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        uvicorn.run(
            "kb.web.app:from_environment",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )


def _check_free(host: str, port: int) -> None:
    """Say in one sentence that a port is taken, before uvicorn says it in many."""
    from kb.errors import Conflict

    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise Conflict(
            f"port {port} on {host} cannot be used ({error.strerror}); stop what uses it or choose another with --port"
        ) from error


@app.command(help=messages.cli.HELP["doctor"])
def doctor(
    quiet: Annotated[bool, _option("quiet", "--quiet")] = False,
    as_json: Json = False,
) -> None:
    """Check what a service needs, one thing after the other; exit 1 when something is wrong."""
    checks: list[dict[str, Any]] = []
    try:
        with _kb() as kb:
            for name, look in _checks(kb, deep=not quiet):
                checks.append({"check": name, "ok": False, "found": ""})
                checks[-1] |= {"found": look(), "ok": True}
    except KbError as error:
        checks = checks or [{"check": "settings", "ok": False}]
        checks[-1] |= {"ok": False, "found": str(error)}
    if as_json:
        _print_json(checks)
    elif not quiet:
        for c in checks:
            mark = "[green]✓[/]" if c["ok"] else "[red]✗[/]"
            out.print(f"{mark} {messages.cli.DOCTOR[c['check']]}：{_escaped(c['found'])}")
    if not all(c["ok"] for c in checks):
        raise typer.Exit(1)


def _checks(kb: "Kb", *, deep: bool) -> Iterator[tuple[str, Callable[[], str]]]:
    from kb.index import release

    def live() -> str:
        manifest = kb.serving.manifest
        if deep:
            release.verify(kb.settings.releases, manifest.id)
        return f"{manifest.id}: {manifest.entries:,} entries, {manifest.phrasings:,} phrasings"

    yield "settings", lambda: str(kb.settings.home.absolute())
    yield "store", lambda: f"revision {kb.store.entries.revision()}"
    yield "embedder", lambda: kb.embedder.name
    yield "release", live
    yield "access", lambda: f"{sum(not key.revoked_at for key in kb.store.keys.all())} keys"


@keys.command("add", help=messages.cli.HELP["keys_add"])
def keys_add(
    name: Annotated[str, _argument("name", "NAME")],
    role: Annotated[_RoleName, _option("role", "--role")] = _RoleName.ASKER,
    as_json: Json = False,
) -> None:
    """Make a key and show its secret this once."""
    from kb.types import Role

    with _kb() as kb:
        key, secret = kb.store.keys.add(name, Role(role.value), kb.clock.now())
        if as_json:
            _print_json({**asdict(key), "secret": secret})
        else:
            err.print(messages.cli.KEY_MADE.format(name=key.name, role=key.role, id=key.id), markup=False)
            out.print(secret, markup=False)


@keys.command("list", help=messages.cli.HELP["keys_list"])
def keys_list(as_json: Json = False) -> None:
    """List the keys, without their secrets."""
    with _kb() as kb:
        found = kb.store.keys.all()
        if as_json:
            _print_json([asdict(key) for key in found])
        elif not found:
            out.print(messages.cli.NO_KEYS)
        else:
            table = Table(*messages.cli.KEY_COLUMNS, box=box.SIMPLE_HEAD, pad_edge=False)
            for key in found:
                revoked = _local(kb, key.revoked_at) if key.revoked_at else ""
                table.add_row(key.id, _escaped(key.name), key.role, _local(kb, key.created_at), revoked)
            out.print(table)


@keys.command("revoke", help=messages.cli.HELP["keys_revoke"])
def keys_revoke(key: Annotated[str, _argument("key", "KEY_ID")]) -> None:
    """Make a key useless from now on."""
    from kb.types import KeyId

    with _kb() as kb:
        kb.store.keys.revoke(KeyId(key), kb.clock.now())
        out.print(messages.cli.KEY_REVOKED.format(id=key), markup=False)


@app.command(help=messages.cli.HELP["forget"])
def forget(conversation: Annotated[str, _argument("conversation", "CONVERSATION")]) -> None:
    """Erase a conversation and all that was kept of it."""
    from kb.errors import NotFound
    from kb.types import ConversationId

    with _kb() as kb:
        if not kb.store.conversations.forget(ConversationId(conversation)):
            raise NotFound(f"there is no conversation {conversation}")
        out.print(messages.cli.FORGOTTEN.format(id=conversation), markup=False)


# --- gaps --------------------------------------------------------------------------------------------------------


def _backlog(kb: "Kb") -> "Backlog":
    from kb.answer.backlog import Backlog

    return Backlog(kb.store, kb.clock, kb.settings.timezone)


@gaps.callback(invoke_without_command=True)
def gaps_list(
    context: typer.Context,
    days: Annotated[int, typer.Option("--days", help=messages.cli.OPTIONS["days"], min=1)] = 90,
    idle: Annotated[bool, _option("idle_entries", "--entries")] = False,
    as_json: Json = False,
) -> None:
    """List what was asked in vain, what cost agents most first; or the entries that hardly ever answer."""
    if context.invoked_subcommand is not None:
        return
    with _kb() as kb:
        if idle:
            _show_little_used(kb, days, as_json=as_json)
            return
        with _progress() as progress:
            found = _backlog(kb).gaps(kb.matcher(), days, progress=lambda done, of: progress("compare", done, of))
        if as_json:
            _print_json([one.as_dict(kb.settings.timezone) for one in found])
        elif not found:
            out.print(messages.gaps.NONE.format(days=days))
        else:
            _show_gaps(kb, found, days)


def _show_gaps(kb: "Kb", found: "list[Gap]", days: int) -> None:
    table = Table(*messages.gaps.COLUMNS, box=box.SIMPLE_HEAD, pad_edge=False)
    for gap in found[:_GAPS_SHOWN]:
        members = messages.gaps.MEMBERS.format(count=len(gap.phrasings), examples="；".join(gap.phrasings[1:4]))
        near = [
            messages.gaps.NEAR.format(id=n.entry.id, confidence=n.confidence, question=n.entry.question)
            for n in gap.nearest[:2]
        ]
        reply = gap.replies[0] if gap.replies else None
        table.add_row(
            gap.id,
            _escaped(gap.question) + (f"\n[dim]{_escaped(members)}[/]" if len(gap.phrasings) > 1 else ""),
            f"{gap.count:,}",
            f"{gap.minutes:.0f}",
            "\n".join(dict.fromkeys(_local(kb, one.at)[:10] for one in (gap.asked[0], gap.asked[-1]))),
            _escaped("\n".join(near)),
            _escaped(messages.gaps.REPLY.format(**asdict(reply)) if reply else messages.gaps.NO_REPLY),
            _escaped(messages.gaps.AS_VARIANTS.format(id=gap.proposed) if gap.proposed else messages.gaps.AS_ENTRY),
        )
    out.print(table)
    numbers = {"questions": sum(gap.count for gap in found), "minutes": sum(gap.minutes for gap in found)}
    out.print(messages.gaps.SUMMARY.format(days=days, gaps=len(found), **numbers))
    if len(found) > _GAPS_SHOWN:
        out.print(messages.gaps.MORE.format(shown=_GAPS_SHOWN))
    err.print(messages.gaps.NEXT)


def _show_little_used(kb: "Kb", days: int, *, as_json: bool) -> None:
    found = _backlog(kb).little_used(days)
    if as_json:
        _print_json([{**asdict(one.use), "question": one.entry.question} for one in found])
        return
    if not found:
        out.print(messages.gaps.ALL_USED.format(days=days))
        return
    table = Table(*messages.gaps.ENTRY_COLUMNS, box=box.SIMPLE_HEAD, pad_edge=False)
    for one in found:
        last = _local(kb, one.use.last) if one.use.last else messages.gaps.NEVER
        table.add_row(
            _escaped(one.entry.id), _escaped(one.entry.question), str(one.use.hits), str(one.use.disliked), last
        )
    out.print(table)


@gaps.command("accept", help=messages.cli.HELP["gaps_accept"])
def gaps_accept(  # noqa: PLR0917 - options, all given by name
    gap: Annotated[str, _argument("gap", "GAP_ID")],
    kind: Annotated[_GapAs, _option("gap_as", "--as")],
    entry: Annotated[str, _option("gap_entry", "--entry")] = "",
    answer: Annotated[str, _option("gap_answer", "--answer")] = "",
    days: Annotated[int, typer.Option("--days", help=messages.cli.OPTIONS["days"], min=1)] = 90,
    as_json: Json = False,
) -> None:
    """Turn a gap into a draft entry, or into variants of an entry; its questions become golden."""
    from kb.answer.backlog import SOURCE
    from kb.types import EntryId

    if kind is _GapAs.VARIANTS and not entry:
        raise typer.BadParameter(messages.gaps.NEEDS_ENTRY)
    with _kb() as kb:
        backlog = _backlog(kb)
        found = backlog.find(kb.matcher(), gap, days)
        if kind is _GapAs.VARIANTS:
            done = backlog.accept_as_variants(found, EntryId(entry), "kb gaps")
        else:
            done = backlog.accept_as_entry(found, "kb gaps", answer=answer)
        if as_json:
            _print_json({"entry": done.entry.as_dict(), "revision": done.revision, "golden": done.golden})
            return
        text = messages.gaps.JOINED if kind is _GapAs.VARIANTS else messages.gaps.DRAFTED
        numbers = {"variants": len(done.entry.variants), "golden": done.golden, "revision": done.revision}
        out.print(text.format(id=done.entry.id, question=done.entry.question, **numbers), markup=False)
        if done.source != SOURCE:
            out.print(messages.gaps.SOURCE.format(source=done.source), markup=False)


@gaps.command("ignore", help=messages.cli.HELP["gaps_ignore"])
def gaps_ignore(
    gap: Annotated[str, _argument("gap", "GAP_ID")],
    days: Annotated[int, typer.Option("--days", help=messages.cli.OPTIONS["days"], min=1)] = 90,
    as_json: Json = False,
) -> None:
    """Say that a gap needs no answer."""
    with _kb() as kb:
        backlog = _backlog(kb)
        ignored = backlog.find(kb.matcher(), gap, days)
        backlog.ignore(ignored, "kb gaps")
        if as_json:
            _print_json({"ignored": ignored.id, "question": ignored.question})
        else:
            out.print(messages.gaps.IGNORED.format(question=ignored.question), markup=False)


if __name__ == "__main__":
    main()
