"""HTTP clients on the service's own machine, and elsewhere."""

from collections.abc import Mapping

from starlette.testclient import TestClient

from kb.web.app import create_app
from kb.wiring import Kb


def local(kb: Kb, headers: Mapping[str, str] | None = None) -> TestClient:
    """Return a client on the same machine; used as a context it starts and ends the service."""
    return TestClient(
        create_app(kb), base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50_000), headers=dict(headers or {})
    )


def elsewhere(kb: Kb) -> TestClient:
    """Return a client on another machine."""
    return TestClient(create_app(kb), base_url="http://kb.example", client=("192.0.2.7", 50_000))
