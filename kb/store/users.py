"""Users: who may sign in, as what, and with which password."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from kb.errors import Conflict, NotFound
from kb.store.audit import Audit
from kb.store.database import Database
from kb.store.schema import sessions, users
from kb.types import Note, Role, User

_COLUMNS = [users.c.name, users.c.display_name, users.c.role, users.c.created_at, users.c.active]


class Users:
    """Users are never erased: tickets and the audit log go on naming them; one who has left is deactivated."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def add(self, user: User, password_hash: str, note: Note) -> None:
        """Keep a new user; raises Conflict when the name is taken."""
        row = {
            "name": user.name,
            "display_name": user.display_name,
            "role": user.role.value,
            "password_hash": password_hash,
            "active": user.active,
            "created_at": user.created_at,
        }
        with self._database.transaction() as connection:
            if connection.execute(select(users.c.name).where(users.c.name == user.name)).first() is not None:
                raise Conflict(f"there is a user {user.name!r} already")
            connection.execute(insert(users), row)
            self._audit.add_on(connection, note, user.created_at)

    def get(self, name: str) -> User:
        """Return a user; raises NotFound."""
        with self._database.connection() as connection:
            return _read(connection, name)

    def all(self) -> list[User]:
        """Return every user, those who were deactivated included, in order of name."""
        with self._database.connection() as connection:
            return [_user(row) for row in connection.execute(select(*_COLUMNS).order_by(users.c.name))]

    def any(self) -> bool:
        """Whether there is a user. Deactivated ones count: sending the last one away must not open the doors."""
        with self._database.connection() as connection:
            return connection.execute(select(users.c.name).limit(1)).first() is not None

    def password_hash(self, name: str) -> str | None:
        """Return the hash of an active user's password; None when there is no such user."""
        query = select(users.c.password_hash).where(users.c.name == name, users.c.active.is_(True))
        with self._database.connection() as connection:
            found: str | None = connection.execute(query).scalar_one_or_none()
        return found

    def rehash(self, name: str, password_hash: str) -> None:
        """Keep the same password under a better hash."""
        with self._database.transaction() as connection:
            connection.execute(update(users).where(users.c.name == name).values(password_hash=password_hash))

    def set_password(self, name: str, password_hash: str, note: Note, at: datetime) -> None:
        """Give a user another password and end every session of theirs; raises NotFound."""
        self._change(name, {"password_hash": password_hash}, note, at, leave=True)

    def set_active(self, name: str, active: bool, note: Note, at: datetime) -> User:
        """Let a user in again, or keep them out and end every session of theirs; raises NotFound."""
        return self._change(name, {"active": active}, note, at, leave=not active)

    def set_role(self, name: str, role: Role, note: Note, at: datetime) -> User:
        """Give a user another role, which counts from the next click on; raises NotFound."""
        return self._change(name, {"role": role.value}, note, at, leave=False)

    def _change(self, name: str, values: dict[str, Any], note: Note, at: datetime, *, leave: bool) -> User:
        with self._database.transaction() as connection:
            _read(connection, name)
            connection.execute(update(users).where(users.c.name == name).values(**values))
            if leave:
                connection.execute(delete(sessions).where(sessions.c.user_name == name))
            self._audit.add_on(connection, note, at)
            return _read(connection, name)


def _read(connection: Connection, name: str) -> User:
    row = connection.execute(select(*_COLUMNS).where(users.c.name == name)).one_or_none()
    if row is None:
        raise NotFound(f"there is no user {name!r}; `kb users list` names them")
    return _user(row)


def _user(row: Any) -> User:
    name, display_name, role, created_at, active = row
    return User(name, display_name, Role(role), created_at, active)
