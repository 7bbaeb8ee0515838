"""A service that is asked all the time while releases are published one after the other."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from threading import Event, Thread
from typing import Any

from kb.settings import Settings
from kb.types import Entry, EntryId, JobState, Link, ReleaseId, SourcedEntry
from kb.wiring import Kb, build
from tests.conftest import ROOT

CLIENTS = 8
EDITIONS = 6
PATIENCE_S = 60
_TOPICS = ("申请退款", "开具发票", "修改地址", "查询物流", "使用优惠券", "更换尺码", "联系客服", "取消订单")


def edition(number: int) -> list[SourcedEntry]:
    """The knowledge with its number in every answer, link and follow-up; every other one has new phrasings too."""
    return [
        SourcedEntry(
            Entry(
                EntryId(f"e{at}"),
                f"怎么{topic}",
                f"您好，{topic}请看说明（第{number}版）。",
                (f"{topic}怎么弄", f"{topic}第{number // 2}次怎么办"),
                links=(Link(f"{topic}说明（第{number}版）", "https://shop.example/help"),),
                follow_ups=(f"{topic}要多久（第{number}版）",),
            ),
            "test",
        )
        for at, topic in enumerate(_TOPICS)
    ]


def test_no_request_fails_and_no_answer_mixes_two_releases(tmp_path: Path) -> None:
    kb = build(Settings(home=tmp_path))
    try:
        numbers = {publish(kb, 1): 1}
        with serving(tmp_path) as port:
            over = Event()
            replies: list[list[tuple[int, dict[str, Any]]]] = [[] for _ in range(CLIENTS)]
            clients = [Thread(target=ask, args=(port, over, heard, at)) for at, heard in enumerate(replies)]
            for client in clients:
                client.start()
            for number in range(2, EDITIONS + 1):
                numbers[publish(kb, number) if number % 2 else publish_over_http(kb, number, port)] = number
                until_served(replies[0], kb.store.releases.current())
            until_served(replies[0], kb.releases.rollback().id)
            until_served(replies[0], call(port, "POST", "/v1/releases/rollback")["release"])
            over.set()
            for client in clients:
                client.join()
    finally:
        kb.close()
    heard = [one for each in replies for one in each]
    assert {status for status, _ in heard} == {200}
    for _, reply in heard:
        told = {int(found) for found in re.findall(r"第(\d+)版", json.dumps(reply, ensure_ascii=False))}
        assert told == {numbers[ReleaseId(reply["release"])]}, reply
    assert {reply["release"] for _, reply in heard} == set(numbers)
    assert all(len(each) > EDITIONS for each in replies)


def publish(kb: Kb, number: int) -> ReleaseId:
    """Write an edition whole and put it live, from another process than the one that serves."""
    write(kb, number)
    return kb.publisher.publish(accept=True).manifest.id


def publish_over_http(kb: Kb, number: int, port: int) -> ReleaseId:
    """Write an edition whole and have it put live by the process that serves."""
    write(kb, number)
    job, until = call(port, "POST", "/v1/releases", accept=True), time.monotonic() + PATIENCE_S
    while job["state"] != JobState.DONE:
        assert time.monotonic() < until, job
        time.sleep(0.05)
        job = call(port, "GET", f"/v1/jobs/{job['id']}")
    return ReleaseId(job["result"]["release"])


def write(kb: Kb, number: int) -> None:
    """Write an edition whole."""
    revision = kb.store.entries.revision()
    kb.store.entries.apply(edition(number), [], author="test", now=kb.clock.now(), expect=revision)


def call(port: int, method: str, path: str, **body: object) -> Any:
    """Return what the service replies."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        sent = None if method == "GET" else json.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        content = reply.read()
        assert reply.status < HTTPStatus.BAD_REQUEST, content
        return json.loads(content)
    finally:
        connection.close()


def until_served(heard: list[tuple[int, dict[str, Any]]], release: ReleaseId | None) -> None:
    """Wait until a client is answered by a release."""
    until = time.monotonic() + PATIENCE_S
    while not heard or heard[-1][1].get("release") != release:
        assert time.monotonic() < until, f"{release} was not served: {heard[-1:]}"
        time.sleep(0.05)


def ask(port: int, over: Event, heard: list[tuple[int, dict[str, Any]]], first: int) -> None:
    """Ask one question after the other over one connection; whatever goes wrong is kept as status 0."""
    questions = cycle([form for topic in _TOPICS for form in (f"怎么{topic}", f"{topic}怎么弄呀")])
    for _ in range(first):
        next(questions)
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        while not over.is_set():
            body = json.dumps({"question": next(questions), "top_k": 1})
            connection.request("POST", "/v1/answer", body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            heard.append((reply.status, json.loads(reply.read())))
    except OSError as error:
        heard.append((0, {"release": "", "error": str(error)}))
    finally:
        connection.close()


@contextmanager
def serving(home: Path) -> Iterator[int]:
    """Run `kb serve` on `home` until it is not needed any more."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "kb.cli", "serve", "--port", str(port)]
    environment = {**os.environ, "KB_HOME": str(home), "PYTHONPATH": str(ROOT), "KB_LOG_LEVEL": "error"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + PATIENCE_S
        while not ready(port):
            assert time.monotonic() < until, "the service did not start"
            assert process.poll() is None, "the service ended"
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def ready(port: int) -> bool:
    """Whether the service answers from a release."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
