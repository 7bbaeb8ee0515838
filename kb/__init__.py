"""A Chinese FAQ knowledge base with retrieval-based auto-reply."""
