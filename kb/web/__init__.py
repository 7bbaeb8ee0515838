"""The HTTP service."""

import os

# One thread for each worker: numpy reads this when it is loaded, and a question is too small a thing to be shared out.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
