"""What would change in the knowledge: a diff that can be read before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from kb.ingest.check import check
from kb.ingest.documents import DocumentChange, compare, documents
from kb.ingest.problems import Code, Place, Problem, Report, problem
from kb.ingest.read import Reading
from kb.types import Document, Entry, EntryId, EntryState, GoldenQuestion, SourcedEntry


class Change(NamedTuple):
    """An entry before and after."""

    old: SourcedEntry
    new: SourcedEntry


@dataclass(frozen=True, slots=True)
class Plan:
    """The difference between what was read and what is in the store, each part in order of reading or id."""

    added: tuple[SourcedEntry, ...]
    changed: tuple[Change, ...]
    moved: tuple[Change, ...]  # same entry, now in another of the files that were looked at
    retired: tuple[SourcedEntry, ...]  # gone from the files; as they are now in the store
    unchanged: tuple[SourcedEntry, ...]
    problems: tuple[Problem, ...]  # the reading's, and those that only show when all entries are seen together
    retire_share: float  # of the entries in the store that are not retired yet, 0..1
    golden: tuple[GoldenQuestion, ...] = ()  # golden questions to write: new ones, and those that changed
    golden_gone: tuple[str, ...] = ()  # texts of those that are gone from the files
    documents: tuple[DocumentChange, ...] = ()
    documents_unchanged: tuple[Document, ...] = ()
    documents_share: float = 0.0  # of the documents in the store that would be removed, 0..1

    @property
    def put(self) -> tuple[SourcedEntry, ...]:
        """What is to be written."""
        return (*self.added, *(change.new for change in (*self.changed, *self.moved)))

    @property
    def retire(self) -> tuple[EntryId, ...]:
        """What is to be retired."""
        return tuple(gone.entry.id for gone in self.retired)

    @property
    def put_documents(self) -> tuple[Document, ...]:
        """The documents that are to be written."""
        return tuple(change.new for change in self.documents if change.new)

    @property
    def documents_gone(self) -> tuple[str, ...]:
        """The sources of the documents that are to be removed."""
        return tuple(change.old.source for change in self.documents if change.old and not change.new)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.put or self.retired or self.golden or self.golden_gone or self.documents)

    @property
    def blocked(self) -> bool:
        """Whether a problem must be solved before anything may be written."""
        return any(problem.blocks for problem in self.problems)


def plan(
    reading: Reading,
    existing: Sequence[SourcedEntry],
    golden: Sequence[GoldenQuestion] = (),
    known_documents: Sequence[Document] = (),
) -> Plan:
    """Compare by id. Retired is what came from a source that was looked at and is no longer there.

    An entry keeps the source it has as long as that source was not looked at: an exported file that is read back
    changes nothing. Nothing is retired from a file, or because of a row, that could not be read. What was found in a
    document's text is a proposal: it leaves an entry alone that an editor has made live. Golden questions are
    compared by their text with those in the store, `golden`, in the same way, and documents by their source with
    `known_documents`.
    """
    before = {known.entry.id: known for known in existing}
    added: list[SourcedEntry] = []
    changed: list[Change] = []
    moved: list[Change] = []
    unchanged: list[SourcedEntry] = []
    for read in reading.entries:
        old = before.get(read.entry.id)
        if old is None:
            added.append(read)
            continue
        if read.entry.id in reading.proposed and old.entry.state is EntryState.LIVE:
            unchanged.append(old)
            continue
        new = SourcedEntry(read.entry, _source(old, read, reading.scopes))
        if new.entry != old.entry:
            changed.append(Change(old, new))
        elif new.source != old.source:
            moved.append(Change(old, new))
        else:
            unchanged.append(old)
    there = {read.entry.id for read in reading.entries} | reading.held_ids
    active = [known for known in existing if known.entry.state is not EntryState.RETIRED]
    retired = [
        known
        for known in active
        if known.entry.id not in there
        and _within(known.source, reading.scopes)
        and not _within(known.source, reading.held_sources)
    ]
    gone = {known.entry.id for known in retired}
    asked = {placed.question.text for placed in reading.golden}
    rest = [known.entry for known in active if known.entry.id not in gone and known.entry.id not in reading.places]
    read_documents = documents(reading.passages)
    sources = {document.source for document in read_documents}
    lost = {
        known.source
        for known in known_documents
        if known.source not in sources
        and _within(known.source, reading.scopes)
        and not _within(known.source, reading.held_sources)
    }
    unread = {document.source for document in read_documents if _within(document.source, reading.held_sources)}
    document_changes, same_documents = compare(read_documents, known_documents, gone=lost, unread=unread)
    return Plan(
        added=tuple(added),
        changed=tuple(changed),
        moved=tuple(moved),
        retired=tuple(retired),
        unchanged=tuple(unchanged),
        problems=(
            *reading.problems,
            *check(reading, rest),
            *_unknown_expected(reading, rest),
            *_declined(reading, before),
            *_namesakes(reading, [*(known.source for known in active), *(known.source for known in known_documents)]),
        ),
        retire_share=len(retired) / len(active) if active else 0.0,
        golden=tuple(_golden_changes(reading, golden)),
        golden_gone=tuple(
            known.text
            for known in golden
            if known.text not in asked
            and _within(known.source, reading.scopes)
            and not _within(known.source, reading.held_sources)
        ),
        documents=document_changes,
        documents_unchanged=same_documents,
        documents_share=len(lost) / len(known_documents) if known_documents else 0.0,
    )


def _declined(reading: Reading, before: Mapping[EntryId, SourcedEntry]) -> Iterable[Problem]:
    """Proposals that say something else than the live entry of the same question."""
    for known in reading.entries:
        old = before.get(known.entry.id) if known.entry.id in reading.proposed else None
        if old and old.entry.state is EntryState.LIVE and old.entry.answer != known.entry.answer:
            yield problem(Code.PROPOSAL_DIFFERS, reading.places[known.entry.id], question=known.entry.question)


def _namesakes(reading: Reading, before: Iterable[str]) -> Iterable[Problem]:
    """New sources that are called like others which were not looked at: a new version of those, more often than not."""
    known = set(before)
    elsewhere = {_name(source): source for source in sorted(known, reverse=True) if not _within(source, reading.scopes)}
    read = dict.fromkeys([*(found.source for found in reading.entries), *(one.source for one in reading.passages)])
    for source in read:
        if source not in known and (other := elsewhere.get(_name(source))):
            yield problem(Code.NAMESAKE, Place(source), other=other, given=other.partition("/")[0])


def _name(source: str) -> str:
    return source.rpartition("/")[2]


def _golden_changes(reading: Reading, golden: Sequence[GoldenQuestion]) -> Iterable[GoldenQuestion]:
    before = {known.text: known for known in golden}
    for question, _ in reading.golden:
        old = before.get(question.text)
        new = replace(question, source=old.source) if old and not _within(old.source, reading.scopes) else question
        if new != old:
            yield new


def _unknown_expected(reading: Reading, rest: Sequence[Entry]) -> tuple[Problem, ...]:
    """Golden questions that expect an entry which will not be there, or not be live any more."""
    there = {entry.id for entry in rest}
    there |= {known.entry.id for known in reading.entries if known.entry.state is not EntryState.RETIRED}
    there |= reading.held_ids
    reports: dict[str, Report] = {}
    for question, place in reading.golden:
        if lost := [one for one in question.expected if one not in there]:
            report = reports.setdefault(place.file, Report(place.file))
            ids = "、".join(lost)
            report.add(Code.UNKNOWN_EXPECTED, place.row, place.where, question=question.text, ids=ids)
    return tuple(problem for report in reports.values() for problem in report.close())


def _source(old: SourcedEntry, read: SourcedEntry, scopes: Sequence[str]) -> str:
    revived = EntryState.RETIRED is old.entry.state is not read.entry.state
    return read.source if revived or _within(old.source, scopes) else old.source


def _within(source: str, scopes: Iterable[str]) -> bool:
    return any(source == scope or source.startswith(scope.rstrip("/") + "/") for scope in scopes)
