"""The promise held against real questions: the confidence recalibrated on them, and the limit for answers set by them.

Editors write variants that differ as much as possible; leaving one out asks for more than customers do. Where there
are enough golden questions, they say better from which confidence on an answer may be given.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from kb.answer.confidence import Calibration, Floats
from kb.answer.decide import decide
from kb.answer.fit import WORTH_SHOWING, lower_bound
from kb.answer.match import READ_CLOSELY, REMAINDER, TOGETHER, Matcher
from kb.types import DecisionKind, GoldenQuestion, Judgement, Limits, Question, Reason

#: So many golden questions that no entry is phrased like, and so many answerable ones among them, are enough.
ENOUGH = 200
ENOUGH_ANSWERABLE = 50
#: How strongly a = 1, b = 0 holds in Platt scaling, as a ridge on the log-likelihood.
RIDGE = 5.0
_FLATTEST = 0.05  # the order of confidences is kept, whatever the questions say
_ANYTHING = Limits(answer=0.0, suggest=0.0)


@dataclass(frozen=True, slots=True)
class Trial:
    """A golden question, judged by a release that answers whatever nothing but its confidence would stop."""

    question: GoldenQuestion
    judgement: Judgement

    @property
    def exact(self) -> bool:
        """Whether it is phrased exactly like an entry; such a question says nothing about the confidence."""
        return self.judgement.decision.reason in (Reason.EXACT, Reason.SAME_PHRASING)

    @property
    def may_be_answered(self) -> bool:
        """Whether it is answered at some confidence: no guard, tie or differing detail stands against it."""
        return self.judgement.decision.kind is DecisionKind.ANSWER

    @property
    def right(self) -> bool:
        """Whether the best candidate would be a right answer."""
        best = self.judgement.candidates[:1]
        return bool(best) and best[0].entry.id in self.question.expected

    @property
    def open(self) -> bool:
        """Whether the confidence decides about it, or would but for what is left of it without a name.

        What that keeps from being answered is not spent on a lower limit: it makes answers surer, not more.
        """
        stopped = any(candidate.conflict == REMAINDER for candidate in self.judgement.candidates[:1])
        return stopped or (self.may_be_answered and not self.exact)


@dataclass(frozen=True, slots=True)
class Scaling:
    """What Platt scaling makes of log-odds: `a` times them, and `b` more."""

    a: float = 1.0
    b: float = 0.0

    def __call__(self, confidence: Floats) -> Floats:
        """Return the confidences anew; their order stays."""
        scaled: Floats = 1 / (1 + np.exp(-(self.a * _log_odds(confidence) + self.b)))
        return scaled

    def within(self, calibration: Calibration) -> Calibration:
        """Fold it into a calibration, exactly: its model is logistic."""
        return replace(
            calibration,
            weights=tuple(self.a * weight for weight in calibration.weights),
            intercept=self.a * calibration.intercept + self.b,
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """What limits do to golden questions; shares are 0..1, `precision` is 1 when nothing was answered."""

    questions: int
    answerable: int
    answered: int
    precision: float  # of the direct answers
    coverage: float  # of the answerable questions, answered directly and rightly


def try_all(
    matcher: Matcher,
    questions: Sequence[GoldenQuestion],
    today: date,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[Trial]:
    """Ask every question with no limit on the confidence."""
    bold = Matcher(matcher.knowledge, matcher.embedder, matcher.calibration, _ANYTHING, matcher.release_id)
    trials: list[Trial] = []
    for begin in range(0, len(questions), TOGETHER):
        some = questions[begin : begin + TOGETHER]
        trials += map(Trial, some, bold.judge_many([Question(one.text) for one in some], today))
        if progress:
            progress(len(trials), len(questions))
    return trials


def are_enough(trials: Sequence[Trial]) -> bool:
    """Whether the promise can be held against them."""
    asked = [trial for trial in trials if not trial.exact]
    return len(asked) >= ENOUGH and sum(bool(trial.question.expected) for trial in asked) >= ENOUGH_ANSWERABLE


@dataclass(frozen=True, slots=True)
class Kept:
    """A calibration that keeps the promise on golden questions, and the scaling that was folded into it."""

    calibration: Calibration
    scaling: Scaling


def keep(calibration: Calibration, trials: Sequence[Trial], promise: float, *, seed: int = 0) -> Kept:
    """Recalibrate on golden questions and set the limits by them; `trials` come from a matcher with `calibration`.

    `measured` is cross-fitted: fitted on one half of the questions, measured on the other, and the other way round.
    """
    scaling = platt(trials)
    limits = _limits(trials, scaling, promise)
    half = np.random.default_rng(seed).permutation(len(trials)) % 2
    decided: list[tuple[Trial, bool]] = []
    for part in (0, 1):
        learnt = [trial for trial, which in zip(trials, half, strict=True) if which != part]
        asked = [trial for trial, which in zip(trials, half, strict=True) if which == part]
        fitted = platt(learnt)
        decided += zip(asked, _answered(asked, fitted, _limits(learnt, fitted, promise)), strict=True)
    found = figures([trial for trial, _ in decided], [yes for _, yes in decided])
    kept = replace(
        scaling.within(calibration),
        fitted_on={**calibration.fitted_on, "golden": len(trials), "platt": [scaling.a, scaling.b]},
        measured={
            "questions": float(found.questions),
            "answerable": float(found.answerable),
            "precision": round(found.precision, 4),
            "coverage": round(found.coverage, 4),
        },
    )
    return Kept(kept.with_limits(limits, promise), scaling)


def platt(trials: Sequence[Trial], ridge: float = RIDGE) -> Scaling:
    """Fit a line through the log-odds to what was right (Platt 1999, with his targets), drawn towards identity."""
    some = [trial for trial in trials if trial.open]
    x = _log_odds(np.array([trial.judgement.confidence for trial in some]))
    right = np.array([trial.right for trial in some], bool)
    target = np.where(right, (right.sum() + 1) / (right.sum() + 2), 1 / ((~right).sum() + 2))
    inputs = np.column_stack([x, np.ones(len(x))])
    line, identity = np.array([1.0, 0.0]), np.array([1.0, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(inputs @ line)))
        slope = inputs.T @ (p - target) + ridge * (line - identity)
        curve = (inputs * (p * (1 - p))[:, None]).T @ inputs + ridge * np.eye(2)
        step = np.linalg.solve(curve, slope)
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))  # far from the end Newton's steps are too long
        line = line - step
        if np.abs(step).max() < 1e-10:
            break
    return Scaling(max(float(line[0]), _FLATTEST), float(line[1]))


def settle(trial: Trial, scaling: Scaling, limits: Limits) -> Judgement:
    """Return what a release with this scaling folded in, and these limits, decides about the question."""
    judgement = trial.judgement
    if trial.exact or judgement.decision.reason not in (Reason.CONFIDENT, Reason.DETAIL_DIFFERS):
        return judgement
    scaled = scaling(np.array([candidate.confidence for candidate in judgement.candidates])).tolist()
    candidates = tuple(
        replace(candidate, confidence=one) for candidate, one in zip(judgement.candidates, scaled, strict=True)
    )
    best, *others = candidates
    if best.confidence < limits.answer and best.conflict in READ_CLOSELY:  # nobody would have looked
        candidates = (replace(best, conflict=""), *others)
    return replace(judgement, decision=decide(candidates, limits), candidates=candidates)


def figures(trials: Sequence[Trial], answered: Sequence[bool]) -> Figures:
    """Add up what was answered, and rightly."""
    direct = [trial.right for trial, yes in zip(trials, answered, strict=True) if yes]
    answerable = sum(bool(trial.question.expected) for trial in trials)
    return Figures(
        questions=len(trials),
        answerable=answerable,
        answered=len(direct),
        precision=sum(direct) / len(direct) if direct else 1.0,
        coverage=sum(direct) / answerable if answerable else 0.0,
    )


def served(trials: Sequence[Trial], judgements: Sequence[Judgement]) -> Figures:
    """Add up what `settle` made of the trials."""
    return figures(trials, [judgement.decision.kind is DecisionKind.ANSWER for judgement in judgements])


def _answered(trials: Sequence[Trial], scaling: Scaling, limits: Limits) -> list[bool]:
    confidence = scaling(np.array([trial.judgement.confidence for trial in trials]))
    return [
        trial.may_be_answered and (trial.exact or bool(sure >= limits.answer))
        for trial, sure in zip(trials, confidence, strict=True)
    ]


def _limits(trials: Sequence[Trial], scaling: Scaling, promise: float) -> Limits:
    """The smallest confidence that keeps the promise, by Wilson's lower bound, on what the confidence decides about."""
    some = [trial for trial in trials if trial.open]
    confidence = scaling(np.array([trial.judgement.confidence for trial in some]))
    order = np.argsort(-confidence, kind="stable")
    falling = confidence[order]
    right = np.cumsum(np.array([trial.right for trial in some], float)[order])
    apart = np.append(falling[1:] < falling[:-1], True)[: len(falling)]  # a limit cannot part equal confidences
    kept = np.flatnonzero((lower_bound(right, np.arange(1.0, len(right) + 1)) >= promise) & apart)
    answer = float(np.floor(falling[kept[-1]] * 1e6) / 1e6) if len(kept) else 1.0
    return Limits(answer=answer, suggest=min(WORTH_SHOWING, answer))


def _log_odds(confidence: Floats) -> Floats:
    p = np.clip(confidence, 1e-12, 1 - 1e-12)
    odds: Floats = np.log(p / (1 - p))
    return odds
