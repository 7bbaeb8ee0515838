"""Golden questions, kept with the knowledge."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "golden_questions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("expected", sa.JSON, nullable=False),
        sa.Column("handoff", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_golden_questions"),
        sa.ForeignKeyConstraint(["revision"], ["revisions.revision"], name="fk_golden_questions_revision"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("golden_questions")
