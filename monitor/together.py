"""Together: what several tasks want done at once is done in one go, such as one transaction."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

A = TypeVar("A")
R = TypeVar("R")

MOST = 100  # in one go: a transaction must not keep other writers waiting


class Together(Generic[A, R]):
    """Hands `work`, in a thread, all that has been asked for since it was last called; one result for each.

    One that comes alone is worked on at once. While a batch is being worked on the next gathers, so that
    under load many share a commit. Where a batch fails, each of it is tried by itself: what one gets wrong
    is nothing to the others. Not so after an error of a kind that is `everyones`, such as a full disk.
    """

    def __init__(
        self,
        work: Callable[[Sequence[A]], Sequence[R]],
        *,
        everyones: tuple[type[BaseException], ...] = (),
        most: int = MOST,
    ) -> None:
        self._work = work
        self._everyones = everyones
        self._most = most
        self._waiting: deque[tuple[A, asyncio.Future[R]]] = deque()
        self._working: asyncio.Task[None] | None = None

    async def ask(self, asked: A) -> R:
        """Return the result for `asked` once the batch it was in is done. Raises what `work` raises."""
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work_off(), name="together")
        return await answer

    async def _work_off(self) -> None:
        while self._waiting:
            count = min(len(self._waiting), self._most)
            await self._do([self._waiting.popleft() for _ in range(count)])

    async def _do(self, batch: Sequence[tuple[A, "asyncio.Future[R]"]]) -> None:
        working = asyncio.to_thread(self._work, [asked for asked, _ in batch])
        (done,) = await asyncio.gather(working, return_exceptions=True)
        if not isinstance(done, BaseException):
            for (_, answer), result in zip(batch, done, strict=True):
                if not answer.done():  # whoever asked may have been cancelled
                    answer.set_result(result)
        elif len(batch) > 1 and not isinstance(done, self._everyones):
            for one in batch:
                await self._do([one])
        else:
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(done)
