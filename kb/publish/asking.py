"""Both releases are asked what is known to be asked: the golden questions, and what customers asked lately."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kb.index.release import Release
from kb.publish.building import Live
from kb.publish.fitting import Progress, Ready
from kb.publish.gate import Gate, ask, compare, replay
from kb.publish.touched import Kept, Seen, Touched
from kb.types import AnswerRecord, GoldenQuestion, Scope


@dataclass(frozen=True, slots=True)
class Asking:
    """Holds a new release against the live one.

    What the live release made of the golden questions is kept with it; what a small change cannot touch is not asked
    again.
    """

    golden: Sequence[GoldenQuestion]
    logged: Sequence[AnswerRecord]  # what customers asked lately
    promise: float
    today: date
    progress: Progress

    def first(self, ready: Ready) -> Gate:
        """What is to be said of a release that none was before."""
        outcomes = zip(self.golden, ready.outcomes, strict=True)
        return compare([(question, new, None) for question, new in outcomes], [], ready.figures, self.promise)

    def gate(self, live: Live, ready: Ready, kept: Kept | None, touched: Touched) -> Gate:
        """Ask both what may be answered differently."""
        again = replay(self.logged)
        open_ones = self._open(again, touched) if ready.carried else again
        known = kept.outcomes if kept else {}
        unknown = [(question.text, Scope()) for question in self.golden if question.text not in known]
        steps = len(unknown) + 2 * len(open_ones)

        def said(before: int) -> Callable[[int, int], None]:
            return lambda done, _: self.progress("gate", before + done, steps)

        asked = [*unknown, *open_ones]
        old = ask(live.matcher, asked, self.today, said(0)) if asked else []
        new = ask(ready.matcher, open_ones, self.today, said(len(unknown) + len(open_ones)))
        first = {text: outcome for (text, _), outcome in zip(unknown, old, strict=False)}
        first |= {text: outcome for text, (outcome, _) in known.items()}
        return compare(
            [(one, new_one, first[one.text]) for one, new_one in zip(self.golden, ready.outcomes, strict=True)],
            [
                (text, after, before)
                for (text, _), after, before in zip(open_ones, new, old[len(unknown) :], strict=True)
            ],
            ready.figures,
            self.promise,
            replayed_in_all=len(again),
        )

    def _open(self, asked: Sequence[tuple[str, Scope]], touched: Touched) -> list[tuple[str, Scope]]:
        """The logged questions that the change may touch."""
        seen = _seen(self.logged)
        may = touched.by([text for text, _ in asked], [seen[text] for text, _ in asked])
        return [one for one, yes in zip(asked, may, strict=True) if yes]


def kept_by(live: Release, today: date) -> Kept | None:
    """What the live release makes of the golden questions today; None when that has to be asked."""
    if not live.outcomes:
        return None
    try:
        kept = Kept.from_json(live.outcomes)
    except (ValueError, KeyError, TypeError):
        return None
    dated = any(entry.valid_from or entry.valid_until for entry in live.knowledge.entries)
    return kept if kept.day == today or not dated else None


def _seen(records: Sequence[AnswerRecord]) -> Mapping[str, Seen]:
    """What was found for each logged question, the confidence as it was last."""
    ids: defaultdict[str, set[str]] = defaultdict(set)
    sure: dict[str, float] = {}
    for record in records:
        ids[record.question] |= {entry_id for entry_id, _ in record.candidates}
        sure.setdefault(record.question, max((confidence for _, confidence in record.candidates), default=0.0))
    return {question: Seen(found, sure[question]) for question, found in ids.items()}
