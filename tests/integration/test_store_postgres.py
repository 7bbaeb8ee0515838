"""PostgreSQL as a neighbour: lost connections, and pgvector."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from kb.errors import StoreError
from kb.store import Store
from kb.store import database as database_module
from kb.store.columns import Id
from kb.store.schema import metadata
from kb.types import Author, ConversationId
from tests.records import NOW
from tests.stores import postgres_schema

pytestmark = pytest.mark.postgres
C1 = ConversationId("c1")


def test_connections_that_the_server_closed_are_replaced_unnoticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "IDLE_S", 0.0)
    url = postgres_schema()
    with Store.open(url) as store, Store.open(url) as killer:
        store.conversations.add_message(C1, Author.CUSTOMER, "一", NOW)
        with killer._database.connection() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            assert connection.execute(text(others)).all()
        store.ping()
        assert store.conversations.add_message(C1, Author.CUSTOMER, "二", NOW).id == 2
        assert store.releases.current() is None


CUT = "SELECT pg_terminate_backend(pg_backend_pid())"


def _cut_off_while_writing(store: Store) -> None:
    with store._database.writing() as cursor:
        store.conversations.add_within(cursor, C1, [(Author.CUSTOMER, "一")], NOW)
        cursor.execute(CUT)


def _cut_off_in_a_transaction(store: Store) -> None:
    with store._database.transaction() as connection:
        store.conversations.add_within(connection.connection.cursor(), C1, [(Author.CUSTOMER, "一")], NOW)
        connection.execute(text(CUT))


def _cut_off_below_sqlalchemy(store: Store) -> None:
    with store._database.transaction() as connection:
        cursor = connection.connection.cursor()
        store.conversations.add_within(cursor, C1, [(Author.CUSTOMER, "一")], NOW)
        cursor.execute(CUT)


def _cut_off_while_reading(store: Store) -> None:
    with store._database.reading() as cursor:
        cursor.execute(CUT)


def _cut_off_while_reading_with_sqlalchemy(store: Store) -> None:
    with store._database.connection() as connection:
        connection.execute(text(CUT))


@pytest.mark.parametrize(
    "cut_off",
    [
        _cut_off_while_writing,
        _cut_off_in_a_transaction,
        _cut_off_below_sqlalchemy,
        _cut_off_while_reading,
        _cut_off_while_reading_with_sqlalchemy,
    ],
)
def test_work_that_the_server_cuts_short_leaves_nothing_and_the_next_goes_through(
    cut_off: Callable[[Store], None], caplog: pytest.LogCaptureFixture
) -> None:
    with Store.open(postgres_schema()) as store:
        with pytest.raises(StoreError, match="shutting down"):
            cut_off(store)
        assert store.conversations.add_message(C1, Author.CUSTOMER, "二", NOW).id == 1
    assert caplog.records == []


def test_the_test_server_has_pgvector() -> None:
    with Store.open(postgres_schema()) as store, store._database.connection() as connection:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public"))
        where = text("SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'vector'")
        schema = connection.execute(where).scalar_one()  # of whichever test asked for it first
        distance = f"SELECT '[1,2]'::{schema}.vector OPERATOR({schema}.<#>) '[3,4]'::{schema}.vector"
        assert connection.execute(text(distance)).scalar_one() == -11.0


def test_one_pending_question_does_not_wait_for_the_servers_disk() -> None:
    with Store.open(postgres_schema()) as store:
        for durable, setting in ((True, "on"), (False, "off")):
            with store._database.writing(durable=durable) as cursor:
                assert cursor.execute("SHOW synchronous_commit").fetchone() == (setting,)


def test_ids_sort_by_their_bytes_whatever_language_the_server_was_set_up_in() -> None:
    ids = {(table.name, column.name) for table in metadata.sorted_tables for column in table.c if column.type is Id}
    assert len(ids) > 15
    query = """
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND collation_name = 'C'
    """
    with Store.open(postgres_schema()) as store, store._database.connection() as connection:
        assert {tuple(row) for row in connection.execute(text(query))} == ids
