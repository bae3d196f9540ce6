"""What several tasks want at once is done in one go; each gets its own result, and its own error."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from monitor.together import Together


def test_what_comes_while_one_is_worked_on_shares_the_next_go() -> None:
    goes: list[list[int]] = []
    begun, first_may_end = threading.Event(), threading.Event()

    def work(numbers: Sequence[int]) -> list[int]:
        goes.append(list(numbers))
        begun.set()
        if numbers[0] == 0:
            assert first_may_end.wait(10)
        return [number * 10 for number in numbers]

    async def run() -> list[int]:
        together = Together(work, most=3)
        first = asyncio.create_task(together.ask(0))
        assert await asyncio.to_thread(begun.wait, 10)
        others = [asyncio.create_task(together.ask(number)) for number in range(1, 6)]
        await asyncio.sleep(0)
        first_may_end.set()
        return await asyncio.gather(first, *others)

    assert asyncio.run(run()) == [0, 10, 20, 30, 40, 50]
    assert goes == [[0], [1, 2, 3], [4, 5]]


def test_one_that_fails_takes_no_other_with_it() -> None:
    def work(numbers: Sequence[int]) -> list[int]:
        if 2 in numbers:
            raise ValueError("two")
        return list(numbers)

    async def run() -> list[int | BaseException]:
        together = Together(work)
        return await asyncio.gather(*(together.ask(n) for n in range(4)), return_exceptions=True)

    zero, one, two, three = asyncio.run(run())
    assert (zero, one, three) == (0, 1, 3)
    assert isinstance(two, ValueError)


def test_what_is_nobodys_fault_is_not_tried_for_each_again() -> None:
    goes: list[int] = []

    def work(numbers: Sequence[int]) -> list[int]:
        goes.append(len(numbers))
        raise OSError("the disk is full")

    async def run() -> list[int | BaseException]:
        together: Together[int, int] = Together(work, everyones=(OSError,))
        return await asyncio.gather(*(together.ask(n) for n in range(4)), return_exceptions=True)

    assert {str(error) for error in asyncio.run(run())} == {"the disk is full"}
    assert goes == [4]


def test_whoever_no_longer_waits_stops_nobody() -> None:
    async def run() -> int:
        together: Together[int, int] = Together(list)
        gone = asyncio.create_task(together.ask(1))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return await together.ask(2)

    assert asyncio.run(run()) == 2
