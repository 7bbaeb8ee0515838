"""`kb ingest`: files are read, what would change is shown, and then it is written."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb import messages
from kb.cli.declare import Json, argument, opened, option
from kb.cli.publishing import publish_now
from kb.cli.show import err, escaped, out, print_json, progress_bar, table_of
from kb.cli.who import operator
from kb.errors import ConfirmationNeeded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.ingest import Cleaned, Plan, Problem
    from kb.ingest.review import Finding
    from kb.publish.intake import Looked


def _step(name: str) -> str:
    if name not in _STEPS:
        raise typer.BadParameter(", ".join(_STEPS))
    return name


_STEPS = messages.ingest.STEPS
_WITHOUT = typer.Option(
    "--without",
    help=messages.cli.OPTIONS["without"].format(steps="、".join(f"{name} {says}" for name, says in _STEPS.items())),
    parser=_step,
    metavar="STEP",
)
_EXAMPLES = 3  # of what a step of cleaning took away, on the terminal
_LONGEST = 40  # characters of each


def ingest(
    *,
    paths: Annotated[list[Path], argument("paths", "PATH…")],
    dry_run: Annotated[bool, option("dry_run", "--dry-run")] = False,
    publish: Annotated[bool, option("publish", "--publish")] = False,
    yes: Annotated[bool, option("yes", "--yes")] = False,
    accept: Annotated[bool, option("accept", "--accept")] = False,
    without: Annotated[list[str] | None, _WITHOUT] = None,
    report_to: Annotated[Path | None, typer.Option("--report", help=messages.cli.REPORT_OPTION, metavar="DIR")] = None,
    as_json: Json = False,
) -> None:
    """Read files, show what would change, write it in one transaction, and publish if told to."""
    from kb.ingest import Step
    from kb.ingest.report import Report

    everything = dry_run or report_to is not None
    with opened() as kb:
        with progress_bar() as progress:
            looked = kb.intake.look(
                paths, everything=everything, without=[Step(name) for name in without or ()], progress=progress
            )
        report = looked.as_dict()
        if report_to:
            now = kb.clock.now().astimezone(kb.settings.timezone)
            made = Report(looked.plan, looked.problems, looked.findings, now, looked.cleaned)
            err.print(messages.cli.REPORT_WRITTEN.format(file=made.write(report_to)), markup=False)
        if not as_json:
            _show_problems(looked.problems, looked.findings)
            _show_cleaned(looked.cleaned)
            _show_plan(looked.plan)
        elif dry_run or looked.blocked:
            print_json({**report, "written": False})
        if dry_run:
            err.print(messages.cli.NOTHING_WRITTEN)
            return
        confirmed = yes or (not looked.blocked and not as_json and sys.stdin.isatty() and _confirmed(looked))
        revision = kb.intake.write(looked, author=operator(), confirmed=confirmed)
        text = messages.cli.INGESTED_THEN if publish else messages.cli.INGESTED
        if revision == looked.revision:
            text = messages.cli.UNCHANGED
        err.print(text.format(revision=revision))
        report |= {"written": revision != looked.revision, "revision": revision}
        if publish:
            report["release"] = publish_now(kb, accept=accept, quiet=as_json)
        if as_json:
            print_json(report)


def _confirmed(looked: "Looked") -> bool:
    """Ask the editor about each thing that must be confirmed; False when there is nothing to ask."""
    from kb.publish.intake import retiring

    questions = []
    if looked.doubtful:
        questions.append(messages.cli.REVIEW_ASK.format(count=looked.doubtful))
    if looked.retires_many:
        questions.append(retiring(looked.plan, messages.cli.RETIRE_ASK))
    for question in questions:
        if not typer.confirm(question):
            raise ConfirmationNeeded(messages.cli.NOTHING_WRITTEN)
    return bool(questions)


def _show_problems(problems: "Sequence[Problem]", findings: "Sequence[Finding]") -> None:
    if not problems and not findings:
        return
    file, where, what, advice = messages.cli.PROBLEM_COLUMNS
    table = table_of()
    table.add_column(file, overflow="fold", ratio=2)
    table.add_column(where, overflow="fold", ratio=1)
    table.add_column(what, overflow="fold", ratio=4)
    table.add_column(advice, overflow="fold", ratio=3)
    rows: list[tuple[str, Problem | Finding]] = [("blocks" if one.blocks else "notice", one) for one in problems]
    rows += [(finding.weight.value, finding) for finding in findings]
    marks = {"blocks": f"[red]{messages.cli.BLOCKING}[/] ", "confirm": f"[yellow]{messages.cli.CONFIRM}[/] "}
    for weight, one in sorted(rows, key=lambda row: ("blocks", "confirm", "notice").index(row[0])):
        file, where, what, advice = map(escaped, (one.file, one.where, one.message, one.advice))
        table.add_row(file, where, marks.get(weight, "") + what, advice)
    err.print(table)


def _show_cleaned(cleaned: "Sequence[Cleaned]") -> None:
    """Show what was taken away from documents, step by step."""
    from kb.ingest.problems import shorten

    if not cleaned:
        return
    table = table_of()
    for name, ratio in zip(messages.cli.CLEANED_COLUMNS, (3, 2, 1, 6), strict=True):
        table.add_column(name, overflow="fold", ratio=ratio)
    for one in cleaned:
        examples = "；".join(shorten(" ".join(text.split()), _LONGEST) for text in one.removed[:_EXAMPLES])
        table.add_row(escaped(one.file), messages.ingest.STEPS[one.step], f"{one.count:,}", escaped(examples))
    err.print(table)


def _show_plan(plan: "Plan") -> None:
    table = table_of(*messages.cli.PLAN_COLUMNS)
    changes: dict[str, list[str]] = {
        "added": [item.entry.question for item in plan.added],
        "changed": [new.entry.question for _, new in plan.changed],
        "retired": [str(one) for one in plan.retire],
        "unchanged": [item.entry.question for item in plan.unchanged],
    }
    for name, label in messages.cli.PLAN.items():
        examples = "" if name == "unchanged" else "；".join(changes[name][:3])
        table.add_row(label, f"{len(changes[name]):,}", escaped(examples))
    for name, texts in (("golden", [question.text for question in plan.golden]), ("golden_gone", plan.golden_gone)):
        if texts:
            table.add_row(messages.cli.PLAN_GOLDEN[name], f"{len(texts):,}", escaped("；".join(texts[:3])))
    for name, texts in _documents(plan).items():
        if texts:
            examples = "" if name == "unchanged" else "；".join(" ".join(text.split())[:40] for text in texts[:3])
            table.add_row(messages.cli.PLAN_DOCUMENTS[name], f"{len(texts):,}", escaped(examples))
    out.print(table)


def _documents(plan: "Plan") -> dict[str, list[str]]:
    """What becomes of documents and their passages."""
    changes = plan.documents
    return {
        "added": [change.one.title for change in changes if not change.old],
        "changed": [change.one.title for change in changes if change.old and change.new],
        "removed": [change.one.title for change in changes if not change.new],
        "unchanged": [document.title for document in plan.documents_unchanged],
        "passages_added": [passage.text for change in changes for passage in change.added],
        "passages_removed": [passage.text for change in changes for passage in change.removed],
        "lapses": [change.one.title for change in changes if change.lapses],
    }
