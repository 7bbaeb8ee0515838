"""`kb evaluate`: how well questions are answered, measured."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb import messages
from kb.cli.declare import Json, argument, opened, option
from kb.cli.show import err, out, print_json, progress_bar, table_of

if TYPE_CHECKING:
    from kb.answer.labelled import Scores
    from kb.answer.measure import Report
    from kb.types import ReleaseId
    from kb.wiring import Kb

#: Figures that only what is served has: peers have neither limits nor a confidence.
_SERVED = ("ece", "answered", "precision", "unanswerable_answered", "small_talk_answered")


def evaluate(
    paths: Annotated[list[Path] | None, argument("labelled", "[FILE…]")] = None,
    variants: Annotated[int, typer.Option("--variants", help=messages.cli.OPTIONS["variants"], min=0)] = 5,
    seed: Annotated[int, option("seed", "--seed")] = 0,
    report_to: Annotated[
        Path | None, typer.Option("--report", help=messages.cli.OPTIONS["report"], metavar="DIR")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure the live knowledge by the protocol of the README, or a file of entries, or labelled questions."""
    from kb.answer.labelled import are_labelled

    with opened() as kb:
        if paths and are_labelled(paths):
            _evaluate_labelled(kb, paths, report_to, as_json=as_json)
        else:
            report = _split(kb, paths or [], variants, seed)
            _show_report(report, as_json=as_json)
            if report_to:
                _write(kb, report, report_to)


def _evaluate_labelled(kb: "Kb", paths: list[Path], report_to: Path | None, *, as_json: bool) -> None:
    from kb.answer.labelled import ask_labelled, read_labelled, report, score

    began = time.perf_counter()
    questions = read_labelled(paths)
    today = kb.clock.now().astimezone(kb.settings.timezone).date()
    matcher = kb.matcher()
    with progress_bar() as progress:
        asked = ask_labelled(matcher, questions, today, progress=lambda done, of: progress("evaluate", done, of))
    _show_scores(score(asked), kb.serving.manifest.id, as_json=as_json)
    if report_to:
        name = " ".join(path.name for path in paths)
        _write(kb, report(asked, matcher, name=name, seconds=time.perf_counter() - began), report_to)


def _write(kb: "Kb", report: "Report", folder: Path) -> None:
    from kb.answer.report import write

    file = write(report, folder, kb.clock.now().astimezone(kb.settings.timezone))
    err.print(messages.cli.REPORT_WRITTEN.format(file=file), markup=False)


def _split(kb: "Kb", paths: list[Path], variants: int, seed: int) -> "Report":
    from kb.answer.confidence import Calibration
    from kb.answer.fit import refit
    from kb.answer.measure import evaluate as measure
    from kb.answer.tasks import read_entries

    read = [entry for path in paths for entry in read_entries(path)]
    entries = read if paths else list(kb.matcher().knowledge.entries)
    promise = kb.settings.answer_precision
    with progress_bar() as progress:
        return measure(
            entries,
            k=variants,
            seed=seed,
            embedder=kb.embedder,
            fit=lambda indexed: refit(indexed, kb.embedder, Calibration.shipped(), promise=promise, seed=seed),
            name=" ".join(path.name for path in paths),
            progress=lambda share: progress("evaluate", round(100 * share), 100),
        )


def _show_scores(scores: "Scores", release: "ReleaseId", *, as_json: bool) -> None:
    figures = asdict(scores)
    if as_json:
        print_json({"release": release, **figures})
        return
    table = table_of(*messages.cli.SCORE_COLUMNS)
    for name, label in messages.cli.SCORES.items():
        value = figures[name]
        table.add_row(label, f"{value:.1%}" if isinstance(value, float) else f"{value:,}")
    for kind, share in scores.answered_by_kind.items():
        table.add_row(messages.cli.SCORE_KIND.format(kind=kind or "—"), f"{share:.1%}")
    out.print(table)


def _show_report(report: "Report", *, as_json: bool) -> None:
    if as_json:
        print_json(report.to_json())
        return
    table = table_of("", *(messages.evaluation.WAYS[row.name] for row in report.rows))
    for name, label in messages.cli.FIGURES.items():
        ours, *peers = (asdict(row)[name] for row in report.rows)
        table.add_row(label, f"{ours:.3f}", *("—" if name in _SERVED else f"{value:.3f}" for value in peers))
    out.print(table)
