"""Recall, coverage and the kept promise on public sets that nothing was fitted on: `python -m tests.bench.quality`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from kb.answer.confidence import Calibration
from kb.answer.fit import refit
from kb.answer.match import Matcher
from kb.answer.measure import Figures, evaluate, share_answered
from kb.answer.tasks import read_entries, rows, split
from kb.index.knowledge import Knowledge
from kb.ports import Embedder
from kb.types import Entry, ReleaseId

BENCH = Path(__file__).resolve().parents[3] / "shared" / "data" / "bench"
SETS = (("stock_app_faq", 5), ("stock_app_faq", 0), ("law_faq", 5))


def main(seeds: Sequence[int] = (1, 2, 3)) -> None:
    """Print one table, and the same as JSON when asked with --json."""
    from kb.index.ngram import NgramEmbedder

    if not BENCH.exists():
        print(f"skipped: the measuring sets are not here ({BENCH})")
        return
    embedder = NgramEmbedder()
    shipped = Calibration.shipped()
    lines: list[dict[str, object]] = []
    for name, k in SETS:
        entries = read_entries(BENCH / f"{name}.jsonl.gz")
        for fitted in ("shipped", "refitted"):
            runs = [
                _run(entries, name=name, k=k, seed=seed, embedder=embedder, shipped=shipped, fitted=fitted)
                for seed in seeds
            ]
            if runs[0]:
                lines += [_median(name, k, fitted, [run[at] for run in runs]) for at in range(len(runs[0]))]
    task = split(read_entries(BENCH / "stock_app_faq.jsonl.gz"), 5, 1)
    knowledge = Knowledge.build(task.entries, embedder)
    talk = [row["text"] for row in rows(BENCH / "smalltalk.jsonl.gz")]
    for fitted, calibration in (("shipped", shipped), ("refitted", _refit(task.entries, embedder, shipped, 1))):
        matcher = Matcher(knowledge, embedder, calibration, calibration.limits, ReleaseId("bench"))
        lines.append({"set": "smalltalk", "k": 5, "how": f"kb {fitted}", "answered": share_answered(matcher, talk)})
    if "--json" in sys.argv:
        print(json.dumps(lines, ensure_ascii=False))
        return
    columns = (
        "set",
        "k",
        "how",
        "r@1",
        "r@5",
        "r@10",
        "cov95",
        "cov90",
        "cov80",
        "aurc",
        "auroc",
        "ece",
        "answered",
        "precision",
        "wrongly",
    )
    print(" | ".join(columns))
    for line in lines:
        print(" | ".join(_shown(line.get(column, "")) for column in columns))


def _run(
    entries: Sequence[Entry], *, name: str, k: int, seed: int, embedder: Embedder, shipped: Calibration, fitted: str
) -> tuple[Figures, ...]:
    def fit(indexed: Sequence[Entry]) -> Calibration:
        return _refit(indexed, embedder, shipped, seed) if fitted == "refitted" else shipped

    return evaluate(entries, k=k, seed=seed, embedder=embedder, fit=fit, name=name, peers=fitted == "shipped").rows


def _refit(entries: Sequence[Entry], embedder: Embedder, shipped: Calibration, seed: int) -> Calibration:
    return refit(entries, embedder, shipped, promise=shipped.promise, seed=seed)


def _median(name: str, k: int, fitted: str, of: Sequence[Figures]) -> dict[str, object]:
    def mid(field: str) -> float:
        return float(median(getattr(one, field) for one in of))

    how = f"kb {fitted}" if of[0].name == "kb" else of[0].name
    return {
        "set": name,
        "k": k,
        "how": how,
        "r@1": mid("recall_at_1"),
        "r@5": mid("recall_at_5"),
        "r@10": mid("recall_at_10"),
        "cov95": mid("coverage_at_95"),
        "cov90": mid("coverage_at_90"),
        "cov80": mid("coverage_at_80"),
        "aurc": mid("aurc"),
        "auroc": mid("auroc"),
        "ece": mid("ece") if of[0].name == "kb" else "",
        "answered": mid("answered") if of[0].name == "kb" else "",
        "precision": mid("precision") if of[0].name == "kb" else "",
        "wrongly": mid("unanswerable_answered") if of[0].name == "kb" else "",
    }


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
