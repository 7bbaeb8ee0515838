"""A Chinese FAQ knowledge base with retrieval-based auto-reply."""

import os

# Before numpy is loaded: what is multiplied here is small, and threads that wait for each other cost tenfold.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
