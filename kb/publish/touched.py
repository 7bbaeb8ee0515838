"""Which questions a change of the knowledge may answer differently: the others need not be asked again.

A release keeps what it makes of the golden questions. After a small edit only those questions are asked again that
had one of the changed entries among their candidates, that are near a phrasing that came or went, or whose confidence
lies within a hair of a limit; what the others' words weigh changes by less than one part in a hundred.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kb.index.alike import alike
from kb.index.knowledge import Knowledge, matched_form
from kb.index.shelf import Shelf
from kb.ports import Embedder
from kb.publish.carry import changed
from kb.publish.gate import Outcome
from kb.text import bigrams
from kb.types import DecisionKind, Entry, EntryId, Judgement, Limits

#: A change of more than this share of the phrasings is not small: everything is asked again.
SMALL = 0.01
#: A few are few in any knowledge.
_FEW = 10
#: From this cosine on, or this share of common pairs of characters, a question is near a phrasing.
_NEAR = 0.3
_SHARED = 0.3
#: So near a limit a confidence may come to lie beyond it by what words weigh alone; of others 99 in 100 move by less
#: than a fifth of that.
_HAIR = 0.02


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found for a question."""

    ids: Collection[str]  # of its candidates
    sure: float  # the confidence of the best one, 0 without any


@dataclass(frozen=True, slots=True)
class Kept:
    """What a release makes of the golden questions on one day."""

    day: date
    outcomes: Mapping[str, tuple[Outcome, Seen]]  # by question

    @classmethod
    def of(cls, questions: Sequence[str], judgements: Sequence[Judgement], day: date) -> Self:
        """Keep what was judged."""
        found = {
            question: (Outcome.of(judgement), _seen(judgement))
            for question, judgement in zip(questions, judgements, strict=True)
        }
        return cls(day, found)

    def to_json(self) -> str:
        """Write it down."""
        rows = [
            [question, outcome.decision.value, outcome.entry_id, list(seen.ids), seen.sure]
            for question, (outcome, seen) in self.outcomes.items()
        ]
        return json.dumps({"day": self.day.isoformat(), "outcomes": rows}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; raises ValueError or KeyError for anything else."""
        data: dict[str, Any] = json.loads(text)
        found = {
            question: (Outcome(DecisionKind(kind), EntryId(entry_id) if entry_id else None), Seen(tuple(ids), sure))
            for question, kind, entry_id, ids, sure in data["outcomes"]
        }
        return cls(date.fromisoformat(data["day"]), found)


class Touched:
    """What lies between two states of the knowledge, held against questions."""

    def __init__(
        self,
        old: tuple[Knowledge, Shelf | None],
        new: tuple[Knowledge, Shelf | None],
        embedder: Embedder,
        limits: Limits,
    ) -> None:
        """Compare, where both keep the same limits; with others every release must be asked everything."""
        (before, old_shelf), (after, new_shelf) = old, new
        self._limits = limits
        self._embedder = embedder
        found = alike(after.entries, before.entries)
        known = {before.entries[at].id: before.entries[at] for at in found.gone}
        now = {after.entries[at].id: after.entries[at] for at in found.came}
        others = [id_ for id_ in known.keys() | now.keys() if known.get(id_) is not now.get(id_)]
        self.ids = frozenset(id_ for id_ in others if _found_by(known.get(id_)) != _found_by(now.get(id_)))
        self._other_answers = frozenset(others) - self.ids  # which are read beside a question, too
        spoken = {(id_, text) for id_ in self.ids if id_ in known for text in known[id_].phrasings}
        said = {(id_, text) for id_ in self.ids if id_ in now for text in now[id_].phrasings}
        self._texts = [form for form in {matched_form(text) for _, text in spoken ^ said} if form]
        few = changed(before.texts, after.texts) <= max(_FEW, SMALL * len(before.texts)) if self.ids else True
        same_words = before.words.own == after.words.own and before.synonyms == after.synonyms
        self.small = few and same_words and _same_shelf(old_shelf, new_shelf)

    def by(self, questions: Sequence[str], seen: Sequence[Seen]) -> list[bool]:
        """Say of each question, with what was found for it so far, whether its outcome may be another now."""
        if not self.small:
            return [True] * len(questions)
        if not self.ids:
            return [not self._other_answers.isdisjoint(one.ids) for one in seen]
        others = self.ids | self._other_answers
        near = self._near([matched_form(question) for question in questions])
        return [
            bool(close) or not others.isdisjoint(one.ids) or self._is_close(one.sure)
            for close, one in zip(near.tolist(), seen, strict=True)
        ]

    def _is_close(self, sure: float) -> bool:
        return min(abs(sure - self._limits.answer), abs(sure - self._limits.suggest)) < _HAIR

    def _near(self, forms: Sequence[str]) -> NDArray[np.bool_]:
        if not self._texts or not forms:
            return np.zeros(len(forms), bool)
        nearness = self._embedder.encode(list(forms)) @ self._embedder.encode(self._texts).T
        close: NDArray[np.bool_] = nearness.max(axis=1) >= _NEAR
        pairs = [frozenset(bigrams(text)) for text in self._texts]
        for at in np.flatnonzero(~close).tolist():
            mine = frozenset(bigrams(forms[at]))
            close[at] = any(len(mine & theirs) >= _SHARED * len(mine) for theirs in pairs)
        return close


def _seen(judgement: Judgement) -> Seen:
    ids = tuple(one.entry.id for one in judgement.candidates)
    return Seen(ids, judgement.candidates[0].confidence if ids else 0.0)


def _found_by(entry: Entry | None) -> tuple[object, ...] | None:
    """Everything of an entry that has a part in finding it."""
    if entry is None:
        return None
    return (
        entry.phrasings,
        entry.category,
        entry.product,
        entry.tags,
        entry.valid_from,
        entry.valid_until,
        entry.state,
    )


def _same_shelf(old: Shelf | None, new: Shelf | None) -> bool:
    if old is None or new is None:
        return old is new
    return old is new or (old.documents == new.documents and old.knowledge.words.own == new.knowledge.words.own)
