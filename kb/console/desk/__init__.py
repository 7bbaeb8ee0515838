"""The agents' desk: the queue, one ticket, and what is known beside it."""
