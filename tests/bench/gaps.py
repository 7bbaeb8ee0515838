"""Does the loop close? From 60 % of the entries, day by day, by what gaps propose: `python -m tests.bench.gaps`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from kb.answer.confidence import Calibration
from kb.answer.growth import Day, full, plan, replay
from kb.answer.tasks import read_entries

SET = Path(__file__).resolve().parents[3] / "shared" / "data" / "bench" / "stock_app_faq.jsonl.gz"
COLUMNS = ("day", "entries", "phrasings", "asked", "handed over", "accepted", "cov95", "answered", "precision")


def main() -> None:
    """Print one line a day, or everything as JSON when asked with --json; --small takes 80 of the 300 entries."""
    from kb.index.ngram import NgramEmbedder

    if not SET.exists():
        print(f"skipped: the measuring sets are not here ({SET})")
        return
    embedder, calibration = NgramEmbedder(), Calibration.shipped()
    entries = read_entries(SET)
    what = plan(entries[:80] if "--small" in sys.argv else entries)
    as_json = "--json" in sys.argv
    if not as_json:
        print(" | ".join(COLUMNS), flush=True)
    days = replay(what, embedder, calibration, progress=None if as_json else _show)
    goal = full(what, embedder, calibration)
    if as_json:
        print(json.dumps({"days": [asdict(day) for day in days], "full": asdict(goal)}, ensure_ascii=False))
        return
    phrasings = sum(len(entry.phrasings) for entry in what.whole)
    _show(Day(-1, len(what.whole), phrasings, 0, 0, 0, goal))


def _show(day: Day) -> None:
    name = "full" if day.day < 0 else str(day.day)
    counts = (day.entries, day.phrasings, day.asked, day.handed_over, day.accepted)
    shares = (day.figures.coverage_at_95, day.figures.answered, day.figures.precision)
    print(" | ".join([name, *map(str, counts), *(f"{share:.3f}" for share in shares)]), flush=True)


if __name__ == "__main__":
    main()
