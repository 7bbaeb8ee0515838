"""How a service answers while its editors publish: `python -m tests.bench.under_load KB_HOME`.

`kb serve` runs over what is published in KB_HOME, in a process of its own. Connections ask it at a steady pace, twenty
questions a second each of another entry or of the one that is edited; how long an answer took is counted from when it
was due, so that no question is left out because an answer before it was late. Meanwhile that entry is edited and
published, over HTTP and by `kb publish`, and taken back. `python -m tests.bench.publish 100000` ends with this.
"""

import json
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np

from kb.settings import Settings
from kb.types import Entry, Link
from kb.wiring import build
from tests.bench.start import ROOT, environment, processor_seconds

CONNECTIONS = 8
PERIOD_S = 0.4  # between two questions of one connection
CALM_S = 15.0  # before the first edit, and after each step
PATIENCE_S = 180.0
_OTHERS = 5_000  # phrasings that are asked besides those of the edited entry
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one question."""

    due: float
    at: float  # when its answer was there
    status: int  # 0 when there was none
    reply: dict[str, Any]


@dataclass
class Load:
    """Questions that are asked all the time, and the answers to them in the order in which they came."""

    port: int
    entry: Entry
    others: Sequence[str]
    heard: list[Heard] = field(default_factory=list)
    _over: Event = field(default_factory=Event)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask until the end of the block."""
        threads = [Thread(target=self._ask, args=(at,)) for at in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _ask(self, number: int) -> None:
        chance = random.Random(number)
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        due = time.monotonic() + number * PERIOD_S / CONNECTIONS
        while not self._over.is_set():
            time.sleep(max(0.0, due - time.monotonic()))
            question = chance.choice(self.entry.phrasings if chance.random() < 0.5 else self.others)
            try:
                connection.request("POST", "/v1/answer", json.dumps({"question": question}), _JSON)
                response = connection.getresponse()
                status, reply = response.status, json.loads(response.read())
            except (OSError, ValueError) as error:
                status, reply = 0, {"error": repr(error)}
                connection.close()
            self.heard.append(Heard(due, time.monotonic(), status, reply))
            due += PERIOD_S
        connection.close()


@dataclass(frozen=True, slots=True)
class Step:
    """What an editor did, and how long the answers took meanwhile."""

    name: str
    begin: float
    end: float
    live_s: float | None  # until an answer came of the release it made live
    processor_s: float  # of the service, meanwhile


def main() -> None:
    """Measure and print."""
    for line in lines(measured(Path(sys.argv[1]))):
        print(line)


def measured(home: Path) -> dict[str, Any]:
    """Start a service, put it under load, edit and publish; return figures as plain JSON values."""
    entry, others = _questions(home)
    process, port = _serve(home)
    try:
        while not _ready(port):
            assert process.poll() is None, "the service ended"
            time.sleep(0.2)
        with _watched(process.pid) as memory:
            load = Load(port, entry, others)
            with load.asking():
                steps, editions = _steps(load, home, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
    return _figures(load, steps, editions, memory)


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """Say them."""
    yield f"under load, {figures['questions']:,} questions at {figures['pace']:.0f} a second:"
    for one in figures["steps"]:
        live = f"live after {one['live_s']:6.2f} s" if one["live_s"] is not None else " " * 19
        took = f"answers {one['p50_ms']:5.0f} ms, p99 {one['p99_ms']:6.0f}, longest {one['longest_ms']:6.0f}"
        yield f"  {one['name']:42} {live}   processor {one['processor_s']:6.2f} s   {took}"
    yield f"  failed requests {figures['failed']}, answers that mix releases {figures['mixed']}"
    yield (
        f"  resident memory of the service at most {figures['resident_mb']:,.0f} MB,"
        f" {figures['own_mb']:,.0f} MB without files that it maps"
    )


def _steps(load: Load, home: Path, pid: int) -> tuple[list[Step], dict[str, int]]:
    """What editors do, one after the other, and the edition of the entry that each release has."""
    steps: list[Step] = []
    first = _current(load.port)
    editions = {first: 0}
    first_of_all = int(time.time())  # what was measured here before has other numbers
    processor = processor_seconds(pid)

    def step(name: str, act: Callable[[], str | None]) -> None:
        nonlocal processor
        begin, processor = time.monotonic(), processor_seconds(pid)
        seen = len(load.heard)
        release = act()
        live = None
        if release is not None:
            while live is None:
                live = next((one.at for one in load.heard[seen:] if one.reply.get("release") == release), None)
                assert time.monotonic() < begin + PATIENCE_S, f"{release} is not served"
                time.sleep(0.02)
        live_s = None if live is None else live - begin
        steps.append(Step(name, begin, time.monotonic(), live_s, processor_seconds(pid) - processor))
        print(f"{name}: {live_s or 0:.2f} s", file=sys.stderr, flush=True)
        time.sleep(CALM_S / 3)

    def edit(number: int, *, phrasing: bool, publish: Callable[[], str]) -> Callable[[], str]:
        def act() -> str:
            _put(load.port, _edition(load.entry, first_of_all + number, phrasing=phrasing))
            release = publish()
            editions[release] = first_of_all + number
            return release

        return act

    def over_http() -> str:
        return _published(load.port)

    def by_command() -> str:
        _command(home, "publish", "--accept")
        return _current(load.port)

    def back_over_http() -> str:
        return str(_call(load.port, "POST", "/v1/releases/rollback", {})["release"])

    def back_by_command() -> str:
        _command(home, "rollback")
        return _current(load.port)

    step("no edit", lambda: time.sleep(CALM_S))
    step("an answer edited, over HTTP", edit(1, phrasing=False, publish=over_http))
    step("a phrasing edited, over HTTP", edit(2, phrasing=True, publish=over_http))
    step("another phrasing edited, over HTTP", edit(3, phrasing=True, publish=over_http))
    step("taken back, over HTTP", back_over_http)
    step("a phrasing edited, kb publish", edit(4, phrasing=True, publish=by_command))
    step("an answer edited, kb publish", edit(5, phrasing=False, publish=by_command))
    step("taken back, kb rollback", back_by_command)
    return steps, editions


def _figures(load: Load, steps: Sequence[Step], editions: dict[str, int], memory: dict[str, float]) -> dict[str, Any]:
    heard = load.heard
    told = []
    for one in steps:
        took = [1_000 * (each.at - each.due) for each in heard if one.begin <= each.due < one.end]
        p50, p99 = np.percentile(took, [50, 99]).tolist()
        told.append(
            {
                "name": one.name,
                "live_s": one.live_s,
                "processor_s": one.processor_s,
                "answers": len(took),
                "p50_ms": p50,
                "p99_ms": p99,
                "longest_ms": max(took),
            }
        )
    return {
        "questions": len(heard),
        "pace": CONNECTIONS / PERIOD_S,
        "steps": told,
        "failed": sum(one.status != 200 for one in heard),
        "mixed": sum(one.status == 200 and _mixes(one.reply, load.entry, editions) for one in heard),
        **memory,
    }


def _mixes(reply: dict[str, Any], entry: Entry, editions: dict[str, int]) -> bool:
    """Whether a reply says what its release does not."""
    edition = editions[reply["release"]]
    told = {int(found) for found in re.findall(r"第(\d+)版", json.dumps(reply, ensure_ascii=False))}
    told &= set(editions.values())
    answered = reply["answer"] and reply["answer"]["entry_id"] == entry.id
    return bool(told - {edition}) or bool(answered and edition and not told)


def _edition(entry: Entry, number: int, *, phrasing: bool) -> Entry:
    """The entry with a number in all that a customer reads, and in a phrasing."""
    variants = (*entry.variants[:3], f"第{number}版的这件事要怎么弄") if phrasing else entry.variants
    link = Link(f"说明（第{number}版）", "https://shop.example/help")
    answer = f"您好，请看我们的说明（第{number}版）。"
    return replace(entry, answer=answer, variants=variants, links=(link,), follow_ups=(f"要多久（第{number}版）",))


def _questions(home: Path) -> tuple[Entry, list[str]]:
    """The entry that is edited, and what is asked about others."""
    kb = build(Settings(home=home))
    try:
        entries = [one.entry for one in kb.store.entries.all()]
    finally:
        kb.close()
    chance = random.Random(0)
    others = [f"请问{chance.choice(entry.phrasings)}" for entry in chance.choices(entries, k=_OTHERS)]
    return entries[len(entries) // 3], others


def _put(port: int, entry: Entry) -> None:
    fields = entry.as_dict()
    _call(port, "PUT", f"/v1/entries/{fields.pop('id')}", fields)


def _published(port: int) -> str:
    """Publish over HTTP, and return the release when it is there."""
    job = _call(port, "POST", "/v1/releases", {"accept": True})
    until = time.monotonic() + PATIENCE_S
    while job["state"] != "done":
        assert job["state"] != "failed", job
        assert time.monotonic() < until, job
        time.sleep(0.05)
        job = _call(port, "GET", f"/v1/jobs/{job['id']}")
    return str(job["result"]["release"])


def _current(port: int) -> str:
    """The release that is live."""
    return str(next(one["id"] for one in _call(port, "GET", "/v1/releases")["releases"] if one["current"]))


def _call(port: int, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), _JSON)
        response = connection.getresponse()
        content = response.read()
        assert response.status < 300, (path, response.status, content)
        return json.loads(content)
    finally:
        connection.close()


def _command(home: Path, *arguments: str) -> None:
    """Run `kb`."""
    command = [sys.executable, "-m", "kb.cli", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment(home), check=True, capture_output=True)


def _serve(home: Path) -> tuple["subprocess.Popen[bytes]", int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "kb.cli", "serve", "--port", str(port)]
    told = environment(home) | {"KB_LOG_LEVEL": "error"}
    return subprocess.Popen(command, cwd=ROOT, env=told, stderr=subprocess.DEVNULL), port


def _ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def _watched(pid: int) -> Iterator[dict[str, float]]:
    """Look at how much memory a process holds until the end of the block; then say the most."""
    over, most = Event(), {"resident_mb": 0.0, "own_mb": 0.0}

    def watch() -> None:
        status = Path(f"/proc/{pid}/status")
        while not over.wait(0.1):
            now = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
            for name, of in (("resident_mb", "VmHWM"), ("own_mb", "RssAnon")):
                most[name] = max(most[name], int(now[of].split()[0]) / 1024)

    watching = Thread(target=watch)
    watching.start()
    try:
        yield most
    finally:
        over.set()
        watching.join()


if __name__ == "__main__":
    main()
