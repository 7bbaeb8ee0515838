"""The tables of the foundation."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_TIME = sa.DateTime(timezone=True)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _knowledge() -> None:
    op.create_table(
        "revisions",
        sa.Column("revision", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        *_text("author"),
        sa.PrimaryKeyConstraint("revision", name="pk_revisions"),
    )
    op.create_table(
        "entries",
        sa.Column("id", _ID, nullable=False),
        *_text("question", "answer"),
        sa.Column("variants", sa.JSON, nullable=False),
        *_text("category"),
        sa.Column("tags", sa.JSON, nullable=False),
        *_text("product"),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date),
        *_text("state"),
        sa.Column("links", sa.JSON, nullable=False),
        sa.Column("follow_ups", sa.JSON, nullable=False),
        *_text("source"),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.ForeignKeyConstraint(["revision"], ["revisions.revision"], name="fk_entries_revision"),
    )
    op.create_table(
        "entry_history",
        sa.Column("id", _ID, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("entry", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", "revision", name="pk_entry_history"),
        sa.ForeignKeyConstraint(["revision"], ["revisions.revision"], name="fk_entry_history_revision"),
        sqlite_with_rowid=False,
    )


def _releases() -> None:
    op.create_table(
        "releases",
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("phrasings", sa.Integer, nullable=False),
        sa.Column("manifest", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_releases"),
    )
    pointer = op.create_table(
        "release_pointer",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("current", _ID),
        sa.Column("previous", _ID),
        sa.Column("at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_release_pointer"),
        sa.CheckConstraint("id = 1", name=op.f("ck_release_pointer_one_row")),
        sa.ForeignKeyConstraint(["current"], ["releases.id"], name="fk_release_pointer_current"),
        sa.ForeignKeyConstraint(["previous"], ["releases.id"], name="fk_release_pointer_previous"),
    )
    op.execute(pointer.insert().values(id=1))


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", _ID, nullable=False),
        sa.Column("owner", _ID),
        *_text("channel"),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("active_at", _TIME, nullable=False),
        sa.Column("last_message", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_active_at", "conversations", ["active_at"])
    op.create_table(
        "messages",
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        *_text("author", "text"),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("ticket_id", _ID),
        sa.PrimaryKeyConstraint("conversation_id", "id", name="pk_messages"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_messages_conversation_id", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        *_text("question", "decision", "reason"),
        sa.Column("confidence", sa.Double, nullable=False),
        sa.Column("entry_id", _ID),
        sa.Column("candidates", sa.JSON, nullable=False),
        sa.Column("release", _ID, nullable=False),
        sa.Column("took_ms", sa.Double, nullable=False),
        sa.Column("conversation_id", _ID),
        *_text("channel", "category", "product"),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_answers_conversation_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_answers_at", "answers", ["at"])
    op.create_index("ix_answers_conversation_id", "answers", ["conversation_id"])
    op.create_table(
        "feedback",
        sa.Column("answer_id", _ID, nullable=False),
        sa.Column("helpful", sa.Boolean, nullable=False),
        *_text("comment"),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("answer_id", name="pk_feedback"),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_feedback_answer_id", ondelete="CASCADE"),
    )


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("answer_id", _ID),
        *_text("question", "summary", "reason", "category", "priority", "state"),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        *_text("draft"),
        sa.Column("candidates", sa.JSON, nullable=False),
        *_text("assignee"),
        sa.Column("claimed_at", _TIME),
        sa.Column("replied_at", _TIME),
        sa.Column("closed_at", _TIME),
        *_text("reply"),
        sa.Column("reply_kind", sa.Text),
        *_text("outcome"),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_tickets_conversation_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_tickets_conversation_id", "tickets", ["conversation_id"])
    op.create_index("ix_tickets_queue", "tickets", ["state", "due_at"])
    op.create_index("ix_tickets_assignee", "tickets", ["assignee", "state"])
    still_open = sa.text("state <> 'closed'")
    op.create_index(
        "uq_tickets_open",
        "tickets",
        ["conversation_id"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_table(
        "ticket_events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        *_text("kind", "actor"),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_events"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_ticket_events_ticket_id", ondelete="CASCADE"),
    )
    op.create_index("ix_ticket_events_ticket_id", "ticket_events", ["ticket_id"])


def _keys() -> None:
    op.create_table(
        "keys",
        sa.Column("id", _ID, nullable=False),
        *_text("name", "role", "secret_sha256"),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("revoked_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_keys"),
        sa.UniqueConstraint("secret_sha256", name="uq_keys_secret_sha256"),
    )


def upgrade() -> None:
    """Make every table."""
    _knowledge()
    _releases()
    _conversations()
    _answers()
    _tickets()
    _keys()


def downgrade() -> None:
    """Drop every table, those that refer to others first."""
    for table in (
        "keys",
        "ticket_events",
        "tickets",
        "feedback",
        "answers",
        "messages",
        "conversations",
        "release_pointer",
        "releases",
        "entry_history",
        "entries",
        "revisions",
    ):
        op.drop_table(table)
