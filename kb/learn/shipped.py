"""What comes with the package, made anew: the embedding model, and the confidence that goes with it."""

from collections.abc import Callable
from pathlib import Path

from kb.answer.confidence import Calibration
from kb.answer.fit import FITTED_ON, UNSEEN, fit_shipped
from kb.index.ngram import NgramEmbedder
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
    """Train on the sets in `data` and write the model to `out`; then fit the confidence.

    The confidence is fitted with a second model of the same make, which has never seen the sets it is fitted on, and
    holds for the first. None where `data` has none of those sets: then the present one stays, and publishing fits it
    to the knowledge anyway. Both trainings go on from `work` when they were interrupted.
    """
    report = train(data, out, seed=seed, work=work, quiet=quiet)
    if not all(_files(data, name) for name in FITTED_ON):
        return report, None
    seen = work / _APART / "data"
    seen.mkdir(parents=True, exist_ok=True)
    for file in [file for file in data.iterdir() if file.name.split(".")[0] not in UNSEEN]:
        link = seen / file.name
        if not link.is_symlink():
            link.symlink_to(file.resolve())
    train(seen, work / _APART / "model", seed=seed, work=work / _APART, quiet=quiet)
    embedder = NgramEmbedder(work / _APART / "model")
    return report, fit_shipped(data, embedder, seed, progress)


def _files(data: Path, name: str) -> list[Path]:
    return [file for file in data.iterdir() if file.name.split(".")[0] == name]
