"""Users and their sessions on every database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kb.errors import Conflict, NotFound
from kb.store import Store
from kb.store.schema import sessions
from kb.types import Note, Role, User
from tests.records import NOW, later

IDLE, LIMIT = timedelta(minutes=60), timedelta(minutes=100)
NOTE = Note("admin", "user.change")


def add(store: Store, name: str = "xiaolin", role: Role = Role.AGENT, password_hash: str = "hash") -> User:
    user = User(name, "小林", role, NOW)
    store.users.add(user, password_hash, Note("admin", "user.add", name))
    return user


def begin(store: Store, name: str = "xiaolin", minutes: float = 0, password_hash: str = "hash") -> str:
    return store.sessions.begin(name, password_hash, later(minutes), idle=IDLE, limit=LIMIT)


def test_a_store_begins_without_users(store: Store) -> None:
    assert not store.users.any()
    assert store.users.all() == []
    assert store.users.password_hash("xiaolin") is None


def test_a_user_is_kept_as_added(store: Store) -> None:
    user = add(store)
    boss = add(store, "boss", Role.ADMIN)
    assert store.users.any()
    assert store.users.get("xiaolin") == user
    assert store.users.all() == [boss, user]
    assert store.users.password_hash("xiaolin") == "hash"


def test_a_name_is_taken_once(store: Store) -> None:
    add(store)
    with pytest.raises(Conflict, match="'xiaolin'"):
        add(store, password_hash="another")
    assert store.users.password_hash("xiaolin") == "hash"
    assert store.audit.find()[0] == 1


def test_nobody_can_be_changed_who_is_not_there(store: Store) -> None:
    with pytest.raises(NotFound, match="kb users list"):
        store.users.get("nobody")
    with pytest.raises(NotFound):
        store.users.set_password("nobody", "hash", NOTE, NOW)
    assert store.audit.find()[0] == 0


def test_a_role_counts_for_sessions_that_have_begun(store: Store) -> None:
    add(store)
    token = begin(store)
    assert store.users.set_role("xiaolin", Role.EDITOR, NOTE, NOW).role is Role.EDITOR
    session = store.sessions.get(token, later(1))
    assert session is not None
    assert session.user.role is Role.EDITOR


def test_a_session_is_the_users(store: Store) -> None:
    user = add(store)
    add(store, "other")
    session = store.sessions.get(begin(store), later(1))
    assert session is not None
    assert session.user == user
    assert (session.began_at, session.expires_at, session.ends_at) == (NOW, later(60), later(100))


def test_a_token_is_long_and_nowhere_in_the_store(store: Store) -> None:
    add(store)
    token = begin(store)
    assert len(token) == 43  # 32 bytes in url-safe base 64
    with store._database.connection() as connection:
        kept = [str(value) for row in connection.execute(select(sessions)) for value in row]
    assert not any(token in value for value in kept)


@pytest.mark.parametrize("token", ["", "x" * 5000, "令牌", "\0", "\ud800"])
def test_any_other_token_is_nobodys(store: Store, token: str) -> None:
    add(store)
    begin(store)
    assert store.sessions.get(token, NOW) is None


def test_a_session_ends_when_it_expires(store: Store) -> None:
    add(store)
    token = begin(store)
    assert store.sessions.get(token, later(59.9)) is not None
    assert store.sessions.get(token, later(60)) is None
    assert store.sessions.get(token, later(61)) is None


def test_a_session_goes_on_while_it_is_used_but_not_for_ever(store: Store) -> None:
    add(store)
    token = begin(store)
    store.sessions.prolong(token, later(95), later(35))
    assert store.sessions.get(token, later(94)) is not None
    store.sessions.prolong(token, later(150), later(90))
    assert store.sessions.get(token, later(99)) is not None
    assert store.sessions.get(token, later(100)) is None


def test_a_session_that_is_over_cannot_be_prolonged(store: Store) -> None:
    add(store)
    token = begin(store)
    store.sessions.prolong(token, later(90), later(61))
    assert store.sessions.get(token, later(61)) is None


def test_signing_out_ends_this_session_only(store: Store) -> None:
    add(store)
    one, other = begin(store), begin(store)
    store.sessions.end(one, later(1))
    store.sessions.end(one, later(2))
    assert store.sessions.get(one, later(2)) is None
    assert store.sessions.get(other, later(2)) is not None
    assert [entry.action for entry in store.audit.find(action="session.end")[1]] == ["session.end"]


def test_a_new_password_ends_every_session_of_this_user(store: Store) -> None:
    add(store)
    add(store, "other")
    mine, others = [begin(store), begin(store)], begin(store, "other")
    store.users.set_password("xiaolin", "new", NOTE, NOW)
    assert [store.sessions.get(token, NOW) for token in mine] == [None, None]
    assert store.sessions.get(others, NOW) is not None
    assert store.users.password_hash("xiaolin") == "new"


def test_who_was_deactivated_is_out_and_stays_out_until_let_in_again(store: Store) -> None:
    add(store)
    token = begin(store)
    assert not store.users.set_active("xiaolin", False, NOTE, NOW).active
    assert store.sessions.get(token, NOW) is None
    assert store.users.password_hash("xiaolin") is None
    with pytest.raises(NotFound):
        begin(store)
    assert store.users.any()
    assert store.users.set_active("xiaolin", True, NOTE, NOW).active
    assert store.sessions.get(token, NOW) is None
    assert store.sessions.get(begin(store), NOW) is not None


def test_a_password_that_was_changed_meanwhile_begins_no_session(store: Store) -> None:
    add(store)
    store.users.set_password("xiaolin", "new", NOTE, NOW)
    with pytest.raises(NotFound):
        begin(store, password_hash="hash")
    store.users.rehash("xiaolin", "stronger")
    assert begin(store, password_hash="stronger")


def test_sessions_that_are_over_are_swept_out(store: Store) -> None:
    add(store)
    begin(store)
    begin(store, minutes=61)
    with store._database.connection() as connection:
        assert len(connection.execute(select(sessions)).all()) == 1
