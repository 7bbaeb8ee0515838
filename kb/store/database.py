"""One database: its connections, and short transactions.

Both drivers are kept in autocommit, so that a lone SELECT costs one round trip; a transaction begins where one is
written down.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection, StaticPool

from kb.errors import StoreError
from kb.store.checkpoint import LAST_RESORT_PAGES, Checkpointer
from kb.store.columns import dump_json
from kb.store.failures import place_of, translate
from kb.store.statement import Executable, Statement

BUSY_S = 5.0  # how long a writer waits for another one, and a client for a server
IDLE_S = 1.0  # a PostgreSQL connection that rested longer is tried before it is used


class Database:
    """Hands out connections for reading and transactions for writing; every failure leaves as a `KbError`."""

    def __init__(self, url: str) -> None:
        """Prepare for `url` without connecting; StoreError when it is no address of a database that kb knows."""
        try:
            parsed = make_url(url)
            if parsed.drivername in ("postgres", "postgresql"):
                parsed = parsed.set(drivername="postgresql+psycopg")
            if parsed.get_backend_name() == "sqlite" and parsed.database == ":memory:":
                parsed = make_url("sqlite://")
            self.place = place_of(parsed)
            self.engine = _engine(parsed)
        except (SQLAlchemyError, ValueError) as error:
            raise translate(error, "the database") from None
        except ModuleNotFoundError:
            raise StoreError("PostgreSQL needs its driver: pip install 'kb[postgres]'") from None
        self.dialect = self.engine.dialect
        self.url = parsed
        self.is_sqlite = self.dialect.name == "sqlite"
        self._begin = "BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN"
        self._begin_fast = self._begin if self.is_sqlite else "BEGIN; SET LOCAL synchronous_commit = off"
        self._checkpointer = Checkpointer(self.engine) if self.is_sqlite and parsed.database else None
        self._errors: tuple[type[Exception], ...] = (
            SQLAlchemyError,
            self.dialect.loaded_dbapi.Error,
            UnicodeEncodeError,
        )
        # SQLite has one writer: threads queue here, in order, instead of polling for the file's lock. A database in
        # memory is one connection, so its readers queue as well.
        lock: AbstractContextManager[Any] = Lock() if self.is_sqlite else nullcontext()
        self._write_turn = lock
        self._read_turn: AbstractContextManager[Any] = lock if self.is_sqlite and not parsed.database else nullcontext()

    def prepare(self, statement: Executable) -> Statement:
        """Compile `statement` for this database."""
        return Statement(statement, self.dialect)

    def upsert(self, table: Table) -> Any:
        """Begin an INSERT that may go ON CONFLICT; both databases spell it alike, SQLAlchemy has two constructs."""
        if self.is_sqlite:
            from sqlalchemy.dialects.sqlite import insert
        else:
            from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
        return insert(table)

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """The driver's cursor in autocommit, for a `Statement`."""
        try:
            with self._read_turn:
                connection = self.engine.raw_connection()
                try:
                    yield connection.cursor()
                except self._errors:
                    self._discard(connection)
                    raise
                finally:
                    connection.close()
        except self._errors as error:
            raise translate(error, self.place) from None

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Any]:
        """The driver's cursor inside one transaction: committed at the end, rolled back when anything is raised.

        SQLite takes its write lock at once (BEGIN IMMEDIATE), so that a transaction never fails halfway for want of it.
        Without `durable` PostgreSQL does not wait for its disk: a power cut may take the last half second, no more.
        """
        try:
            with self._write_turn:
                connection = self.engine.raw_connection()
                try:
                    cursor = connection.cursor()
                    cursor.execute(self._begin if durable else self._begin_fast)
                    try:
                        yield cursor
                        cursor.execute("COMMIT")
                    except BaseException:
                        self._undo(connection, connection)
                        raise
                finally:
                    connection.close()
                self._wrote()
        except self._errors as error:
            raise translate(error, self.place) from None

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """SQLAlchemy's connection in autocommit, for reading with a statement made on the spot."""
        try:
            with self._read_turn, self.engine.connect() as connection:
                yield connection
        except self._errors as error:
            raise translate(error, self.place) from None

    @contextmanager
    def transaction(self, *, wait_s: float = BUSY_S) -> Iterator[Connection]:
        """Like `writing`, with SQLAlchemy's connection for statements made on the spot."""
        try:
            with self._write_turn:
                with self.engine.connect() as connection, self._patience(connection, wait_s):
                    connection.connection.cursor().execute(self._begin)
                    logical = connection.begin()  # so that Alembic and SQLAlchemy know, and don't begin their own
                    try:
                        yield connection
                        logical.commit()
                    except BaseException:
                        if not connection.invalidated:  # else SQLAlchemy met the loss and gave it up
                            self._undo(connection.connection, connection)
                        raise
                self._wrote()
        except self._errors as error:
            raise translate(error, self.place) from None

    def scrub(self) -> None:
        """Empty SQLite's write-ahead log, where erased text lives on; left for later while somebody is reading."""
        if not self.is_sqlite:
            return
        try:
            with self._write_turn, self.engine.connect() as connection, self._patience(connection, 1.0):
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except self._errors as error:
            raise translate(error, self.place) from None

    @contextmanager
    def _patience(self, connection: Connection, wait_s: float) -> Iterator[None]:
        """Let SQLite wait for other processes as long as said, instead of `BUSY_S`."""
        if not self.is_sqlite or wait_s == BUSY_S:
            yield
            return
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(wait_s * 1000)}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_S * 1000)}")

    def _undo(self, driver: PoolProxiedConnection, owner: PoolProxiedConnection | Connection) -> None:
        """Roll back; a failure to do so is not what the caller should hear of, it follows from the first one."""
        try:
            driver.rollback()
        except self._errors:
            self._discard(owner)

    def _discard(self, owner: PoolProxiedConnection | Connection) -> None:
        """Give up a connection that may be lost. SQLite's are never lost, and the one in memory is the database."""
        if not self.is_sqlite:
            owner.invalidate()

    def close(self) -> None:
        """Give every connection back to the database."""
        if self._checkpointer is not None:
            self._checkpointer.close()
        self.engine.dispose()

    def _wrote(self) -> None:
        if self._checkpointer is not None:
            self._checkpointer.wrote()


def _engine(url: URL) -> Engine:
    options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "json_serializer": dump_json, "hide_parameters": True}
    backend = url.get_backend_name()
    if backend == "sqlite":
        if sqlite3.sqlite_version_info < (3, 35):
            raise StoreError(f"kb needs SQLite 3.35 or newer; this Python was built with {sqlite3.sqlite_version}")
        options["connect_args"] = {"timeout": BUSY_S, "check_same_thread": False}
        if url.database:
            # the one that wrote last: what others know of the file by heart is lost with every write
            options["pool_use_lifo"] = True
        else:
            options["poolclass"] = StaticPool
        engine = create_engine(url, **options)
        event.listen(engine, "connect", _ready_sqlite)
        return engine
    if url.drivername != "postgresql+psycopg":
        raise StoreError(f"{backend} is no database that kb knows; use sqlite:////path/kb.db or postgresql+psycopg://…")
    if "connect_timeout" not in url.query:
        options["connect_args"] = {"connect_timeout": int(BUSY_S)}
    engine = create_engine(url, **options)
    event.listen(engine, "checkout", _still_there)
    event.listen(engine, "checkin", _rests)
    return engine


def _ready_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """Set what SQLite keeps per connection, and the write-ahead log, which the file remembers."""
    for pragma in (
        "foreign_keys = ON",
        "synchronous = NORMAL",
        "temp_store = MEMORY",
        "secure_delete = ON",  # what is forgotten is overwritten, not only unlinked
        f"wal_autocheckpoint = {LAST_RESORT_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    until = time.monotonic() + BUSY_S
    while connection.execute("PRAGMA journal_mode").fetchone()[0] not in ("wal", "memory"):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            # the busy timeout does not cover this switch, and another process may be at it
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _rests(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _still_there(connection: Any, record: Any, _proxy: Any) -> None:
    """Try a connection that rested for a while; a lost one is replaced without anybody noticing."""
    since = record.info.get("rests_since")
    if since is None or time.monotonic() - since < IDLE_S:
        return
    try:
        connection.execute("SELECT 1")
    except Exception as error:
        raise DisconnectionError from error
