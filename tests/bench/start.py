"""From process start to ready, and the memory it takes then: `python -m tests.bench.start`.

`kb serve` is started over the demonstration release again and again, and asked /readyz until it says yes. Elapsed time
means little on a machine that does other things as well, so the time on the processor is told beside it; of several
runs the best counts, which is the one that was disturbed least.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNS = 7
READY_S, MEMORY_MB = 2.0, 250


@dataclass(frozen=True)
class Start:
    """One start of the service, up to the first time that it says it is ready."""

    elapsed_s: float
    processor_s: float
    resident_mb: float


def start(home: Path) -> Start:
    """Start the service once over what is published in `home`, and stop it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "kb.cli", "serve", "--port", str(port)]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment(home), stderr=subprocess.PIPE)
    try:
        while not _is_ready(port):
            assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
            time.sleep(0.01)
        return Start(time.perf_counter() - began, processor_seconds(process.pid), resident_mb(process.pid))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def environment(home: Path) -> dict[str, str]:
    """The environment without the settings of whoever measures; compiled modules are kept, as they are in service."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    own.pop("PYTHONDONTWRITEBYTECODE", None)
    return own | {"KB_HOME": str(home)}


def processor_seconds(pid: int) -> float:
    """Time on the processor so far, in the program and in the kernel on its behalf."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Memory that is held just now, shared libraries and mapped files included, in units of 1024 * 1024 bytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def publish(home: Path) -> None:
    """Publish the demonstration shop into `home`."""
    command = [sys.executable, "-m", "kb.cli", "ingest", "data/faq", "--publish", "--yes", "--accept"]
    subprocess.run(command, cwd=ROOT, env=environment(home), check=True, capture_output=True)


def warm(home: Path) -> float:
    """Seconds that `make serve` spends, when everything is there, before it becomes `kb serve`."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "kb.cli", "doctor", "--quiet"], cwd=ROOT, env=environment(home), check=True)
    return time.perf_counter() - began


def main() -> None:
    """Measure, print, and say what was promised."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(sys.argv[1]) if sys.argv[1:] else Path(folder)
        if not sys.argv[1:]:
            publish(home)
        starts = [start(home) for _ in range(RUNS)]
        before = min(warm(home) for _ in range(3))
    figures = {
        "ready_s": round(min(one.elapsed_s for one in starts), 2),
        "processor_s": round(min(one.processor_s for one in starts), 2),
        "resident_mb": round(min(one.resident_mb for one in starts)),
        "doctor_s": round(before, 2),
    }
    print(f"ready after {figures['ready_s']} s, of which on the processor {figures['processor_s']} s")
    print(f"resident memory then {figures['resident_mb']} MB")
    print(
        f"`make serve` with everything there: {before + figures['ready_s']:.1f} s, of which `kb doctor` {before:.1f} s"
    )
    print(f"promised: ready within {READY_S} s, at most {MEMORY_MB} MB")
    results = Path(__file__).parent / "results"
    (results / "start.json").write_text(json.dumps({**figures, "cpus": os.cpu_count()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
