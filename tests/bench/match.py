"""Milliseconds a question takes in process, at 10,000 and 100,000 phrasings: `python -m tests.bench.match`.

Set OMP_NUM_THREADS=1 to measure one thread.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from kb.answer.confidence import Calibration
from kb.answer.features import measure, read
from kb.answer.match import Matcher, candidates
from kb.answer.tasks import training_entries
from kb.index.faiss_index import FaissIndex
from kb.index.knowledge import Knowledge, matched_form
from kb.index.ngram import NgramEmbedder
from kb.types import Entry, Question, ReleaseId

TRAIN = Path(__file__).resolve().parents[3] / "shared" / "data" / "train"
SIZES = (10_000, 100_000)
ASKED = 500


def main() -> None:
    """Print one line for each size; as JSON when asked with --json."""
    if not TRAIN.exists():
        print(f"skipped: the sets are not here ({TRAIN})")
        return
    entries = list(chain.from_iterable(training_entries(TRAIN).values()))
    random.Random(0).shuffle(entries)
    lines = [_line(entries, size) for size in SIZES]
    if "--json" in sys.argv:
        print(json.dumps(lines))
        return
    print(" | ".join(lines[0]))
    for line in lines:
        print(" | ".join(f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" for value in line.values()))


def _line(entries: list[Entry], size: int) -> dict[str, float]:
    indexed = int(np.searchsorted(np.cumsum([len(entry.phrasings) for entry in entries]), size)) + 1
    embedder = NgramEmbedder()
    began = time.perf_counter()
    knowledge = Knowledge.build(entries[:indexed], embedder, index=FaissIndex.build)
    built = time.perf_counter() - began
    calibration = Calibration.shipped()
    matcher = Matcher(knowledge, embedder, calibration, calibration.limits, ReleaseId("bench"), remember=0)
    # half of what is asked is about what is indexed, a character short, so that it is no exact match
    asked = [entry.question[1:] for entry in entries[: ASKED // 2]]
    asked += [entry.question for entry in entries[indexed : indexed + ASKED // 2]]
    today = date(2026, 1, 1)
    forms = [matched_form(text) for text in asked]
    readings = [read(knowledge, [form], embedder) for form in forms]
    found = [candidates(knowledge, reading, [None]) for reading in readings]
    judged = _milliseconds(lambda text: matcher.judge(Question(text), today), asked)
    questions = [Question(text) for text in asked]
    began = time.perf_counter()
    matcher.judge_many(questions, today)
    together = 1000 * (time.perf_counter() - began) / len(questions)
    return {
        "phrasings": len(knowledge.texts),
        "judge ms": judged[0],
        "p95 ms": judged[1],
        "together ms": together,
        "read ms": _milliseconds(lambda form: read(knowledge, [form], embedder), forms)[0],
        "candidates ms": _milliseconds(lambda reading: candidates(knowledge, reading, [None]), readings)[0],
        "measure ms": _milliseconds(lambda both: measure(knowledge, *both), zip(readings, found, strict=True))[0],
        "suggest ms": _milliseconds(lambda text: matcher.suggest(text[:3], today), asked)[0],
        "build s": built,
    }


def _milliseconds(work: Callable[[Any], object], over: Iterable[object]) -> tuple[float, float]:
    took = []
    for one in over:
        began = time.perf_counter()
        work(one)
        took.append(1000 * (time.perf_counter() - began))
    return float(np.median(took)), float(np.quantile(took, 0.95))


if __name__ == "__main__":
    main()
