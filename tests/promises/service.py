"""The whole service as a process, killed by strace at system calls of it while it reads a new step and tells
people; then started again."""

import asyncio
import random
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from storage.records import DeliveryState
from tests.monitor.test_killed import STEPS, House, all_sent, told_once, until
from tests.promises.attempt import Tally

# Calls between the poll that finds a step and its last settling, and how many of them one thread makes.
CALLS = {"pwrite64": 40, "fdatasync": 8, "sendto": 8, "unlink": 3, "openat": 12, "write": 12, "fcntl": 40}


def kill_at_calls(tally: Tally, chance: random.Random, houses: int) -> str:
    """A line on what was tried: in each house a service is killed once for each of a few steps."""
    killed = 0
    for _ in range(houses):
        with tempfile.TemporaryDirectory() as folder:
            killed += asyncio.run(_house(tally, chance, Path(folder)))
    return f"the whole service killed at {killed} of its system calls while {houses * len(STEPS)} steps came"


async def _house(tally: Tally, chance: random.Random, folder: Path) -> int:
    killed = 0
    async with AsyncExitStack() as stack:
        house = House(folder, stack)
        await house.open()
        await house.baseline()
        for number, (country, _) in enumerate(STEPS):
            call = chance.choice(list(CALLS))
            at = chance.randint(1, CALLS[call])
            with tally.attempt(f"the service, step {number + 1}: KILL at {call} {at}"):
                killed += await _step(house, country, f"inject={call}:signal=KILL:when={at}")
                await all_sent(house, 2 * (number + 1))
                told_once(house, number + 1)
    return killed


async def _step(house: House, country: str, inject: str) -> bool:
    """Whether the service was killed before it had told everybody of this step. It runs again afterwards."""
    assert house.process is not None
    tracer = await asyncio.create_subprocess_exec(
        "strace", "-f", "-o", "/dev/null", "-e", inject, "-p", str(house.process.pid),
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert tracer.stderr
    await tracer.stderr.readline()  # "attached"
    before = len(house.hooks.received)
    house.feed.publish(country)
    process = house.process

    async def over() -> bool:
        if process.returncode is not None:
            return True
        states = await asyncio.to_thread(house.states)
        return len(house.hooks.received) > before and set(states) == {DeliveryState.SENT}

    await until(over, "killed, or all told", seconds=60)
    if tracer.returncode is None:
        tracer.terminate()
    await tracer.communicate()
    killed = process.returncode is not None
    if killed:
        await house.start()
    return killed
