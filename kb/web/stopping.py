"""Learns early that the process is asked to end, so that open streams can end too."""

import asyncio
import signal
import threading
from types import FrameType


class Stopping:
    """A flag that is raised by SIGTERM and SIGINT, before the server begins to wait for open connections.

    A server tells its application only after the last connection is gone, and a stream never goes by itself.
    """

    def __init__(self) -> None:
        self._event = asyncio.Event()

    @property
    def asked(self) -> bool:
        """Whether the process is asked to end."""
        return self._event.is_set()

    def ask(self) -> None:
        """Raise the flag."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Return after `seconds`, or as soon as the flag is raised."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            pass

    def watch(self) -> None:
        """Raise the flag at the signals, then do what was done at them before; only a main thread can watch."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            self._chain(number)

    def _chain(self, number: signal.Signals) -> None:
        before = signal.getsignal(number)
        if not callable(before):
            return  # nobody set a handler, so the default ends the process at once

        def handle(received: int, frame: FrameType | None) -> None:
            self.ask()
            before(received, frame)

        signal.signal(number, handle)
