"""Fit the weights of `kb.answer.doubt` to the known minimal pairs: `python -m tests.bench.doubt`.

Prints them as they stand in the module. They have to be fitted anew for another interaction model.
"""

import json
from collections.abc import Iterator
from dataclasses import astuple, fields
from datetime import date
from pathlib import Path

import numpy as np

from kb.answer.confidence import Calibration
from kb.answer.doubt import Signs
from kb.answer.linear import logistic
from kb.answer.match import Matcher
from kb.answer.twins import signs
from kb.index.knowledge import Knowledge
from kb.index.ngram import NgramEmbedder
from kb.types import Entry, EntryId, Question, ReleaseId
from tests.bench.challenge import KNOWN

TODAY = date(2026, 11, 21)
NAMES = tuple(field.name for field in fields(Signs))
#: Half of what a ridge of 1 is in scikit-learn's terms, on signs with a spread of 1.
RIDGE = 20.0
#: A wrong answer is worse than asking back: from this chance on that it is a twin, a question is not answered.
FROM = 0.33


def seen(file: Path) -> Iterator[tuple[Signs, bool]]:
    """The signs of every question that nothing certain keeps from its entry, and whether it is the wrong twin."""
    pairs = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    entries = [
        Entry(EntryId(f"c{at:03}"), pair["indexed"], "答案。", tuple(pair["variants"])) for at, pair in enumerate(pairs)
    ]
    embedder = NgramEmbedder()
    knowledge = Knowledge.build(entries, embedder)
    calibration = Calibration.shipped()
    matcher = Matcher(knowledge, embedder, calibration, calibration.limits, ReleaseId("bench"))

    def near(one: str, other: str) -> float:
        vectors = embedder.encode([one, other])
        return float(vectors[0] @ vectors[1])

    for pair, entry in zip(pairs, entries, strict=True):
        phrasings = [knowledge.form(text) for text in (entry.question, *entry.variants)]
        for side in ("right", "wrong"):
            form = knowledge.form(pair[side])
            best = matcher.judge(Question(pair[side]), TODAY).candidates[:1]
            if form in phrasings or not best or best[0].entry.id != entry.id:
                continue
            closest = knowledge.form(best[0].matched)
            reader = knowledge.interaction
            figures = reader.compare(
                reader.read([form]), np.zeros(1, np.int64), reader.read([closest]), np.zeros(1, np.int64)
            )
            same, unturned = figures[0].tolist()
            found = signs(form, closest, phrasings, near=near, figures=(same, unturned))
            if found is not None:
                yield found, side == "wrong"


def main() -> None:
    """Print the weights and what is added to them."""
    rows = [row for file in KNOWN for row in seen(file)]
    x = np.array([astuple(one) for one, _ in rows], float)
    y = np.array([wrong for _, wrong in rows], float)
    means, scales = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-3)
    fitted = logistic((x - means) / scales, y, np.ones(len(y)), ridge=RIDGE)
    weights = fitted[:-1] / scales
    bias = fitted[-1] - weights @ means - np.log(FROM / (1 - FROM))
    print(f"{len(y)} questions, {int(y.sum())} of them wrong twins")
    for name, weight in zip(NAMES, weights, strict=True):
        print(f"{name}={weight:.3f},")
    print(f"BIAS = {bias:.3f}")


if __name__ == "__main__":
    main()
