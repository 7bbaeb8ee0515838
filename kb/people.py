"""People who work on the pages: who they are, how they sign in, and how often somebody may try to."""

import ipaddress
import re
import unicodedata
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil

from kb import messages
from kb.errors import AccessDenied, InputError, NotFound, TooManyAttempts
from kb.ports import Clock
from kb.store import passwords
from kb.store.store import Store
from kb.types import Note, Role, Session, User

#: So many tries are free within `WINDOW`; then one waits until it is over. An office shares one address.
USER_TRIES = 8
ADDRESS_TRIES = 40
WINDOW = timedelta(minutes=15)

SHORTEST, LONGEST = 10, 200  # characters of a password
_DIFFERENT = 5  # characters that a password has at least
_NAME = re.compile(r"[\w][\w.@-]{0,63}")
#: A session is prolonged when this share of its time to rest has passed, so that not every click is a write.
_PROLONG_AFTER = 0.05


class Wait(TooManyAttempts):
    """Too many attempts, and for how long to wait."""

    def __init__(self, length: timedelta) -> None:
        self.seconds = max(1, ceil(length.total_seconds()))
        super().__init__(messages.signing.WAIT.format(minutes=ceil(self.seconds / 60)))


class People:
    """Users and their sessions. Every change is one transaction with its line in the audit log."""

    def __init__(self, store: Store, clock: Clock, *, idle: timedelta, limit: timedelta) -> None:
        """Sessions end when nobody has worked for `idle`, and after `limit` in any case."""
        self._store = store
        self._clock = clock
        self._idle = idle
        self._limit = limit

    def any(self) -> bool:
        """Whether there is a user; one who was deactivated counts."""
        return self._store.users.any()

    def all(self) -> list[User]:
        """Return every user, in order of name."""
        return self._store.users.all()

    def add(self, name: str, display_name: str, role: Role, password: str, *, by: str) -> User:
        """Make a user; raises InputError for a name or a password that will not do, Conflict when the name is taken."""
        name = as_name(name)
        if role is Role.ASKER:
            raise InputError("a user is an agent, an editor or an admin; asker is a role for keys")
        check(password, name)
        shown = " ".join(display_name.split()) or name
        user = User(name, shown, role, self._clock.now())
        note = Note(by, "user.add", name, {"role": role.value})
        self._store.users.add(user, passwords.hashed(password), note)
        return user

    def set_password(self, name: str, password: str, *, by: str) -> None:
        """Give a user a new password, and end every session of theirs; raises InputError, NotFound."""
        name = as_name(name)
        self._store.users.get(name)
        check(password, name)
        note = Note(by, "user.password", name)
        self._store.users.set_password(name, passwords.hashed(password), note, self._clock.now())

    def set_active(self, name: str, *, active: bool, by: str) -> User:
        """Keep a user out, at once and everywhere, or let them in again; raises NotFound."""
        name = as_name(name)
        note = Note(by, "user.activate" if active else "user.deactivate", name)
        return self._store.users.set_active(name, active, note, self._clock.now())

    def set_role(self, name: str, role: Role, *, by: str) -> User:
        """Give a user another role; raises NotFound, InputError."""
        if role is Role.ASKER:
            raise InputError("a user is an agent, an editor or an admin; asker is a role for keys")
        name = as_name(name)
        return self._store.users.set_role(name, role, Note(by, "user.role", name, {"role": role.value}), self._now)

    def sign_in(self, name: str, password: str, address: str) -> str:
        """Return the token of a new session.

        Raises AccessDenied, in the same words and after the same time whether the name or the password is wrong, and
        `Wait` when user or address have tried too often.
        """
        name = _written(name)
        subjects = _user(name), _address(address)
        self._take(*subjects)
        known = self._store.users.password_hash(name) if _NAME.fullmatch(name) else None
        if not passwords.matches(known, password) or known is None:
            raise AccessDenied(messages.signing.WRONG)
        if passwords.is_outdated(known):
            known = passwords.hashed(password)
            self._store.users.rehash(name, known)
        self._store.attempts.succeeded(*subjects)
        return self._begin(name, known)

    def sign_out(self, token: str) -> None:
        """End a session."""
        self._store.sessions.end(token, self._now)

    def change_password(self, token: str, old: str, new: str, address: str) -> str:
        """Let a user who is signed in choose a new password; return the token of the only session that is left.

        Raises AccessDenied when the session is over or the old password is wrong, `Wait`, or InputError for a new
        password that will not do.
        """
        session = self._store.sessions.get(token, self._now)
        if session is None:
            raise AccessDenied(messages.signing.EXPIRED)
        name = session.user.name
        subjects = _user(name), _address(address)
        self._take(*subjects)
        if not passwords.matches(self._store.users.password_hash(name), old):
            raise AccessDenied(messages.signing.WRONG_OLD)
        self._store.attempts.succeeded(*subjects)
        if new == old:
            raise InputError(messages.signing.SAME)
        check(new, name)
        changed = passwords.hashed(new)
        self._store.users.set_password(name, changed, Note(name, "user.password", name), self._now)
        return self._begin(name, changed)

    def session(self, token: str, *, working: bool) -> Session | None:
        """Return who is signed in with this token; it lasts longer when they are `working`, not only looking on."""
        now = self._now
        found = self._store.sessions.get(token, now)
        if found is None or not working:
            return found
        until = min(now + self._idle, found.ends_at)
        if until - found.expires_at > self._idle * _PROLONG_AFTER:
            self._store.sessions.prolong(token, until, now)
        return found

    @property
    def _now(self) -> datetime:
        return self._clock.now()

    def _begin(self, name: str, password_hash: str) -> str:
        try:
            return self._store.sessions.begin(name, password_hash, self._now, idle=self._idle, limit=self._limit)
        except NotFound:  # deactivated, or given another password, while the old one was looked at
            raise AccessDenied(messages.signing.WRONG) from None

    def _take(self, user: str, address: str) -> None:
        now = self._now
        until = self._store.attempts.take({user: USER_TRIES, address: ADDRESS_TRIES}, now, WINDOW)
        if until is not None:
            raise Wait(until - now)


def as_name(text: str) -> str:
    """Return a user's name as it is kept; raises InputError when it is none."""
    name = _written(text)
    if not _NAME.fullmatch(name):
        raise InputError(messages.signing.BAD_NAME)
    return name


def check(password: str, name: str) -> None:
    """Refuse a password that is guessed in no time; raises InputError with what to do better."""
    if len(password) < SHORTEST:
        raise InputError(messages.signing.TOO_SHORT.format(least=SHORTEST))
    if len(password) > LONGEST:
        raise InputError(messages.signing.TOO_LONG.format(most=LONGEST))
    lowered = password.casefold()
    if len(set(lowered)) < _DIFFERENT or _is_run(lowered):
        raise InputError(messages.signing.TOO_PLAIN)
    if name in lowered and len(lowered.replace(name, "")) < SHORTEST // 2:
        raise InputError(messages.signing.LIKE_NAME)


def _is_run(text: str) -> bool:
    """Whether each character is the one after, or before, the one in front of it: 0123456789, zyxwvutsrq."""
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return steps <= {1, -9} or steps <= {-1, 9}


def _written(name: str) -> str:
    """One spelling of a name: people type capitals and full-width letters as it comes."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _user(name: str) -> str:
    return f"user:{name}"


def _address(address: str) -> str:
    """An IPv6 customer has a whole network of addresses: it counts as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f"address:{address}"
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        parsed = mapped or ipaddress.ip_network((int(parsed) >> 64 << 64, 64)).network_address
    return f"address:{parsed}"
