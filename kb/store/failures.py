"""What a database driver reports, said in one sentence that a person can act on.

The driver's own text is left out: it may hold a password, or what a customer wrote.
"""

import sqlite3

from sqlalchemy import URL, exc

from kb.errors import Conflict, InputError, KbError, NotFound, StoreError

_EXISTS = "this is already in the store, or was changed there at the same moment; read it again before the next step"
_GONE = "this refers to something that is not, or no longer, in the store"
_UNWRITABLE = "text with half a surrogate pair cannot be stored as UTF-8; remove the character and try again"

_SQLITE = {
    sqlite3.SQLITE_BUSY: "another program has kept {place} locked for too long; end it, or try again",
    sqlite3.SQLITE_LOCKED: "another program has kept {place} locked for too long; end it, or try again",
    sqlite3.SQLITE_FULL: "the disk that holds {place} is full; free some space and try again",
    sqlite3.SQLITE_READONLY: "{place} may not be written; check its owner and permissions",
    sqlite3.SQLITE_CANTOPEN: "{place} cannot be opened; check that its folder exists and may be written",
    sqlite3.SQLITE_PERM: "{place} may not be opened; check its owner and permissions",
    sqlite3.SQLITE_NOTADB: "{place} is no database; set KB_DATABASE_URL to another file, or restore it from a backup",
    sqlite3.SQLITE_CORRUPT: "{place} is damaged; restore it from a backup",
    sqlite3.SQLITE_IOERR: "the disk that holds {place} failed while reading or writing; check it and try again",
}

_POSTGRES = {
    "08": "the connection to {place} broke; check that the server runs, and try again",
    "28": "{place} refuses the user or the password; check KB_DATABASE_URL",
    "3D": "{place} has no such database; create it, or check KB_DATABASE_URL",
    "25006": "{place} is read-only at the moment; connect to the primary server",
    "42501": "the user in KB_DATABASE_URL lacks a privilege that kb needs in {place}; grant it",
    "53100": "the disk of {place} is full; free some space and try again",
    "53200": "{place} is out of memory; try again later",
    "53300": "{place} has no free connection; raise max_connections or run fewer processes",
    "57P": "{place} is shutting down or starting; try again in a moment",
    "57014": "{place} took too long and the step was cancelled; try again",
    "55P03": "another program has kept {place} locked for too long; end it, or try again",
}

_CONNECTING = {  # while connecting, libpq gives no code: its English words are all there is
    "password authentication failed": "28",
    "no password supplied": "28",
    "no pg_hba.conf entry": "28",
    'role "': "28",
    'database "': "3D",
    "too many clients": "53300",
    "remaining connection slots": "53300",
    "starting up": "57P",
    "shutting down": "57P",
}


def place_of(url: URL) -> str:
    """Name the database for a message, without user, password or options."""
    if url.get_backend_name() == "sqlite":
        return f"the database file {url.database}" if url.database else "the database in memory"
    host = url.host or url.query.get("host") or "the local socket"
    port = f":{url.port}" if url.port else ""
    return f"the PostgreSQL server at {host}{port}"


def translate(error: BaseException, place: str) -> KbError:
    """Return what kb raises for a failure of the driver or of SQLAlchemy."""
    if isinstance(error, exc.StatementError) and error.orig is not None:
        error = error.orig
    if isinstance(error, KbError):
        return error
    if isinstance(error, UnicodeEncodeError):
        return InputError(_UNWRITABLE)
    if isinstance(error, sqlite3.Error):
        return _sqlite(error, place)
    if isinstance(error, (exc.SQLAlchemyError, ValueError)):
        return StoreError(_sqlalchemy(error, place))
    return _postgres(error, place)


def _sqlalchemy(error: BaseException, place: str) -> str:
    if isinstance(error, exc.TimeoutError):
        return f"every connection to {place} is in use; try again, or run more processes"
    if isinstance(error, (exc.ArgumentError, exc.NoSuchModuleError, ValueError)):
        return "KB_DATABASE_URL is no database address; write sqlite:////path/kb.db or postgresql+psycopg://…"
    return f"{place} could not be used ({type(error).__name__})"


def _sqlite(error: sqlite3.Error, place: str) -> KbError:
    code: int = getattr(error, "sqlite_errorcode", 0)
    if code in (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE):
        return Conflict(_EXISTS)
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return NotFound(_GONE)
    sentence = _SQLITE.get(code & 0xFF)
    if sentence is None:
        # the one code whose text speaks of tables and syntax only, never of values
        name = str(error) if code == sqlite3.SQLITE_ERROR else getattr(error, "sqlite_errorname", type(error).__name__)
        return StoreError(f"{place} refused to work ({name})")
    return StoreError(sentence.format(place=place))


def _postgres(error: BaseException, place: str) -> KbError:
    state: str = getattr(error, "sqlstate", None) or ""
    if state in ("23505", "40001", "40P01"):
        return Conflict(_EXISTS)
    if state == "23503":
        return NotFound(_GONE)
    if not state:
        state = next((code for words, code in _CONNECTING.items() if words in str(error)), "")
        if not state and type(error).__name__ in ("OperationalError", "ConnectionTimeout"):
            return StoreError(f"{place} does not answer; check that it runs and that KB_DATABASE_URL is right")
    sentence = next((_POSTGRES[start] for start in (state, state[:3], state[:2]) if _POSTGRES.get(start)), None)
    if sentence is None:
        return StoreError(f"{place} refused to work ({state or type(error).__name__})")
    return StoreError(sentence.format(place=place))
