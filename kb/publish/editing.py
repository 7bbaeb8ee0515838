"""Single entries and golden questions as editors change them: looked up, written, retired, restored."""

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any

from kb.errors import Conflict, IngestBlocked, InputError, NotFound
from kb.ingest import Place, Problem, Reading, plan
from kb.ingest.columns import Column
from kb.ingest.entries import derive_id, judge
from kb.ingest.golden import read_golden
from kb.ingest.problems import Code, Report, Unusable
from kb.ingest.record import Record
from kb.ingest.review import Finding, Lists, review
from kb.ports import Clock
from kb.publish.catalogue import Catalogue, Facets, Served
from kb.store.store import Store
from kb.text import normalise
from kb.types import Entry, EntryId, EntryState, GoldenQuestion, Note, SourcedEntry

_Change = Callable[[SourcedEntry | None], SourcedEntry]

#: What the review tells as well, and better.
_TOLD_BY_REVIEW = frozenset({Code.EXPIRED, Code.UNKNOWN_FOLLOW_UP})

_NUMBERED = re.compile(r"(.*?[^0-9])([0-9]{1,6})")

#: Somebody else may write in between; the entry itself is looked at again each time.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What entries are looked for; an empty field narrows nothing."""

    text: str = ""  # in the id, question, variants or answer
    category: str = ""
    product: str = ""
    tag: str = ""
    source: str = ""
    state: EntryState | None = None
    expires_by: date | None = None  # last day on which it is served, retired ones aside

    def admits(self, sourced: SourcedEntry, haystack: str, needle: str) -> bool:
        """Whether an entry is among them; `needle` is the normalised text."""
        entry = sourced.entry
        return (
            (self.state is None or entry.state is self.state)
            and (not self.category or entry.category == self.category)
            and (not self.product or entry.product == self.product)
            and (not self.tag or self.tag in entry.tags)
            and (not self.source or sourced.source == self.source)
            and (self.expires_by is None or self._expires(entry, self.expires_by))
            and (not needle or needle in haystack)
        )

    @staticmethod
    def _expires(entry: Entry, by: date) -> bool:
        return entry.state is not EntryState.RETIRED and entry.valid_until is not None and entry.valid_until <= by


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the entries that were found, and of how many."""

    total: int
    entries: tuple[SourcedEntry, ...]
    revision: int  # of the knowledge


@dataclass(frozen=True, slots=True)
class Checked:
    """What would become of an entry if it were written."""

    entry: Entry | None  # None when a problem forbids to write it
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def refusal(self) -> str:
        """Why it cannot be written, in the editors' words; "" when it can."""
        if self.entry is None:
            return "；".join(problem.message for problem in self.problems)
        return "；".join(f"{one.message}。{one.advice}" for one in self.findings if one.blocks)


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as the store has it, and what is worth knowing about it."""

    sourced: SourcedEntry
    revision: int  # that wrote it last
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file of golden questions."""

    added: int
    changed: int
    unchanged: int
    problems: tuple[Problem, ...]


class Editing:
    """Changes of single entries, each a revision of its own. Nothing is served before it is published."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        timezone: tzinfo,
        lists: Callable[[], Lists] = Lists.read,
        served: Callable[[], Served | None] = lambda: None,
    ) -> None:
        """Take the shop's time zone, for dates that are over, and what gives the lists of words to check answers by.

        `served` gives the release that is open, if any: a check against all entries then reads hardly any.
        """
        self._store = store
        self._clock = clock
        self._timezone = timezone
        self._lists = lists
        self._catalogue = Catalogue(store, served)

    def find(self, wanted: Wanted, *, limit: int = 50, offset: int = 0) -> Page:
        """Return entries in order of id."""
        snapshot = self._catalogue.latest()
        needle = normalise(wanted.text)
        haystacks = snapshot.haystacks if needle else ("",) * len(snapshot.entries)
        found = [
            sourced
            for sourced, haystack in zip(snapshot.entries, haystacks, strict=True)
            if wanted.admits(sourced, haystack, needle)
        ]
        return Page(len(found), tuple(found[offset : offset + limit]), snapshot.revision)

    def facets(self) -> Facets:
        """Return what entries can be narrowed down by."""
        return self._catalogue.latest().facets

    def free_id(self, question: str, category: str = "", product: str = "") -> EntryId:
        """Propose an id for a new entry: the next number where the category's entries are numbered, else a derived one.

        What is proposed may be taken by the time it is written; `put` with `expect=0` notices.
        """
        entries = self._catalogue.latest().entries
        taken = {sourced.entry.id for sourced in entries}
        numbered = [
            found
            for sourced in entries
            if category and sourced.entry.category == category and (found := _NUMBERED.fullmatch(sourced.entry.id))
        ]
        if numbered:
            prefix, digits = Counter((one[1], len(one[2])) for one in numbered).most_common(1)[0][0]
            last = max(int(one[2]) for one in numbered if one[1] == prefix)
            ids = (EntryId(f"{prefix}{number:0{digits}d}") for number in range(last + 1, last + 1 + len(taken) + 1))
            return next(one for one in ids if one not in taken)
        return derive_id(question, product)

    def get(self, id_: EntryId) -> Kept:
        """Return one entry; raises NotFound."""
        sourced, revision = self._store.entries.written(id_)
        return Kept(sourced, revision)

    def check(self, id_: EntryId, fields: Mapping[str, Any]) -> Checked:
        """Say what is wrong with an entry before it is written; its fields are those of a JSONL row.

        It is looked at by itself, and where it meets the others: a shared phrasing, a follow-up that leads nowhere.
        """
        report = Report("")
        record = Record({Column(name): value for name, value in fields.items()} | {Column.ID: id_})
        entry = judge(record, report, self._today()).entry
        if entry is None:
            return Checked(None, report.close())
        sourced = SourcedEntry(entry, "")
        beside = self._catalogue.beside(entry)
        found = review([sourced], {}, beside, None, today=self._today(), lists=self._lists(), only={entry.id})
        together = _seen_together(sourced, beside)
        problems = (one for one in (*report.close(), *together) if one.code not in _TOLD_BY_REVIEW)
        return Checked(entry, tuple(problems), tuple(found))

    def put(
        self, id_: EntryId, fields: Mapping[str, Any], *, author: str, expect: int | None = None, cited: str = ""
    ) -> Kept:
        """Write an entry; its fields are those of a JSONL row and go through the same checks.

        `cited` says where a new entry's answer was taken from; its source names that. `expect` is the revision of the
        entry that the change was made on, 0 for a new one: raises Conflict when it was written since. Raises
        IngestBlocked, in the editors' words, when the fields cannot be used or hold a customer's personal data;
        whatever else was found is told with what was written.
        """
        checked = self.check(id_, fields)
        if checked.entry is None or checked.refusal:
            raise IngestBlocked(checked.refusal)
        entry = checked.entry
        source = f"@{author} {cited}".strip()

        def change(old: SourcedEntry | None) -> SourcedEntry:
            return SourcedEntry(entry, old.source if old else source)

        kept = self._write(id_, change, author=author, expect=expect)
        return replace(kept, problems=checked.problems, findings=checked.findings)

    def make_live(self, id_: EntryId, *, author: str, expect: int | None = None) -> Kept:
        """Serve a draft, or what was retired, from the next release on; it is checked as `put` does.

        Raises NotFound, IngestBlocked, or Conflict when somebody else wrote it in between.
        """
        kept = self.get(id_)
        fields = {**kept.sourced.entry.as_dict(), "state": EntryState.LIVE.value}
        return self.put(id_, fields, author=author, expect=kept.revision if expect is None else expect)

    def retire(self, id_: EntryId, *, author: str, expect: int | None = None) -> Kept:
        """Take an entry out of what is published next; raises NotFound, or Conflict as `put` does."""
        note = Note(author, "entry.retire", id_)
        return self._write(
            id_, lambda old: _in_state(old, id_, EntryState.RETIRED), author=author, expect=expect, note=note
        )

    def restore(self, id_: EntryId, revision: int, *, author: str, expect: int | None = None) -> Kept:
        """Make an entry again what a revision left; raises NotFound, or Conflict as `put` does."""
        past = next((entry for at, _, _, entry in self.history(id_) if at == revision), None)
        if past is None:
            raise NotFound(f"revision {revision} did not write entry {id_!r}; its history says which did")
        earlier = past

        def change(old: SourcedEntry | None) -> SourcedEntry:
            return SourcedEntry(earlier, old.source if old else f"@{author}")

        note = Note(author, "entry.restore", id_, {"from_revision": revision})
        return self._write(id_, change, author=author, expect=expect, note=note)

    def history(self, id_: EntryId) -> list[tuple[int, datetime, str, Entry]]:
        """Return revision, time, author and the entry as it was then, oldest first; raises NotFound."""
        return self._store.entries.history(id_)

    def golden(self, text: str = "", *, limit: int = 50, offset: int = 0) -> tuple[int, list[GoldenQuestion]]:
        """Return how many golden questions hold `text`, and some of them."""
        needle = normalise(text)
        found = [one for one in self._store.golden.all() if needle in normalise(one.text)]
        return len(found), found[offset : offset + limit]

    def add_golden(self, question: GoldenQuestion, *, author: str) -> GoldenQuestion:
        """Write a golden question, or change the one with this text; raises InputError for an unknown entry."""
        known = {
            sourced.entry.id
            for sourced in self._catalogue.latest().entries
            if sourced.entry.state is not EntryState.RETIRED
        }
        if lost := [one for one in question.expected if one not in known]:
            raise InputError(f"there is no entry {', '.join(lost)} that could answer it")
        old = next((one for one in self._store.golden.all() if one.text == question.text), None)
        new = replace(question, source=old.source if old else f"@{author}")
        if new != old:
            self._apply([], author=author, golden=[new])
        return new

    def import_golden(self, name: str, content: bytes, *, author: str) -> Imported:
        """Take in a file of golden questions, one JSON object a line; what is no such line is told and left out.

        Those with the text of one that is there replace it. Raises InputError when the file cannot be used at all.
        """
        report = Report(name)
        with tempfile.TemporaryDirectory(prefix="kb-golden-") as folder:
            path = Path(folder) / "golden.jsonl"
            path.write_bytes(content)
            try:
                read = {placed.question.text: placed.question for placed in read_golden(path, f"@{author}", report)}
            except Unusable as error:
                report.add(error.code, error.row, error.where, **error.facts)
                raise InputError("；".join(problem.message for problem in report.problems)) from error
        known = {sourced.entry.id for sourced in self._catalogue.latest().entries}
        there = {one.text: one for one in self._store.golden.all()}
        put: list[GoldenQuestion] = []
        unchanged = 0
        for question in read.values():
            if lost := [one for one in question.expected if one not in known]:
                report.add(Code.UNKNOWN_EXPECTED, question=question.text, ids="、".join(lost))
                continue
            old = there.get(question.text)
            new = replace(question, source=old.source if old else question.source)
            if new == old:
                unchanged += 1
            else:
                put.append(new)
        if put:
            self._apply([], author=author, golden=put)
        changed = sum(one.text in there for one in put)
        return Imported(len(put) - changed, changed, unchanged, report.close())

    def remove_golden(self, id_: str, *, author: str) -> None:
        """Remove a golden question by its `golden_id`; raises NotFound."""
        self._apply([], author=author, golden_gone=[self._store.golden.get(id_).text])

    def _write(
        self, id_: EntryId, change: _Change, *, author: str, expect: int | None, note: Note | None = None
    ) -> Kept:
        for _ in range(_TRIES):
            revision = self._store.entries.revision()  # before the entry is read, so that a later change is noticed
            old, last = self._last(id_)
            if expect is not None and expect != last:
                raise Conflict(f"entry {id_!r} was written by revision {last}, not {expect}; read it again")
            new = change(old)
            if new == old:
                return Kept(new, last)
            try:
                now = self._clock.now()
                written = self._store.entries.apply([new], [], author=author, now=now, expect=revision, note=note)
                return Kept(new, written)
            except Conflict:
                continue
        raise Conflict("the knowledge is being changed by others all the time; try again")

    def _last(self, id_: EntryId) -> tuple[SourcedEntry | None, int]:
        try:
            return self._store.entries.written(id_)
        except NotFound:
            return None, 0

    def _apply(
        self,
        put: Sequence[SourcedEntry],
        *,
        author: str,
        golden: Sequence[GoldenQuestion] = (),
        golden_gone: Sequence[str] = (),
    ) -> None:
        for _ in range(_TRIES):
            try:
                self._store.entries.apply(
                    put,
                    [],
                    author=author,
                    now=self._clock.now(),
                    expect=self._store.entries.revision(),
                    golden=golden,
                    golden_gone=golden_gone,
                )
            except Conflict:
                continue
            return
        raise Conflict("the knowledge is being changed by others all the time; try again")

    def _today(self) -> date:
        return self._clock.now().astimezone(self._timezone).date()


def _in_state(old: SourcedEntry | None, id_: EntryId, state: EntryState) -> SourcedEntry:
    if old is None:
        raise NotFound(f"there is no entry {id_!r}")
    return SourcedEntry(replace(old.entry, state=state), old.source)


def _seen_together(sourced: SourcedEntry, beside: Sequence[SourcedEntry]) -> tuple[Problem, ...]:
    """What is wrong with an entry beside others: a shared phrasing, a follow-up that leads nowhere."""
    reading = Reading(
        entries=(sourced,), problems=(), files=(), scopes=(), places={sourced.entry.id: Place(sourced.source)}
    )
    return plan(reading, beside).problems
