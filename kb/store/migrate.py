"""Brings a database to the tables that this program works with."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from kb.errors import StoreError
from kb.store.database import Database
from kb.store.schema import HEAD

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
_WAIT_S = 60.0  # for another process that is migrating
_ADVISORY_LOCK = 0x6B62  # "kb"


def bring_up_to_date(database: Database) -> None:
    """Migrate to `HEAD` in one transaction; when several processes come at once, one does it and the others wait.

    Raises StoreError when the database was migrated by a newer program.
    """
    with database.connection() as connection:
        if _version(connection) == HEAD:
            return  # the common case; alembic, slow to import, is not needed
    with database.transaction(wait_s=_WAIT_S) as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        version = _version(connection)
        if version != HEAD:
            _migrate(connection, version, database.place)


def _version(connection: Connection) -> str | None:
    """Return the migration that the database stands at, None when it is empty."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _migrate(connection: Connection, version: str | None, place: str) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise StoreError(
            f"{place} was written by a newer kb (its tables are at {version}, this kb knows {HEAD}); upgrade"
        )
    command.upgrade(config, "head")


def alembic_config(connection: Connection) -> "Config":
    """Return what Alembic's commands need to work on `connection`, inside whatever transaction it has begun."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
