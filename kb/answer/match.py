"""One question against one release: the only way from a question to a decision, whoever asks."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING, Self, cast

import numpy as np
from numpy.typing import NDArray

from kb.answer.confidence import Calibration
from kb.answer.decide import decide, decide_exact, hears_more, with_others
from kb.answer.features import FEATURES, Found, Measured, Positions, Questions, measure, read
from kb.answer.guards import chat, guard
from kb.answer.lists import Lists
from kb.answer.parts import clauses, is_one, others, parts, readings
from kb.answer.products import Products
from kb.answer.remainder import Remainders
from kb.answer.twins import turned
from kb.index.courtesy import without_courtesy
from kb.index.cross import read_by
from kb.index.knowledge import Knowledge
from kb.index.postings import bounds
from kb.ports import Embedder
from kb.text import normalise
from kb.types import (
    Candidate,
    Decision,
    DecisionKind,
    Entry,
    EntryState,
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
#: Up to so many phrasings in scope are compared one by one; more are found by the index, which is asked for more.
_FEW = 20_000
#: Judgements remembered at once: many customers ask the same in the same words.
REMEMBERED = 2048
#: Questions judged together at most: more of them no longer fit into the processor's cache.
TOGETHER = 16
#: Scopes remembered at once.
_SCOPES = 64
#: What is left of a question without the name that it shares with an entry asks something else.
REMAINDER = "remainder"
#: What is found only when something would be answered and is read once more.
READ_CLOSELY = frozenset(("chat", "product", "wording", REMAINDER))

_ANYTHING = Scope()
_Key = tuple[bytes, Scope, int, date]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that has to be matched."""

    place: int  # among those judged together
    plain: str  # normalised
    text: str  # the same without the politeness around it, in the house's own words
    stop: Reason | None  # the guard that fired
    question: Question
    parts: tuple[str, ...]  # the questions in it, when there are several
    clauses: tuple[str, ...]  # its clauses, when there are several


@dataclass(frozen=True, slots=True, eq=False)
class Allowed:
    """The entries that a question may be answered with."""

    entries: Mask
    rows: Mask  # their phrasings
    closed: Mask  # all others
    number: int  # of their phrasings

    @classmethod
    def of(cls, knowledge: Knowledge, entries: Mask) -> Self:
        """Those entries of a knowledge."""
        rows: Mask = entries[knowledge.owner]
        return cls(entries, rows, ~rows, int(rows.sum()))


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The best candidates of a question."""

    candidates: list[Candidate]
    row: int = -1  # the phrasing of the first
    figures: tuple[float, float] | None = None  # what the interaction model says of it, if it was asked


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
        self.knowledge = knowledge = read_by(knowledge, embedder)
        self.embedder = embedder
        self.calibration = calibration
        self.limits = limits
        self.release_id = release_id
        self._position = {entry.id: position for position, entry in enumerate(knowledge.entries)}
        self._allowed: dict[tuple[Scope, date], Allowed | None] = {}
        self._changing = any(e.valid_from or e.valid_until or e.state is not EntryState.LIVE for e in knowledge.entries)
        self._products = Products(knowledge)
        self._remainders = Remainders(knowledge, embedder)
        self._remember = remember
        self._judged: dict[_Key, Judgement] = {}
        self._typed = "\n" + "\n".join(knowledge.texts) + "\n"
        lengths = np.fromiter(map(len, knowledge.texts), np.int64, len(knowledge.texts))
        self._line_starts: list[int] = (1 + bounds(lengths + 1)).tolist()

    def judge(self, question: Question, today: date, *, explain: bool = False) -> Judgement:
        """Decide what to do with `question` on the shop's day `today`; `explain` fills the candidates' figures."""
        return self.judge_many([question], today, explain=explain)[0]

    def judge_many(self, questions: Sequence[Question], today: date, *, explain: bool = False) -> list[Judgement]:
        """Judge each as if it were alone, to the last bit; together they take half the time."""
        judged: list[Judgement] = []
        for at in range(0, len(questions), TOGETHER):
            judged += self._judged_together(questions[at : at + TOGETHER], today, explain)
        return judged

    def _judged_together(self, questions: Sequence[Question], today: date, explain: bool) -> list[Judgement]:
        judged: dict[int, Judgement] = {}
        keys: list[_Key] = []
        asked: list[_Asked] = []
        for at, question in enumerate(questions):
            plain = normalise(question.text)
            said = plain if is_one(question.text) else f"\n{question.text}"  # no normalised text begins so
            mark = blake2b(
                said.encode(errors="surrogatepass"), digest_size=16
            ).digest()  # what customers wrote is not kept
            keys.append((mark, question.scope, question.top_k, today))
            known = None if explain else self._judged.get(keys[at])
            if known is None:
                text = self.knowledge.in_own_words(without_courtesy(plain))
                one = _Asked(at, plain, text, guard(plain), question, parts(question.text), clauses(question.text))
                known = self._without_matching(one, today)
                if known is None:
                    asked.append(one)
                    continue
            judged[at] = known
        allowed = [self._allowed_in(one.question.scope, today) for one in asked]
        kept = [LOOKED_AT if one.parts else max(one.question.top_k, 3) for one in asked]
        ranked = self._ranked([one.text for one in asked], allowed, LOOKED_AT, kept, explain=explain)
        for one, best in zip(asked, ranked, strict=True):
            judged[one.place] = self._decided(one, best)
        self._with_others(judged, [one for one in zip(asked, ranked, allowed, strict=True) if one[0].parts])
        if not explain and self._remember:
            for at, key in enumerate(keys):
                if len(self._judged) >= self._remember:
                    self._judged.clear()
                self._judged[key] = judged[at]
        return [judged[at] for at in range(len(questions))]

    def _without_matching(self, asked: _Asked, today: date) -> Judgement | None:
        """The judgement of what is phrased exactly like an entry, or asks nothing; None for all else."""
        exact = self._exact(asked.plain, asked.text, asked.question.scope, today)
        if exact and (asked.stop is None or asked.stop in _EXACT_WINS):
            return Judgement(decide_exact(exact), tuple(exact[: asked.question.top_k]), self.release_id)
        if asked.stop in (Reason.EMPTY, Reason.GREETING):
            return Judgement(Decision(DecisionKind.CLARIFY, asked.stop), (), self.release_id)
        return None

    def _decided(self, asked: _Asked, ranked: _Ranked) -> Judgement:
        candidates = ranked.candidates
        if asked.stop is None:
            candidates = self._read_closely(asked, ranked)
            decision = decide(candidates, self.limits)
        else:
            decision = self._handed_over(asked.stop, candidates)
        judgement = Judgement(decision, tuple(candidates[: asked.question.top_k]), self.release_id)
        return self.passages.beside(judgement, asked.text, asked.question.scope) if self.passages else judgement

    def _with_others(
        self, judged: dict[int, Judgement], several: Sequence[tuple[_Asked, _Ranked, Allowed | None]]
    ) -> None:
        """Offer what messages of several questions ask for besides what they are answered with."""
        heard = [
            (one, whole, allowed, readings(one.parts))
            for one, whole, allowed in several
            if hears_more(judged[one.place].decision)
        ]
        texts = [self.knowledge.in_own_words(reading.text) for *_, ways in heard for reading in ways]
        within = [allowed for *_, allowed, ways in heard for _ in ways]
        ranked = iter(self._ranked(texts, within, LOOKED_AT, [LOOKED_AT] * len(texts)))
        for one, whole, _, ways in heard:
            found = others(ways, [next(ranked).candidates for _ in ways], whole.candidates, self.limits)
            decision = with_others(judged[one.place].decision, found)
            judged[one.place] = replace(judged[one.place], decision=decision)

    def _read_closely(self, asked: _Asked, ranked: _Ranked) -> list[Candidate]:
        """What would be answered is read once more beside its phrasings: it may ask something else about the same."""
        candidates = ranked.candidates
        if not candidates or candidates[0].confidence < self.limits.answer or candidates[0].conflict:
            return candidates
        best, *others = candidates
        text = asked.text
        if chat(text):
            return [replace(best, conflict="chat"), *others]
        position = self._position[best.entry.id]
        if self._products.another(text, position):
            return [replace(best, conflict="product"), *others]
        begin, end = self.knowledge.starts[position : position + 2].tolist()

        def near(one: str, other: str) -> float:
            vectors = self.embedder.encode([one, other])
            return float(vectors[0] @ vectors[1])

        texts = self.knowledge.texts
        figures = partial(self._figures_beside, text, ranked)
        if turned(text, texts[ranked.row], texts[begin:end], near=near, read_beside=figures):
            return [replace(best, conflict="wording"), *others]
        if self._remainders.differ((text, *map(self.knowledge.in_own_words, asked.clauses)), ranked.row):
            return [replace(best, conflict=REMAINDER), *others]
        return candidates

    def _figures_beside(self, text: str, ranked: _Ranked) -> tuple[float, float]:
        """What the interaction model says of a question and its closest phrasing: as it did, or asked now."""
        if ranked.figures is not None:
            return ranked.figures
        reader, first = self.knowledge.interaction, np.zeros(1, np.int64)
        figures = reader.compare(reader.read([text]), first, self.knowledge.states, np.array([ranked.row]))
        same, unturned = figures[0].tolist()
        return same, unturned

    def search(self, text: str, scope: Scope, today: date, *, limit: int = 10, offset: int = 0) -> list[Candidate]:
        """The entries closest to `text`, in the order of `judge`, for agents: no guard stands before."""
        form = self.knowledge.form(text)
        exact = self._exact(normalise(text), form, scope, today)
        claimed = {candidate.entry.id for candidate in exact}
        wanted = offset + limit
        looked_at = max(LOOKED_AT, 2 * wanted)
        allowed = [self._allowed_in(scope, today)]
        found = self._ranked([form], allowed, looked_at, [looked_at])[0].candidates if form else []
        return [*exact, *(one for one in found if one.entry.id not in claimed)][offset:wanted]

    def suggest(self, typed: str, today: date, *, scope: Scope = _ANYTHING, limit: int = 8) -> list[Entry]:
        """Entries with a phrasing that begins with what was typed, then those with one that contains it.

        What is offered is always the standard question: other phrasings hold slips of the pen and half sentences.
        """
        text = normalise(typed)
        if not text:
            return []
        allowed = self._allowed_in(scope, today)
        chosen: dict[int, None] = {}
        for needle, skip in (("\n" + text, 1), (text, 0)):
            for row in self._lines_with(needle, skip):
                position = int(self.knowledge.owner[row])
                if allowed is None or allowed.entries[position]:
                    chosen.setdefault(position)
                if len(chosen) == limit:
                    break
            if len(chosen) == limit:
                break
        return [self.knowledge.entries[position] for position in chosen]

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

    def _exact(self, plain: str, text: str, scope: Scope, today: date) -> list[Candidate]:
        """The entries that are phrased exactly so."""
        positions = self.knowledge.exact.get(text) or self.knowledge.exact.get(plain)
        if not positions:
            return []
        allowed = self._allowed_in(scope, today)
        return [
            Candidate(self.knowledge.entries[at], self._phrasing(at, text, plain), 1.0)
            for at in positions
            if allowed is None or allowed.entries[at]
        ]

    def _phrasing(self, position: int, *forms: str) -> str:
        begin, end = self.knowledge.starts[position : position + 2].tolist()
        row = next(row for form in forms for row in range(begin, end) if self.knowledge.texts[row] == form)
        return self.knowledge.phrasings[row]

    def _ranked(
        self,
        texts: Sequence[str],
        allowed: Sequence[Allowed | None],
        looked_at: int,
        kept: Sequence[int],
        *,
        explain: bool = False,
    ) -> list[_Ranked]:
        """The best candidates of each question, as many as are to be kept."""
        if not texts:
            return []
        questions = read(self.knowledge, texts, self.embedder)
        found = candidates(self.knowledge, questions, allowed, looked_at)
        if not len(found.positions):
            return [_Ranked([]) for _ in texts]
        measured = measure(self.knowledge, questions, found)
        scored = self.calibration.score(measured.table, Lists.within(found.bounds))
        order = scored.order.tolist()
        entries = found.positions.tolist()
        rows = measured.rows.tolist()
        confidences = scored.confidence.tolist()
        ranked: list[_Ranked] = []
        for (begin, end), some in zip(pairwise(found.bounds.tolist()), kept, strict=True):
            if begin == end:
                ranked.append(_Ranked([]))
                continue
            best = [
                Candidate(
                    entry=self.knowledge.entries[entries[order[at]]],
                    matched=self.knowledge.phrasings[rows[order[at]]],
                    confidence=confidences[at],
                    features=self._figures(measured, order[at]) if explain else {},
                    contributions=self.calibration.contributions(scored.inputs[at]) if explain else {},
                    conflict=measured.conflicts[order[at]],
                )
                for at in range(begin, min(end, begin + some))
            ]
            ranked.append(_Ranked(best, rows[order[begin]], measured.beside.get(order[begin])))
        return ranked

    def _figures(self, measured: Measured, place: int) -> Mapping[str, float]:
        return dict(zip(FEATURES, measured.table[place].tolist(), strict=True))

    def _allowed_in(self, scope: Scope, today: date) -> Allowed | None:
        """What may be used; None for everything."""
        key = (scope, today)
        if key in self._allowed:
            return self._allowed[key]
        allowed: Allowed | None = None
        if self._changing or scope != _ANYTHING:
            mask = np.array([e.served_on(today) and scope.admits(e) for e in self.knowledge.entries], bool)
            if not mask.all():
                allowed = Allowed.of(self.knowledge, mask)
        if len(self._allowed) >= _SCOPES:
            self._allowed.clear()
        self._allowed[key] = allowed
        return allowed


#: Guards before which an exact phrasing of the knowledge goes: an editor wrote that very text.
_EXACT_WINS = (Reason.GREETING, Reason.ORDER_SPECIFIC)


def candidates(
    knowledge: Knowledge, questions: Questions, allowed: Sequence[Allowed | None], number: int = LOOKED_AT
) -> Found:
    """The entries worth a close look: the best half by words and characters, the best half by vector; sorted."""
    half = max(number // 2, 1)
    if not knowledge.entries:
        return Found.of([() for _ in allowed])
    near = _nearest(knowledge, questions, allowed, max(_NEAREST, 2 * number))
    found: list[list[int]] = []
    for at, some in enumerate(allowed):
        closed = None if some is None else some.closed
        best = set(knowledge.lexical.best(questions.terms, knowledge.owner, half, question=at, closed=closed))
        if at in near:
            best.update(list(dict.fromkeys(knowledge.owner.take(near[at]).tolist()))[:half])
        found.append(sorted(best))
    return Found.of(found)


def _nearest(
    knowledge: Knowledge, questions: Questions, allowed: Sequence[Allowed | None], number: int
) -> dict[int, Positions]:
    """By question the allowed rows, closest first; nothing for one that has no vector."""
    found: dict[int, Positions] = {}
    searched: dict[bool, list[int]] = {False: [], True: []}
    for at in np.flatnonzero(questions.vectors.any(axis=1)).tolist():
        some = allowed[at]
        if some is not None and some.number <= _FEW and some.number * 2 < len(some.rows):
            few = np.flatnonzero(some.rows)
            similarities = np.asarray(knowledge.vectors[few]) @ questions.vectors[at]
            found[at] = few[np.argsort(-similarities, kind="stable")[:number]]
        else:
            searched[some is not None].append(at)
    if everywhere := searched[False]:
        found.update(zip(everywhere, knowledge.index.nearest(questions.vectors[everywhere], number), strict=True))
    within = searched[True]
    for wanted in (3 * number // 2, 4 * number):  # a few more are mostly enough
        if not within:
            break
        for at, near in zip(within, knowledge.index.nearest(questions.vectors[within], wanted), strict=True):
            found[at] = near[cast("Allowed", allowed[at]).rows.take(near)][:number]
        within = [at for at in within if len(found[at]) < number]
    return found
