"""Moves SQLite's write-ahead log into the database file, beside the work instead of in the middle of it."""

import sqlite3
from threading import Event, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

#: Pages at which a writer moves the log itself, if nobody else did: 32 MiB.
LAST_RESORT_PAGES = 8_000
_WRITES = 200  # transactions after which the log is moved


class Checkpointer:
    """Waits for the disk in a thread of its own, so that no answer does.

    SQLite would let every few hundredth commit copy the log and wait for the disk: 5 to 20 ms, with a customer waiting.
    """

    def __init__(self, engine: Engine) -> None:
        """Take an engine whose pool has a connection to spare."""
        self._engine = engine
        self._writes = 0
        self._due = Event()
        self._over = False
        self._thread: Thread | None = None

    def wrote(self) -> None:
        """Count a transaction; called by one thread at a time, after its commit."""
        self._writes += 1
        if self._writes >= _WRITES:
            self._writes = 0
            if self._thread is None:
                self._thread = Thread(target=self._work, name="kb-checkpoint", daemon=True)
                self._thread.start()
            self._due.set()

    def close(self) -> None:
        """End the thread."""
        self._over = True
        self._due.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            if self._over:
                return
            try:
                connection = self._engine.raw_connection()
                try:
                    # passive: waits for nobody, and nobody waits for it
                    connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
                finally:
                    connection.close()
            except (sqlite3.Error, SQLAlchemyError):
                continue  # a writer will meet the same failure at LAST_RESORT_PAGES, and say so
