"""The pages beside the API: paid for when they are used, in one process or in one of several."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from kb.settings import Settings
from kb.types import SourcedEntry
from kb.wiring import build
from tests.fakes.server import PATIENCE_S, ROOT
from tests.fakes.shop import ENTRIES

LAZY = """
import asyncio, json, sys
from starlette.testclient import TestClient
from kb.console.app import create_app
from tests.fakes.shop import release, shop

with TestClient(
    create_app(shop(serving=release())), base_url="http://127.0.0.1:8000", client=("127.0.0.1", 5)
) as client:
    seen = []
    for path in ("/healthz", "/", "/v1/tickets", "/desk", "/healthz"):
        status = client.get(path).status_code
        seen.append([path, status, "nicegui" in sys.modules])
    print(json.dumps(seen))
"""


def test_nothing_of_the_pages_is_loaded_before_the_first_one_is_opened() -> None:
    ran = subprocess.run([sys.executable, "-c", LAZY], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == [
        ["/healthz", 200, False],
        ["/", 200, False],
        ["/v1/tickets", 200, False],
        ["/desk", 200, True],
        ["/healthz", 200, True],
    ]


class Serving:
    """`kb serve --workers 2`, and what can be asked of it."""

    def __init__(self, home: Path, port: int) -> None:
        self.port = port
        environment = {**os.environ, "KB_HOME": str(home), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "kb.cli", "serve", "--workers", "2", "--port", str(port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, HTTPResponse, str]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)) as connection:
            connection.request("GET", path, headers=headers or {})
            reply = connection.getresponse()
            return reply.status, reply, reply.read().decode()

    def until(self, path: str, status: int) -> str:
        """Ask until this status comes."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                found, _, body = self.get(path)
            except OSError:
                found, body = 0, ""
            if found == status:
                return body
            time.sleep(0.1)
        raise AssertionError(f"{path} never answered {status}")

    @property
    def pages(self) -> int:
        """The process that has the pages."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return next(int(one) for one in children if b"kb.console.process" in Path(f"/proc/{one}/cmdline").read_bytes())


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    home = tmp_path_factory.mktemp("console")
    kb = build(Settings(home=home))
    kb.store.entries.apply(
        [SourcedEntry(one, "shop.csv") for one in ENTRIES], [], author="编辑", now=kb.clock.now(), expect=0
    )
    kb.publisher.publish()
    kb.close()
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    one = Serving(home, port)
    try:
        one.until("/desk", 200)
        yield one
    finally:
        one.process.send_signal(signal.SIGINT)
        one.process.communicate(timeout=PATIENCE_S)


def test_every_worker_shows_the_pages_of_the_one_process_that_has_them(serving: Serving) -> None:
    status, reply, body = serving.get("/desk")
    assert status == 200
    assert "工作台" in body
    assert "nonce-" in (reply.getheader("content-security-policy") or "")
    script = re.search(r'src="(/_nicegui/[^"]+/nicegui\.js)"', body)
    assert script
    for _ in range(6):  # whichever worker takes the connection
        assert serving.get(script[1])[0] == 200
    client = re.search(r"'client_id': '([\w-]+)'|\"client_id\": ?\"([\w-]+)\"", body)
    assert client
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Origin": f"http://127.0.0.1:{serving.port}",
    }
    with closing(HTTPConnection("127.0.0.1", serving.port, timeout=PATIENCE_S)) as connection:
        connection.request("GET", "/_nicegui_ws/socket.io/?EIO=4&transport=websocket", headers=upgrade)
        assert connection.getresponse().status == 101


def test_pages_that_crash_come_back_while_the_api_goes_on(serving: Serving) -> None:
    os.kill(serving.pages, signal.SIGKILL)
    assert "页面正在启动" in serving.until("/desk", 503)
    assert serving.get("/healthz")[0] == 200
    serving.until("/desk", 200)
