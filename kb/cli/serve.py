"""`kb serve`: the HTTP service, until it is stopped."""

import gc
import os
import socket
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from kb import messages
from kb.cli.declare import opened, option
from kb.cli.pages import pages_beside
from kb.cli.show import err
from kb.settings import Settings


def serve(
    host: Annotated[str, option("host", "--host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help=messages.cli.OPTIONS["port"], min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option("--workers", help=messages.cli.OPTIONS["workers"], min=1, max=64)] = 1,
) -> None:
    """Serve over HTTP until stopped; refuses an address that others can reach while there is neither user nor key."""
    gc.disable()  # until the service is ready: a tenth of the time to start goes into looking for what is not there
    import uvicorn

    from kb import logs
    from kb.errors import AccessDenied, NotReady
    from kb.web.access import is_loopback

    settings = Settings.read()
    with opened() as kb:
        if kb.store.releases.current() is None:
            raise NotReady("nothing has been published yet; run `kb ingest data/faq --publish`")
        has_users = kb.people.any()
        guarded = has_users or kb.store.keys.any()
    if not guarded and not is_loopback(host):
        raise AccessDenied(
            f"{host} can be reached by others, and there is neither a user nor a key; "
            "run `kb users add NAME --role admin` (pages) or `kb keys add NAME --role admin` (programs) first"
        )
    _check_free(host, port)
    shown = f"[{host}]" if ":" in host else host
    err.print(messages.cli.SERVING.format(url=f"http://{shown}:{port}"), markup=False)
    if not guarded:
        err.print(messages.cli.OPEN)
    elif not has_users:
        err.print(messages.cli.NO_USERS)
    logs.configure(settings.log_level)
    with tempfile.TemporaryDirectory(prefix="kb-") as folder, ExitStack() as stack:
        if workers > 1:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
            stack.enter_context(pages_beside(Path(folder)))
        uvicorn.run(
            "kb.console.app:from_environment",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )


def _check_free(host: str, port: int) -> None:
    """Say in one sentence that a port is taken, before uvicorn says it in many."""
    from kb.errors import SettingsError

    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise SettingsError(
            f"port {port} on {host} cannot be used ({error.strerror}); stop what uses it or choose another with --port"
        ) from error
