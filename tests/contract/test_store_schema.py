"""What the migrations make is what the program expects."""

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from kb.store import Store
from kb.store.migrate import MIGRATIONS, alembic_config
from kb.store.schema import HEAD, metadata


def test_the_migrations_make_the_tables_that_the_program_works_with(store: Store) -> None:
    with store._database.connection() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_the_checks_and_names_of_constraints_are_the_same(store: Store) -> None:
    with store._database.connection() as connection:
        found = inspect(connection)
        for table in metadata.sorted_tables:
            made: set[Any] = {constraint["name"] for constraint in found.get_check_constraints(table.name)}
            made |= {constraint["name"] for constraint in found.get_foreign_keys(table.name)}
            made |= {constraint["name"] for constraint in found.get_unique_constraints(table.name)}
            made |= {found.get_pk_constraint(table.name)["name"]}
            assert made == {str(constraint.name) for constraint in table.constraints}


def test_head_is_the_last_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_a_migration_can_be_undone(store: Store) -> None:
    with store._database.transaction() as connection:
        command.downgrade(alembic_config(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
