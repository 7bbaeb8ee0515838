"""What arrives in the same moment is worked on together."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest

from kb.web.together import Together


class Doubling:
    """Doubles numbers, refuses 13, and remembers what it was asked together."""

    def __init__(self) -> None:
        self.seen: list[list[int]] = []

    def __call__(self, numbers: Sequence[int]) -> list[int | Exception]:
        self.seen.append(list(numbers))
        return [ValueError("13") if one == 13 else 2 * one for one in numbers]


def gather(*some: Coroutine[Any, Any, int]) -> list[int | BaseException]:
    async def all_of_them() -> list[int | BaseException]:
        return await asyncio.gather(*some, return_exceptions=True)

    return asyncio.run(all_of_them())


def test_what_is_in_flight_is_worked_on_in_one_go_and_each_gets_its_own() -> None:
    work = Doubling()
    together = Together(work)
    assert gather(*(together(one) for one in (3, 1, 2))) == [6, 2, 4]
    assert work.seen == [[3, 1, 2]]


def test_more_than_fit_are_taken_in_turns() -> None:
    work = Doubling()
    together = Together(work, most=2)
    assert gather(*(together(one) for one in range(5))) == [0, 2, 4, 6, 8]
    assert work.seen == [[0, 1], [2, 3], [4]]


def test_one_that_is_refused_does_not_hurt_the_others() -> None:
    first, refused, last = gather(*map(Together(Doubling()), (1, 13, 2)))
    assert (first, last) == (2, 4)
    assert isinstance(refused, ValueError)


def test_when_the_work_itself_fails_everybody_hears_of_it_and_the_next_are_served() -> None:
    failing = True

    def work(numbers: Sequence[int]) -> Sequence[int]:
        if failing:
            raise RuntimeError("no")
        return numbers

    together = Together(work)
    assert [type(one) for one in gather(together(1), together(2))] == [RuntimeError, RuntimeError]
    failing = False
    assert gather(together(1)) == [1]


def test_whoever_is_gone_is_not_worked_for_and_the_others_are_served() -> None:
    work = Doubling()
    together = Together(work)

    async def one_leaves() -> list[int]:
        tasks = [asyncio.ensure_future(together(one)) for one in (1, 2, 3)]
        await asyncio.sleep(0)  # they have asked
        tasks[1].cancel()
        with pytest.raises(asyncio.CancelledError):
            await tasks[1]
        return [await tasks[0], await tasks[2]]

    assert asyncio.run(one_leaves()) == [2, 6]


def test_one_alone_waits_for_no_clock() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def alone() -> int:
        counting = asyncio.ensure_future(count())
        await asyncio.sleep(0)
        given = await Together(Doubling())(4)
        counting.cancel()
        return given

    assert asyncio.run(alone()) == 8
    assert turns <= 5
