"""The one more process that `kb serve --workers` starts: pages keep their state in the process that made them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from kb import messages
from kb.cli.show import err

#: Where the workers learn that the pages are elsewhere.
SETTING = "KB_PAGES_SOCKET"
#: Seconds before a process that ended by itself is started again, and those it is given to end.
AGAIN_S = 1.0
END_S = 10.0


@contextmanager
def pages_beside(folder: Path) -> Iterator[None]:
    """Run the pages in a process of their own as long as the context lasts; one that ends is started again."""
    socket = folder / "pages.sock"
    environment = dict(os.environ)  # without the setting: this process serves the pages itself
    ending = Event()
    command = [sys.executable, "-m", "kb.console.process", str(socket)]

    def start() -> "subprocess.Popen[bytes]":
        socket.unlink(missing_ok=True)
        return subprocess.Popen(  # noqa: S603 - our own module
            command,
            env=environment,
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl+C is for this process, which ends that one after its workers
        )

    process = start()

    def watch() -> None:
        nonlocal process
        while not ending.is_set():
            process.wait()
            if ending.wait(AGAIN_S):
                return
            err.print(messages.cli.PAGES_AGAIN)
            process = start()

    watcher = Thread(target=watch, name="kb-pages", daemon=True)
    watcher.start()
    os.environ[SETTING] = str(socket)
    try:
        yield
    finally:
        ending.set()
        os.environ.pop(SETTING, None)
        _end(process)
        watcher.join(END_S)
        _end(process)  # another one, if it was started at that very moment


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process by closing the pipe that it watches; by force if it takes too long."""
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
