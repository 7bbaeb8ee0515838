"""What is searched: embedders, vector indexes, the lexical index, and releases on disk."""
