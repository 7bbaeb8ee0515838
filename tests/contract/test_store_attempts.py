"""Attempts to sign in on every database, and by several processes at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select

from kb.store import Store
from kb.store.schema import sign_in_attempts
from tests.records import NOW, later

WINDOW = timedelta(minutes=15)
LIMITS = {"user:ann": 3, "address:192.0.2.7": 5}


def test_so_many_tries_are_free_and_the_next_has_to_wait(store: Store) -> None:
    assert [store.attempts.take(LIMITS, later(step), WINDOW) for step in range(3)] == [None] * 3
    assert store.attempts.take(LIMITS, later(3), WINDOW) == later(15)
    assert store.attempts.take(LIMITS, later(14.9), WINDOW) == later(15)


def test_after_the_window_it_begins_anew(store: Store) -> None:
    for step in range(4):
        store.attempts.take(LIMITS, later(step), WINDOW)
    assert [store.attempts.take(LIMITS, later(15 + step), WINDOW) for step in range(3)] == [None] * 3
    assert store.attempts.take(LIMITS, later(19), WINDOW) == later(30)


def test_an_address_is_counted_over_all_users(store: Store) -> None:
    tries = [
        store.attempts.take({f"user:{number}": 3, "address:192.0.2.7": 5}, later(number), WINDOW) for number in range(6)
    ]
    assert tries == [None] * 5 + [later(15)]
    assert store.attempts.take({"user:0": 3, "address:192.0.2.8": 5}, later(7), WINDOW) is None


def test_success_forgives_the_user_and_this_one_try_of_the_address(store: Store) -> None:
    for step in range(3):
        store.attempts.take(LIMITS, later(step), WINDOW)
    store.attempts.succeeded("user:ann", "address:192.0.2.7")
    assert [store.attempts.take(LIMITS, later(3 + step), WINDOW) for step in range(3)] == [None] * 3
    assert store.attempts.take({"user:bob": 3, "address:192.0.2.7": 5}, later(6), WINDOW) == later(15)


def test_nothing_that_was_typed_is_kept(store: Store) -> None:
    store.attempts.take({"user:hunter2\0\ud800": 3}, NOW, WINDOW)
    with store._database.connection() as connection:
        rows = connection.execute(select(sign_in_attempts)).all()
    assert len(rows) == 1
    assert "hunter2" not in str(rows)


def test_what_is_over_is_swept_out(store: Store) -> None:
    store.attempts.take({"user:ann": 3}, NOW, WINDOW)
    store.attempts.take({"user:bob": 3}, later(16), WINDOW)
    with store._database.connection() as connection:
        assert len(connection.execute(select(sign_in_attempts)).all()) == 1


def test_many_at_once_are_all_counted(store: Store) -> None:
    with ThreadPoolExecutor(8) as crowd:
        waits = list(crowd.map(lambda _: store.attempts.take(LIMITS, NOW, WINDOW), range(16)))
    assert waits.count(None) == 3
