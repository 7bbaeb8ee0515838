"""Product knowledge for questions that no entry answers: which passage may, how likely, and what it says about it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kb.index.knowledge import Knowledge, matched_form
from kb.index.lexical import VIEWS
from kb.index.shelf import Shelf, place_of, spans
from kb.ports import Embedder, Vectors
from kb.types import Cited, Decision, DecisionKind, Judgement, Passage, Reason, Scope

Floats = NDArray[np.float64]

#: The confidence that comes with the package.
SHIPPED = Path(__file__).parent / "shipped" / "passages.json"
#: Passages that are looked at closely for each question; words and vectors each give half of them.
LOOKED_AT = 12
#: Passages that a judgement keeps at most, and the least chance that makes one worth an agent's look.
KEPT = 3
WORTH_A_LOOK = 0.1
#: From this chance on a draft is made of the passage.
WORTH_A_DRAFT = 0.3
#: An excerpt has about so many characters at most; a passage that is not longer is quoted whole.
EXCERPT = 160
#: A section that is longer answers no customer: nobody reads it in a chat.
LONGEST_ANSWER = 400
_NEAREST = 48  # sentences that the vector search is asked for
_ANYTHING = Scope()

FEATURES = (
    "dense",  # cosine of the question and the closest sentence or heading
    "words",  # BM25 over words with the sentence that fits best, the question itself would have 1
    "cover_words",  # idf-weighted share of the question's words that the passage holds, heading included
    "cover_characters",
    "cover_bigrams",
    "cover_concepts",
    "one_words",  # the same for the single sentence that holds most
    "one_bigrams",
    "missing_word",  # rarity of the rarest word that the passage lacks
    "missing_concept",
    "question_length",  # log of the number of characters
    "dense_ahead",  # what it has over the best of the other passages
    "cover_words_ahead",
    "cover_bigrams_ahead",
    "one_bigrams_ahead",
)
_AT = {name: at for at, name in enumerate(FEATURES)}
_WORDS, _CONCEPTS = VIEWS.index("words"), VIEWS.index("concepts")


@dataclass(frozen=True, slots=True)
class Sureness:
    """A logistic regression over standardised features: the chance that the answer stands in a passage."""

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    limit: float  # from which confidence on an approved passage may answer; 1 when no confidence keeps the promise
    promise: float  # precision that the limit was set for
    fitted_on: Mapping[str, Any]
    measured: Mapping[str, float]

    def __call__(self, table: NDArray[np.floating]) -> Floats:
        """Return (passages,) chances for (passages, features)."""
        z = np.clip((table - np.array(self.means)) / np.array(self.scales), -6, 6)
        chances: Floats = 1 / (1 + np.exp(-(z @ np.array(self.weights) + self.intercept)))
        return chances

    def to_json(self) -> str:
        """A JSON file to read, a line for each feature."""
        rows = zip(FEATURES, self.means, self.scales, self.weights, strict=True)
        lines = [json.dumps(dict(zip(("feature", "mean", "scale", "weight"), row, strict=True))) for row in rows]
        rest = {name: getattr(self, name) for name in ("intercept", "limit", "promise", "fitted_on", "measured")}
        listed = ",\n    ".join(lines)
        return f'{{\n  "features": [\n    {listed}\n  ],{json.dumps(rest, indent=2)[1:]}\n'

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; raises ValueError when it was made for other features."""
        data = json.loads(text)
        rows = data.pop("features")
        if tuple(row["feature"] for row in rows) != FEATURES:
            raise ValueError("the confidence of passages was fitted for other features; run tests.bench.passages --fit")
        means, scales, weights = (tuple(row[name] for row in rows) for name in ("mean", "scale", "weight"))
        return cls(means, scales, weights, **data)

    @classmethod
    @cache
    def shipped(cls) -> Self:
        """The one that comes with the package."""
        return cls.from_json(SHIPPED.read_text(encoding="utf-8"))


class Passages:
    """Finds passages. Nothing changes after it is made; safe to share between threads."""

    def __init__(self, shelf: Shelf, embedder: Embedder, promise: float, sureness: Sureness | None = None) -> None:
        """Search `shelf`; customers are answered from its approved documents where `promise` is kept."""
        self.shelf = shelf
        self._embedder = embedder
        self._sureness = sureness or Sureness.shipped()
        self._limit = max(self._sureness.limit, promise)

    def beside(self, judgement: Judgement, text: str, scope: Scope) -> Judgement:
        """Add what documents say to a question that no entry comes close to; an approved one may answer it.

        `text` is in matched form. Documents have no category or tags: a question that is narrowed to some is never
        answered by them.
        """
        if judgement.decision.reason is not Reason.NOTHING_CLOSE:
            return judgement
        found = self.find(text, section=self._headed(text))
        if not found:
            return judgement
        decision = judgement.decision
        if found[0].approved and found[0].confidence >= self._limit and scope == _ANYTHING:
            decision = Decision(DecisionKind.ANSWER, Reason.PASSAGE)
        return replace(judgement, decision=decision, passages=found)

    def find(
        self, text: str, limit: int = KEPT, least: float = WORTH_A_LOOK, section: Sequence[Passage] = ()
    ) -> tuple[Cited, ...]:
        """Return the passages that are likely enough, best first; before them `section`, when it is headed so."""
        knowledge = self.shelf.knowledge
        asked = ask(knowledge, text, self._embedder)
        positions = near(knowledge, asked)
        chances = self._sureness(measure(knowledge, asked, positions)) if len(positions) else np.empty(0)
        found = {
            knowledge.entries[position].id: float(chance)
            for position, chance in sorted(
                zip(positions.tolist(), chances.tolist(), strict=True), key=lambda one: -one[1]
            )
            if chance >= least
        }
        whole = self._whole(section)
        known = {passage.id for passage in section}
        others = [self._cited(id_, chance, asked) for id_, chance in found.items() if id_ not in known]
        return (*whole, *others)[:limit]

    def _headed(self, text: str) -> Sequence[Passage]:
        """The section of an approved document that is headed exactly like the question, if it is short enough."""
        passages = self.shelf.headed.get(text, ())
        return passages if sum(len(passage.text) for passage in passages) <= LONGEST_ANSWER else ()

    def _whole(self, section: Sequence[Passage]) -> list[Cited]:
        """A section as it stands, cited at its beginning."""
        if not section:
            return []
        document, passage = self.shelf.place[section[0].id]
        text = "\n".join(one.text for one in section)
        return [Cited(passage, document.title, document.approved, text, 1.0)]

    def _cited(self, id_: str, chance: float, asked: "Asked") -> Cited:
        document, passage = self.shelf.place[id_]
        return Cited(passage, document.title, document.approved, self._excerpt(passage, asked), chance)

    def _excerpt(self, passage: Passage, asked: "Asked") -> str:
        """The sentence closest to the question, and its neighbours as long as there is room."""
        parts = spans(passage.text)
        if len(passage.text) <= EXCERPT or len(parts) < 2:
            return passage.text
        forms = [matched_form(passage.text[begin:end]) for begin, end in parts]
        nearness = self._embedder.encode(forms) @ asked.vector
        said = set(asked.units)
        shared = np.array([len(said & set(form)) / max(len(said), 1) for form in forms])
        worth = nearness + shared
        best = int(np.argmax(worth))
        first = last = best
        while wider := [
            (low, high)
            for low, high in ((first - 1, last), (first, last + 1))
            if low >= 0 and high < len(parts) and parts[high][1] - parts[low][0] <= EXCERPT
        ]:
            before = first
            first, last = max(wider, key=lambda way: float(worth[way[0] if way[0] < before else way[1]]))
        return passage.text[parts[first][0] : parts[last][1]]


def passages_of(shelf: Shelf | None, embedder: Embedder, promise: float) -> Passages | None:
    """What looks into a release's documents; None when it has none."""
    return Passages(shelf, embedder, promise) if shelf else None


def citation(cited: Cited) -> str:
    """Name where a passage stands, as in 《纸尿裤选购指南》“尺码对照”第 3 页."""
    return place_of(cited.title, cited.passage)


# --- features ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as passages are searched for it."""

    vector: Vectors
    units: frozenset[str]  # its characters
    terms: Any  # kb.index.lexical.Terms


def ask(knowledge: Knowledge, text: str, embedder: Embedder) -> Asked:
    """Read a question in matched form."""
    terms = knowledge.lexical.terms([text], [knowledge.words(text)])
    return Asked(embedder.encode([text])[0], frozenset(text), terms)


def near(knowledge: Knowledge, asked: Asked, number: int = LOOKED_AT) -> NDArray[np.int64]:
    """The passages worth a close look, sorted: the best half by words and characters, the best half by vector."""
    if not knowledge.entries:
        return np.empty(0, np.int64)
    half = number // 2
    scores = knowledge.lexical.scores(asked.terms)
    rows = np.argsort(-scores, kind="stable")[: 8 * number]
    found = dict.fromkeys(knowledge.owner.take(rows[scores.take(rows) > 0]).tolist())
    chosen = set(list(found)[:half])
    if asked.vector.any():
        nearest = knowledge.index.search(asked.vector, _NEAREST)[0]
        chosen.update(list(dict.fromkeys(knowledge.owner.take(nearest).tolist()))[:half])
    return np.array(sorted(chosen), np.int64)


def measure(knowledge: Knowledge, asked: Asked, positions: NDArray[np.int64]) -> NDArray[np.float64]:
    """(passages, features) for the passages at `positions`."""
    bounds = [tuple(knowledge.starts[at : at + 2].tolist()) for at in positions.tolist()]
    terms = asked.terms
    rows = np.concatenate([np.arange(begin, end) for begin, end in bounds])
    found = knowledge.lexical.hits(terms, rows, [0, len(rows)])
    hits = np.zeros((len(rows), len(terms.ids)), np.float32)
    hits[found.rows, found.terms] = found.weights
    idf, weights = terms.by_view(terms.idf), terms.by_view(terms.weights)
    mass = np.maximum(idf.sum(axis=0), 1e-9)  # (views,)
    table = np.zeros((len(bounds), len(FEATURES)))
    at = 0
    for row, (begin, end) in zip(table, bounds, strict=True):
        mine = hits[at : at + end - begin]
        at += end - begin
        there = mine > 0
        union = there.any(axis=0)
        cover = (union @ idf) / mass
        one = (there @ idf).max(axis=0) / mass
        lacking = idf[~union].max(axis=0) if not union.all() else np.zeros(len(VIEWS))
        row[: _AT["dense_ahead"]] = (
            float((np.asarray(knowledge.vectors[begin:end]) @ asked.vector).max()),
            float((mine @ weights)[:, _WORDS].max()),
            *cover.tolist(),
            one[_WORDS],
            one[VIEWS.index("bigrams")],
            lacking[_WORDS],
            lacking[_CONCEPTS],
            np.log1p(len(asked.units)),
        )
    for name in ("dense", "cover_words", "cover_bigrams", "one_bigrams"):
        table[:, _AT[f"{name}_ahead"]] = _ahead(table[:, _AT[name]])
    return table


def _ahead(values: Floats) -> Floats:
    """What each has over the best of the others."""
    if len(values) < 2:
        return np.zeros(len(values))
    order = np.argsort(-values)
    best: Floats = np.full(len(values), values[order[0]])
    best[order[0]] = values[order[1]]
    return values - best
