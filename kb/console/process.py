"""The process that has the pages where several processes serve: `python -m kb.console.process SOCKET`."""

import os
import signal
import sys
from threading import Thread


def main(socket: str) -> None:
    """Serve at the UNIX socket until asked to end, or until the process that started this one is gone."""
    import uvicorn

    Thread(target=_end_with_parent, name="kb-parent", daemon=True).start()
    uvicorn.run(
        "kb.console.app:from_environment",
        factory=True,
        uds=socket,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips="*",  # only this user's processes can open the socket
        timeout_graceful_shutdown=5,
    )


def _end_with_parent() -> None:
    """Wait for the pipe to the parent to close: that happens however the parent ends."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1])
