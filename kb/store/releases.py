"""Releases as the store knows them, and the one pointer that says which is served."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, insert, select, update

from kb.errors import Conflict, NotFound
from kb.store.audit import Audit
from kb.store.database import Database
from kb.store.schema import release_pointer, releases
from kb.types import Limits, Manifest, Note, ReleaseId, ReleaseRecord


class Releases:
    """Every release that was made, and the pointer to the current one."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit
        self._current = database.prepare(select(release_pointer.c.current))

    def add(self, manifest: Manifest) -> None:
        """Keep a release's manifest; raises Conflict when its id is taken."""
        row = {
            "id": manifest.id,
            "created_at": manifest.created_at,
            "revision": manifest.revision,
            "entries": manifest.entries,
            "phrasings": manifest.phrasings,
            "manifest": {
                **asdict(manifest),
                "created_at": manifest.created_at.isoformat(),
                "measured": dict(manifest.measured),
                "files": dict(manifest.files),
            },
        }
        with self._database.transaction() as connection:
            connection.execute(insert(releases), row)

    def get(self, id: ReleaseId) -> Manifest:  # noqa: A002
        """Return a release's manifest; raises NotFound."""
        with self._database.connection() as connection:
            kept = connection.execute(select(releases.c.manifest).where(releases.c.id == id)).scalar_one_or_none()
        if kept is None:
            raise _unknown(id)
        return _manifest(kept)

    def all(self) -> list[ReleaseRecord]:
        """Return every release, newest first."""
        query = (
            select(
                releases.c.id,
                releases.c.created_at,
                releases.c.revision,
                releases.c.entries,
                releases.c.phrasings,
                release_pointer.c.current,
            )
            .join_from(releases, release_pointer, release_pointer.c.id == 1)
            .order_by(releases.c.created_at.desc(), releases.c.id.desc())
        )
        with self._database.connection() as connection:
            return [
                ReleaseRecord(
                    id=ReleaseId(row.id),
                    created_at=row.created_at,
                    revision=row.revision,
                    entries=row.entries,
                    phrasings=row.phrasings,
                    current=row.id == row.current,
                )
                for row in connection.execute(query)
            ]

    def current(self) -> ReleaseId | None:
        """Return the release to serve, None before the first one; cheap enough to be asked every second."""
        with self._database.reading() as cursor:
            found = self._current.one(cursor, {})
        assert found is not None
        current: ReleaseId | None = found[0]
        return current

    def previous(self) -> ReleaseId | None:
        """Return the release that was current before this one, if it is still there."""
        with self._database.connection() as connection:
            previous: ReleaseId | None = connection.execute(select(release_pointer.c.previous)).scalar_one()
        return previous

    def point(self, id: ReleaseId, now: datetime, note: Note | None = None) -> None:  # noqa: A002
        """Make a release the current one and remember which it replaces; raises NotFound.

        The audit log is told `note` when that changes something.

        Pointing to the current one again changes nothing.
        """
        move = (
            update(release_pointer)
            .where(release_pointer.c.current.is_distinct_from(id))
            .values(current=id, previous=release_pointer.c.current, at=now)
        )
        with self._database.transaction() as connection:
            if connection.execute(select(releases.c.id).where(releases.c.id == id)).first() is None:
                raise _unknown(id)
            if connection.execute(move).rowcount:
                self._audit.add_on(connection, note, now)

    def remove(self, id: ReleaseId) -> None:  # noqa: A002
        """Forget a release; raises NotFound, or Conflict for the current one, which is being served."""
        forget = update(release_pointer).values(
            previous=case((release_pointer.c.previous == id, None), else_=release_pointer.c.previous)
        )
        with self._database.transaction() as connection:
            connection.execute(forget)  # takes the pointer's row: nobody can point here from now on
            if connection.execute(select(release_pointer.c.current)).scalar_one() == id:
                raise Conflict(f"release {id} is being served; point to another one first")
            if connection.execute(delete(releases).where(releases.c.id == id)).rowcount == 0:
                raise _unknown(id)


def _unknown(id_: ReleaseId) -> NotFound:
    return NotFound(f"there is no release {id_!r}")


def _manifest(kept: dict[str, Any]) -> Manifest:
    return Manifest(
        **{
            **kept,
            "id": ReleaseId(kept["id"]),
            "created_at": datetime.fromisoformat(kept["created_at"]),
            "limits": Limits(**kept["limits"]),
        }
    )
