"""Documents as editors handle them: looked up, approved for direct answers, removed, made into entries."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from kb.errors import Conflict, IngestBlocked, NotFound
from kb.index.shelf import heading, place_of, unnumbered
from kb.ingest.columns import Column
from kb.ingest.entries import judge
from kb.ingest.problems import Report
from kb.ingest.record import Record
from kb.ports import Clock
from kb.store.store import Store
from kb.types import Document, Entry, EntryId, EntryState, Note, PassageId, SourcedEntry

#: What the source of an entry says of the passage that its answer is from; a file's name comes alone.
_CITED = re.compile(r"(?<= )《.*", re.DOTALL)
#: Somebody else may write in between.
_TRIES = 5
_CHANGED_ALL_THE_TIME = "the knowledge is being changed by others all the time; try again"


@dataclass(frozen=True, slots=True)
class Held:
    """A document, when its text was read, and who had it read."""

    document: Document
    read_at: datetime
    read_by: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """What an entry made of a passage begins with."""

    question: str  # the passage's heading; customers ask otherwise
    answer: str
    cited: str  # where it stands


class Library:
    """The documents of the knowledge. Each change is a revision of its own, and is served once it is published."""

    def __init__(self, store: Store, clock: Clock, timezone: tzinfo) -> None:
        """Take the shop's time zone, for dates."""
        self._store = store
        self._clock = clock
        self._timezone = timezone

    def all(self) -> list[Document]:
        """Return every document, in order of its file."""
        return self._store.documents.all()

    def held(self) -> list[Held]:
        """Return every document with when and by whom it was read, in order of its file."""
        read = self._store.documents.read_at()
        return [Held(one, *read[one.source]) for one in self._store.documents.all() if one.source in read]

    def find(self, name: str) -> Document:
        """Return a document by its file, or by the end of it where only one ends so; raises NotFound."""
        documents = self._store.documents.all()
        exact = [one for one in documents if one.source == name]
        ends = name.strip("/").rsplit("/", 1)[-1]
        found = exact or [one for one in documents if one.source == ends or one.source.endswith(f"/{ends}")]
        if len(found) != 1:
            raise NotFound(f"there is no one document {name!r}; `kb documents list` shows them")
        return found[0]

    def find_held(self, name: str) -> Held:
        """Return a document as `find` does, with when and by whom it was read; raises NotFound."""
        document = self.find(name)
        return Held(document, *self._store.documents.read_at()[document.source])

    def entries_made(self) -> dict[str, list[Entry]]:
        """Return the entries that were made of passages and are not retired, by what their source cites."""
        found: defaultdict[str, list[Entry]] = defaultdict(list)
        for sourced in self._store.entries.all():
            cited = _CITED.search(sourced.source)
            if cited and sourced.entry.state is not EntryState.RETIRED:
                found[cited[0]].append(sourced.entry)
        return dict(found)

    def approve(self, names: Sequence[str], *, approved: bool, author: str) -> int:
        """Let customers be answered from documents, or not any more; return the revision. Raises NotFound, Conflict."""
        sources = list(dict.fromkeys(self.find(name).source for name in names))
        return self._store.documents.approve(sources, approved, author=author, now=self._clock.now())

    def remove(self, names: Sequence[str], *, author: str) -> int:
        """Take documents out of the knowledge; return the revision. Raises NotFound, Conflict.

        Entries that were made of their passages stay. What is ingested again is there again.
        """
        for _ in range(_TRIES):
            revision = self._store.entries.revision()
            gone = list(dict.fromkeys(self.find(name).source for name in names))
            note = Note(author, "document.remove", "", {"files": gone})
            try:
                return self._store.entries.apply(
                    [], [], author=author, now=self._clock.now(), expect=revision, documents_gone=gone, note=note
                )
            except Conflict:
                continue
        raise Conflict(_CHANGED_ALL_THE_TIME)

    def make_entry(self, id_: PassageId, *, question: str = "", author: str) -> SourcedEntry:
        """Write a draft with a passage as its answer, and its heading as the question unless another is given.

        The entry's source says where the answer is from. Raises NotFound, IngestBlocked in the editors' words when the
        question cannot be used, Conflict when it is an entry already.
        """
        drafted = self.drafted(id_)
        report = Report("")
        fields: dict[Column, Any] = {
            Column.QUESTION: question.strip() or drafted.question,
            Column.ANSWER: drafted.answer,
            Column.STATE: EntryState.DRAFT.value,
        }
        entry = judge(Record(fields), report, self._today()).entry
        if entry is None:
            raise IngestBlocked("；".join(problem.message for problem in report.problems))
        made = SourcedEntry(entry, f"@{author} {drafted.cited}")
        for _ in range(_TRIES):
            revision = self._store.entries.revision()
            if self._there(entry.id):
                raise Conflict(f"{entry.question!r} is an entry already: {entry.id}")
            try:
                self._store.entries.apply([made], [], author=author, now=self._clock.now(), expect=revision)
            except Conflict:
                continue
            return made
        raise Conflict(_CHANGED_ALL_THE_TIME)

    def drafted(self, id_: PassageId) -> Drafted:
        """Return what an entry made of a passage would begin with; raises NotFound."""
        document, passage = self._store.documents.passage(id_)
        return Drafted(unnumbered(heading(document, passage)), passage.text, place_of(document.title, passage))

    def _there(self, id_: EntryId) -> bool:
        try:
            self._store.entries.get(id_)
        except NotFound:
            return False
        return True

    def _today(self) -> date:
        return self._clock.now().astimezone(self._timezone).date()
