"""The HTTP service."""

import os

# Before FAISS is loaded: one thread for each worker, as a question is too small a thing to be shared out.
os.environ.setdefault("OMP_NUM_THREADS", "1")
