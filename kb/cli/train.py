"""`kb train`: the shipped model and its confidence, made anew."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from kb import messages
from kb.cli.declare import Json, argument, option
from kb.cli.show import out, print_json, progress_bar
from kb.settings import Settings


def train(
    data: Annotated[Path, argument("data", "DATA")],
    to: Annotated[Path | None, option("out", "--out")] = None,
    seed: Annotated[int, option("seed", "--seed")] = 0,
    as_json: Json = False,
) -> None:
    """Train the embedding model, then fit the confidence with it; an interrupted run goes on where it was."""
    from kb.answer.confidence import SHIPPED
    from kb.index import ngram
    from kb.learn.shipped import train_shipped

    model = to or ngram.SHIPPED
    work = Settings.read().home / "training"
    with progress_bar() as progress:
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
        print_json({"embedding": asdict(report), "confidence": dict(calibration.measured) if calibration else None})
    else:
        spearman = "，".join(f"{name} {100 * value:.1f}" for name, value in report.spearman.items())
        out.print(messages.cli.TRAINED.format(embedder=report.embedder, minutes=report.took_s / 60, spearman=spearman))
