"""How Alembic runs our migrations: on the connection, and inside the transaction, that it is handed."""

from alembic import context

from kb.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the caller's transaction holds everything
    render_as_batch=True,  # SQLite alters a table by making it anew
)
context.run_migrations()
