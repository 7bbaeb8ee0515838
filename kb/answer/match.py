"""One question against one release: the only way from a question to a decision, whoever asks."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.answer.confidence import Calibration
from kb.answer.decide import decide, decide_exact
from kb.answer.features import FEATURES, Measured, Positions, Reading, measure, read
from kb.answer.guards import guard
from kb.answer.twins import turned
from kb.index.courtesy import without_courtesy
from kb.index.knowledge import Knowledge, matched_form
from kb.ports import Embedder
from kb.text import normalise
from kb.types import (
    Candidate,
    Decision,
    DecisionKind,
    Entry,
    Judgement,
    Limits,
    Question,
    Reason,
    ReleaseId,
    Scope,
)

if TYPE_CHECKING:
    from kb.answer.passages import Passages

Mask = NDArray[np.bool_]

#: Entries that are looked at closely for each question; each search gives half of them.
LOOKED_AT = 16
#: Phrasings that the vector search is asked for, to find that many entries.
_NEAREST = 64
#: Rows whose entries are looked up, of those that a search found.
_MOST_ROWS = 8 * _NEAREST
#: Up to so many phrasings in scope are compared one by one; more are found by the index, which is asked for more.
_FEW = 20_000
#: Phrasings below such a share of the best lexical score are only looked at when there are hardly any others.
_CLOSE = (0.5, 0.35, 0.2, 0.0)
_ROWS_AN_ENTRY = 6
#: Judgements remembered at once: many customers ask the same in the same words.
REMEMBERED = 2048
#: Scopes remembered at once.
_SCOPES = 64

_ANYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A phrasing that what was typed so far may become."""

    entry: Entry
    text: str  # as the editor wrote it


class Matcher:
    """Judges questions by one release. Nothing changes but what it remembers of both; safe to share."""

    def __init__(
        self,
        knowledge: Knowledge,
        embedder: Embedder,
        calibration: Calibration,
        limits: Limits,
        release_id: ReleaseId,
        *,
        remember: int = REMEMBERED,
        passages: "Passages | None" = None,
    ) -> None:
        """Judge by `knowledge`, and look into `passages` where it has nothing.

        Up to `remember` judgements are kept, for when the same is asked again.
        """
        self.passages = passages
        self.knowledge = knowledge
        self.embedder = embedder
        self.calibration = calibration
        self.limits = limits
        self.release_id = release_id
        self._position = {entry.id: position for position, entry in enumerate(knowledge.entries)}
        self._masks: dict[tuple[Scope, date], Mask | None] = {}
        self._changing = any(e.valid_from or e.valid_until or not e.served_on(date.max) for e in knowledge.entries)
        self._remember = remember
        self._judged: dict[tuple[bytes, Scope, int, date], Judgement] = {}
        self._typed = "\n" + "\n".join(knowledge.texts) + "\n"
        self._line_starts = [1, *accumulate((len(text) + 1 for text in knowledge.texts), initial=1)][1:]

    def judge(self, question: Question, today: date, *, explain: bool = False) -> Judgement:
        """Decide what to do with `question` on the shop's day `today`; `explain` fills the candidates' figures."""
        plain = normalise(question.text)
        if explain:
            return self._judge(plain, question.scope, question.top_k, today, explain=True)
        mark = blake2b(plain.encode(), digest_size=16).digest()  # what customers wrote is not kept
        key = (mark, question.scope, question.top_k, today)
        judged = self._judged.get(key)
        if judged is None:
            judged = self._judge(plain, question.scope, question.top_k, today)
            if len(self._judged) >= self._remember:
                self._judged.clear()
            if self._remember:
                self._judged[key] = judged
        return judged

    def _judge(self, plain: str, scope: Scope, top_k: int, today: date, *, explain: bool = False) -> Judgement:
        text = without_courtesy(plain)
        mask = self._mask(scope, today)
        stop = guard(plain)
        exact = self._exact(plain, text, mask)
        if exact and (stop is None or stop in _EXACT_WINS):
            return Judgement(decide_exact(exact), tuple(exact[:top_k]), self.release_id)
        if stop in (Reason.EMPTY, Reason.GREETING):
            return Judgement(Decision(DecisionKind.CLARIFY, stop), (), self.release_id)
        candidates = self._ranked(text, mask, LOOKED_AT, max(top_k, 3), explain=explain)
        if stop is None:
            candidates = self._read_closely(text, candidates)
            decision = decide(candidates, self.limits)
        else:
            decision = self._handed_over(stop, candidates)
        judgement = Judgement(decision, tuple(candidates[:top_k]), self.release_id)
        return self.passages.beside(judgement, text, scope) if self.passages else judgement

    def _read_closely(self, text: str, candidates: list[Candidate]) -> list[Candidate]:
        """What would be answered is read once more beside its phrasings: a near twin of one may ask something else."""
        if not candidates or candidates[0].confidence < self.limits.answer or candidates[0].conflict:
            return candidates
        best, *others = candidates
        position = self._position[best.entry.id]
        rows = slice(int(self.knowledge.starts[position]), int(self.knowledge.starts[position + 1]))
        closest = self.knowledge.texts[rows.start + self.knowledge.phrasings[rows].index(best.matched)]
        if not turned(text, closest, self.knowledge.texts[rows]):
            return candidates
        return [replace(best, conflict="wording"), *others]

    def search(self, text: str, scope: Scope, today: date, *, limit: int = 10, offset: int = 0) -> list[Candidate]:
        """The entries closest to `text`, in the order of `judge`, for agents: no guard stands before."""
        form = matched_form(text)
        mask = self._mask(scope, today)
        exact = self._exact(normalise(text), form, mask)
        claimed = {candidate.entry.id for candidate in exact}
        wanted = offset + limit
        ranked = self._ranked(form, mask, max(LOOKED_AT, 2 * wanted), max(LOOKED_AT, 2 * wanted)) if form else []
        return [*exact, *(c for c in ranked if c.entry.id not in claimed)][offset:wanted]

    def suggest(self, typed: str, today: date, *, scope: Scope = _ANYTHING, limit: int = 8) -> list[Suggestion]:
        """Phrasings that begin with what was typed, then those that contain it; one for each entry."""
        text = normalise(typed)
        if not text:
            return []
        mask = self._mask(scope, today)
        chosen: dict[int, int] = {}
        for needle, skip in (("\n" + text, 1), (text, 0)):
            for row in self._lines_with(needle, skip):
                position = int(self.knowledge.owner[row])
                if mask is None or mask[position]:
                    chosen.setdefault(position, row)
                if len(chosen) == limit:
                    break
            if len(chosen) == limit:
                break
        return [
            Suggestion(self.knowledge.entries[position], self.knowledge.phrasings[row])
            for position, row in chosen.items()
        ]

    def _lines_with(self, needle: str, skip: int) -> Iterator[int]:
        at = self._typed.find(needle)
        while at >= 0:
            row = bisect_right(self._line_starts, at + skip) - 1
            yield row
            at = self._typed.find(needle, max(self._line_starts[row + 1] - 1, at + 1))

    def _handed_over(self, reason: Reason, candidates: Sequence[Candidate]) -> Decision:
        """To a person; only a question about an order may be helped by a standard answer as the draft."""
        useful = reason is Reason.ORDER_SPECIFIC and candidates and candidates[0].confidence >= self.limits.suggest
        return Decision(DecisionKind.HANDOFF, reason, candidates[0] if useful else None)

    def _exact(self, plain: str, text: str, mask: Mask | None) -> list[Candidate]:
        """The entries that are phrased exactly so."""
        positions = self.knowledge.exact.get(text) or self.knowledge.exact.get(plain) or ()
        return [
            Candidate(self.knowledge.entries[at], self._phrasing(at, text, plain), 1.0)
            for at in positions
            if mask is None or mask[at]
        ]

    def _phrasing(self, position: int, *forms: str) -> str:
        begin, end = self.knowledge.starts[position : position + 2].tolist()
        row = next(row for form in forms for row in range(begin, end) if self.knowledge.texts[row] == form)
        return self.knowledge.phrasings[row]

    def _ranked(
        self, text: str, mask: Mask | None, looked_at: int, kept: int, *, explain: bool = False
    ) -> list[Candidate]:
        reading = read(self.knowledge, text, self.embedder)
        positions = candidates(self.knowledge, reading, mask, looked_at)
        if not len(positions):
            return []
        measured = measure(self.knowledge, reading, positions)
        scored = self.calibration.score(measured.table)
        entries = positions.tolist()
        rows = measured.rows.tolist()
        return [
            Candidate(
                entry=self.knowledge.entries[entries[place]],
                matched=self.knowledge.phrasings[rows[place]],
                confidence=confidence,
                features=self._figures(measured, place) if explain else {},
                contributions=self.calibration.contributions(inputs) if explain else {},
                conflict=measured.conflicts[place],
            )
            for place, confidence, inputs in zip(
                scored.order[:kept].tolist(), scored.confidence.tolist(), scored.inputs, strict=False
            )
        ]

    def _figures(self, measured: Measured, place: int) -> Mapping[str, float]:
        return dict(zip(FEATURES, measured.table[place].tolist(), strict=True))

    def _mask(self, scope: Scope, today: date) -> Mask | None:
        """Which entries may be used; None for all of them."""
        key = (scope, today)
        if key in self._masks:
            return self._masks[key]
        mask: Mask | None = None
        if self._changing or scope != _ANYTHING:
            mask = np.array([e.served_on(today) and scope.admits(e) for e in self.knowledge.entries], bool)
            if mask.all():
                mask = None
        if len(self._masks) >= _SCOPES:
            self._masks.clear()
        self._masks[key] = mask
        return mask


#: Guards before which an exact phrasing of the knowledge goes: an editor wrote that very text.
_EXACT_WINS = (Reason.GREETING, Reason.ORDER_SPECIFIC)


def candidates(knowledge: Knowledge, question: Reading, mask: Mask | None, number: int = LOOKED_AT) -> Positions:
    """The entries worth a close look: the best half by words and characters, the best half by vector; sorted."""
    half = max(number // 2, 1)
    if not knowledge.entries or (mask is not None and not mask.any()):
        return np.empty(0, np.int64)
    scores = knowledge.lexical.scores(question.terms)
    if mask is not None:
        scores = np.where(mask[knowledge.owner], scores, 0)
    found = set(_first_owners(knowledge, _best_rows(scores, half), half))
    if question.vector.any():
        rows = _nearest(knowledge, question, mask, max(_NEAREST, 2 * number))
        found.update(_first_owners(knowledge, rows, half))
    return np.array(sorted(found), np.int64)


def _best_rows(scores: NDArray[np.floating], entries: int) -> Positions:
    """Rows with a score, best first; enough of them to find that many entries, unless there are no more."""
    most = scores.max()
    for share in _CLOSE:
        rows: Positions = (scores > share * most).nonzero()[0]
        if len(rows) >= _ROWS_AN_ENTRY * entries:
            break
    return rows.take((-scores.take(rows)).argsort(kind="stable")[:_MOST_ROWS])


def _first_owners(knowledge: Knowledge, rows: Positions, number: int) -> list[int]:
    """The entries of the first rows, each once, in that order."""
    for looked_at in (8 * number, _MOST_ROWS):
        owners = dict.fromkeys(knowledge.owner.take(rows[:looked_at]).tolist())
        if len(owners) >= number or looked_at >= len(rows):
            break
    return list(owners)[:number]


def _nearest(knowledge: Knowledge, question: Reading, mask: Mask | None, number: int) -> Positions:
    """Rows in scope, closest first."""
    if mask is None:
        return knowledge.index.search(question.vector, number)[0]
    allowed = mask[knowledge.owner]
    few = np.flatnonzero(allowed)
    if len(few) <= _FEW and len(few) * 2 < len(allowed):
        similarities = np.asarray(knowledge.vectors[few]) @ question.vector
        return few[np.argsort(-similarities, kind="stable")[:number]]
    rows = knowledge.index.search(question.vector, 4 * number)[0]
    return rows[allowed[rows]][:number]
