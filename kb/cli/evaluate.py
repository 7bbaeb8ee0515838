"""`kb evaluate`: how well questions are answered, measured."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb import messages
from kb.cli.declare import Json, argument, opened, option
from kb.cli.show import out, print_json, progress_bar, table_of

if TYPE_CHECKING:
    from kb.wiring import Kb


def evaluate(
    paths: Annotated[list[Path] | None, argument("labelled", "[FILE…]")] = None,
    variants: Annotated[int, typer.Option("--variants", help=messages.cli.OPTIONS["variants"], min=0)] = 5,
    seed: Annotated[int, option("seed", "--seed")] = 0,
    as_json: Json = False,
) -> None:
    """Measure the live knowledge by the protocol of the README, or a file of entries, or labelled questions."""
    from kb.answer.labelled import are_labelled

    with opened() as kb:
        if paths and are_labelled(paths):
            _evaluate_labelled(kb, paths, as_json=as_json)
        else:
            _evaluate_split(kb, paths or [], variants, seed, as_json=as_json)


def _evaluate_labelled(kb: "Kb", paths: list[Path], *, as_json: bool) -> None:
    from kb.answer.labelled import ask_labelled, read_labelled, score

    questions = read_labelled(paths)
    today = kb.clock.now().astimezone(kb.settings.timezone).date()
    with progress_bar() as progress:
        asked = ask_labelled(kb.matcher(), questions, today, progress=lambda done, of: progress("evaluate", done, of))
    scores = asdict(score(asked))
    if as_json:
        print_json({"release": kb.serving.manifest.id, **scores})
        return
    table = table_of(*messages.cli.SCORE_COLUMNS)
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
    with progress_bar() as progress:
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
        print_json(report.to_json())
        return
    table = table_of(*messages.cli.FIGURES.values())
    for row in report.rows:
        figures = asdict(row)
        table.add_row(*(v if isinstance(v := figures[name], str) else f"{v:.3f}" for name in messages.cli.FIGURES))
    out.print(table)
