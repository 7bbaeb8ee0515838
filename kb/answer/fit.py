"""Fitting the confidence: on tasks made from the training sets, and again on the knowledge base that is published."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.answer.confidence import FROM_ORDER, Calibration, Floats, scored, standardised
from kb.answer.features import FEATURES, measure, read
from kb.answer.linear import listwise, logistic
from kb.answer.lists import Lists
from kb.answer.match import LOOKED_AT, TOGETHER, candidates
from kb.answer.tasks import Task, folds, training_entries, training_tasks
from kb.index.cross import read_by
from kb.index.interaction import Interaction
from kb.index.knowledge import Knowledge, own_words
from kb.ports import Embedder
from kb.text import Words
from kb.types import Entry, Limits

Progress = Callable[[str, float], None]  # what is being done, and how much of it is done (0..1)

RIDGE_ORDER = 3.0
RIDGE_SURE = 3.0
#: From this chance on that one of the three options is right, a customer is asked to choose.
WORTH_SHOWING = 0.35
#: Candidates of a question that the second model learns from: the one that would be answered, and those beside it.
LEARNT_FROM = 3


@dataclass(frozen=True)
class Examples:
    """Questions with the features of their candidates, and which of them is right."""

    tables: NDArray[np.float32]  # (questions, candidates, features), rows beyond a question's candidates are 0
    there: NDArray[np.bool_]  # (questions, candidates)
    target: NDArray[np.int64]  # (questions,) the right one; -1 when it isn't among them, or there is none
    answerable: NDArray[np.bool_]  # (questions,)
    domain: NDArray[np.str_]  # (questions,)

    def __len__(self) -> int:
        """The number of questions."""
        return len(self.target)

    @property
    def lists(self) -> Lists:
        """Where the candidates of each question lie in `tables[there]`."""
        sizes = self.there.sum(axis=1)
        return Lists(sizes.cumsum() - sizes, sizes)

    def take(self, which: NDArray[np.generic]) -> "Examples":
        """Some of the questions, by number or by flag."""
        return Examples(
            self.tables[which], self.there[which], self.target[which], self.answerable[which], self.domain[which]
        )


def examples(
    tasks: Iterable[Task], embedder: Embedder, words: Words | None = None, interaction: Interaction | None = None
) -> Examples:
    """Ask every question of every task; what an entry is phrased like exactly teaches nothing and is passed over."""
    words = words or Words()
    tables, target, answerable, domain = [], [], [], []
    for task in tasks:
        knowledge = read_by(Knowledge.build(task.entries, embedder, words=words, interaction=interaction), embedder)
        place = {entry.id: at for at, entry in enumerate(knowledge.entries)}
        forms = [(asked, knowledge.form(asked.text)) for asked in task.asked]
        forms = [(asked, form) for asked, form in forms if form and form not in knowledge.exact]
        for at in range(0, len(forms), TOGETHER):
            some = forms[at : at + TOGETHER]
            questions = read(knowledge, [form for _, form in some], embedder)
            found = candidates(knowledge, questions, [None] * len(some))
            table = measure(knowledge, questions, found).table
            for (asked, _), (begin, end) in zip(some, pairwise(found.bounds.tolist()), strict=True):
                if begin == end:
                    continue
                tables.append(table[begin:end])
                positions = found.positions[begin:end].tolist()
                wanted = -1 if asked.entry is None else place.get(asked.entry, -1)
                target.append(positions.index(wanted) if wanted in positions else -1)
                answerable.append(asked.entry is not None)
                domain.append(task.name)
    return _padded(tables, target, answerable, domain)


def _padded(
    tables: Sequence[NDArray[np.float32]], target: Sequence[int], answerable: Sequence[bool], domain: Sequence[str]
) -> Examples:
    widest = max([len(table) for table in tables], default=LOOKED_AT)
    padded = np.zeros((len(tables), widest, len(FEATURES)), np.float32)
    there = np.zeros((len(tables), widest), bool)
    for at, table in enumerate(tables):
        padded[at, : len(table)] = table
        there[at, : len(table)] = True
    return Examples(padded, there, np.array(target, np.int64), np.array(answerable, bool), np.array(domain, str))


@dataclass(frozen=True)
class Models:
    """The two linear models, before limits are set."""

    means: Floats
    scales: Floats
    order: Floats
    sure: Floats  # weights, intercept last

    def outcome(self, some: Examples) -> tuple[Floats, NDArray[np.bool_], Floats]:
        """For each question the confidence of the first, whether it is right, and the chance of the first three."""
        lists = some.lists
        z = _standardised(some, self.means, self.scales)[some.there]
        found = scored(z, self.order, self.sure[:-1], float(self.sure[-1]), lists)
        first = lists.starts
        three = np.add.reduceat(found.confidence * (lists.places < 3), first)
        return found.confidence[first], found.order[first] - first == some.target, three


def models(
    some: Examples, *, prior: Models | None = None, ridge: float = RIDGE_SURE, ridge_order: float = RIDGE_ORDER
) -> Models:
    """Fit order and confidence; with `prior` they are drawn towards it, and its means and scales are kept."""
    share = _balanced(some.domain)
    real = some.tables[some.there].astype(np.float64)
    means = prior.means if prior else real.mean(axis=0)
    scales = prior.scales if prior else np.maximum(real.std(axis=0), 1e-3)
    z = _standardised(some, means, scales)
    found = some.target >= 0
    order = listwise(
        z[found],
        some.there[found],
        some.target[found],
        share[found],
        ridge=ridge_order,
        prior=prior.order if prior else None,
    )
    x, y, weight = _pointwise(some, z, order, share)
    return Models(means, scales, order, logistic(x, y, weight, ridge=ridge, prior=prior.sure if prior else None))


def _standardised(some: Examples, means: Floats, scales: Floats) -> Floats:
    z = standardised(some.tables, means, scales)
    z[~some.there] = 0
    return z


def _pointwise(some: Examples, z: Floats, order: Floats, share: Floats) -> tuple[Floats, Floats, Floats]:
    """The first candidates of each question in the fitted order, and whether each is right."""
    lists = some.lists
    found = scored(z[some.there], order, np.zeros(len(order) + len(FROM_ORDER)), 0.0, lists)
    first = lists.places < LEARNT_FROM
    of = np.arange(len(some)).repeat(lists.sizes)[first]
    right = found.order[first] - lists.starts[of] == some.target[of]
    return found.inputs[first], right.astype(float), share[of]


def _balanced(domain: NDArray[np.str_]) -> Floats:
    """Every domain counts alike, the mean share is 1."""
    _, which, sizes = np.unique(domain, return_inverse=True, return_counts=True)
    return len(domain) / len(sizes) / sizes[which]


def fit(
    tasks: Sequence[Task],
    embedder: Embedder,
    *,
    promise: float = 0.95,
    seed: int = 0,
    progress: Progress | None = None,
    interaction: Interaction | None = None,
) -> Calibration:
    """Fit on `tasks`; the limits and figures come from domains left out one at a time."""
    say = progress or _silent
    words = Words()
    some = _joined(
        [
            _said(say, "questions", at / len(tasks), examples([task], embedder, words, interaction))
            for at, task in enumerate(tasks)
        ]
    )
    names = sorted(set(some.domain.tolist()))
    chance, right, three = np.zeros(len(some)), np.zeros(len(some), bool), np.zeros(len(some))
    for at, name in enumerate(names):
        say("check", at / len(names))
        left_out = some.domain == name
        if left_out.all():  # a single domain: halves of its questions instead
            left_out = np.random.default_rng(seed).random(len(some)) < 0.5
        outcome = models(some.take(~left_out)).outcome(some.take(left_out))
        chance[left_out], right[left_out], three[left_out] = outcome
    limits = limits_for(chance, right, some.answerable, promise)
    say("fit", 1.0)
    return _calibration(
        models(some),
        limits,
        promise,
        {"domains": names, "tasks": len(tasks), "questions": len(some), "embedder": embedder.name, "seed": seed},
        figures(chance, right, some.answerable, limits),
    )


#: Training sets that the embedder must not have learnt from when the shipped calibration is fitted: where it knows the
#: texts by heart, its similarity looks far better than it is on anybody's knowledge. `kb train` makes an embedder from
#: the other sets for this alone.
UNSEEN = ("assistant_pairs", "bank_pairs", "health_pairs", "law_faq", "law_pairs")

#: Of these, the sets whose clusters are whole. In bank_pairs many entries ask the same without being labelled so, and
#: what counts as a mistake there often is none.
FITTED_ON = ("assistant_pairs", "health_pairs", "law_faq")

#: How much a question about an entry that was held out whole counts when the limits are refitted. Held-out entries
#: leave close relatives behind (绑定 without 解绑), which makes their questions far harder to refuse than what
#: customers ask in vain: the knowledge that is served has those entries.
RELATIVES = 1 / 3
#: Even counted in full they may not cost more than this much of the promised precision.
AT_WORST = 0.01


def fit_shipped(
    data: Path,
    embedder: Embedder,
    interaction: Interaction,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    sets: Sequence[str] = FITTED_ON,
) -> Calibration:
    """Fit the calibration that comes with the package, on tasks made from the training sets under `data`.

    Only from `sets`; neither model may have learnt from `UNSEEN`. The calibration then holds for those of the same
    make that have learnt from all.
    """
    domains = {name: entries for name, entries in training_entries(data).items() if name in sets}
    return fit(training_tasks(domains, seed, rounds=8), embedder, seed=seed, progress=progress, interaction=interaction)


def limits_for(
    chance: Floats, right: NDArray[np.bool_], answerable: NDArray[np.bool_], promise: float, relatives: float = 1.0
) -> Limits:
    """The lowest confidence from which on the precision of direct answers keeps `promise`, by its lower bound.

    The bound is Wilson's (1927), one-sided at 90 %. What cannot be answered counts `relatives` each; counted in
    full, the precision may still miss the promise by `AT_WORST` at most. When no confidence will do, only
    exact phrasings are answered.
    """
    order = np.argsort(-chance, kind="stable")
    asked = np.cumsum(np.where(answerable[order], 1.0, relatives))
    good = np.cumsum(right[order].astype(float))
    plain = good / np.arange(1, len(order) + 1)
    kept = np.flatnonzero((lower_bound(good, asked) >= promise) & (plain >= promise - AT_WORST))
    answer = float(chance[order[kept[-1]]]) if len(kept) else 1.0
    return Limits(answer=answer, suggest=min(WORTH_SHOWING, answer))


def lower_bound(right: Floats, asked: Floats, z: float = 1.2816) -> Floats:
    """Wilson's lower bound of a share."""
    p = right / asked
    half: Floats = z * np.sqrt(p * (1 - p) / asked + z * z / (4 * asked**2))
    bound: Floats = (p + z * z / (2 * asked) - half) / (1 + z * z / asked)
    return bound


def figures(
    chance: Floats, right: NDArray[np.bool_], answerable: NDArray[np.bool_], limits: Limits
) -> dict[str, float]:
    """What the limits do to questions that the models had not seen."""
    direct = chance >= limits.answer
    return {
        "questions": float(len(chance)),
        "recall_at_1": float(right[answerable].mean()) if answerable.any() else 0.0,
        "coverage": float(direct.mean()) if len(direct) else 0.0,
        "precision": float(right[direct].mean()) if direct.any() else 1.0,
    }


def _calibration(
    fitted: Models, limits: Limits, promise: float, on: dict[str, object], measured: dict[str, float]
) -> Calibration:
    return Calibration(
        features=FEATURES,
        means=_rounded(fitted.means),
        scales=_rounded(fitted.scales),
        order=_rounded(fitted.order),
        weights=_rounded(fitted.sure[:-1]),
        intercept=round(float(fitted.sure[-1]), 5),
        limits=Limits(round(limits.answer, 4), round(limits.suggest, 4)),
        promise=promise,
        fitted_on=on,
        measured={name: round(value, 4) for name, value in measured.items()},
    )


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 5) for value in values)


def _joined(parts: Sequence[Examples]) -> Examples:
    """All questions of several; the widest says how many candidates there is room for."""
    widest = max(part.tables.shape[1] for part in parts)
    wide = [(0, 0), (0, 0), (0, 0)]
    tables, there = [], []
    for part in parts:
        wide[1] = (0, widest - part.tables.shape[1])
        tables.append(np.pad(part.tables, wide))
        there.append(np.pad(part.there, wide[:2]))
    return Examples(
        np.concatenate(tables),
        np.concatenate(there),
        np.concatenate([part.target for part in parts]),
        np.concatenate([part.answerable for part in parts]),
        np.concatenate([part.domain for part in parts]),
    )


def _said(say: Progress, what: str, share: float, made: Examples) -> Examples:
    say(what, share)
    return made


def _silent(_what: str, _share: float) -> None:
    pass


#: Times that the knowledge is split when the confidence is refitted: a fifth asks, four fifths are indexed.
FOLDS = 5
#: Fewer questions than this say too little about a threshold.
ENOUGH = 150
#: Questions asked at most, so that publishing large knowledge stays quick.
MOST = 8_000
#: How strongly the shipped weights hold: as much as this weight of evidence for each of them.
HOLD = 30.0


def refit(
    entries: Sequence[Entry],
    embedder: Embedder,
    shipped: Calibration,
    *,
    promise: float = 0.95,
    seed: int = 0,
    progress: Progress | None = None,
) -> Calibration:
    """Fit the confidence to the knowledge that is published, drawn towards `shipped`.

    Asks every variant against an index without it, and every fifth entry's against an index without the entry. The
    limits come from models that had not seen the entries in question. Knowledge with too few variants to learn from
    keeps the shipped confidence and limits.
    """
    say = progress or _silent
    words = Words(own_words(entries))
    tasks = _bounded(folds(entries, FOLDS, seed, name="own"), MOST, seed)
    if sum(len(task.asked) for task in tasks) < ENOUGH:
        return shipped
    some = _joined(
        [_said(say, "questions", at / FOLDS, examples([task], embedder, words)) for at, task in enumerate(tasks)]
    )
    if len(some) < ENOUGH:
        return shipped
    prior = Models(
        np.array(shipped.means),
        np.array(shipped.scales),
        np.array(shipped.order),
        np.array([*shipped.weights, shipped.intercept]),
    )
    chance, right, three = np.zeros(len(some)), np.zeros(len(some), bool), np.zeros(len(some))
    half = np.random.default_rng(seed).permutation(len(some)) % 2
    for part in (0, 1):
        fitted = models(some.take(half != part), prior=prior, ridge=HOLD, ridge_order=HOLD)
        chance[half == part], right[half == part], three[half == part] = fitted.outcome(some.take(half == part))
    limits = limits_for(chance, right, some.answerable, promise, RELATIVES)
    say("fit", 1.0)
    return _calibration(
        models(some, prior=prior, ridge=HOLD, ridge_order=HOLD),
        limits,
        promise,
        {"knowledge": "own", "entries": len(entries), "questions": len(some), "embedder": embedder.name, "seed": seed},
        figures(chance, right, some.answerable, limits),
    )


def _bounded(tasks: Sequence[Task], most: int, seed: int) -> list[Task]:
    """The same tasks with so many questions less that `most` are left, by chance."""
    total = sum(len(task.asked) for task in tasks)
    if total <= most:
        return list(tasks)
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    return [replace(task, asked=tuple(rng.sample(task.asked, len(task.asked) * most // total))) for task in tasks]
