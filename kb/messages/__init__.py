"""Every sentence that customers, agents and editors read: one module for each place where they read it."""

from kb.messages import (
    audit,
    cli,
    console,
    desk,
    documents,
    evaluation,
    gaps,
    ingest,
    passages,
    replies,
    review,
    signing,
    studio,
    tickets,
    try_it,
    widget,
)

__all__ = [
    "audit",
    "cli",
    "console",
    "desk",
    "documents",
    "evaluation",
    "gaps",
    "ingest",
    "passages",
    "replies",
    "review",
    "signing",
    "studio",
    "tickets",
    "try_it",
    "widget",
]
