"""What is true: entries, releases, conversations, tickets and keys, in one SQL database."""
