"""What goes wrong with a database is told in one sentence, without secrets, as a StoreError."""

import shutil
import sqlite3
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from kb.errors import StoreError
from kb.store import Store
from kb.store import database as database_module
from kb.types import Author, ConversationId
from tests.records import NOW, sourced
from tests.stores import postgres_schema

C1 = ConversationId("c1")
SECRET = "hunter2-very-secret"


def _sentence(failure: pytest.ExceptionInfo[StoreError]) -> str:
    told = str(failure.value)
    assert "\n" not in told
    whole = "".join(traceback.format_exception(failure.value))
    assert SECRET not in whole
    assert "sqlalchemy.exc" not in whole
    return told


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database is to be."""
    return tmp_path / "kb.db"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    """A store in a file."""
    with Store.open(f"sqlite:///{file}") as opened:
        yield opened


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as failure:
        Store.open(f"sqlite:///{tmp_path}/nowhere/kb.db")
    assert _sentence(failure).endswith(
        "nowhere/kb.db cannot be opened; check that its folder exists and may be written"
    )


def test_a_folder_is_no_database_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(f"sqlite:///{tmp_path}")


def test_another_file_is_refused_and_left_as_it_was(file: Path) -> None:
    file.write_text("编号,标准问,答案\n" * 200, encoding="utf-8")
    before = file.read_bytes()
    with pytest.raises(StoreError, match="is no database") as failure:
        Store.open(f"sqlite:///{file}")
    assert str(file) in _sentence(failure)
    assert file.read_bytes() == before


def test_a_newer_database_is_refused_and_left_as_it_was(file: Path) -> None:
    Store.open(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match=r"newer kb .*9999.*upgrade") as failure:
        Store.open(f"sqlite:///{file}")
    _sentence(failure)


def test_a_full_disk_is_told_and_nothing_half_written(store: Store) -> None:
    with store._database.connection() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages + 5}"))
    with pytest.raises(StoreError, match=r"disk .* is full; free some space") as failure:
        store.entries.apply([sourced(f"e{n}", "问" * 500) for n in range(500)], [], author="a", now=NOW, expect=0)
    _sentence(failure)
    assert store.entries.revision() == 0
    assert store.conversations.add_message(C1, Author.CUSTOMER, "短", NOW).id == 1


def test_a_read_only_database_is_told(store: Store) -> None:
    with store._database.connection() as connection:
        connection.execute(text("PRAGMA query_only = ON"))
    with pytest.raises(StoreError, match="may not be written; check its owner and permissions") as failure:
        store.conversations.add_message(C1, Author.CUSTOMER, "你好", NOW)
    _sentence(failure)


def test_a_file_that_another_program_keeps_locked_is_told(
    file: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_S", 0.05)
    with Store.open(f"sqlite:///{file}") as hasty:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"kept .* locked for too long") as failure:
            hasty.conversations.add_message(C1, Author.CUSTOMER, "你好", NOW)
        _sentence(failure)
        other.close()
        assert hasty.conversations.add_message(C1, Author.CUSTOMER, "你好", NOW).id == 1


def test_a_damaged_file_is_told(file: Path, store: Store) -> None:
    store.entries.apply([sourced(f"e{n}", "问" * 500) for n in range(200)], [], author="a", now=NOW, expect=0)
    store.close()
    content = bytearray(file.read_bytes())
    content[4096 * 3 :] = b"\x5a" * (len(content) - 4096 * 3)
    file.write_bytes(content)
    with (
        pytest.raises(StoreError, match="damaged; restore it from a backup") as failure,
        Store.open(f"sqlite:///{file}") as hurt,
    ):
        hurt.entries.all()
    _sentence(failure)


def test_a_database_that_vanished_does_not_answer_the_ping(file: Path, store: Store) -> None:
    store.ping()
    shutil.move(file, file.with_suffix(".gone"))
    with pytest.raises(StoreError, match="is gone; restore it"):
        store.ping()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        pytest.param(f"kb:{SECRET}@server", "no database address", id="no URL"),
        pytest.param("", "no database address", id="nothing"),
        pytest.param(f"postgresql+psycopg://kb:{SECRET}@server:port/kb", "no database address", id="port in words"),
        pytest.param(f"mysql+pymysql://kb:{SECRET}@server/kb", "mysql is no database that kb knows", id="MySQL"),
        pytest.param(f"oracel://kb:{SECRET}@server/kb", "no database that kb knows", id="a typo"),
        pytest.param(f"postgresql+asyncpg://kb:{SECRET}@server/kb", "no database that kb knows", id="other driver"),
        pytest.param(
            f"postgresql+psycopg://kb:{SECRET}@127.0.0.1:1/kb?connect_timeout=2",
            "the PostgreSQL server at 127.0.0.1:1 does not answer; check that it runs",
            id="nobody listens",
        ),
        pytest.param(
            f"postgres://kb:{SECRET}@nowhere.invalid/kb?connect_timeout=2",
            "the PostgreSQL server at nowhere.invalid does not answer",
            id="unknown host",
        ),
        pytest.param(
            f"postgresql+psycopg://kb:{SECRET}@127.0.0.1/kb?nonsense=1", "refused to work", id="unknown option"
        ),
    ],
)
def test_an_address_that_cannot_work_is_told_without_its_password(url: str, told: str) -> None:
    with pytest.raises(StoreError) as failure:
        Store.open(url)
    assert told in _sentence(failure)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"username": "nobody", "password": SECRET}, "refuses the user or the password", id="user"),
        pytest.param({"database": "nothing", "password": SECRET}, "has no such database; create it", id="database"),
    ],
)
def test_a_server_that_refuses_is_told_without_the_password(changes: dict[str, str], told: str) -> None:
    url = make_url(postgres_schema()).set(**changes)  # type: ignore[arg-type]
    with pytest.raises(StoreError) as failure:
        Store.open(url.render_as_string(hide_password=False))
    assert told in _sentence(failure)
