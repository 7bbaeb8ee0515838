"""Databases for tests: files and memory for SQLite, and a real PostgreSQL server that pgserver brings."""

import functools
import os
import tempfile
import uuid
from pathlib import Path
from typing import Any

import pytest

#: What the store's contract is held against.
KINDS = ["sqlite file", "sqlite memory", pytest.param("postgresql", marks=pytest.mark.postgres)]
#: Those that several processes can share.
SHARED_KINDS = ["sqlite file", pytest.param("postgresql", marks=pytest.mark.postgres)]


@functools.cache
def _postgres_server() -> Any:
    """Start one server for the whole run; it is stopped, and its folder deleted, when Python ends."""
    pytest.importorskip("pgserver", reason="pgserver, which brings a PostgreSQL server, is not installed")
    return _started(tempfile.mkdtemp(prefix="kb-pg-"))


def _started(folder: str) -> Any:
    from pgserver.postgres_server import get_server

    server = get_server(folder, cleanup_mode="delete")
    _run(server.pgdata, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")  # the tests cut no power
    return server


def _run(folder: Path, *statements: str, database: str = "postgres") -> None:
    import psycopg

    with psycopg.connect(host=str(folder), user="postgres", dbname=database, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def postgres_statements(*statements: str, database: str = "postgres") -> None:
    """Run statements on the server of the tests, as its administrator."""
    _run(_postgres_server().pgdata, *statements, database=database)


def postgres_schema() -> str:
    """The URL of an empty schema of its own; a new database for each test would take a second."""
    with pytest.MonkeyPatch.context() as patch:
        if not os.environ.get("XDG_RUNTIME_DIR"):
            patch.setenv("XDG_RUNTIME_DIR", tempfile.gettempdir())  # platformdirs warns when it is missing
        server = _postgres_server()
    name = f"t_{uuid.uuid4().hex[:12]}"
    _run(server.pgdata, f"CREATE SCHEMA {name}")
    return f"postgresql+psycopg://postgres@/postgres?host={server.pgdata}&options=-csearch_path%3D{name}"


def database(kind: str, folder: Path) -> str:
    """The URL of an empty database of the kind, in `folder` when it is a file."""
    if kind == "postgresql":
        return postgres_schema()
    return "sqlite://" if kind == "sqlite memory" else f"sqlite:///{folder / 'kb.db'}"
