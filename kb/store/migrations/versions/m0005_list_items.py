"""The editors' lists of words; follows the gap decisions of 0004."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "list_items",
        sa.Column("id", _ID, nullable=False),
        sa.Column("list", sa.Text, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("takes_away", sa.Boolean, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_list_items"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("list_items")
