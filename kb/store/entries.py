"""The knowledge: entries as they are, and as every revision left them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Integer, bindparam, func, insert, or_, select

from kb.errors import Conflict, NotFound
from kb.store.audit import Audit
from kb.store.database import Database
from kb.store.documents import Documents
from kb.store.golden import Golden
from kb.store.noted import knowledge_note
from kb.store.schema import entries, entry_history, revisions
from kb.types import Document, Entry, EntryId, EntryState, GoldenQuestion, Link, Note, SourcedEntry

_CHUNK = 5_000  # ids looked up at once
_COLUMNS = [column for column in entries.c if column.name != "revision"]
_STATES = {state.value: state for state in EntryState}


class Entries:
    """The entries of the knowledge; every change is a numbered revision."""

    def __init__(self, database: Database, golden: Golden, documents: Documents, audit: Audit) -> None:
        self._database = database
        self._audit = audit
        self._golden = golden
        self._documents = documents
        values = {column.name: bindparam(column.name, type_=column.type) for column in entries.c}
        upsert = database.upsert(entries).values(values)
        changed = {name: upsert.excluded[name] for name in values if name != "id"}
        self._put = database.prepare(upsert.on_conflict_do_update(index_elements=["id"], set_=changed))
        self._remember = database.prepare(insert(entry_history))
        self._number = database.prepare(insert(revisions))
        self._revision = database.prepare(select(func.coalesce(func.max(revisions.c.revision), 0)))
        later = entries.c.revision > bindparam("revision", type_=Integer)
        self._since = database.prepare(select(*_COLUMNS).where(later).order_by(entries.c.id))
        draft = entries.c.state == EntryState.DRAFT.value
        self._aside = database.prepare(select(*_COLUMNS).where(or_(later, draft)).order_by(entries.c.id))

    def revision(self) -> int:
        """Return the number of the last change, 0 when nothing was ever written."""
        with self._database.reading() as cursor:
            return self._read_revision(cursor)

    def all(self) -> list[SourcedEntry]:
        """Return every entry, retired ones included, in order of id."""
        return self.since(0)

    def since(self, revision: int) -> list[SourcedEntry]:
        """Return the entries that a later revision wrote or retired, in order of id."""
        with self._database.reading() as cursor:
            rows = self._since.all(cursor, {"revision": revision})
        return list(map(_sourced, rows))

    def aside(self, revision: int) -> list[SourcedEntry]:
        """Return the entries that a later revision wrote or retired, and every draft, in order of id."""
        with self._database.reading() as cursor:
            rows = self._aside.all(cursor, {"revision": revision})
        return list(map(_sourced, rows))

    def retired(self) -> list[EntryId]:
        """Return the ids of the entries that were retired, in order."""
        query = select(entries.c.id).where(entries.c.state == EntryState.RETIRED.value).order_by(entries.c.id)
        with self._database.connection() as connection:
            return list(connection.execute(query).scalars())

    def sources(self) -> set[str]:
        """Where entries came from: files as in "faq/orders.csv", and whoever wrote some."""
        with self._database.connection() as connection:
            return set(connection.execute(select(entries.c.source).distinct()).scalars())

    def some(self, ids: Collection[EntryId]) -> list[SourcedEntry]:
        """Return those entries of these ids that there are, in order of id."""
        with self._database.connection() as connection:
            found = self._among(connection, list(ids))
        return sorted(found.values(), key=attrgetter("entry.id"))

    def get(self, id: EntryId) -> Entry:  # noqa: A002 - the word of the whole interface
        """Return one entry; raises NotFound."""
        with self._database.connection() as connection:
            row = connection.execute(select(*_COLUMNS).where(entries.c.id == id)).one_or_none()
        if row is None:
            raise _unknown(id)
        return _sourced(row).entry

    def written(self, id: EntryId) -> tuple[SourcedEntry, int]:  # noqa: A002
        """Return one entry with its source, and the revision that wrote it last; raises NotFound."""
        with self._database.connection() as connection:
            row = connection.execute(select(*_COLUMNS, entries.c.revision).where(entries.c.id == id)).one_or_none()
        if row is None:
            raise _unknown(id)
        return _sourced(row[:-1]), int(row.revision)

    def apply(
        self,
        put: Sequence[SourcedEntry],
        retire: Sequence[EntryId],
        *,
        author: str,
        now: datetime,
        expect: int,
        golden: Sequence[GoldenQuestion] = (),
        golden_gone: Sequence[str] = (),
        documents: Sequence[Document] = (),
        documents_gone: Sequence[str] = (),
        note: Note | None = None,
    ) -> int:
        """Write entries and retire others in one transaction; return the new revision, or the old one for no change.

        `golden` questions are written with them, and those with the texts `golden_gone` removed; `documents` likewise,
        each whole with its passages, and those from the sources `documents_gone` removed. `expect` is the revision that
        the change was planned on: raises Conflict when the store has moved on since, NotFound when an entry to retire
        is unknown, ValueError when an id, text or source appears twice. The audit log is told in the same transaction,
        with `note` where that says more than what is written.
        """
        ids = [*(sourced.entry.id for sourced in put), *retire]
        if len(set(ids)) != len(ids):
            raise ValueError("an entry can be put or retired once in a change")
        if len({*golden_gone, *(question.text for question in golden)}) != len(golden_gone) + len(golden):
            raise ValueError("a golden question can be put or removed once in a change")
        if len({*documents_gone, *(one.source for one in documents)}) != len(documents_gone) + len(documents):
            raise ValueError("a document can be put or removed once in a change")
        revision = expect + 1
        rows = [self._put.bind(_row(sourced, revision)) for sourced in put]  # before the lock: others write meanwhile
        past = [self._remember.bind(_past(sourced.entry, revision)) for sourced in put]
        asked = self._golden.bind(golden, revision)
        with self._database.transaction() as connection:
            cursor = connection.connection.cursor()
            found = self._read_revision(cursor)
            if found != expect:
                raise Conflict(f"the knowledge is at revision {found}, not {expect}; plan the change again")
            retired = [
                SourcedEntry(replace(sourced.entry, state=EntryState.RETIRED), sourced.source)
                for sourced in self._find(connection, retire)
                if sourced.entry.state is not EntryState.RETIRED
            ]
            if not (rows or retired or asked or golden_gone or documents or documents_gone):
                return found
            rows += [self._put.bind(_row(sourced, revision)) for sourced in retired]
            past += [self._remember.bind(_past(sourced.entry, revision)) for sourced in retired]
            # a rival who read the same revision waits here, and then meets this row
            self._number.run(cursor, {"revision": revision, "at": now, "author": author})
            self._put.many(cursor, rows)
            self._remember.many(cursor, past)
            self._golden.write_within(cursor, asked, golden_gone)
            self._documents.write_within(cursor, documents, documents_gone, revision)
            gone = [sourced.entry.id for sourced in retired]
            note = note or knowledge_note(author, put, gone, (golden, golden_gone), (documents, documents_gone))
            self._audit.add_within(cursor, replace(note, detail={**note.detail, "revision": revision}), now)
        return revision

    def history(self, id: EntryId) -> list[tuple[int, datetime, str, Entry]]:  # noqa: A002
        """Return revision, time, author and the entry as it was then, oldest first; raises NotFound."""
        query = (
            select(revisions.c.revision, revisions.c.at, revisions.c.author, entry_history.c.entry)
            .join_from(entry_history, revisions)
            .where(entry_history.c.id == id)
            .order_by(revisions.c.revision)
        )
        with self._database.connection() as connection:
            steps = [
                (revision, at, author, Entry.from_dict(entry))
                for revision, at, author, entry in connection.execute(query)
            ]
        if not steps:
            raise _unknown(id)
        return steps

    def _read_revision(self, cursor: Any) -> int:
        found = self._revision.one(cursor, {})
        assert found is not None
        number: int = found[0]
        return number

    def _among(self, connection: Any, ids: Sequence[EntryId]) -> dict[str, SourcedEntry]:
        found: dict[str, SourcedEntry] = {}
        for start in range(0, len(ids), _CHUNK):
            query = select(*_COLUMNS).where(entries.c.id.in_(ids[start : start + _CHUNK]))
            found |= {row.id: _sourced(row) for row in connection.execute(query)}
        return found

    def _find(self, connection: Any, ids: Sequence[EntryId]) -> Iterable[SourcedEntry]:
        found = self._among(connection, ids)
        for id_ in ids:
            if id_ not in found:
                raise _unknown(id_)
            yield found[id_]


def _unknown(id_: EntryId) -> NotFound:
    return NotFound(f"there is no entry {id_!r}")


def _row(sourced: SourcedEntry, revision: int) -> dict[str, Any]:
    entry = sourced.entry
    return {
        "id": entry.id,
        "question": entry.question,
        "answer": entry.answer,
        "variants": entry.variants,
        "category": entry.category,
        "tags": entry.tags,
        "product": entry.product,
        "valid_from": entry.valid_from,
        "valid_until": entry.valid_until,
        "state": entry.state.value,
        "links": [{"title": link.title, "url": link.url} for link in entry.links],
        "follow_ups": entry.follow_ups,
        "source": sourced.source,
        "revision": revision,
    }


def _past(entry: Entry, revision: int) -> dict[str, Any]:
    return {"id": entry.id, "revision": revision, "entry": entry.as_dict()}


def _sourced(row: Sequence[Any]) -> SourcedEntry:
    """Make an entry of its columns, in the order of `_COLUMNS`."""
    id_, question, answer, variants, category, tags, product, begin, end, state, links, follow_ups, source = row
    entry = Entry(
        id=EntryId(id_),
        question=question,
        answer=answer,
        variants=tuple(variants),
        category=category,
        tags=tuple(tags),
        product=product,
        valid_from=begin,
        valid_until=end,
        state=_STATES[state],
        links=tuple(Link(link["title"], link["url"]) for link in links),
        follow_ups=tuple(follow_ups),
    )
    return SourcedEntry(entry, source)
