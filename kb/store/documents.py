"""Documents with their passages: product knowledge that has no question of its own."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, insert, select, update

from kb.errors import NotFound
from kb.store.audit import Audit
from kb.store.database import Database
from kb.store.schema import documents, passages, revisions
from kb.types import Document, Note, Passage, PassageId


class Documents:
    """The documents as they are. What ingestion finds is written by `Entries.apply`, as part of a revision."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit
        values = {column.name: bindparam(column.name, type_=column.type) for column in documents.c}
        upsert = database.upsert(documents).values(values)
        changed = {name: upsert.excluded[name] for name in values if name != "source"}
        self._put = database.prepare(upsert.on_conflict_do_update(index_elements=["source"], set_=changed))
        self._add = database.prepare(insert(passages))
        gone: BindParameter[str] = bindparam("gone", required=True)
        self._empty = database.prepare(delete(passages).where(passages.c.source == gone))
        self._remove = database.prepare(delete(documents).where(documents.c.source == gone))
        self._number = database.prepare(insert(revisions))

    def all(self) -> list[Document]:
        """Return every document with its passages, in order of source."""
        with self._database.connection() as connection:
            held: defaultdict[str, list[Passage]] = defaultdict(list)
            for row in connection.execute(select(passages).order_by(passages.c.source, passages.c.place)):
                held[row.source].append(_passage(row))
            found = connection.execute(select(documents).order_by(documents.c.source))
            return [Document(row.source, row.title, tuple(held[row.source]), row.approved) for row in found]

    def get(self, source: str) -> Document:
        """Return one document; raises NotFound."""
        with self._database.connection() as connection:
            row = connection.execute(select(documents).where(documents.c.source == source)).one_or_none()
            if row is None:
                raise _unknown(source)
            held = connection.execute(select(passages).where(passages.c.source == source).order_by(passages.c.place))
            return Document(source, row.title, tuple(map(_passage, held)), row.approved)

    def read_at(self) -> dict[str, tuple[datetime, str]]:
        """Return for each source when its text was read as it is now, and who had it read."""
        query = select(documents.c.source, revisions.c.at, revisions.c.author).join_from(documents, revisions)
        with self._database.connection() as connection:
            return {row.source: (row.at, row.author) for row in connection.execute(query)}

    def passage(self, id: PassageId) -> tuple[Document, Passage]:  # noqa: A002 - the word of the whole interface
        """Return one passage with its document; raises NotFound."""
        with self._database.connection() as connection:
            source = connection.execute(select(passages.c.source).where(passages.c.id == id)).scalar_one_or_none()
        if source is None:
            raise NotFound(f"there is no passage {id!r}")
        document = self.get(source)
        return document, next(passage for passage in document.passages if passage.id == id)

    def approve(self, sources: Sequence[str], approved: bool, *, author: str, now: datetime) -> int:
        """Let customers be answered from documents, or not any more; return the revision that the knowledge is at then.

        Raises NotFound when one of them is unknown, Conflict when the knowledge is changed at the same moment.
        """
        with self._database.transaction() as connection:
            query = select(documents.c.source, documents.c.approved).where(documents.c.source.in_(list(sources)))
            found = {row.source: row.approved for row in connection.execute(query)}
            for source in sources:
                if source not in found:
                    raise _unknown(source)
            last = int(connection.execute(select(func.coalesce(func.max(revisions.c.revision), 0))).scalar_one())
            turned = [source for source, was in found.items() if was is not approved]
            if not turned:
                return last
            revision = {"revision": last + 1, "at": now, "author": author}
            self._number.run(connection.connection.cursor(), revision)
            changed = update(documents).where(documents.c.source.in_(turned))
            connection.execute(changed.values(approved=approved))
            told = {"files": turned, "approved": approved, "revision": last + 1}
            self._audit.add_on(connection, Note(author, "document.approve", "", told), now)
            return last + 1

    def write_within(self, cursor: Any, put: Iterable[Document], remove: Iterable[str], revision: int) -> None:
        """Write documents whole and remove others inside a transaction of the caller's."""
        put = list(put)
        gone = [self._empty.bind({"gone": source}) for source in (*remove, *(one.source for one in put))]
        self._empty.many(cursor, gone)
        self._remove.many(cursor, [self._remove.bind({"gone": source}) for source in remove])
        self._put.many(cursor, [self._put.bind(_row(one, revision)) for one in put])
        rows = [_passage_row(passage, place) for one in put for place, passage in enumerate(one.passages)]
        self._add.many(cursor, [self._add.bind(row) for row in rows])


def _unknown(source: str) -> NotFound:
    return NotFound(f"there is no document {source!r}")


def _row(document: Document, revision: int) -> dict[str, Any]:
    return {
        "source": document.source,
        "title": document.title,
        "approved": document.approved,
        "revision": revision,
    }


def _passage_row(passage: Passage, place: int) -> dict[str, Any]:
    return {
        "id": passage.id,
        "source": passage.source,
        "place": place,
        "section": passage.section,
        "text": passage.text,
        "page": passage.page,
        "where": passage.where,
    }


def _passage(row: Any) -> Passage:
    return Passage(PassageId(row.id), row.source, tuple(row.section), row.text, row.page, row.where)
