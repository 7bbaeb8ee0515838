"""Files become entries and passages, with every problem found on the way."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kb import messages
from kb.ingest.cleaning import Cleaned, Step
from kb.ingest.document import document
from kb.ingest.entries import judge
from kb.ingest.golden import Placed, read_golden
from kb.ingest.problems import Code, Place, Problem, Report, Unusable
from kb.ingest.readers import READERS
from kb.ingest.record import Record
from kb.ingest.walk import Found, walk
from kb.types import Entry, EntryId, Passage, SourcedEntry

if TYPE_CHECKING:
    from kb.ingest.blocks import Block

#: Called with the source being read (of a long file also the page), how many files are done, and how many there are.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What one file gave."""

    file: str  # source name
    entries: int
    skipped: int  # rows or sections left out because of a problem
    blocked: bool  # the whole file could not be used; nothing that came from it earlier is retired
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was found under the given paths."""

    entries: tuple[SourcedEntry, ...]
    problems: tuple[Problem, ...]
    files: tuple[FileSummary, ...]
    scopes: tuple[str, ...]  # sources that were looked at: files, and folders with all that lies in them
    places: Mapping[EntryId, Place] = field(default_factory=dict)  # where each entry stands
    held_sources: frozenset[str] = frozenset()  # could not be read completely: nothing of theirs may be retired
    held_ids: frozenset[EntryId] = frozenset()  # stand in a row with a problem: gone from `entries`, not from the file
    passages: tuple[Passage, ...] = ()  # in order of file and place; ids are unique
    cleaned: tuple[Cleaned, ...] = ()  # what each step took away from each document
    proposed: frozenset[EntryId] = (
        frozenset()
    )  # found in documents: draft here, and as the editors decided in the store
    golden: tuple[Placed, ...] = ()  # golden questions, each text once

    @property
    def blocked(self) -> bool:
        """Whether a problem must be solved before anything may be written."""
        return any(problem.blocks for problem in self.problems)


def read(
    paths: Sequence[Path],
    *,
    today: date,
    progress: Progress | None = None,
    clean_without: Collection[Step] = (),
    known: Collection[str] = (),
) -> Reading:
    """Read files and folders. Whatever is wrong with them becomes a problem; nothing is raised for it.

    `today` is the shop's day: entries whose dates are over are pointed out. `clean_without` names the steps of cleaning
    that documents are not to go through, `known` the sources that there are already.
    """
    found = walk(paths, known)
    gathered = _Gathered(today, clean_without)
    for done, file in enumerate(found.files):
        if progress:
            progress(file.source, done, len(found.files))
        gathered.take(file, _pages(progress, file.source, done, len(found.files)))
    if progress and found.files:
        progress(found.files[-1].source, len(found.files), len(found.files))
    for file in found.golden:
        gathered.take_golden(file)
    return gathered.reading(found.scopes, found.problems, found.unseen)


def _pages(progress: Progress | None, source: str, done: int, files: int) -> Callable[[int, int], None]:
    """Tell the page of a long file as a part of its name."""

    def tell(page: int, pages: int) -> None:
        if progress:
            progress(messages.ingest.progress(source, page, pages), done, files)

    return tell


@dataclass(frozen=True, slots=True)
class _Row:
    """An entry in a file."""

    entry: Entry
    place: Place
    derived: bool
    proposed: bool


class _Gathered:
    """Entries and problems so far; ids are unique over all files."""

    def __init__(self, today: date, clean_without: Collection[Step]) -> None:
        self.today = today
        self.clean_without = frozenset(clean_without)
        self.rows: dict[EntryId, _Row] = {}
        self.twice: set[EntryId] = set()
        self.reports: list[Report] = []
        self.summaries: list[tuple[str, int, bool]] = []
        self.passages: dict[str, tuple[Passage, ...]] = {}  # by source
        self.cleaned: list[Cleaned] = []
        self.held_sources: set[str] = set()
        self.held_ids: set[EntryId] = set()
        self.golden: dict[str, Placed] = {}

    def take(self, file: Found, pages: Callable[[int, int], None]) -> None:
        report = Report(file.source, pages=pages)
        self.reports.append(report)
        rows: list[_Row] = []
        held: set[EntryId] = set()
        skipped, unknown = 0, False
        blocked = False
        try:
            for record in self.records(file, report):
                judged = judge(record, report, self.today)
                if judged.entry:
                    place = Place(file.source, record.row, record.where)
                    rows.append(_Row(judged.entry, place, judged.derived, record.proposed))
                else:
                    skipped += 1
                    if judged.id:
                        held.add(judged.id)
                    else:
                        unknown = True
        except Unusable as error:
            report.add(error.code, error.row, error.where, **error.facts)
            blocked, rows = True, []
            self.passages.pop(file.source, None)
        if not (rows or skipped or blocked or report.problems or self.passages.get(file.source)):
            report.add(Code.NO_ROWS)
        if blocked or unknown or report.held:
            self.held_sources.add(file.source)
        self.held_ids |= held
        skipped += sum(not self.add(row, report) for row in rows)
        if proposals := sum(row.proposed for row in rows):
            report.add(Code.PROPOSED, count=proposals)
        self.summaries.append((file.source, skipped, blocked))

    def take_golden(self, file: Found) -> None:
        """Take in a file of golden questions; one that could not be read completely takes nothing away."""
        report = Report(file.source)
        self.reports.append(report)
        try:
            for placed in read_golden(file.path, file.source, report):
                first = self.golden.setdefault(placed.question.text, placed)
                if first is not placed:
                    place, other = placed.place, describe(first.place, seen_from=placed.place)
                    report.add(Code.REPEATED_GOLDEN, place.row, place.where, question=placed.question.text, other=other)
        except Unusable as error:
            report.add(error.code, error.row, error.where, **error.facts)
        if any(problem.blocks or problem.code is Code.BAD_GOLDEN for problem in report.problems):
            self.held_sources.add(file.source)

    def records(self, file: Found, report: Report) -> Iterator[Record]:
        """What stands in tables of entries, then what is asked and answered in the rest of the file."""
        blocks: list[Block] = []
        for found in READERS[file.path.suffix.lower()](file.path, report):
            if isinstance(found, Record):
                yield found
            else:
                blocks.append(found)
        if not blocks:
            return
        made = document(blocks, file.source, self.clean_without)
        self.passages[file.source] = made.passages
        self.cleaned += made.cleaned
        if made.cleaned:
            steps = [(cleaned.step.value, cleaned.count) for cleaned in made.cleaned]
            report.add(Code.CLEANED, steps=messages.ingest.steps(steps))
        if any(cleaned.step is Step.STUTTER for cleaned in made.cleaned):
            report.add(Code.STUTTERED)
        yield from made.records

    def add(self, row: _Row, report: Report) -> bool:
        """Keep a row unless its id is there already; say so otherwise. A table of entries comes before a document."""
        first = self.rows.setdefault(row.entry.id, row)
        if first is row:
            return True
        if first.proposed and not row.proposed:
            self.rows[row.entry.id] = row
            return True
        other = describe(first.place, seen_from=row.place)
        if row.derived and first.derived:
            report.add(Code.REPEATED_QUESTION, row.place.row, row.place.where, question=row.entry.question, other=other)
        else:
            self.twice.add(row.entry.id)
            report.add(Code.SAME_ID, row.place.row, row.place.where, id=row.entry.id, other=other)
        return False

    def reading(self, scopes: tuple[str, ...], problems: tuple[Problem, ...], unseen: tuple[str, ...]) -> Reading:
        kept = {entry_id: row for entry_id, row in self.rows.items() if entry_id not in self.twice}
        by_file = {source: 0 for source, _, _ in self.summaries}
        for row in kept.values():
            by_file[row.place.file] += 1
        return Reading(
            entries=tuple(SourcedEntry(row.entry, row.place.file) for row in kept.values()),
            problems=(*problems, *(found for report in self.reports for found in report.close())),
            files=tuple(
                FileSummary(source, by_file[source], skipped, gone, len(self.passages.get(source, ())))
                for source, skipped, gone in self.summaries
            ),
            scopes=scopes,
            places={entry_id: row.place for entry_id, row in kept.items()},
            held_sources=frozenset({*self.held_sources, *unseen}),
            held_ids=frozenset({*self.held_ids, *self.twice}) - kept.keys(),
            passages=tuple(passage for found in self.passages.values() for passage in found),
            cleaned=tuple(self.cleaned),
            proposed=frozenset(entry_id for entry_id, row in kept.items() if row.proposed),
            golden=tuple(self.golden.values()),
        )


def describe(place: Place, *, seen_from: Place) -> str:
    """Name a place; its file only when that is another one."""
    where = place.where or place.file
    return where if place.file == seen_from.file or not place.where else f"{place.file} {where}"
