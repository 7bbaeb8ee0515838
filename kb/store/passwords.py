"""Passwords, kept as argon2id hashes (RFC 9106) that cost an attacker as much memory and time as they cost us."""

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

#: OWASP's parameters for a service that has other things in its memory: 19 MiB, two passes, some 30 ms.
_MEMORY_KIB = 19_456
_PASSES = 2

#: One at a time in a process: a crowd at the sign-in page must take neither the memory nor the cores.
_TURN = Lock()


def hashed(password: str) -> str:
    """Return a salted hash that says by itself how it was made."""
    with _TURN:
        return _hasher().hash(_bytes(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. Without a hash it takes as long as with one, and the answer is no."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _TURN:
        try:
            fits = _hasher().verify(password_hash or _nobodys(), _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return fits and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(password_hash)


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # costs a start-up something, and most processes never need it

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=1)


@cache
def _nobodys() -> str:
    return _hasher().hash(b"")


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
