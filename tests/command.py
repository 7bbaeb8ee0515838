"""The command line, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def run_kb(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `kb` with these words over `home`; no setting of the machine's own reaches it, `more` are the test's."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    environ |= {"KB_HOME": str(home), "PYTHONPATH": str(ROOT), **more}
    command = [sys.executable, "-m", "kb.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environ, cwd=ROOT, check=False)


def succeed(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `kb`, which must not fail."""
    done = run_kb(home, *words)
    assert done.returncode == 0, done.stderr
    return done
