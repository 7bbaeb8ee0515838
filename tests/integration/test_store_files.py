"""The SQLite file: quick to open, its log kept short, and forgotten text gone from the disk."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb.store import Store
from kb.store import checkpoint as checkpoint_module
from kb.store.checkpoint import Checkpointer
from kb.types import AnswerId, Author, ConversationId
from tests.records import NOW, answer, ticket

C1 = ConversationId("c1")


def _loaded(url: str) -> set[str]:
    """Which heavy packages a process has loaded once the store is open."""
    code = (
        "import sys; from kb.store import Store; Store.open(sys.argv[1]).close();"
        "print(*(name for name in ('alembic', 'psycopg', 'sqlalchemy.orm', 'sqlalchemy') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_database_that_is_up_to_date_opens_without_the_migration_tools(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kb.db'}"
    assert "alembic" in _loaded(url)
    assert _loaded(url) == {"sqlalchemy"}


def test_both_spellings_of_memory_are_one_database_for_every_thread() -> None:
    for url in ("sqlite://", "sqlite:///:memory:"):
        with Store.open(url) as store, ThreadPoolExecutor(1) as threads:
            threads.submit(store.conversations.add_message, C1, Author.CUSTOMER, "你好", NOW).result()
            assert [line.text for line in store.conversations.messages(C1)] == ["你好"]


def test_the_file_is_in_wal_mode_with_foreign_keys_on(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'kb.db'}") as store, store._database.reading() as cursor:
        pragmas = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        assert [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas] == ["wal", 1, 1, 5000]


def test_switching_to_the_log_waits_for_another_process_that_is_at_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kb.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # SQLite gives up at once here, whatever its busy timeout says
    waited = []

    def other_goes_on(seconds: float) -> None:
        waited.append(seconds)
        other.execute("COMMIT")

    monkeypatch.setattr("time.sleep", other_goes_on)
    Store.open(f"sqlite:///{file}").close()
    assert len(waited) == 1
    other.close()


def test_forgotten_text_is_gone_from_the_disk(tmp_path: Path) -> None:
    secret = "我住在幸福路八十八号".encode()
    with Store.open(f"sqlite:///{tmp_path / 'kb.db'}") as store:
        for number in range(40):
            store.record_answer(
                answer(f"a{number}", C1, question=secret.decode() * 20),
                messages=[(Author.CUSTOMER, secret.decode() * (1 + number * 10))],
                ticket=ticket("t1", C1, question=secret.decode()) if number == 0 else None,
            )
        store.answers.feedback(AnswerId("a1"), False, secret.decode(), NOW)
        store.conversations.add_message(ConversationId("c2"), Author.CUSTOMER, "另一位", NOW)
        assert any(secret in path.read_bytes() for path in tmp_path.iterdir())
        store.conversations.forget(C1)
        assert [path.name for path in tmp_path.iterdir() if secret in path.read_bytes()] == []
        assert store.conversations.messages(ConversationId("c2"))[0].text == "另一位"


def test_the_log_is_moved_into_the_file_by_a_thread_that_ends_with_the_store(
    tmp_path: Path, monkeypatch: object
) -> None:
    file = tmp_path / "kb.db"
    with Store.open(f"sqlite:///{file}") as store:
        checkpointer = store._database._checkpointer
        assert isinstance(checkpointer, Checkpointer)
        before = file.stat().st_size
        for number in range(checkpoint_module._WRITES + 1):
            store.conversations.add_message(C1, Author.CUSTOMER, "你好" * 200, NOW)
            assert number < checkpoint_module._WRITES or checkpointer._thread is not None
        thread = checkpointer._thread
        assert thread is not None
        while file.stat().st_size == before:
            thread.join(0.01)
            assert thread.is_alive()
    assert not thread.is_alive()
    with Store.open(f"sqlite:///{file}") as store:
        assert len(store.conversations.messages(C1, limit=1000)) == checkpoint_module._WRITES + 1
