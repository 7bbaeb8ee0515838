"""Tickets are found by the day on which they came; follows the desk of 0009."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_tickets_created_at", "tickets", ["created_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_tickets_created_at", "tickets")
