"""What editors added to the lists of words, and took away from them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select

from kb.store.audit import Audit
from kb.store.database import Database
from kb.store.schema import list_items, revisions
from kb.types import ListItem, ListName, Note

#: Lists that a release holds: a change of theirs is a revision of the knowledge, so that it can be published.
SERVED = frozenset({ListName.SYNONYMS})


class Lists:
    """The editors' lines, in every process the same; those that come with the package are not here."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit
        values = {column.name: bindparam(column.name, type_=column.type) for column in list_items.c}
        upsert = database.upsert(list_items).values(values)
        changed = {name: upsert.excluded[name] for name in values if name != "id"}
        self._put = upsert.on_conflict_do_update(index_elements=["id"], set_=changed)

    def all(self, name: ListName | None = None) -> list[ListItem]:
        """Return every line, or those of one list, in the order in which they were written."""
        query = select(list_items).order_by(list_items.c.at, list_items.c.id)
        if name is not None:
            query = query.where(list_items.c.list == name.value)
        with self._database.connection() as connection:
            return [_item(row) for row in connection.execute(query)]

    def change(
        self, *, put: Sequence[ListItem] = (), remove: Sequence[ListItem] = (), author: str, now: datetime
    ) -> int | None:
        """Write lines and remove others in one transaction; what is gone already is fine.

        Returns the revision of the knowledge that this made, None when no list of a release was touched. Raises
        Conflict when somebody else changed the knowledge at the same moment.
        """
        number: int | None = None
        with self._database.transaction() as connection:
            if any(item.list in SERVED for item in (*put, *remove)):
                query = select(func.coalesce(func.max(revisions.c.revision), 0))
                number = int(connection.execute(query).scalar_one()) + 1
                connection.execute(insert(revisions), {"revision": number, "at": now, "author": author})
            if remove:
                connection.execute(delete(list_items).where(list_items.c.id.in_([item.id for item in remove])))
            if put:
                connection.execute(self._put, [_row(item) for item in put])
            if put or remove:
                self._audit.add_on(connection, _note(author, put, remove, number), now)
        return number


def _note(author: str, put: Sequence[ListItem], remove: Sequence[ListItem], revision: int | None) -> Note:
    told = {
        "words": ["；".join(item.words) for item in put if not item.takes_away],
        "switched_off": ["；".join(item.words) for item in put if item.takes_away],
        "removed": ["；".join(item.words) for item in remove],
    }
    lists = sorted({item.list.value for item in (*put, *remove)})
    return Note(author, "list.change", ", ".join(lists), {**told, "revision": revision})


def item_id(name: ListName, words: Sequence[str], *, takes_away: bool = False) -> str:
    """Name a line by its list and words, whatever their order: 16 hexadecimal digits."""
    text = "\0".join((name.value, "-" if takes_away else "", *sorted(words)))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _row(item: ListItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "list": item.list.value,
        "words": list(item.words),
        "takes_away": item.takes_away,
        "author": item.author,
        "at": item.at,
    }


def _item(row: Any) -> ListItem:
    return ListItem(row.id, ListName(row.list), tuple(row.words), row.takes_away, row.author, row.at)
