"""Requests a second of /v1/answer against an empty FastAPI route in the same server: `python -m tests.bench.service`.

One uvicorn worker serves both; a client in a process of its own keeps 32 connections busy, the two in turn. Everything
is on: guards, 10,000 indexed phrasings, a transaction and a log line for each answer, figures. Every question counts as
a new one, but for the heavy-tailed stream, in which judgements are remembered as they are in service.
"""

import asyncio
import gc
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median

from kb.ingest.read import read
from kb.types import Entry, EntryId

ROOT = Path(__file__).parents[2]
PHRASINGS = 10_000
CONNECTIONS = 32
ROUNDS = 5
SECONDS = 2.0
AT_LEAST, REACH = 0.20, 0.35

Requests = Sequence[bytes]


# --- the server, in a process of its own --------------------------------------------------------------------------


def serve(listening: int, folder: Path) -> None:
    """Serve both routes on an inherited socket until told to end."""
    import uvicorn
    from fastapi import FastAPI
    from pydantic import BaseModel
    from starlette.types import Receive, Scope, Send

    from kb import logs
    from kb.answer.confidence import Calibration
    from kb.answer.match import REMEMBERED, Matcher
    from kb.index.faiss_index import FaissIndex
    from kb.index.knowledge import Knowledge
    from kb.ports import SystemClock
    from kb.web.app import create_app
    from kb.wiring import Serving, load_embedder
    from tests.fakes.shop import release, shop

    class Body(BaseModel):
        question: str
        top_k: int = 5

    empty = FastAPI()

    @empty.post("/empty")
    async def nothing(body: Body) -> dict[str, str]:
        return {}

    logs.configure("info")
    embedder = load_embedder("")
    knowledge = Knowledge.build(_entries(), embedder, index=FaissIndex.build)
    calibration = Calibration.shipped()

    def application(name: str, remember: int = REMEMBERED) -> FastAPI:
        matcher = Matcher(
            knowledge, embedder, calibration, calibration.limits, release().manifest.id, remember=remember
        )
        serving = Serving(release().manifest, matcher)
        return create_app(shop(f"sqlite:///{folder / name}", clock=SystemClock(), serving=serving))

    # one that takes every question for a new one, and one as it is served
    distinct, remembering = application("distinct.db", remember=0), application("remembering.db")
    gc.collect()
    gc.freeze()

    @empty.get("/cpu")
    async def cpu() -> float:
        return time.process_time()

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") in ("/empty", "/cpu"):
            app = empty
        else:
            app = remembering if scope.get("query_string") == b"remembering" else distinct
        await app(scope, receive, send)

    config = uvicorn.Config(both, log_config=None, access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=listening)])


def _entries() -> list[Entry]:
    """The demonstration shop's entries, said again for other lines of goods until there are 10,000 phrasings."""
    shop = [sourced.entry for sourced in read([ROOT / "data" / "faq"], today=date(2026, 6, 1)).entries]
    entries: list[Entry] = []
    left = PHRASINGS
    for line in ("", "孕妈", "宠物", "文具", "家纺", "厨具", "户外", "数码", "家具", "图书"):
        for entry in shop:
            if left <= 0:
                return entries
            phrasings = [line + phrasing for phrasing in entry.phrasings][:left]
            left -= len(phrasings)
            entries.append(
                replace(entry, id=EntryId(entry.id + line), question=phrasings[0], variants=tuple(phrasings[1:]))
            )
    return entries


# --- the client ---------------------------------------------------------------------------------------------------


class Connection(asyncio.Protocol):
    """Sends one request after the other, each as soon as the reply before it is whole."""

    def __init__(self, requests: Requests, start: int, times: list[float], failures: list[bytes]) -> None:
        self._requests = requests
        self._next = start
        self._times = times
        self._failures = failures
        self._buffer = b""
        self._sent = 0.0
        self.served = asyncio.Event()
        self.stopped = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, gap, body = self._buffer.partition(b"\r\n\r\n")
        if not gap:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self.served.set()
        self._times.append(time.perf_counter() - self._sent)
        if not head.startswith(b"HTTP/1.1 200"):
            self._failures.append(self._buffer)
        self._buffer = b""
        if self.stopped:
            self._transport.close()
        else:
            self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(self._requests[self._next % len(self._requests)])
        self._next += 1


def _itself(connection: Connection) -> Connection:
    return connection


async def drive(port: int, requests: Requests, seconds: float) -> tuple[float, list[float]]:
    """Keep 32 connections busy; return requests a second and the sorted times, in seconds."""
    times: list[float] = []
    failures: list[bytes] = []
    loop = asyncio.get_running_loop()
    connections: list[Connection] = []
    for at in range(CONNECTIONS):
        start = at * len(requests) // CONNECTIONS
        connection = Connection(requests, start, times, failures)
        await loop.create_connection(partial(_itself, connection), "127.0.0.1", port)
        connections.append(connection)
    await asyncio.gather(*(connection.served.wait() for connection in connections))  # a busy server lets them in slowly
    times.clear()
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    done, took = len(times), time.perf_counter() - began
    for connection in connections:
        connection.stopped = True
    await asyncio.sleep(0.2)
    assert not failures, failures[0].decode()
    return done / took, sorted(times)


def _request(path: str, body: dict[str, object], port: int) -> bytes:
    content = json.dumps(body, ensure_ascii=False).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def _questions() -> list[str]:
    files = sorted((ROOT / "data" / "faq" / "questions").glob("*.jsonl"))
    return [json.loads(line)["question"] for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def _heavy_tailed(questions: Sequence[str]) -> list[str]:
    """A stream in which the n-th most frequent question is asked 1/n as often as the first (Zipf)."""
    often = [1 / rank for rank in range(1, len(questions) + 1)]
    draw = random.Random(0)
    return draw.choices(draw.sample(questions, len(questions)), often, k=4 * len(questions))


def _wait_until_ready(port: int) -> None:
    """Ask /readyz until it answers; the socket listens before the server does."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=120) as reply:
        assert reply.status == 200


def _cpu_seconds(port: int) -> float:
    """What the server has used of the processor: unlike its speed, it hardly depends on what else the machine does."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/cpu", timeout=120) as reply:
        return float(reply.read())


def measure(port: int) -> dict[str, object]:
    """Drive the two routes in turn; return figures by name."""
    questions = _questions()
    cases = {
        "empty": [_request("/empty", {"question": text}, port) for text in questions],
        "answer": [_request("/v1/answer", {"question": text}, port) for text in questions],
        "answer in a conversation": [
            _request("/v1/answer", {"question": text, "conversation_id": f"c{at}", "channel": "app"}, port)
            for at, text in enumerate(questions)
        ],
    }
    cases["answer, heavy-tailed stream"] = [
        _request("/v1/answer?remembering", {"question": text}, port) for text in _heavy_tailed(questions)
    ]
    rates: dict[str, list[float]] = {name: [] for name in cases}
    cpus: dict[str, list[float]] = {name: [] for name in cases}
    times: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(ROUNDS + 1):  # the first one warms up
        for name, requests in cases.items():
            before = _cpu_seconds(port)
            rate, took = asyncio.run(drive(port, requests, SECONDS if turn else 0.5))
            if turn:
                rates[name].append(rate)
                times[name].extend(took)
                cpus[name].append((_cpu_seconds(port) - before) / max(len(took), 1))
    found: dict[str, object] = {}
    print(f"{'':28} {'requests/s':>10} {'share':>7} {'p50 ms':>8} {'p99 ms':>8} {'CPU ms':>8} {'share':>7}")
    for name in cases:
        share = median(rate / base for rate, base in zip(rates[name], rates["empty"], strict=True))
        took = sorted(times[name])
        p50, p99 = (1000 * took[int(len(took) * part)] for part in (0.5, 0.99))
        cpu = 1000 * median(cpus[name])
        of_cpu = median(base / mine for mine, base in zip(cpus[name], cpus["empty"], strict=True))
        print(f"{name:28} {median(rates[name]):10.0f} {share:7.1%} {p50:8.2f} {p99:8.2f} {cpu:8.3f} {of_cpu:7.1%}")
        found[name] = {
            "rps": round(median(rates[name])),
            "share": round(share, 3),
            "p50_ms": round(p50, 2),
            "p99_ms": round(p99, 2),
            "cpu_ms": round(cpu, 3),
            "share_by_cpu": round(of_cpu, 3),
        }
    return found


def main() -> None:
    """Start the server, measure, and say whether the promise is kept."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
        command = [sys.executable, "-m", "tests.bench.service", "serve", str(listening.fileno()), folder]
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            pass_fds=[listening.fileno()],
            stderr=log,
        )
        listening.close()  # so that nobody answers when the server has failed to start
        try:
            _wait_until_ready(port)
            figures = measure(port)
        except BaseException:
            print((Path(folder) / "log").read_text()[-3000:])
            raise
        finally:
            server.terminate()
            server.wait(20)
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    figures |= {"phrasings": PHRASINGS, "connections": CONNECTIONS, "workers": 1, "cpus": os.cpu_count()}
    (results / "service.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(f"promised: /v1/answer at {AT_LEAST:.0%} of the empty route's requests a second, reaching for {REACH:.0%}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
