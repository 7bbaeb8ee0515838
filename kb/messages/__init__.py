"""Every sentence that customers, agents and editors read: one module for each place where they read it."""

from kb.messages import cli, console, evaluation, gaps, ingest, replies, review, studio, tickets, try_it, widget

__all__ = ["cli", "console", "evaluation", "gaps", "ingest", "replies", "review", "studio", "tickets", "try_it", "widget"]
