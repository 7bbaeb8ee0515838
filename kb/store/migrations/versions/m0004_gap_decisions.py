"""What editors decided about questions asked in vain; follows the jobs of 0003."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "gap_decisions",
        sa.Column("mark", _ID, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("entry_id", _ID),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_gap_decisions"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("gap_decisions")
