"""What an agent asks for, one after the other."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable


class Turns:
    """Each thing in its turn: what comes while another is at work waits for it; the same thing again does nothing.

    Who answers a question has seen it: what had come before the answer is forgotten, what comes after it is new.
    """

    def __init__(self) -> None:
        """Nothing is at work."""
        self._turn = asyncio.Lock()
        self._coming: dict[Hashable, object] = {}

    async def take(self, what: Hashable, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work of `what` when its turn comes."""
        if what in self._coming:
            return
        mine = self._coming[what] = object()
        try:
            async with self._turn:
                if self._coming.get(what) is mine:
                    await work()
        finally:
            if self._coming.get(what) is mine:
                del self._coming[what]

    def anew(self) -> None:
        """Forget what waits; what is at work goes on, and may be asked for again."""
        self._coming.clear()
