"""Attempts to sign in, counted in one place for every process, and past a restart."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, delete, update

from kb.store.database import Database
from kb.store.schema import sign_in_attempts


class Attempts:
    """How often each subject, a user or an address, has tried lately. Subjects are kept as hashes only.

    A try is counted before it is known how it ends, so that a hundred at once are not judged by the same old count.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        at = bindparam("at", type_=sign_in_attempts.c.began_at.type, required=True)
        since = bindparam("since", type_=sign_in_attempts.c.began_at.type, required=True)
        upsert = database.upsert(sign_in_attempts).values(
            subject=bindparam("subject", type_=sign_in_attempts.c.subject.type, required=True), began_at=at, tries=1
        )
        over = sign_in_attempts.c.began_at <= since
        self._count = database.prepare(
            upsert.on_conflict_do_update(
                index_elements=["subject"],
                set_={
                    "tries": case((over, 1), else_=sign_in_attempts.c.tries + 1),
                    "began_at": case((over, at), else_=sign_in_attempts.c.began_at),
                },
            ).returning(sign_in_attempts.c.tries, sign_in_attempts.c.began_at)
        )

    def take(self, limits: Mapping[str, int], at: datetime, window: timedelta) -> datetime | None:
        """Count a try for each subject; say until when to wait if one of them had more than its limit in the window."""
        wait: datetime | None = None
        with self._database.transaction() as connection:
            connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.began_at <= at - window))
            cursor = connection.connection.cursor()
            for subject in sorted(limits):  # in one order, so that none waits in a circle
                found = self._count.one(cursor, {"subject": _hash(subject), "at": at, "since": at - window})
                assert found is not None
                tries, began_at = found
                if tries > limits[subject]:
                    until = began_at + window
                    wait = until if wait is None else max(wait, until)
        return wait

    def succeeded(self, user: str, address: str) -> None:
        """Forget the tries of a user who has signed in, and this one try of the address."""
        with self._database.transaction() as connection:
            connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.subject == _hash(user)))
            connection.execute(
                update(sign_in_attempts)
                .where(sign_in_attempts.c.subject == _hash(address), sign_in_attempts.c.tries > 0)
                .values(tries=sign_in_attempts.c.tries - 1)
            )


def _hash(subject: str) -> str:
    """Nobody needs to read what was typed: now and then it is a password in the wrong field."""
    return hashlib.sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()
