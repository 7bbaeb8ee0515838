"""The gate before a release: what it would answer differently from the one that is served, and whether that may be."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from kb.answer.match import Matcher
from kb.answer.promise import Figures
from kb.errors import PublicationRefused
from kb.types import (
    AnswerRecord,
    DecisionKind,
    EntryId,
    GoldenQuestion,
    Judgement,
    Question,
    Reason,
    Scope,
)

#: Questions asked at once; between them it is said how far it is.
_TOGETHER = 128

#: Called with how many questions were asked and how many there are.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a release does with a question: the decision, and the entry it answers with."""

    decision: DecisionKind
    entry_id: EntryId | None = None

    @classmethod
    def of(cls, judgement: Judgement) -> Self:
        """Read it off a judgement; a draft for a person and options to choose from are no answer."""
        decision = judgement.decision
        answers = decision.kind is DecisionKind.ANSWER and decision.best is not None
        return cls(decision.kind, decision.best.entry.id if answers and decision.best else None)

    def right_for(self, question: GoldenQuestion) -> bool:
        """Whether it is what the question asks for: one of its entries, or no direct answer where a person must."""
        if not question.expected:
            return self.decision is not DecisionKind.ANSWER
        return self.entry_id in question.expected


@dataclass(frozen=True, slots=True)
class Change:
    """A question that the new release treats otherwise than the one that is served."""

    question: str
    old: Outcome
    new: Outcome
    golden: bool  # a golden question; else one that a customer asked
    breaks: bool  # the served release is right about it, the new one is not

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "question": self.question,
            "old": {"decision": self.old.decision.value, "entry_id": self.old.entry_id},
            "new": {"decision": self.new.decision.value, "entry_id": self.new.entry_id},
            "golden": self.golden,
            "breaks": self.breaks,
        }


@dataclass(frozen=True, slots=True)
class Gate:
    """What came of the comparison."""

    golden: int  # golden questions that were asked
    replayed: int  # logged questions that were asked
    changes: tuple[Change, ...]  # those that break first, then golden ones, then the others
    precision: float | None  # of the direct answers to golden questions; None when too few were answered to say
    promise: float

    @property
    def broken(self) -> tuple[Change, ...]:
        """The golden questions that the served release answers rightly and the new one would not."""
        return tuple(change for change in self.changes if change.breaks)

    @property
    def below_promise(self) -> bool:
        """Whether the precision that was measured is less than what is promised."""
        return self.precision is not None and self.precision < self.promise

    @property
    def refuses(self) -> bool:
        """Whether the release may not serve unless somebody accepts it as it is."""
        return bool(self.broken) or self.below_promise

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "golden": self.golden,
            "replayed": self.replayed,
            "precision": self.precision,
            "promise": self.promise,
            "broken": len(self.broken),
            "refuses": self.refuses,
            "changes": [change.as_dict() for change in self.changes],
        }


class GateRefused(PublicationRefused):
    """A refusal with what the gate found."""

    def __init__(self, gate: Gate) -> None:
        """Say what the gate found; `gate` has it all."""
        self.gate = gate
        found = []
        if gate.broken:
            found.append(f"{len(gate.broken)} golden questions that are answered rightly now would not be any more")
        if gate.below_promise:
            found.append(f"of the direct answers {gate.precision:.1%} are right, {gate.promise:.1%} are promised")
        super().__init__(f"{'; '.join(found)}; correct the entries or the golden questions, or accept it (--accept)")


def compare(
    golden: Sequence[tuple[GoldenQuestion, Outcome, Outcome | None]],
    replayed: Sequence[tuple[str, Outcome, Outcome]],
    figures: Figures,
    promise: float,
    *,
    replayed_in_all: int | None = None,
) -> Gate:
    """Put together what both releases make of the questions: the new outcome, then the served one's, if any.

    `replayed_in_all` counts logged questions that cannot have changed as well.
    """
    changes = [
        Change(question.text, old, new, golden=True, breaks=old.right_for(question) and not new.right_for(question))
        for question, new, old in golden
        if old is not None and old != new
    ]
    known = {question.text for question, _, _ in golden}
    changes += [
        Change(text, old, new, golden=False, breaks=False)
        for text, new, old in replayed
        if old != new and text not in known
    ]
    return Gate(
        golden=len(golden),
        replayed=len(replayed) if replayed_in_all is None else replayed_in_all,
        changes=tuple(sorted(changes, key=lambda change: (not change.breaks, not change.golden))),
        precision=figures.precision if figures.answered >= fewest(promise) else None,
        promise=promise,
    )


def fewest(promise: float) -> float:
    """So many direct answers are needed before one mistake among them says that the promise is broken."""
    return 1 / (1 - promise)


def replay(records: Iterable[AnswerRecord]) -> list[tuple[str, Scope]]:
    """The questions to ask again, each once; what was written to a person was never judged."""
    asked = (
        (record.question, Scope(record.category, record.product))
        for record in records
        if record.reason is not Reason.WITH_AGENT
    )
    return list(dict.fromkeys(asked))


def ask(matcher: Matcher, questions: Sequence[tuple[str, Scope]], today: date, progress: Progress) -> list[Outcome]:
    """Ask a release every question."""
    found: list[Outcome] = []
    for at in range(0, len(questions), _TOGETHER):
        progress(at, len(questions))
        some = [Question(text, scope) for text, scope in questions[at : at + _TOGETHER]]
        found += map(Outcome.of, matcher.judge_many(some, today))
    return found


def counted(questions: Sequence[GoldenQuestion], outcomes: Sequence[Outcome]) -> Figures:
    """Add up what a release makes of golden questions; answers from documents count for nothing, as none is golden."""
    answered = [
        outcome.right_for(question)
        for question, outcome in zip(questions, outcomes, strict=True)
        if outcome.entry_id is not None
    ]
    answerable = sum(bool(question.expected) for question in questions)
    right = sum(answered)
    return Figures(
        questions=len(questions),
        answerable=answerable,
        answered=len(answered),
        precision=right / len(answered) if answered else 1.0,
        coverage=right / answerable if answerable else 0.0,
    )
