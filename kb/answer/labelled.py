"""Questions that somebody has labelled with the entries that answer them, asked of what is served."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kb.answer.match import TOGETHER, Matcher
from kb.answer.measure import OURS, Report, figures, outcome, share_answered, small_talk
from kb.answer.tasks import rows
from kb.errors import FileUnreadable
from kb.types import DecisionKind, EntryId, GoldenQuestion, Judgement, Question


@dataclass(frozen=True, slots=True)
class Asked:
    """A labelled question and what was decided."""

    question: GoldenQuestion
    judgement: Judgement

    @property
    def answered(self) -> bool:
        """Whether it was answered directly."""
        return self.judgement.decision.kind is DecisionKind.ANSWER

    @property
    def right(self) -> bool:
        """Whether it was answered directly, with a right entry."""
        best = self.judgement.decision.best
        return self.answered and best is not None and best.entry.id in self.question.expected

    @property
    def offered(self) -> bool:
        """Whether the customer was asked back and a right entry was among the options."""
        decision = self.judgement.decision
        found = {candidate.entry.id for candidate in decision.options}
        return decision.kind is DecisionKind.CLARIFY and not found.isdisjoint(self.question.expected)


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares are 0..1; `precision` is 1 when nothing was answered."""

    questions: int
    answerable: int
    precision: float  # of the direct answers, how many are right
    answered_of_answerable: float  # answered directly and rightly
    offered_of_answerable: float  # not answered, but a right entry was an option
    answered_of_unanswerable: float  # answered directly though a person should have
    answered_by_kind: dict[str, float]  # direct and right, of the answerable ones asked in that way
    handed_over: dict[str, int]  # reasons, over all questions


def read_labelled(paths: Sequence[Path]) -> list[GoldenQuestion]:
    """Read JSON lines `{"question", "expected": [ids], "handoff", "kind"}` from files, or all files of a folder.

    Raises FileUnreadable naming the file.
    """
    files = [file for path in paths for file in (sorted(path.glob("*.jsonl*")) if path.is_dir() else [path])]
    found: list[GoldenQuestion] = []
    for file in files:
        try:
            found.extend(_labelled(row) for row in rows(file))
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise FileUnreadable(f"{file.name} does not hold labelled questions as JSON lines: {error}") from error
    return found


def are_labelled(paths: Sequence[Path]) -> bool:
    """Whether these are labelled questions, rather than entries with variants."""
    for path in paths:
        for file in sorted(path.glob("*.jsonl*")) if path.is_dir() else [path]:
            with suppress(OSError, ValueError, TypeError, EOFError, StopIteration):
                return "expected" in next(iter(rows(file)))
    return False


def _labelled(row: dict[str, Any]) -> GoldenQuestion:
    expected = tuple(EntryId(one) for one in row["expected"])
    return GoldenQuestion(row["question"], expected, row.get("handoff", ""), row.get("kind", ""))


def ask_labelled(
    matcher: Matcher,
    questions: Sequence[GoldenQuestion],
    today: date,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[Asked]:
    """Ask every question through the served path."""
    asked: list[Asked] = []
    for at in range(0, len(questions), TOGETHER):
        some = questions[at : at + TOGETHER]
        judged = matcher.judge_many([Question(question.text) for question in some], today)
        asked.extend(map(Asked, some, judged))
        if progress:
            progress(len(asked), len(questions))
    return asked


def report(asked: Sequence[Asked], matcher: Matcher, *, name: str, seconds: float) -> Report:
    """What became of the questions, as it is reported of a split; nobody else was asked."""
    outcomes = tuple(outcome(one.question.text, one.question.expected, one.judgement) for one in asked)
    knowledge = matcher.knowledge
    return Report(
        name,
        len(knowledge.entries),
        len(knowledge.texts),
        matcher.limits,
        matcher.calibration.promise,
        (figures(OURS, outcomes, share_answered(matcher, small_talk())),),
        {OURS: outcomes},
        {entry.id: entry.question for entry in knowledge.entries},
        seconds,
    )


def score(asked: Sequence[Asked]) -> Scores:
    """Add up what was right."""
    direct = [one for one in asked if one.answered]
    answerable = [one for one in asked if one.question.expected]
    others = [one for one in asked if not one.question.expected]
    by_kind: defaultdict[str, list[bool]] = defaultdict(list)
    for one in answerable:
        by_kind[one.question.kind].append(one.right)
    handed_over = Counter(
        one.judgement.decision.reason.value for one in asked if one.judgement.decision.kind is DecisionKind.HANDOFF
    )
    return Scores(
        questions=len(asked),
        answerable=len(answerable),
        precision=_share([one.right for one in direct], of_nothing=1.0),
        answered_of_answerable=_share([one.right for one in answerable]),
        offered_of_answerable=_share([one.offered for one in answerable]),
        answered_of_unanswerable=_share([one.answered for one in others]),
        answered_by_kind={kind: _share(right) for kind, right in sorted(by_kind.items())},
        handed_over=dict(handed_over.most_common()),
    )


def _share(flags: Sequence[bool], of_nothing: float = 0.0) -> float:
    return sum(flags) / len(flags) if flags else of_nothing
