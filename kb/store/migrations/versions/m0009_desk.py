"""What agents work with: quick replies, and tickets that wait for one team."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table, and add the column."""
    op.create_table(
        "quick_replies",
        sa.Column("id", _ID, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quick_replies"),
    )
    op.create_index("ix_quick_replies_owner", "quick_replies", ["owner"])
    op.add_column("tickets", sa.Column("team", sa.Text, nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("tickets", "team")
    op.drop_table("quick_replies")
