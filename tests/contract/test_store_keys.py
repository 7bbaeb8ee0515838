"""Keys on every database."""

import pytest
from sqlalchemy import select

from kb.errors import NotFound
from kb.store import Store
from kb.store.schema import keys
from kb.types import KeyId, Role
from tests.records import NOW, later


def test_a_store_begins_without_keys(store: Store) -> None:
    assert not store.keys.any()
    assert store.keys.all() == []
    assert store.keys.check("kb_whatever") is None


def test_a_secret_opens_its_key_and_no_other(store: Store) -> None:
    ann, anns = store.keys.add("ann", Role.AGENT, NOW)
    bot, bots = store.keys.add("bot", Role.ASKER, later(1))
    assert store.keys.check(anns) == ann
    assert store.keys.check(bots) == bot
    assert (ann.name, ann.role, ann.created_at, ann.revoked_at) == ("ann", Role.AGENT, NOW, None)
    assert store.keys.all() == [ann, bot]


@pytest.mark.parametrize("secret", ["", "kb_", "x" * 5000, "钥匙", "\0", "\ud800"])
def test_anything_else_opens_nothing(store: Store, secret: str) -> None:
    store.keys.add("ann", Role.ADMIN, NOW)
    assert store.keys.check(secret) is None


def test_a_secret_is_long_and_nowhere_in_the_store(store: Store) -> None:
    _, secret = store.keys.add("ann", Role.ADMIN, NOW)
    assert secret.startswith("kb_")
    assert len(secret) == 3 + 43  # 32 bytes in url-safe base 64
    with store._database.connection() as connection:
        kept = [str(value) for row in connection.execute(select(keys)) for value in row]
    assert not any(secret in value or secret[3:] in value for value in kept)


def test_a_revoked_key_opens_nothing(store: Store) -> None:
    key, secret = store.keys.add("ann", Role.ADMIN, NOW)
    store.keys.revoke(key.id, later(1))
    assert store.keys.check(secret) is None
    store.keys.revoke(key.id, later(2))
    assert [known.revoked_at for known in store.keys.all()] == [later(1)]


def test_revoking_the_last_key_does_not_open_the_doors(store: Store) -> None:
    key, _ = store.keys.add("ann", Role.ADMIN, NOW)
    store.keys.revoke(key.id, later(1))
    assert store.keys.any()


def test_an_unknown_key_cannot_be_revoked(store: Store) -> None:
    with pytest.raises(NotFound, match="'nobody'"):
        store.keys.revoke(KeyId("nobody"), NOW)
