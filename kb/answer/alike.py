"""Whether two customers asked the same: what the calibrated matcher would say if one question were an entry.

A pair's chance is the confidence that the release's own calibration gives an entry with one of the two as its only
phrasing, beside the live entries closest to the other. So there is no similarity to set by hand, and a refitted
calibration moves this limit with all others.
"""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from kb.answer.confidence import Calibration, Floats
from kb.answer.features import FEATURES, Found, Table, lead, measure, read
from kb.answer.lists import Lists
from kb.answer.match import Allowed, Matcher, candidates
from kb.index.knowledge import Knowledge
from kb.text import fingerprint
from kb.types import Entry, EntryId, Scope

Chances = dict[tuple[int, int], float]  # by pair of places, the lower first; a pair that is missing is unlikely
Progress = Callable[[int, int], None]

#: Questions that each question is compared with.
NEIGHBOURS = 32
#: Live entries that a pair must stand up to.
RIVALS = 4

_ASKED = "\uf8ff"  # sorts behind every id that anybody writes: the questions lie together, after the entries
_VOTE = FEATURES.index("vote")


def chances(matcher: Matcher, texts: Sequence[str], today: date, *, progress: Progress | None = None) -> Chances:
    """Return the chance that two of `texts` ask the same, for every pair that is near enough to be looked at.

    `texts` are in matched form, none empty, none twice. Both directions are measured, a pair's chance is their mean.
    Takes some milliseconds a text.
    """
    rivals = [[one.entry for one in matcher.search(text, Scope(), today, limit=RIVALS)] for text in texts]
    pool = _pool(matcher, texts, {entry.id: entry for some in rivals for entry in some})
    place = {entry.id: at for at, entry in enumerate(pool.entries)}
    first = len(pool.entries) - len(texts)
    asked = np.arange(len(pool.entries)) >= first
    both: dict[tuple[int, int], list[float]] = {}
    for at, text in enumerate(texts):
        question = read(pool, [text], matcher.embedder)
        asked[first + at] = False
        near = candidates(pool, question, [Allowed.of(pool, asked)], NEIGHBOURS).positions
        asked[first + at] = True
        if len(near):
            beside = [place[entry.id] for entry in rivals[at]]
            compared = Found.of([[*beside, *near.tolist()]])
            table = measure(pool, question, compared).table
            for other, chance in zip(near - first, _each_alone(matcher.calibration, table, len(beside)), strict=True):
                both.setdefault((min(at, int(other)), max(at, int(other))), []).append(float(chance))
        if progress:
            progress(at + 1, len(texts))
    return {pair: sum(found) / 2 for pair, found in sorted(both.items())}


def _pool(matcher: Matcher, texts: Sequence[str], live: dict[EntryId, Entry]) -> Knowledge:
    """The live entries that come into question, and behind them each question as an entry of its own."""
    known = {fingerprint(text): row for row, text in enumerate(matcher.knowledge.texts)}

    def vectors(marks: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        return {mark: np.asarray(matcher.knowledge.vectors[known[mark]]) for mark in marks if mark in known}

    asked = [Entry(EntryId(f"{_ASKED}{at:08d}"), text, "") for at, text in enumerate(texts)]
    words = matcher.knowledge.words
    return Knowledge.build([*live.values(), *asked], matcher.embedder, known=vectors, words=words)


def _each_alone(calibration: Calibration, table: Table, rivals: int) -> Floats:
    """Return the confidence in each row behind the first `rivals`, as if nothing but those were beside it."""
    some = len(table) - rivals
    sub = np.concatenate(
        [np.broadcast_to(table[:rivals], (some, rivals, table.shape[1])), table[rivals:, None]], axis=1
    )
    sub[:, :, _VOTE] /= np.maximum(sub[:, :, _VOTE].sum(axis=1, keepdims=True), 1e-9)
    lines, bounds = sub.reshape(-1, sub.shape[2]), np.arange(some + 1) * (rivals + 1)
    lead(lines, bounds)
    scored = calibration.score(lines, Lists.within(bounds))
    confidence = np.empty(len(lines))
    confidence[scored.order] = scored.confidence
    return confidence[rivals :: rivals + 1]
