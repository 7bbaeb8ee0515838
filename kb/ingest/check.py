"""What only shows when all entries are seen together: the same question twice, a shared phrasing, a lost follow-up."""

from collections.abc import Iterable, Sequence

from kb.ingest.problems import Code, Place, Problem, Report
from kb.ingest.read import Reading, describe
from kb.text import normalise
from kb.types import Entry, EntryState


def check(reading: Reading, rest: Sequence[Entry]) -> tuple[Problem, ...]:
    """Look at what was read beside the `rest` of the knowledge as it will be; problems concern what was read."""
    ours = [known.entry for known in reading.entries if known.entry.state is not EntryState.RETIRED]
    together = _Together([*rest, *ours])
    reports: dict[str, Report] = {}
    for entry in ours:
        place = reading.places[entry.id]
        report = reports.setdefault(place.file, Report(place.file))
        for code, facts in together.complaints(entry, reading):
            report.add(code, place.row, place.where, **facts)
    return tuple(problem for report in reports.values() for problem in report.close())


class _Together:
    """Which entries claim a text."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._questions: dict[str, Entry] = {}  # the first with this standard question
        self._claims: dict[str, Entry | None] = {}  # the only one with this phrasing, None when there are several
        self._several: dict[str, list[Entry]] = {}
        for entry in entries:
            self._questions.setdefault(normalise(entry.question), entry)
            for key in {normalise(phrasing) for phrasing in entry.phrasings}:
                self._claim(key, entry)

    def _claim(self, key: str, entry: Entry) -> None:
        if key not in self._claims:
            self._claims[key] = entry
            return
        first = self._claims[key]
        if first is not None:
            self._several[key] = [first]
            self._claims[key] = None
        self._several[key].append(entry)

    def complaints(self, entry: Entry, reading: Reading) -> Iterable[tuple[Code, dict[str, object]]]:
        question = normalise(entry.question)
        if self._several:
            for phrasing in entry.phrasings:
                key = normalise(phrasing)
                for other in self._several.get(key, ()):
                    if other.id == entry.id:
                        continue
                    named = _name(other, reading, reading.places[entry.id])
                    if key == question == normalise(other.question):
                        yield Code.SAME_QUESTION, {"question": entry.question, "other": named}
                    else:
                        yield Code.SHARED_PHRASING, {"phrasing": phrasing, "other": named}
                    break
        for follow_up in entry.follow_ups:
            if normalise(follow_up) not in self._questions:
                yield Code.UNKNOWN_FOLLOW_UP, {"follow_up": follow_up}


def _name(other: Entry, reading: Reading, seen_from: Place) -> str:
    place = reading.places.get(other.id)
    return describe(place, seen_from=seen_from) if place else f"{other.id}"
