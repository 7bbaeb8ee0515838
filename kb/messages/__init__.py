"""Every sentence that customers, agents and editors read: one module for each place where they read it."""

from kb.messages import cli, gaps, ingest, replies, review, tickets, try_it

__all__ = ["cli", "gaps", "ingest", "replies", "review", "tickets", "try_it"]
