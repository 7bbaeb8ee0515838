"""Jobs of the service, waited for over HTTP."""

import time
from typing import Any

from starlette.testclient import TestClient

_PATIENCE_S = 60


def settled(client: TestClient, job: str) -> dict[str, Any]:
    """Wait until a job rests, and return it."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        found: dict[str, Any] = client.get(f"/v1/jobs/{job}").json()
        if found["state"] not in ("waiting", "running"):
            return found
        time.sleep(0.05)
    raise AssertionError(f"job {job} did not end")
