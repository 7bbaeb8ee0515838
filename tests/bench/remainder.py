"""Questions about what one entry alone names: 洗衣液能洗地板吗, where the knowledge holds 洗衣液可以机洗吗.

`python -m tests.bench.remainder HOME` asks the live release of the demonstration shop the questions of
`remainder.jsonl`, thirty that it cannot answer and thirty that it can, all written before anything was measured, and as
many of `remainder_fresh.jsonl`, written when everything was done and looked at once.

`python -m tests.bench.remainder fit MODEL` fits the weights of `kb.answer.remainder` and prints them as they stand in
the module. The model must never have seen `kb.answer.fit.FITTED_ON`: `kb train` leaves one in training/apart/model of
its home.
"""

import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields, replace
from datetime import date
from pathlib import Path

import numpy as np

from kb import wiring
from kb.answer.confidence import Calibration
from kb.answer.fit import FITTED_ON
from kb.answer.labelled import ask_labelled, read_labelled, score
from kb.answer.linear import logistic
from kb.answer.match import Matcher
from kb.answer.remainder import NAMED_BY, Remainders, Signs
from kb.answer.tasks import Asked, Task, training_entries
from kb.answer.wording import content
from kb.index.interaction import Interaction
from kb.index.knowledge import Knowledge, matched_form
from kb.index.ngram import NgramEmbedder
from kb.settings import Settings
from kb.text import Words
from kb.types import Entry, EntryId, Limits, Question, ReleaseId

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "train"
QUESTIONS = Path(__file__).with_suffix(".jsonl"), Path(__file__).with_name("remainder_fresh.jsonl")
TODAY = date(2026, 11, 22)
NAMES = tuple(field.name for field in fields(Signs))
#: Entries of a task, and how many variants at least those of the first have.
SIZES = ((300, 3), (500, 3), (800, 3), (1000, 1))
#: A word that more entries hold names nothing.
_MOST_NAMED = 8
#: Questions of one entry in a task, at most.
_ASKED = 8
#: What is less sure than that is answered nowhere: a refitted confidence is much bolder than the shipped one.
SURE = 0.3
RIDGE = 20.0


def left_alone(entries: Sequence[Entry], words: Words, rng: random.Random) -> Task:
    """Of entries that share a word all but one are taken away; their phrasings with the word are asked in vain.

    A fifth of the variants of all others is asked, too, and not indexed.
    """
    order = rng.sample(entries, len(entries))
    said = [[set(words(matched_form(text))) for text in entry.phrasings] for entry in order]
    holders = defaultdict[str, list[int]](list)
    for at, texts in enumerate(said):
        for word in sorted(set().union(*texts)):
            holders[word].append(at)
    taken: dict[int, str] = {}
    used: set[int] = set()
    for word in rng.sample(sorted(holders), len(holders)):
        some = holders[word]
        named = [at for at in some if sum(word in text for text in said[at]) >= NAMED_BY * len(said[at])]
        if len(content(word)) < 2 or not 2 <= len(some) <= _MOST_NAMED or len(named) < 2 or used.intersection(some):
            continue
        stays = rng.choice(named)
        used.update(some)
        taken.update((at, word) for at in some if at != stays)
    indexed: list[Entry] = []
    asked: list[Asked] = []
    for at, entry in enumerate(order):
        if at in taken:
            vain = [text for text, cut in zip(entry.phrasings, said[at], strict=True) if taken[at] in cut]
            asked += [Asked(text, None) for text in vain[: _ASKED // 2]]
        else:
            variants = rng.sample(entry.variants, len(entry.variants))
            out = max(1, round(0.2 * len(variants))) if variants else 0
            indexed.append(replace(entry, variants=tuple(variants[out:])))
            asked += [Asked(text, entry.id) for text in variants[: min(out, _ASKED)]]
    return Task("alone", tuple(indexed), tuple(asked))


def seen(task: Task, embedder: NgramEmbedder, interaction: Interaction, words: Words) -> Iterator[tuple[Signs, bool]]:
    """The signs of what would be answered surely, and whether rightly."""
    knowledge = Knowledge.build(task.entries, embedder, words=words, interaction=interaction)
    anything = Limits(answer=0.0, suggest=0.0)
    matcher = Matcher(knowledge, embedder, Calibration.shipped(), anything, ReleaseId("bench"), remember=0)
    remainders = Remainders(knowledge, embedder)
    rows: dict[tuple[EntryId, str], int] = {
        (knowledge.entries[position].id, phrasing): row
        for row, (position, phrasing) in enumerate(zip(knowledge.owner.tolist(), knowledge.phrasings, strict=True))
    }
    for one, judgement in zip(
        task.asked, matcher.judge_many([Question(asked.text) for asked in task.asked], TODAY), strict=True
    ):
        best = judgement.candidates[0] if judgement.candidates else None
        if best is None or not SURE <= best.confidence < 1 or best.conflict not in ("", "remainder"):
            continue
        if one.entry in (best.entry.id, None):
            form, row = knowledge.form(one.text), rows[best.entry.id, best.matched]
            found = remainders.signs(form, remainders.name(form, row), row) if remainders.name(form, row) else None
            if found:
                yield found, one.entry is not None


def fit(folder: Path) -> None:
    """Print the weights and what is added to them."""
    embedder, interaction, words = NgramEmbedder(folder), Interaction(folder), Words()
    signs: list[Signs] = []
    right: list[bool] = []
    share: list[float] = []
    for name, entries in training_entries(DATA).items():
        if name not in FITTED_ON:
            continue
        rows: list[tuple[Signs, bool]] = []
        for seed, (size, variants) in enumerate(SIZES):
            rng = random.Random(seed)
            some = [entry for entry in entries if len(entry.variants) >= variants]
            task = left_alone(rng.sample(some, min(size, len(some))), words, rng)
            rows += seen(task, embedder, interaction, words)
        signs += [one for one, _ in rows]
        right += [yes for _, yes in rows]
        share += [1 / len(rows)] * len(rows)
    x, y, weight = np.array([astuple(one) for one in signs]), np.array(right, float), np.array(share)
    means, scales = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-3)
    fitted = logistic((x - means) / scales, y, weight / weight.mean(), ridge=RIDGE)
    weights = fitted[:-1] / scales
    bias = fitted[-1] - weights @ means
    stopped = x @ weights + bias < 0
    print(f"{len(y)} questions, {int((y == 0).sum())} of them asked in vain")
    print(f"stopped: {stopped[y == 0].mean():.1%} of these, {stopped[y == 1].mean():.1%} of the others")
    for name, one in zip(NAMES, weights, strict=True):
        print(f"{name}={one:.3f},")
    print(f"BIAS = {bias:.3f}")


def main() -> None:
    """Fit the weights with the model in a folder, or ask the live release of a home."""
    if sys.argv[1] == "fit":
        fit(Path(sys.argv[2]))
        return
    matcher = wiring.build(Settings(home=Path(sys.argv[1]))).matcher()
    for file in QUESTIONS:
        found = score(ask_labelled(matcher, read_labelled([file]), TODAY))
        print(f"{file.name}: answerable and answered rightly {found.answered_of_answerable:.1%}, ", end="")
        print(f"unanswerable and answered {found.answered_of_unanswerable:.1%}")


if __name__ == "__main__":
    main()
