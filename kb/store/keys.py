"""Access keys: who may do what."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from kb.errors import NotFound
from kb.store.audit import COMMAND_LINE, Audit
from kb.store.database import Database
from kb.store.schema import keys
from kb.types import Key, KeyId, Note, Role

_COLUMNS = [keys.c.id, keys.c.name, keys.c.role, keys.c.created_at, keys.c.revoked_at]


class Keys:
    """Keys, of whose secrets only the SHA-256 is kept: 256 random bits need no slow hash."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit
        self._check = database.prepare(
            select(*_COLUMNS).where(
                keys.c.secret_sha256 == bindparam("hash", required=True), keys.c.revoked_at.is_(None)
            )
        )

    def add(self, name: str, role: Role, at: datetime, *, by: str = COMMAND_LINE) -> tuple[Key, str]:
        """Make a key; return it with its secret, which cannot be shown again."""
        secret = "kb_" + secrets.token_urlsafe(32)
        key = Key(id=KeyId(f"key_{secrets.token_hex(6)}"), name=name, role=role, created_at=at)
        row = {"id": key.id, "name": name, "role": role.value, "secret_sha256": _hash(secret), "created_at": at}
        with self._database.transaction() as connection:
            connection.execute(insert(keys), row)
            self._audit.add_on(connection, Note(by, "key.add", key.id, {"name": name, "role": role.value}), at)
        return key, secret

    def check(self, secret: str) -> Key | None:
        """Return the key that this secret opens; None when there is none, or it was revoked."""
        with self._database.reading() as cursor:
            row = self._check.one(cursor, {"hash": _hash(secret)})
        return None if row is None else _key(row)

    def all(self) -> list[Key]:
        """Return every key, revoked ones included, oldest first."""
        with self._database.connection() as connection:
            return [_key(row) for row in connection.execute(select(*_COLUMNS).order_by(keys.c.created_at, keys.c.id))]

    def revoke(self, id: KeyId, at: datetime, *, by: str = COMMAND_LINE) -> None:  # noqa: A002
        """Make a key worthless from now on; one already revoked keeps its time. Raises NotFound."""
        with self._database.transaction() as connection:
            found = connection.execute(select(keys.c.name, keys.c.revoked_at).where(keys.c.id == id)).one_or_none()
            if found is None:
                raise NotFound(f"there is no key {id!r}")
            if found.revoked_at is None:
                connection.execute(update(keys).where(keys.c.id == id).values(revoked_at=at))
                self._audit.add_on(connection, Note(by, "key.revoke", id, {"name": found.name}), at)

    def any(self) -> bool:
        """Whether a key was ever made. Revoked ones count: taking the last key away must not open the doors."""
        with self._database.connection() as connection:
            return connection.execute(select(keys.c.id).limit(1)).first() is not None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _key(row: Any) -> Key:
    id_, name, role, created_at, revoked_at = row
    return Key(id=KeyId(id_), name=name, role=Role(role), created_at=created_at, revoked_at=revoked_at)
