"""Minimal pairs: right twins are answered, wrong ones are not. `python -m tests.bench.challenge`.

The guards were written, and the weights of `kb.answer.doubt` fitted, with the known pairs at hand: `challenge.jsonl`,
`challenge_trades.jsonl` (other trades, which were fresh once) and `challenge_more.jsonl`. Nobody who worked on them has
read those of `challenge_fresh.jsonl`, which somebody else wrote; their totals were looked at twice, before and after.
Each file is a knowledge base of its own: together the pairs of one would be near relatives of another's.
"""

import json
from collections import defaultdict
from datetime import date
from pathlib import Path

from kb.answer.confidence import Calibration
from kb.answer.fit import refit
from kb.answer.match import Matcher
from kb.index.knowledge import Knowledge
from kb.index.ngram import NgramEmbedder
from kb.types import DecisionKind, Entry, EntryId, Question, ReleaseId

KNOWN = tuple(Path(__file__).with_name(f"challenge{name}.jsonl") for name in ("", "_trades", "_more"))
FRESH = Path(__file__).with_name("challenge_fresh.jsonl")
TODAY = date(2026, 11, 21)


def measure(file: Path, *, refitted: bool) -> dict[str, tuple[int, int, int]]:
    """By kind: pairs, right twins answered with their entry, wrong twins answered with the entry they must not get."""
    pairs = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    entries = [
        Entry(EntryId(f"c{at:03}"), pair["indexed"], "答案。", tuple(pair["variants"])) for at, pair in enumerate(pairs)
    ]
    embedder = NgramEmbedder()
    calibration = refit(entries, embedder, Calibration.shipped()) if refitted else Calibration.shipped()
    matcher = Matcher(Knowledge.build(entries, embedder), embedder, calibration, calibration.limits, ReleaseId("bench"))

    def answered(text: str, entry: Entry) -> bool:
        decision = matcher.judge(Question(text), TODAY).decision
        return decision.kind is DecisionKind.ANSWER and decision.best is not None and decision.best.entry.id == entry.id

    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for pair, entry in zip(pairs, entries, strict=True):
        right, wrong = answered(pair["right"], entry), answered(pair["wrong"], entry)
        for kind in (pair["kind"], "all"):
            counts[kind] = [a + b for a, b in zip(counts[kind], (1, right, wrong), strict=True)]
    return {kind: (pairs_, right, wrong) for kind, (pairs_, right, wrong) in sorted(counts.items())}


def main() -> None:
    """Print the shares by kind, with the shipped confidence and with one fitted to the pairs themselves."""
    for file in (*KNOWN, FRESH):
        for refitted in (False, True):
            print(f"{file.name}, {'refitted' if refitted else 'shipped'}")
            print(f"{'kind':18} {'pairs':>6} {'right answered':>15} {'wrong answered':>15}")
            for kind, (pairs, right, wrong) in measure(file, refitted=refitted).items():
                print(f"{kind:18} {pairs:6} {right / pairs:15.1%} {wrong / pairs:15.1%}")


if __name__ == "__main__":
    main()
