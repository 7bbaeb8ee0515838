"""What an agent asks for is done in its turn, and once."""

import asyncio
from collections.abc import Awaitable, Callable

from kb.console.desk.turns import Turns


class Desk:
    """A desk where each step lasts until it is let go."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.done: list[str] = []
        self.go_on = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def ask(self, what: str) -> None:
        async def work() -> None:
            await self.go_on.wait()
            self.done.append(what)

        self._tasks.append(asyncio.ensure_future(self.turns.take(what, work)))

    async def begun(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)

    async def over(self) -> list[str]:
        self.go_on.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return self.done


def at_desk(story: Callable[[Desk], Awaitable[list[str]]]) -> list[str]:
    async def told() -> list[str]:
        return await story(Desk())

    return asyncio.run(told())


def test_what_comes_meanwhile_waits_for_its_turn() -> None:
    async def story(desk: Desk) -> list[str]:
        for what in ("send", "next", "search"):
            desk.ask(what)
        return await desk.over()

    assert at_desk(story) == ["send", "next", "search"]


def test_the_same_again_is_done_once_and_later_anew() -> None:
    async def story(desk: Desk) -> list[str]:
        desk.ask("send")
        desk.ask("send")
        await desk.begun()
        await desk.over()
        desk.ask("send")
        return await desk.over()

    assert at_desk(story) == ["send", "send"]


def test_what_waited_behind_a_question_is_forgotten_and_what_follows_the_answer_is_new() -> None:
    async def story(desk: Desk) -> list[str]:
        desk.ask("send")
        desk.ask("next")
        await desk.begun()
        desk.turns.anew()
        desk.ask("send")
        desk.ask("send")
        await desk.begun()
        return await desk.over()

    assert at_desk(story) == ["send", "send"]


def test_a_step_that_fails_holds_up_nothing() -> None:
    async def story(desk: Desk) -> list[str]:
        async def fail() -> None:
            raise ValueError

        failing = asyncio.ensure_future(desk.turns.take("close", fail))
        desk.ask("next")
        await asyncio.gather(failing, return_exceptions=True)
        return await desk.over()

    assert at_desk(story) == ["next"]
