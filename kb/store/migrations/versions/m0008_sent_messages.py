"""Messages that their senders named, so that sending one again changes nothing; follows the documents of 0007."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sent_messages",
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("reply_line", sa.Integer),
        sa.Column("reply", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "message_id", name="pk_sent_messages"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_sent_messages_conversation_id",
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("sent_messages")
