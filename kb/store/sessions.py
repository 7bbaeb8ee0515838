"""Sessions: who is signed in, for how long still."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from kb.errors import NotFound
from kb.store.audit import Audit
from kb.store.database import Database
from kb.store.schema import sessions, users
from kb.types import Note, Role, Session, User


class Sessions:
    """Sessions, of whose tokens only the SHA-256 is kept: 256 random bits need no slow hash."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit
        self._find = database.prepare(
            select(
                users.c.name,
                users.c.display_name,
                users.c.role,
                users.c.created_at,
                users.c.active,
                sessions.c.began_at,
                sessions.c.expires_at,
                sessions.c.ends_at,
            )
            .join_from(sessions, users)
            .where(
                sessions.c.token_sha256 == bindparam("token", required=True),
                sessions.c.expires_at > bindparam("now", type_=sessions.c.expires_at.type, required=True),
                users.c.active.is_(True),
            )
        )

    def begin(self, name: str, password_hash: str, at: datetime, *, idle: timedelta, limit: timedelta) -> str:
        """Sign a user in, until they have been away for `idle` and for `limit` at most; return the token.

        Raises NotFound when the user is unknown or was deactivated, or the hash is not, or no longer, that of the
        password. Sessions that are over are swept out.
        """
        token = secrets.token_urlsafe(32)
        row = {
            "token_sha256": _hash(token),
            "user_name": name,
            "began_at": at,
            "expires_at": at + min(idle, limit),
            "ends_at": at + limit,
        }
        known = (
            select(users.c.name)
            .where(users.c.name == name, users.c.active.is_(True), users.c.password_hash == password_hash)
            .with_for_update()
        )
        with self._database.transaction() as connection:
            if connection.execute(known).first() is None:
                raise NotFound(f"there is no user {name!r} who may sign in")
            connection.execute(delete(sessions).where(sessions.c.expires_at <= at))
            connection.execute(insert(sessions), row)
            self._audit.add_on(connection, Note(name, "session.begin", name), at)
        return token

    def get(self, token: str, at: datetime) -> Session | None:
        """Return the session that this token stands for; None when there is none, or it is over."""
        with self._database.reading() as cursor:
            row = self._find.one(cursor, {"token": _hash(token), "now": at})
        return None if row is None else _session(row)

    def prolong(self, token: str, until: datetime, at: datetime) -> None:
        """Let a session that is not over expire later, though never after its end."""
        last = sessions.c.ends_at
        mine = update(sessions).where(sessions.c.token_sha256 == _hash(token), sessions.c.expires_at > at)
        with self._database.transaction() as connection:
            connection.execute(mine.where(last > until).values(expires_at=until))
            connection.execute(mine.where(last <= until).values(expires_at=last))

    def end(self, token: str, at: datetime) -> None:
        """Sign out; a session that is over already stays over."""
        mine = sessions.c.token_sha256 == _hash(token)
        with self._database.transaction() as connection:
            name = connection.execute(select(sessions.c.user_name).where(mine)).scalar_one_or_none()
            if name is None:
                return
            connection.execute(delete(sessions).where(mine))
            self._audit.add_on(connection, Note(name, "session.end", name), at)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _session(row: Any) -> Session:
    name, display_name, role, created_at, active, began_at, expires_at, ends_at = row
    return Session(User(name, display_name, Role(role), created_at, bool(active)), began_at, expires_at, ends_at)
