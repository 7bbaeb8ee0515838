"""Who may do what: keys and users with roles, and an open door on the own machine while there is neither."""

import hashlib
import ipaddress
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache

from fastapi import Request
from starlette.types import Scope

from kb.errors import AccessDenied, RoleTooLow
from kb.store.keys import Keys
from kb.types import Key, KeyId, Role
from kb.web.limit import Limit
from kb.web.signed_in import SignedIn, is_from_here

#: What the one who works without a key is called, unless the request says otherwise.
NOBODY = "agent"

_RANK = {role: rank for rank, role in enumerate(Role)}
#: Keys remembered at once; a service has a handful.
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking."""

    name: str
    role: Role
    key_id: (
        KeyId | None
    )  # what conversations belong to; a user's has their name in it; None while the service runs open

    def may(self, role: Role) -> bool:
        """Whether the caller may do what `role` may."""
        return _RANK[self.role] >= _RANK[role]


_OPEN = Caller(NOBODY, Role.ADMIN, None)


class Door:
    """Lets callers in by their key. What the store said is remembered for a second, in every process by itself."""

    def __init__(
        self,
        keys: Keys,
        *,
        users: SignedIn | None = None,
        limit: Limit | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        remember_s: float = 1.0,
    ) -> None:
        """Ask `keys`, and not again within `remember_s` seconds of `monotonic`; `limit` is for askers' keys.

        `users` may come in as well, with the session that their browser holds.
        """
        self._keys = keys
        self._users = users
        self._limit = limit or Limit(0)
        self._monotonic = monotonic
        self._remember_s = remember_s
        self._known: dict[bytes, tuple[float, Caller]] = {}
        self._locked: tuple[float, bool] = (float("-inf"), True)

    def admit(self, scope: Scope, least: Role, weight: float = 1.0) -> Caller:
        """Return who sent this request; raises AccessDenied, or RoleTooLow when the key may not do this.

        An asker's key lies open in web pages: such requests are counted, as `weight` questions each, unless they come
        from the own machine, where a proxy or a front-end speaks for everybody. Raises Refused when it was too much.

        Without any key or user the service is open to its own machine, and to nobody else: the client's address must
        be a loopback one, and so must the host that it asked for, or a web page elsewhere could be made to look local.
        """
        secret, host = _credentials(scope)
        if not self.is_guarded():
            if not _is_local(scope, host):
                raise AccessDenied(
                    "no key exists yet, so only this machine is served, at http://127.0.0.1 or http://localhost; "
                    "make a key with `kb keys add`"
                )
            return _OPEN
        caller = self._user(scope) if secret is None else self._caller(secret)
        if caller is None:
            raise AccessDenied("a key is needed; send it as `Authorization: Bearer kb_…` or `X-API-Key: kb_…`")
        if not caller.may(least):
            raise RoleTooLow(f"this needs the role {least.value}; the role of this key or user is {caller.role.value}")
        if caller.role is Role.ASKER and not is_loopback(address := client_of(scope)):
            self._limit.take((caller.key_id, address), weight)
        return caller

    def needs(self, least: Role, weight: float = 1.0) -> Callable[[Request], Awaitable[Caller]]:
        """Return a dependency that admits callers of this role and above."""

        async def admitted(request: Request) -> Caller:
            return self.admit(request.scope, least, weight)

        return admitted

    def is_guarded(self) -> bool:
        """Whether there is a key or a user; from then on nobody comes in without."""
        until, locked = self._locked
        now = self._monotonic()
        if now >= until:
            locked = self._keys.any() or (self._users is not None and self._users.anybody())
            self._locked = (now + self._remember_s, locked)
        return locked

    def is_open_to(self, scope: Scope) -> bool:
        """Whether whoever sent this request may come in without key or session."""
        return not self.is_guarded() and _is_local(scope, _credentials(scope)[1])

    def _user(self, scope: Scope) -> Caller | None:
        """Return the user whose browser sent this, unless a page of another site told it to."""
        if self._users is None or not is_from_here(scope):
            return None
        session = self._users.of(scope)
        if session is None:
            return None
        return Caller(session.user.name, session.user.role, KeyId(f"user:{session.user.name}"))

    def _caller(self, secret: str) -> Caller:
        """Look the secret up by its hash, so that no comparison tells how much of a guess was right."""
        mark = hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
        now = self._monotonic()
        until, caller = self._known.get(mark, (float("-inf"), _OPEN))
        if now < until:
            return caller
        key = self._keys.check(secret)
        if key is None:
            self._known.pop(mark, None)
            raise AccessDenied("this key is unknown or was revoked")
        if len(self._known) >= _MOST:
            self._known.clear()
        caller = _caller_of(key)
        self._known[mark] = (now + self._remember_s, caller)
        return caller


def _caller_of(key: Key) -> Caller:
    return Caller(key.name, key.role, key.id)


def _credentials(scope: Scope) -> tuple[str | None, str]:
    """The secret that was sent, if any, and the host that was asked for."""
    secret: str | None = None
    host = ""
    for name, value in scope["headers"]:
        if name == b"authorization":
            kind, _, rest = value.partition(b" ")
            if kind.lower() == b"bearer":
                secret = rest.strip().decode("latin-1")
        elif name == b"x-api-key":
            secret = secret or value.strip().decode("latin-1")
        elif name == b"host":
            host = value.decode("latin-1")
    return secret, host


def client_of(scope: Scope) -> str:
    """Return the address that a request comes from, "" when the server does not know it."""
    client = scope.get("client")
    return client[0] if client else ""


def _is_local(scope: Scope, host: str) -> bool:
    return is_loopback(client_of(scope)) and is_loopback(_host_name(host))


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


@lru_cache(maxsize=256)
def is_loopback(address: str) -> bool:
    """Whether nobody but this machine reaches `address`, a name or an IP address."""
    if address.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
