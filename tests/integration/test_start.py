"""What the serving process loads, looked at from inside it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.test_cli import FAQ, free_port

ROOT = Path(__file__).parents[2]

#: `kb serve` in its own process; once it has answered, a thread tells what is loaded and stops it.
SERVING = """
import json, os, signal, sys, threading, time, urllib.request

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
found = {}

class Watching:
    def find_spec(self, name, path=None, target=None):
        if name in ("numpy", "faiss"):
            found[name] = [os.environ.get(one) for one in THREADS]

sys.meta_path.insert(0, Watching())

def look():
    port = sys.argv[-1]
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).read()
            break
        except OSError:
            time.sleep(0.05)
    body = json.dumps({"question": "退款多久到账"}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/answer", body, {"content-type": "application/json"})
    reply = json.load(urllib.request.urlopen(request, timeout=30))
    time.sleep(1.2)  # jobs and releases have been looked for by then
    seen = {"decision": reply["decision"], "modules": sorted(sys.modules), "threads": found}
    print(json.dumps(seen), flush=True)
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=look, daemon=True).start()
from kb.cli import main
main()
"""
#: Training, other models, tables, documents, pages: none of it is needed to answer.
NEEDLESS = {"torch", "sentence_transformers", "scipy", "sklearn", "pandas", "openpyxl", "python_calamine", "docx"}
NEEDLESS |= {"pptx", "pypdf", "pdfplumber", "selectolax", "nicegui", "alembic", "kb.learn"}
NEEDLESS |= {"kb.publish.publisher", "kb.publish.editing", "kb.ingest.read", "kb.answer.fit"}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KB_", "OMP_", "OPENBLAS_"))}
    return own | {"KB_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}


def test_serving_loads_nothing_that_answering_does_not_need(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "faq.csv").write_text(FAQ, encoding="utf-8")
    words = [sys.executable, "-m", "kb.cli", "ingest", str(tmp_path / "faq.csv"), "--publish"]
    subprocess.run(words, env=environment, check=True, capture_output=True)
    run = subprocess.run(
        [sys.executable, "-c", SERVING, "serve", "--port", str(free_port())],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.stdout, run.stderr
    seen = json.loads(run.stdout)
    assert seen["decision"] == "answer"
    assert "kb.answer.match" in seen["modules"]
    assert set(seen["modules"]) & NEEDLESS == set()
    assert seen["threads"]["numpy"][0] == "1"  # each library finds its number when it is loaded
    assert seen["threads"]["faiss"] == ["1", "1"]
