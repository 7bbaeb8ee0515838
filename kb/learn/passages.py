"""The confidence of passages, fitted offline: customers' questions asked of answers whose questions are not there."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.answer.fit import figures, limits_for
from kb.answer.linear import logistic
from kb.answer.passages import Floats, Sureness, ask, measure, near
from kb.index.knowledge import matched_form, own_words
from kb.index.shelf import Shelf
from kb.ports import Embedder
from kb.text import Words
from kb.types import Document, Entry, GoldenQuestion, Passage, PassageId

RIDGE = 3.0
#: Each time another fifth of the answers is missing, and what is asked about them cannot be found.
FOLDS = 5


@dataclass(frozen=True, slots=True)
class _Asked:
    table: Floats  # (passages, features)
    right: NDArray[np.bool_]  # (passages,)
    answerable: bool


def fit(
    entries: Sequence[Entry], questions: Sequence[GoldenQuestion], embedder: Embedder, *, promise: float, seed: int = 0
) -> Sureness:
    """Fit on answers as if they were passages of documents, asked with golden questions.

    What entries are asked by is left out, as documents have none; of a fifth of the answers at a time nothing is left.
    The figures and the limit come from questions that were not fitted on.
    """
    asked = list(_asked(entries, questions, embedder, seed))
    every = np.concatenate([one.table for one in asked])
    means, scales = every.mean(axis=0), np.maximum(every.std(axis=0), 1e-3)

    def learnt(some: Sequence[_Asked]) -> Sureness:
        x = np.clip((np.concatenate([one.table for one in some]) - means) / scales, -6, 6)
        y = np.concatenate([one.right for one in some]).astype(float)
        line = logistic(x, y, np.ones(len(y)), ridge=RIDGE)
        return Sureness(
            tuple(np.round(means, 5).tolist()),
            tuple(np.round(scales, 5).tolist()),
            tuple(np.round(line[:-1], 5).tolist()),
            round(float(line[-1]), 5),
            1.0,
            promise,
            {"questions": len(asked), "answers": len(entries), "embedder": embedder.name, "seed": seed},
            {},
        )

    part = np.random.default_rng(seed).permutation(len(asked)) % FOLDS
    chance, right = np.zeros(len(asked)), np.zeros(len(asked), bool)
    for which in range(FOLDS):
        sure = learnt([one for one, of in zip(asked, part, strict=True) if of != which])
        for at in np.flatnonzero(part == which).tolist():
            chances = sure(asked[at].table)
            best = int(chances.argmax())
            chance[at], right[at] = chances[best], asked[at].right[best]
    answerable = np.array([one.answerable for one in asked])
    limits = limits_for(chance, right, answerable, promise)
    measured = figures(chance, right, answerable, limits) | {"calibration_error": _calibration_error(chance, right)}
    fitted = learnt(asked)
    return Sureness(
        fitted.means,
        fitted.scales,
        fitted.weights,
        fitted.intercept,
        round(limits.answer, 4),
        promise,
        fitted.fitted_on,
        {name: round(value, 4) for name, value in measured.items()},
    )


def _asked(
    entries: Sequence[Entry], questions: Sequence[GoldenQuestion], embedder: Embedder, seed: int
) -> Iterator[_Asked]:
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    order = [entry.id for entry in entries]
    rng.shuffle(order)
    words = Words(own_words(entries))
    for turn in range(FOLDS):
        gone = set(order[turn::FOLDS])
        shelf = Shelf.build(_as_documents([one for one in entries if one.id not in gone]), embedder, words)
        for question in questions:
            left = set(question.expected) - gone
            if (left or not question.expected) and rng.randrange(FOLDS) != turn:
                continue  # each once with its answer there, and once for every time that all of its answers are gone
            form = matched_form(question.text)
            read = ask(shelf.knowledge, form, embedder)
            positions = near(shelf.knowledge, read)
            if len(positions):
                right = np.array([shelf.knowledge.entries[at].id in left for at in positions.tolist()])
                yield _Asked(measure(shelf.knowledge, read, positions), right, bool(left))


def _as_documents(entries: Sequence[Entry]) -> list[Document]:
    """The answers of each category as a document of that title."""
    found: defaultdict[str, list[Passage]] = defaultdict(list)
    for entry in entries:
        found[entry.category].append(Passage(PassageId(entry.id), entry.category, (), entry.answer))
    return [Document(category, category, tuple(passages)) for category, passages in found.items()]


def _calibration_error(chance: Floats, right: NDArray[np.bool_]) -> float:
    """What ten bins of confidence are off by on average, weighted by how many questions each has."""
    which = np.minimum((chance * 10).astype(int), 9)
    return float(
        sum(
            abs(float(chance[which == at].mean()) - float(right[which == at].mean())) * (which == at).mean()
            for at in np.unique(which)
        )
    )
