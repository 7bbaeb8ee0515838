"""What is true: entries, releases, conversations, tickets and keys, in one SQL database."""

from kb.store.store import Store

__all__ = ["Store"]
