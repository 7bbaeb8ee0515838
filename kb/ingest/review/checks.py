"""All checks together."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain

from kb.ingest.problems import Code, Place
from kb.ingest.review.dates import expiry
from kb.ingest.review.findings import Finding, FindingCode, Standing, Weight
from kb.ingest.review.links import Known, dead_links
from kb.ingest.review.lists import Lists
from kb.ingest.review.manners import manners
from kb.ingest.review.near import Phrasings, neighbours
from kb.ingest.review.pairs import near, shared
from kb.ingest.review.personal import personal_data
from kb.ingest.review.questions import odd_question
from kb.ingest.review.variants import stray, told
from kb.ingest.review.wording import forbidden_wording, promises
from kb.ports import Embedder
from kb.types import EntryId, EntryState, SourcedEntry

#: Problems of reading and planning that a review tells better: with them it need not be told twice.
TOLD_BETTER = frozenset({Code.EXPIRED, Code.SAME_QUESTION, Code.SHARED_PHRASING, Code.UNKNOWN_FOLLOW_UP})

Progress = Callable[[int, int], None]

_WEIGHTS = list(Weight)
_CODES = list(FindingCode)
_STEPS = 4


def review(
    entries: Sequence[SourcedEntry],
    places: Mapping[EntryId, Place],
    existing: Sequence[SourcedEntry],
    embedder: Embedder | None,
    *,
    today: date,
    lists: Lists | None = None,
    only: Container[EntryId] | None = None,
    progress: Progress | None = None,
) -> list[Finding]:
    """Everything an editor should know of `entries` before they are written, the gravest first.

    `places` says where each entry stands, `existing` is the rest of the knowledge as it will be beside them. With
    `only`, findings concern these ids alone. Without an embedder entries are looked at one by one, not compared.
    """
    lists = lists or Lists.read()
    step = progress or (lambda _done, _of: None)
    ours = [_standing(known, places) for known in entries if known.entry.state is not EntryState.RETIRED]
    mine = {at.entry.id for at in ours}
    rest = [
        Standing(known.entry, Place(known.source))
        for known in existing
        if known.entry.state is not EntryState.RETIRED and known.entry.id not in mine
    ]
    focus = frozenset(entry_id for entry_id in mine if only is None or entry_id in only)
    linkable = Known({at.entry.id: at.entry for at in (*rest, *ours)})
    step(0, _STEPS)
    found = list(chain.from_iterable(_alone(at, lists, linkable, today) for at in ours if at.entry.id in focus))
    step(1, _STEPS)
    if embedder and focus:
        found += _compared((*rest, *ours), focus, embedder, today, step)
    step(_STEPS, _STEPS)
    return sorted(found, key=_order)


def superseded(code: Code) -> bool:
    """Whether a problem of this code is told better by a finding."""
    return code in TOLD_BETTER


def _alone(at: Standing, lists: Lists, known: Known, today: date) -> Iterator[Finding]:
    yield from personal_data(at, lists.allowed)
    yield from forbidden_wording(at, lists.forbidden)
    yield from promises(at, lists.promises)
    yield from dead_links(at, known)
    yield from expiry(at, today)
    yield from manners(at, lists.polite)
    yield from odd_question(at)


def _compared(
    standings: Sequence[Standing], focus: Container[EntryId], embedder: Embedder, today: date, step: Progress
) -> list[Finding]:
    """What only shows beside other entries; those whose time is over meet nobody any more."""
    served = [at for at in standings if at.entry.valid_until is None or at.entry.valid_until >= today]
    phrasings = Phrasings(served, embedder)
    step(2, _STEPS)
    close = neighbours(phrasings)
    step(3, _STEPS)
    astray = stray(phrasings, close)
    return [
        *shared(phrasings, focus),
        *near(phrasings, close, focus, frozenset(astray)),
        *told(phrasings, close, astray, focus),
    ]


def _standing(known: SourcedEntry, places: Mapping[EntryId, Place]) -> Standing:
    return Standing(known.entry, places.get(known.entry.id) or Place(known.source))


def _order(found: Finding) -> tuple[int, int, str, int]:
    return _WEIGHTS.index(found.weight), _CODES.index(found.code), found.file, found.row or 0
