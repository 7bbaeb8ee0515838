"""Every sentence that customers, agents and editors read: one module for each place where they read it."""

from kb.messages import cli, console, evaluation, gaps, ingest, passages, replies, review, studio, tickets, try_it

__all__ = [
    "cli",
    "console",
    "evaluation",
    "gaps",
    "ingest",
    "passages",
    "replies",
    "review",
    "studio",
    "tickets",
    "try_it",
]
