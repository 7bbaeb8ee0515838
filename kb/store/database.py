"""One database: connections, short transactions, and statements that are compiled once.

Both drivers are kept in autocommit, so that a lone SELECT costs one round trip; a transaction begins where one is
written down.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import StaticPool
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import SelectBase

from kb.errors import StoreError
from kb.store.columns import dump_json
from kb.store.failures import place_of, translate

Row = Mapping[str, Any]
Processor = Callable[[Any], Any]
Executable = SelectBase | UpdateBase

BUSY_S = 5.0  # how long a writer waits for another one, and a client for a server
IDLE_S = 1.0  # a PostgreSQL connection that rested longer is tried before it is used


class Statement:
    """A statement compiled once and run on the driver's own cursor: what a question needs must not wait for more."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._constants: dict[str, Any] = {}
        self._processors: list[tuple[str, Processor]] = []
        for name, bind in compiled.binds.items():
            processor = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if not bind.required:
                self._constants[name] = processor(bind.value) if processor else bind.value
            elif processor:
                self._processors.append((name, processor))
        self._results: list[tuple[int, Processor]] = [
            (place, processor)
            for place, column in enumerate(statement.exported_columns)
            if (processor := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]

    def run(self, cursor: Any, row: Row) -> int:
        """Execute for one row; return how many rows it touched."""
        cursor.execute(self._sql, self._bound(row))
        touched: int = cursor.rowcount
        return touched

    def many(self, cursor: Any, rows: Sequence[Row]) -> None:
        """Execute once for each row."""
        cursor.executemany(self._sql, [self._bound(row) for row in rows])

    def one(self, cursor: Any, row: Row) -> tuple[Any, ...] | None:
        """Execute and return the first row of the result, if there is one."""
        cursor.execute(self._sql, self._bound(row))
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found if found is None else self._read(found)

    def all(self, cursor: Any, row: Row) -> list[tuple[Any, ...]]:
        """Execute and return every row of the result."""
        cursor.execute(self._sql, self._bound(row))
        return [self._read(found) for found in cursor.fetchall()]

    def _bound(self, row: Row) -> dict[str, Any]:
        bound = {**self._constants, **row}
        for name, processor in self._processors:
            bound[name] = processor(bound[name])
        return bound

    def _read(self, found: tuple[Any, ...]) -> tuple[Any, ...]:
        if not self._results:
            return found
        values = list(found)
        for place, processor in self._results:
            values[place] = processor(values[place])
        return tuple(values)


class Database:
    """Hands out connections for reading and transactions for writing; every failure leaves as a `KbError`."""

    def __init__(self, url: str) -> None:
        """Prepare for `url` without connecting; StoreError when it is no address of a database that kb knows."""
        try:
            parsed = make_url(url)
            if parsed.drivername in ("postgres", "postgresql"):
                parsed = parsed.set(drivername="postgresql+psycopg")
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

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection in autocommit, for reading with statements made on the spot."""
        try:
            with self._read_turn, self.engine.connect() as connection:
                yield connection
        except self._errors as error:
            raise translate(error, self.place) from None

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """The driver's cursor in autocommit, for reading with a `Statement`."""
        try:
            with self._read_turn, self.engine.connect() as connection:
                yield connection.connection.cursor()
        except self._errors as error:
            raise translate(error, self.place) from None

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """The driver's cursor inside one transaction: committed at the end, rolled back when anything is raised.

        SQLite takes its write lock at once (BEGIN IMMEDIATE), so that a transaction never fails halfway for want of it.
        """
        with self.transaction() as connection:
            yield connection.connection.cursor()

    @contextmanager
    def transaction(self, *, wait_s: float = BUSY_S) -> Iterator[Connection]:
        """Like `writing`, with SQLAlchemy's connection for statements made on the spot."""
        try:
            with self._write_turn, self.engine.connect() as connection, self._patience(connection, wait_s):
                cursor = connection.connection.cursor()
                cursor.execute(self._begin)
                try:
                    yield connection
                    cursor.execute("COMMIT")
                except BaseException:
                    connection.connection.rollback()
                    raise
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

    def close(self) -> None:
        """Give every connection back to the database."""
        self.engine.dispose()


def _engine(url: URL) -> Engine:
    options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "json_serializer": dump_json, "hide_parameters": True}
    backend = url.get_backend_name()
    if backend == "sqlite":
        if sqlite3.sqlite_version_info < (3, 35):
            raise StoreError(f"kb needs SQLite 3.35 or newer; this Python was built with {sqlite3.sqlite_version}")
        options |= {"paramstyle": "named", "connect_args": {"timeout": BUSY_S, "check_same_thread": False}}
        if not url.database:
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
    for pragma in ("foreign_keys = ON", "synchronous = NORMAL", "temp_store = MEMORY", "secure_delete = ON"):
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
