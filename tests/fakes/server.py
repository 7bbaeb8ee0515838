"""Service processes over a real uvicorn, each sharing its database with the test."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from kb.wiring import Kb
from tests.fakes.shop import release, shop

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30  # for a machine that is busy with other things; nothing waits that long by itself

SERVER = """
import sys, uvicorn
from kb.web.app import create_app
from kb.web.routes import conversations
from tests.fakes.shop import release, shop
from kb.ports import SystemClock
import socket
conversations.HEARTBEAT_S = float(sys.argv[3])
app = create_app(shop(sys.argv[2], clock=SystemClock(), serving=release()))
config = uvicorn.Config(app, log_level="warning", access_log=False)
uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
"""


class Running:
    """A server process, and the store that it shares with this one."""

    def __init__(self, kb: Kb, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.kb = kb
        self.port = port
        self.process = process
        self.open = ExitStack()

    def open_stream(self, path: str, headers: dict[str, str] | None = None) -> HTTPResponse:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        self.open.callback(connection.close)
        connection.request("GET", path, headers=headers or {})
        reply = connection.getresponse()
        self.open.callback(reply.close)
        return reply


@contextmanager
def running(
    tmp_path: Path, heartbeat_s: float = 15.0, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Start a server on the database in `tmp_path`; any number may share it."""
    url = f"sqlite:///{tmp_path / 'kb.db'}"
    kb = shop(url, serving=release())
    listening = socket.create_server(("127.0.0.1", 0))
    command = [sys.executable, "-c", SERVER, str(listening.fileno()), url, str(heartbeat_s)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        pass_fds=[listening.fileno()],
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
    )
    one = Running(kb, listening.getsockname()[1], process)
    try:
        with one.open:
            yield one
    finally:
        process.kill()
        process.wait()
        listening.close()
        kb.close()
