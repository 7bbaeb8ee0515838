"""How good the answers are, by the protocol of the README: what is served is what is measured, beside its peers."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.answer.confidence import Calibration
from kb.answer.match import TOGETHER, Matcher
from kb.answer.tasks import Task, split
from kb.index.knowledge import Knowledge, matched_form
from kb.index.lexical import VIEWS
from kb.ports import Embedder
from kb.types import DecisionKind, Entry, EntryId, Judgement, Limits, Question, Reason, ReleaseId

Floats = NDArray[np.float64]
#: Gives the calibration for the entries that are indexed: the shipped one, or one refitted on them.
Fit = Callable[[Sequence[Entry]], Calibration]

#: How our own way of answering is called among its peers.
OURS = "kb"
DEPTH = 10
_RESAMPLES = 300
#: Decisions that another limit would have changed; what a guard or a differing detail stopped is never answered.
_BY_CONFIDENCE = (
    Reason.EXACT,
    Reason.CONFIDENT,
    Reason.NOT_SURE_ENOUGH,
    Reason.TOO_CLOSE_TO_CALL,
    Reason.NOTHING_CLOSE,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question."""

    text: str
    wanted: tuple[EntryId, ...]  # any of them answers it; none does when it cannot be answered
    found: tuple[EntryId, ...]  # best first
    confidence: float  # 0 when a guard or an empty text kept it from being matched
    answered: bool

    @property
    def right(self) -> bool:
        """Whether the first entry found is one that is wanted."""
        return self.found[:1] != () and self.found[0] in self.wanted


@dataclass(frozen=True, slots=True)
class Figures:
    """The measures of one way of answering; shares are 0..1 and coverage counts all questions, answerable or not."""

    name: str
    questions: int
    recall_at_1: float
    recall_at_5: float
    recall_at_10: float
    coverage_at_95: float  # largest share answered at 95 % precision, the threshold chosen afterwards
    coverage_at_90: float
    coverage_at_80: float
    aurc: float  # area under the risk-coverage curve (Geifman & El-Yaniv 2017), lower is better
    auroc: float  # of confidence against being right
    ece: float | None  # expected calibration error over ten equal bins; None for a raw similarity
    answered: float  # share answered directly at the served limits
    precision: float  # of those
    unanswerable_answered: float  # share of what cannot be answered that was answered all the same
    small_talk_answered: float | None  # share of small talk answered directly; None where nobody asked
    interval: tuple[float, float]  # bootstrap, 95 %, of coverage_at_95


@dataclass(frozen=True)
class Report:
    """The same questions answered in several ways; the first is ours."""

    name: str
    entries: int
    phrasings: int
    limits: Limits
    promise: float
    rows: tuple[Figures, ...]
    outcomes: Mapping[str, tuple[Outcome, ...]]  # by the name of the row
    titles: Mapping[EntryId, str]  # standard questions, of what was held out too
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """The figures as plain values."""
        return {
            "name": self.name,
            "entries": self.entries,
            "phrasings": self.phrasings,
            "limits": asdict(self.limits),
            "promise": self.promise,
            "rows": [asdict(row) for row in self.rows],
            "seconds": round(self.seconds, 1),
        }


def evaluate(
    entries: Sequence[Entry],
    *,
    k: int,
    seed: int,
    embedder: Embedder,
    fit: Fit,
    name: str = "",
    peers: bool = True,
    most: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Report:
    """Split `entries` (k variants indexed, a fifth held out), ask the rest, compare with peers on the same split."""
    began = time.perf_counter()
    task = split(entries, k, seed, name=name, most=most)
    calibration = fit(task.entries)
    knowledge = Knowledge.build(task.entries, embedder)
    matcher = Matcher(knowledge, embedder, calibration, calibration.limits, ReleaseId("evaluation"))
    ours = ask(matcher, task, progress=progress)
    outcomes = {OURS: ours} | (_peers(knowledge, embedder, task) if peers else {})
    rows = [
        figures(OURS, ours, share_answered(matcher, small_talk())),
        *(replace(figures(way, those), ece=None) for way, those in outcomes.items() if way != OURS),
    ]
    return Report(
        name,
        len(knowledge.entries),
        len(knowledge.texts),
        calibration.limits,
        calibration.promise,
        tuple(rows),
        outcomes,
        {entry.id: entry.question for entry in entries},
        time.perf_counter() - began,
    )


def ask(matcher: Matcher, task: Task, *, progress: Callable[[float], None] | None = None) -> tuple[Outcome, ...]:
    """Ask every question of `task` through the served path."""
    outcomes: list[Outcome] = []
    today = date.today()  # noqa: DTZ011 - entries of a task carry no dates
    for at in range(0, len(task.asked), TOGETHER):
        some = task.asked[at : at + TOGETHER]
        judged = matcher.judge_many([Question(asked.text, top_k=DEPTH) for asked in some], today)
        outcomes += [
            outcome(asked.text, () if asked.entry is None else (asked.entry,), judgement)
            for asked, judgement in zip(some, judged, strict=True)
        ]
        if progress:
            progress(at / len(task.asked))
    return tuple(outcomes)


def outcome(text: str, wanted: tuple[EntryId, ...], judgement: Judgement) -> Outcome:
    """What became of a question that any of the entries `wanted` answers."""
    decision = judgement.decision
    return Outcome(
        text=text,
        wanted=wanted,
        found=tuple(candidate.entry.id for candidate in judgement.candidates),
        confidence=judgement.confidence if decision.reason in _BY_CONFIDENCE else 0.0,
        answered=decision.kind is DecisionKind.ANSWER,
    )


def share_answered(matcher: Matcher, texts: Sequence[str]) -> float:
    """Share of `texts` answered directly: for small talk and what is out of scope, where each answer is a mistake."""
    today = date.today()  # noqa: DTZ011 - entries of a task carry no dates
    kinds = [one.decision.kind for one in matcher.judge_many([Question(text) for text in texts], today)]
    return sum(kind is DecisionKind.ANSWER for kind in kinds) / max(len(kinds), 1)


def small_talk() -> list[str]:
    """What people say to a service without asking anything that a knowledge base could know."""
    return (files("kb.answer") / "small_talk.txt").read_text("utf-8").split("\n")[:-1]


def figures(name: str, outcomes: Sequence[Outcome], small_talk_answered: float | None = None) -> Figures:
    """All measures of one way of answering."""
    right = np.array([outcome.right for outcome in outcomes], bool)
    confidence = np.array([outcome.confidence for outcome in outcomes])
    answered = np.array([outcome.answered for outcome in outcomes], bool)
    answerable = np.array([outcome.wanted != () for outcome in outcomes], bool)
    return Figures(
        name=name,
        questions=len(outcomes),
        recall_at_1=_recall(outcomes, 1),
        recall_at_5=_recall(outcomes, 5),
        recall_at_10=_recall(outcomes, 10),
        coverage_at_95=coverage(confidence, right, 0.95),
        coverage_at_90=coverage(confidence, right, 0.90),
        coverage_at_80=coverage(confidence, right, 0.80),
        aurc=aurc(confidence, right),
        auroc=auroc(confidence, right),
        ece=calibration_error(confidence, right),
        answered=float(answered.mean()),
        precision=float(right[answered].mean()) if answered.any() else 1.0,
        unanswerable_answered=float(answered[~answerable].mean()) if (~answerable).any() else 0.0,
        small_talk_answered=small_talk_answered,
        interval=_interval(confidence, right),
    )


def risk_coverage(confidence: Floats, right: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Coverage and precision as the threshold falls, one point for each distinct confidence."""
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence = confidence[order]
    last = np.flatnonzero(
        np.append(sorted_confidence[1:] != sorted_confidence[:-1], True)
    )  # ties are answered together
    asked = last + 1
    return asked / len(confidence), np.cumsum(right[order])[last] / asked


def coverage(confidence: Floats, right: NDArray[np.bool_], precision: float) -> float:
    """The largest share that can be answered with at least this precision."""
    if not len(confidence):
        return 0.0
    covered, precise = risk_coverage(confidence, right)
    kept = np.flatnonzero(precise >= precision)
    return float(covered[kept[-1]]) if len(kept) else 0.0


def aurc(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Mean share of mistakes over all coverages."""
    order = np.argsort(-confidence, kind="stable")
    return float(np.mean(1 - np.cumsum(right[order]) / np.arange(1, len(right) + 1))) if len(right) else 0.0


def auroc(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Chance that a right one has more confidence than a wrong one, ties counted half (Mann and Whitney 1947)."""
    good, bad = np.sort(confidence[right]), confidence[~right]
    if not len(good) or not len(bad):
        return 0.5
    below = np.searchsorted(good, bad, side="right")
    level = below - np.searchsorted(good, bad, side="left")
    return float(np.mean(len(good) - below + level / 2) / len(good))


def reliability(confidence: Floats, right: NDArray[np.bool_], bins: int = 10) -> list[tuple[float, float, int]]:
    """For each of `bins` equal bins that holds any question: mean confidence, share right, number of questions."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    counts = np.bincount(which, minlength=bins)
    said, done = np.bincount(which, confidence, bins), np.bincount(which, right, bins)
    return [(said[at] / n, done[at] / n, n) for at, n in enumerate(counts.tolist()) if n]


def calibration_error(confidence: Floats, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean distance of confidence and share right over equal bins, by their number (Naeini et al. 2015)."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.abs(np.bincount(which, confidence - right, bins))
    return float(gaps.sum() / max(len(confidence), 1))


def _recall(outcomes: Sequence[Outcome], depth: int) -> float:
    wanted = [outcome for outcome in outcomes if outcome.wanted]
    return sum(not set(one.wanted).isdisjoint(one.found[:depth]) for one in wanted) / max(len(wanted), 1)


def _interval(confidence: Floats, right: NDArray[np.bool_]) -> tuple[float, float]:
    rng = np.random.default_rng(0)
    picks = rng.integers(len(right), size=(_RESAMPLES, len(right))) if len(right) else np.zeros((1, 0), int)
    low, high = np.quantile([coverage(confidence[pick], right[pick], 0.95) for pick in picks], (0.025, 0.975))
    return float(low), float(high)


def _peers(knowledge: Knowledge, embedder: Embedder, task: Task) -> dict[str, tuple[Outcome, ...]]:
    """The same questions answered from one raw similarity: its first entry, its value the confidence."""
    found: dict[str, list[Outcome]] = {name: [] for name in (*_PEERS.values(), "dense", "hybrid")}
    forms = [matched_form(asked.text) for asked in task.asked]
    vectors = embedder.encode(forms)
    starts = knowledge.starts[:-1]
    for asked, form, vector in zip(task.asked, forms, vectors, strict=True):
        wanted = () if asked.entry is None else (asked.entry,)
        terms = knowledge.lexical.terms([form], [knowledge.words(form)])
        scores = {
            peer: knowledge.lexical.scores(terms, (view,), budget=_EVERYTHING)
            for view, peer in enumerate(_PEERS.values())
        }
        scores["dense"] = knowledge.vectors @ vector
        scores["hybrid"] = np.sum(list(scores.values()), axis=0)
        if form:
            for view in (0, 1):  # raw BM25, as others use it
                span = terms.span(0, view)
                scores[_PEERS[VIEWS[view]]] = scores[_PEERS[VIEWS[view]]] * _raw(
                    terms.weights[span], terms.idf[span], terms.counts[span]
                )
        for peer, by_row in scores.items():
            by_entry = np.maximum.reduceat(by_row, starts)
            first = np.argsort(-by_entry, kind="stable")[:DEPTH]
            ids = tuple(knowledge.entries[at].id for at in first.tolist())
            found[peer].append(Outcome(asked.text, wanted, ids, float(by_entry[first[0]]), answered=False))
    return {peer: tuple(outcomes) for peer, outcomes in found.items()}


_PEERS = {"words": "BM25 words", "characters": "BM25 characters", "bigrams": "TF-IDF"}
_EVERYTHING = 1 << 60


def _raw(weights: NDArray[np.float32], idf: NDArray[np.float32], counts: NDArray[np.float32]) -> float:
    """What `Terms.weights` were divided by."""
    return float(counts[0] * idf[0] / weights[0]) if len(weights) and weights[0] else 1.0
