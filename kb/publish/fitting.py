"""A calibration for new knowledge: the live release's while little has changed, else one that is fitted anew."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from kb.answer.confidence import SHIPPED, Calibration
from kb.answer.fit import refit
from kb.answer.match import Matcher
from kb.answer.passages import Passages
from kb.answer.promise import Figures, Scaling, Trial, are_enough, keep, served, settle, try_all
from kb.errors import ReleaseError
from kb.index.knowledge import Knowledge, matched_form
from kb.index.release import Release
from kb.ports import Embedder
from kb.publish.carry import Fitted, changed
from kb.publish.gate import Outcome, counted
from kb.publish.touched import Kept, Touched
from kb.types import GoldenQuestion, Judgement, Question, ReleaseId, Scope

#: Called with the step's name (a key of messages.PUBLISH_STEPS), what is done of it and how much there is.
Progress = Callable[[str, int, int], None]
#: Entries that the confidence is fitted on at most, by chance. So few are less
#: crowded than the whole; with enough golden questions the limits are set on all of it.
_FITTED_ON = 5_000


@dataclass(frozen=True, slots=True)
class Ready:
    """A release that could be written: what would answer, and what that was found to be worth."""

    matcher: Matcher
    fitted: Fitted
    outcomes: tuple[Outcome, ...]  # of the golden questions, in their order
    figures: Figures
    kept: Kept
    carried: bool = False  # its calibration is the live release's


@dataclass(frozen=True, slots=True)
class Fitting:
    """Makes a calibration for new knowledge, or takes over the live release's."""

    knowledge: Knowledge
    passages: Passages | None
    embedder: Embedder
    golden: Sequence[GoldenQuestion]
    promise: float
    today: date
    name: ReleaseId  # of the release that is being made
    revision: int
    progress: Progress
    unchanged: Callable[[int], int]  # golden questions that no later revision wrote

    def carried(self, live: Release, kept: Kept | None, touched: Touched) -> Ready | None:
        """Keep the live release's calibration if little has changed since it was fitted."""
        fitted = Fitted.read(live.manifest)
        if fitted is None or live.manifest.promise != self.promise or fitted.shipped != _shipped():
            return None
        same = self.unchanged(fitted.revision)
        fitted = replace(
            fitted,
            changed=fitted.changed + changed(live.knowledge.texts, self.knowledge.texts),
            golden_changed=max(len(self.golden) - same, fitted.golden - same),
        )
        if not fitted.holds:
            return None
        try:
            calibration = Calibration.from_json(live.calibration)
        except ReleaseError:
            return None  # made by an earlier program, for other features
        return self._asked(calibration, fitted, kept, touched)

    def _asked(self, calibration: Calibration, fitted: Fitted, kept: Kept | None, touched: Touched) -> Ready:
        """Ask the golden questions that the live release was not asked, and those that the change may have touched."""
        matcher = self._matcher(calibration)
        texts = [question.text for question in self.golden]
        known = kept.outcomes if kept else {}
        there = [text for text in texts if text in known]
        may = touched.by(there, [known[text][1] for text in there])
        same = {text: known[text] for text, yes in zip(there, may, strict=True) if not yes}
        asked = [text for text in texts if text not in same]
        self.progress("golden", len(same), len(texts))
        judged = Kept.of(asked, matcher.judge_many([Question(text) for text in asked], self.today), self.today)
        now = Kept(self.today, {**same, **judged.outcomes})
        self.progress("golden", len(texts), len(texts))
        outcomes = tuple(now.outcomes[text][0] for text in texts)
        return Ready(matcher, fitted, outcomes, counted(self.golden, outcomes), now, carried=True)

    def made(self) -> Ready:
        """Fit anew: on the knowledge's own variants, then on golden questions where there are enough."""
        shipped = Calibration.shipped()
        entries = self.knowledge.entries
        if len(entries) > _FITTED_ON:
            entries = tuple(Random(0).sample(entries, _FITTED_ON))  # noqa: S311 - nothing secret
        calibration = refit(
            entries,
            self.embedder,
            shipped,
            promise=self.promise,
            progress=lambda _, share: self.progress("fit", round(100 * share), 100),
        )
        fitted = Fitted(
            by="shipped" if calibration is shipped else "variants",
            release=self.name,
            revision=self.revision,
            phrasings=len(self.knowledge.texts),
            golden=len(self.golden),
            shipped=_shipped(),
        )
        trials = self._try(calibration)
        if not are_enough(trials):
            return self._ready(calibration, fitted, trials)
        kept = keep(calibration, trials, self.promise)
        ready = self._ready(kept.calibration, replace(fitted, by="golden"), trials, kept.scaling)
        measured = kept.calibration.measured
        figures = replace(ready.figures, precision=measured["precision"], coverage=measured["coverage"])
        return replace(ready, figures=figures)

    def _ready(
        self, calibration: Calibration, fitted: Fitted, trials: Sequence[Trial], scaling: Scaling | None = None
    ) -> Ready:
        judgements = [settle(trial, scaling or Scaling(), calibration.limits) for trial in trials]
        figures = served(trials, judgements)
        judgements = [self._beside(judgement, trial) for judgement, trial in zip(judgements, trials, strict=True)]
        outcomes = tuple(map(Outcome.of, judgements))
        texts = [question.text for question in self.golden]
        kept = Kept.of(texts, judgements, self.today)
        return Ready(self._matcher(calibration), fitted, outcomes, figures, kept)

    def _beside(self, judgement: Judgement, trial: Trial) -> Judgement:
        """What documents add; the precision is of answers from entries, which golden questions know."""
        if self.passages is None:
            return judgement
        return self.passages.beside(judgement, matched_form(trial.question.text), Scope())

    def _try(self, calibration: Calibration) -> list[Trial]:
        return try_all(
            self._matcher(calibration),
            self.golden,
            self.today,
            progress=lambda done, of: self.progress("golden", done, of),
        )

    def _matcher(self, calibration: Calibration) -> Matcher:
        return Matcher(
            self.knowledge, self.embedder, calibration, calibration.limits, self.name, passages=self.passages
        )


def _shipped() -> str:
    """Name the shipped calibration."""
    return hashlib.sha256(SHIPPED.read_bytes()).hexdigest()[:16]
