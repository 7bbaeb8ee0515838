"""The tables. What is here must be what the migrations make: a contract test compares the two."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

from kb.store.columns import Id, PlainText, UtcTime

#: The migration that this program works with; equal to the last one in `migrations/versions`.
HEAD = "0010"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


# --- knowledge ---------------------------------------------------------------------------------------------------

revisions = Table(
    "revisions",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("author", PlainText, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("question", PlainText, nullable=False),
    Column("answer", PlainText, nullable=False),
    Column("variants", JSON, nullable=False),
    Column("category", PlainText, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("product", PlainText, nullable=False),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("state", Text, nullable=False),
    Column("links", JSON, nullable=False),
    Column("follow_ups", JSON, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("revision", ForeignKey("revisions.revision"), nullable=False),  # that wrote it last
)

#: An entry as each revision left it, whole, as JSON.
entry_history = Table(
    "entry_history",
    metadata,
    Column("id", Id, primary_key=True),
    Column("revision", ForeignKey("revisions.revision"), primary_key=True),
    Column("entry", JSON, nullable=False),
    sqlite_with_rowid=False,
)

#: What customers ask, with the entries that answer it; kept with the knowledge, and measured before every publication.
golden_questions = Table(
    "golden_questions",
    metadata,
    Column("id", Id, primary_key=True),  # made from the text
    Column("text", PlainText, nullable=False),
    Column("expected", JSON, nullable=False),
    Column("handoff", PlainText, nullable=False),
    Column("kind", PlainText, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("revision", ForeignKey("revisions.revision"), nullable=False),  # that wrote it last
)

#: What editors added to the lists of words that come with the package, or took away from them.
list_items = Table(
    "list_items",
    metadata,
    Column("id", Id, primary_key=True),  # made from list and words
    Column("list", Text, nullable=False),
    Column("words", JSON, nullable=False),
    Column("takes_away", Boolean, nullable=False),
    Column("author", PlainText, nullable=False),
    Column("at", UtcTime, nullable=False),
)

#: A file with product knowledge; its passages are replaced whole when it changes.
documents = Table(
    "documents",
    metadata,
    Column("source", Id, primary_key=True),
    Column("title", PlainText, nullable=False),
    Column("approved", Boolean, nullable=False),  # for direct answers
    Column("revision", ForeignKey("revisions.revision"), nullable=False),  # in which its text was read
)

passages = Table(
    "passages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", Id, ForeignKey("documents.source"), nullable=False),
    Column("place", Integer, nullable=False),  # in the document, from 0
    Column("section", JSON, nullable=False),
    Column("text", PlainText, nullable=False),
    Column("page", Integer),
    Column("where", PlainText, nullable=False),
    Index("ix_passages_source", "source", "place"),
)

# --- releases ----------------------------------------------------------------------------------------------------

releases = Table(
    "releases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("created_at", UtcTime, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("phrasings", Integer, nullable=False),
    Column("manifest", JSON, nullable=False),
)

#: One row, made by the first migration: which release is served, and which was before it.
release_pointer = Table(
    "release_pointer",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("current", Id, ForeignKey("releases.id")),
    Column("previous", Id, ForeignKey("releases.id")),
    Column("at", UtcTime),
    CheckConstraint("id = 1", name="one_row"),
)

# --- work that lasts ---------------------------------------------------------------------------------------------

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("author", PlainText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("beat_at", UtcTime),  # when the process that runs it was last heard of
    Column("finished_at", UtcTime),
    Column("request", JSON, nullable=False),
    Column("progress", JSON, nullable=False),
    Column("result", JSON, nullable=False),
    Column("problem", JSON, nullable=False),
    Index("ix_jobs_state", "state", "due_at"),
)

#: What was uploaded for a job; any process on any host may run it.
job_files = Table(
    "job_files",
    metadata,
    Column("job_id", Id, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", PlainText, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

#: What editors decided about phrasings that were asked in vain; a decision outlives the conversations it came from.
gap_decisions = Table(
    "gap_decisions",
    metadata,
    Column("mark", Id, primary_key=True),  # fingerprint of the phrasing
    Column("question", PlainText, nullable=False),  # that the gap was named by, without personal data
    Column("action", Text, nullable=False),
    Column("entry_id", Id),  # no foreign key: the decision outlives the entry
    Column("author", PlainText, nullable=False),
    Column("at", UtcTime, nullable=False),
)

# --- conversations, answers and tickets --------------------------------------------------------------------------

conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner", Id),  # the key that began it; none when the service ran open
    Column("channel", PlainText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("active_at", UtcTime, nullable=False, index=True),
    Column("last_message", Integer, nullable=False),  # the highest message id given out
)

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", Id, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("author", Text, nullable=False),
    Column("text", PlainText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("ticket_id", Id),
    sqlite_with_rowid=False,
)

answers = Table(
    "answers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("question", PlainText, nullable=False),
    Column("decision", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("confidence", Double, nullable=False),
    Column("entry_id", Id),  # no foreign key: the record outlives the entry
    Column("candidates", JSON, nullable=False),
    Column("release", Id, nullable=False),
    Column("took_ms", Double, nullable=False),
    Column("conversation_id", Id, ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
    Column("channel", PlainText, nullable=False),
    Column("category", PlainText, nullable=False),
    Column("product", PlainText, nullable=False),
)

#: What was sent under an id of the sender's own making, so that sending it again changes nothing.
sent_messages = Table(
    "sent_messages",
    metadata,
    Column("conversation_id", Id, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("message_id", Id, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("reply_line", Integer),
    Column("reply", PlainText, nullable=False),  # JSON, as it went out
    sqlite_with_rowid=False,
)

feedback = Table(
    "feedback",
    metadata,
    Column("answer_id", Id, ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("comment", PlainText, nullable=False),
    Column("at", UtcTime, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", Id, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("answer_id", Id),  # no foreign key: a ticket may be opened for an answer that was not recorded
    Column("question", PlainText, nullable=False),
    Column("summary", PlainText, nullable=False),
    Column("reason", Text, nullable=False),
    Column("category", PlainText, nullable=False),
    Column("priority", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("draft", PlainText, nullable=False),
    Column("candidates", JSON, nullable=False),
    Column("assignee", PlainText, nullable=False),
    Column("claimed_at", UtcTime),
    Column("replied_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("reply", PlainText, nullable=False),
    Column("reply_kind", Text),
    Column("outcome", PlainText, nullable=False),
    Column("passages", JSON),  # that the draft cites; none in tickets from before there were any
    Column("team", PlainText, nullable=False, server_default=text("''")),
    Index("ix_tickets_queue", "state", "due_at"),
    Index("ix_tickets_assignee", "assignee", "state"),
    Index("ix_tickets_created_at", "created_at"),
)

#: A conversation has one open ticket at most; looking it up is what makes the bot silent.
Index(
    "uq_tickets_open",
    tickets.c.conversation_id,
    unique=True,
    sqlite_where=text("state <> 'closed'"),
    postgresql_where=text("state <> 'closed'"),
)

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Id, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", PlainText, nullable=False),
    Column("detail", JSON, nullable=False),
)

#: What agents send often; the owner of what everybody uses is "".
quick_replies = Table(
    "quick_replies",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner", PlainText, nullable=False, index=True),
    Column("title", PlainText, nullable=False),
    Column("text", PlainText, nullable=False),
    Column("at", UtcTime, nullable=False),
)

# --- access ------------------------------------------------------------------------------------------------------

keys = Table(
    "keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("role", Text, nullable=False),
    Column("secret_sha256", Text, nullable=False, unique=True),
    Column("created_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
)

users = Table(
    "users",
    metadata,
    Column("name", Id, primary_key=True),
    Column("display_name", PlainText, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

#: Who is signed in; a row that is gone is a session that is over.
sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", Id, primary_key=True),
    Column("user_name", Id, ForeignKey("users.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("began_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
)

#: Attempts to sign in, by whom (hashed) and in which window; every process counts in the same place.
sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("subject", Id, primary_key=True),
    Column("began_at", UtcTime, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
)

#: Who changed what; rows are only ever added.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("actor", Id, nullable=False),
    Column("action", Id, nullable=False),
    Column("target", PlainText, nullable=False),
    Column("detail", JSON, nullable=False),
    Index("ix_audit_actor", "actor", "at"),
    Index("ix_audit_action", "action", "at"),
)
