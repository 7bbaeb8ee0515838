"""Vectors of releases in PostgreSQL, searched by its extension pgvector.

Each set of vectors is a table of its own, named by what is in it: releases with the same vectors share one, dropping it
costs nothing, and a table that is there is complete, because it is made and filled in one transaction.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakSet

import numpy as np

from kb.errors import SettingsError, StoreError
from kb.ports import Rows, VectorIndex, Vectors
from kb.store.database import Database

#: Up to so many vectors PostgreSQL compares with all of them; above it searches a graph (HNSW, Malkov 2016).
EXACT_UP_TO = 4_000
_INDEXED_DIM = 2_000  # the longest vectors that pgvector builds a graph of
_NEIGHBOURS = 200  # looked at in the graph at least; more miss less and take longer
_MOST_NEIGHBOURS = 1_000  # pgvector allows no more
_PREFIX = "vectors_"
_ADVISORY_LOCK = 0x6B63  # beside the migrations' lock
_COPIED_AT_ONCE = 8_192  # rows
_COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, no extension
_COPY_TAIL = b"\xff\xff"


class ReleaseVectors:
    """The vectors of releases, as KB_INDEX=pgvector searches them; any number of hosts may do so."""

    name = "pgvector"

    def __init__(self, database: Database) -> None:
        """Stand on a PostgreSQL database; raises SettingsError for another one."""
        if database.is_sqlite:
            raise SettingsError(
                "KB_INDEX=pgvector keeps vectors in PostgreSQL, and the database is SQLite; "
                "set KB_DATABASE_URL=postgresql+psycopg://…, or KB_INDEX=faiss"
            )
        self._database = database

    def open(self, vectors: Vectors, digest: str, file: Path | None = None) -> VectorIndex:  # noqa: ARG002
        """Return what searches (n, dim) vectors, which are put into the database unless they are there.

        Raises StoreError, which says what to run when the server has no pgvector.
        """
        table = _table(digest)
        with self._database.reading() as cursor:
            schema = _schema_of_vector(cursor)
            there = schema is not None and _is_there(cursor, table)
        if not there:
            with self._database.writing() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_ADVISORY_LOCK,))
                schema = self._extension(cursor)
                if not _is_there(cursor, table):  # another process may have been faster
                    _fill(cursor, table, schema, vectors)
        assert schema is not None
        return _PgvectorIndex(self._database, table, schema, *vectors.shape)

    def retain(self, digests: Iterable[str]) -> None:
        """Drop all vectors but these."""
        kept = set(map(_table, digests))
        with self._database.writing() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_ADVISORY_LOCK,))
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND starts_with(tablename, %s)",
                (_PREFIX,),
            )
            for (table,) in cursor.fetchall():
                if table not in kept:
                    cursor.execute(f"DROP TABLE {table}")

    def _extension(self, cursor: Any) -> str:
        """Return the schema that pgvector is in, adding it to the database when it is only installed."""
        if (schema := _schema_of_vector(cursor)) is not None:
            return schema
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'")
        if cursor.fetchone() is None:
            raise StoreError(
                f"{self._database.place} has no pgvector: install it on the database server "
                "(on Debian: apt install postgresql-16-pgvector, with the server's version), or set KB_INDEX=faiss"
            )
        try:
            cursor.execute("CREATE EXTENSION vector")
        except self._database.dialect.loaded_dbapi.Error as error:
            if getattr(error, "sqlstate", None) != "42501":  # insufficient privilege
                raise
            raise StoreError(
                f"{self._database.place} does not have pgvector switched on, and this user may not do it: "
                "run `CREATE EXTENSION vector` in that database as its administrator"
            ) from None
        schema = _schema_of_vector(cursor)
        assert schema is not None
        return schema


class _PgvectorIndex:
    """Inner-product search in one table; may be used from many threads."""

    def __init__(self, database: Database, table: str, schema: str, count: int, dim: int) -> None:
        self._database = database
        self._count = count
        self._graph = _has_graph(count, dim)
        self._wide: WeakSet[Any] = WeakSet()  # connections that look at enough neighbours
        # the negative inner product is what pgvector orders by; its names are qualified, for the schema of an
        # extension need not be one that is searched
        found = f"SELECT row, vector OPERATOR({schema}.<#>) %s::{schema}.vector AS away FROM {table}"  # noqa: S608 - our own names
        self._sql = f"SELECT row, -away FROM ({found} ORDER BY away LIMIT {{k}}) AS found"  # noqa: S608

    def search(self, query: Vectors, k: int) -> tuple[Rows, Vectors]:
        """Return the rows nearest to `query` (dim,) and their inner products, closest first, at most `k` of each."""
        wanted = min(k, self._count)
        if wanted == 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        with self._database.reading() as cursor:
            if self._graph:
                self._look_widely(cursor, wanted)
            cursor.execute(self._sql.format(k=wanted), (json.dumps(query.tolist()),))
            found = cursor.fetchall()
        rows: Rows = np.array([row for row, _ in found], np.int64)
        similarities: Vectors = np.array([similarity for _, similarity in found], np.float32)
        return rows, similarities

    def nearest(self, queries: Vectors, k: int) -> Sequence[Rows]:
        """Return the rows nearest to each of `queries` (n, dim), closest first, at most `k` of each."""
        return [self.search(query, k)[0] for query in queries]

    def _look_widely(self, cursor: Any, wanted: int) -> None:
        """Have this connection look at enough neighbours from now on."""
        if wanted <= _NEIGHBOURS and cursor.connection in self._wide:
            return
        neighbours = min(max(_NEIGHBOURS, wanted), _MOST_NEIGHBOURS)
        cursor.execute(f"SET hnsw.ef_search = {neighbours}")
        self._wide.add(cursor.connection)


def _table(digest: str) -> str:
    """The name of the table for vectors with this digest, hexadecimal."""
    return f"{_PREFIX}{int(digest[:32], 16):032x}"


def _has_graph(count: int, dim: int) -> bool:
    return count > EXACT_UP_TO and dim <= _INDEXED_DIM


def _schema_of_vector(cursor: Any) -> str | None:
    cursor.execute("SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'vector'")
    found = cursor.fetchone()
    return None if found is None else str(found[0])


def _is_there(cursor: Any, table: str) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", (table,))
    return bool(cursor.fetchone()[0])


def _fill(cursor: Any, table: str, schema: str, vectors: Vectors) -> None:
    """Make a table of (n, dim) vectors; the graph is built afterwards, which takes a third of the time."""
    count, dim = vectors.shape
    cursor.execute(f"CREATE TABLE {table} (row integer PRIMARY KEY, vector {schema}.vector({dim}) NOT NULL)")
    if dim <= _INDEXED_DIM:
        cursor.execute(f"ALTER TABLE {table} ALTER vector SET STORAGE PLAIN")  # it fits into a page: no second look-up
    with cursor.copy(f"COPY {table} (row, vector) FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(_COPY_HEAD)
        for start in range(0, count, _COPIED_AT_ONCE):
            copy.write(_copied(vectors[start : start + _COPIED_AT_ONCE], start))
        copy.write(_COPY_TAIL)
    if _has_graph(count, dim):
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute(f"CREATE INDEX ON {table} USING hnsw (vector {schema}.vector_ip_ops)")
    cursor.execute(f"ANALYZE {table}")


def _copied(vectors: Vectors, first: int) -> bytes:
    """Rows in PostgreSQL's binary COPY format: every value after its length, all big-endian."""
    count, dim = vectors.shape
    layout = [("fields", ">i2"), ("row_bytes", ">i4"), ("row", ">i4"), ("vector_bytes", ">i4")]
    vector = [("dim", ">i2"), ("unused", ">i2"), ("vector", ">f4", (dim,))]  # as pgvector's vector_recv reads it
    rows: Any = np.zeros(count, np.dtype([*layout, *vector]))
    rows["fields"], rows["row_bytes"], rows["vector_bytes"] = 2, 4, 4 + 4 * dim
    rows["row"] = np.arange(first, first + count)
    rows["dim"], rows["vector"] = dim, vectors
    copied: bytes = rows.tobytes()
    return copied
