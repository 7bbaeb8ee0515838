"""Documents with their passages, and the passages that a ticket cites; follows the people of 0006."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables; tickets from before cite nothing."""
    op.create_table(
        "documents",
        sa.Column("source", _ID, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("approved", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_documents"),
        sa.ForeignKeyConstraint(["revision"], ["revisions.revision"], name="fk_documents_revision"),
    )
    op.create_table(
        "passages",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source", _ID, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("section", sa.JSON, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("page", sa.Integer),
        sa.Column("where", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passages"),
        sa.ForeignKeyConstraint(["source"], ["documents.source"], name="fk_passages_source"),
    )
    op.create_index("ix_passages_source", "passages", ["source", "place"])
    op.add_column("tickets", sa.Column("passages", sa.JSON))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("tickets") as table:
        table.drop_column("passages")
    op.drop_table("passages")
    op.drop_table("documents")
