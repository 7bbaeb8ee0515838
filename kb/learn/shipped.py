"""What comes with the package, made anew: the embedding model, and the confidence that goes with it."""

from collections.abc import Callable
from pathlib import Path

from kb.answer.confidence import Calibration
from kb.answer.fit import FITTED_ON, UNSEEN, fit_shipped
from kb.index.interaction import Interaction
from kb.index.ngram import NgramEmbedder
from kb.learn import interaction
from kb.learn.embedding import TrainingReport, train

_APART = "apart"


def train_shipped(
    data: Path,
    out: Path,
    *,
    seed: int,
    work: Path,
    quiet: bool,
    progress: Callable[[str, float], None],
) -> tuple[TrainingReport, Calibration | None]:
    """Train both models, embedding and interaction, on the sets in `data`, write them to `out`, fit the confidence.

    The confidence is fitted with two more models of the same make, which have never seen the sets it is fitted on, and
    holds for the first two. None where `data` has none of those sets: then the present one stays, and publishing fits
    it to the knowledge anyway. All trainings go on from `work` when they were interrupted.
    """
    report = train(data, out, seed=seed, work=work, quiet=quiet)
    interaction.train(data, out, seed=seed, work=work, quiet=quiet)
    if not all(_files(data, name) for name in FITTED_ON):
        return report, None
    seen = work / _APART / "data"
    seen.mkdir(parents=True, exist_ok=True)
    for file in [file for file in data.iterdir() if file.name.split(".")[0] not in UNSEEN]:
        link = seen / file.name
        if not link.is_symlink():
            link.symlink_to(file.resolve())
    apart = work / _APART / "model"
    train(seen, apart, seed=seed, work=work / _APART, quiet=quiet)
    interaction.train(seen, apart, seed=seed, work=work / _APART, quiet=quiet)
    return report, fit_shipped(data, NgramEmbedder(apart), Interaction(apart), seed=seed, progress=progress)


def _files(data: Path, name: str) -> list[Path]:
    return [file for file in data.iterdir() if file.name.split(".")[0] == name]
