"""What arrives in the same moment is worked on together."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Given = TypeVar("Given")

#: Requests taken at once; the others wait for the next turn, while the replies to these go out.
MOST = 16


class Together(Generic[Asked, Given]):
    """Collects what requests ask within one turn of the event loop, and does it in one go.

    Nobody waits for a clock: a request that is alone is worked on as soon as the loop has looked at what else there is.
    """

    def __init__(self, work: Callable[[Sequence[Asked]], Sequence[Given | Exception]], most: int = MOST) -> None:
        """Let `work` give something for each of what is asked, or an exception that is raised for this one alone."""
        self._work = work
        self._most = most
        self._waiting: list[tuple[Asked, asyncio.Future[Given]]] = []

    async def __call__(self, asked: Asked) -> Given:
        """Return what `work` gives for `asked`, or raise what it has instead."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Given] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._turn, loop)
        self._waiting.append((asked, future))
        return await future

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        taken, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        if self._waiting:
            loop.call_soon(self._turn, loop)
        taken = [(asked, future) for asked, future in taken if not future.done()]  # whoever has gone asks no longer
        if not taken:
            return
        try:
            given = self._work([asked for asked, _ in taken])
        except Exception as error:  # noqa: BLE001 - it is raised where it belongs, in every request
            given = [error] * len(taken)
        for (_, future), one in zip(taken, given, strict=True):
            if isinstance(one, Exception):
                future.set_exception(one)
            else:
                future.set_result(one)
