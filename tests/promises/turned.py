"""`python -m tests.promises.turned WHEN ARG...`: `pactwatch ARG...` as a process whose wall clock shows WHEN
(seconds since 1970) and is turned from outside, one line of standard input a turn:

    wall SECONDS     it is set by so much
    sleep SECONDS    the machine was suspended for so long: the wall has gone on, and so has the time that has
                     passed; the monotonic clock, by which timers run, has not

All that asks for the time sees it: Python's own modules and what they call, APScheduler among them.
"""

import sys
import threading
from datetime import timedelta

import time_machine

from monitor import clock


def main() -> None:
    """Run until the service ends."""
    when, sys.argv = float(sys.argv[1]), ["pactwatch", *sys.argv[2:]]
    asleep, truly = [0.0], clock.elapsed
    clock.elapsed = lambda: truly() + asleep[0]
    with time_machine.travel(when, tick=True) as wall:
        threading.Thread(target=_turn, args=(wall, asleep), daemon=True).start()
        from monitor.cli import main as pactwatch

        pactwatch()


def _turn(wall: time_machine.Traveller, asleep: list[float]) -> None:
    for line in sys.stdin:
        what, seconds = line.split()
        wall.shift(timedelta(seconds=float(seconds)))
        if what == "sleep":
            asleep[0] += float(seconds)


if __name__ == "__main__":
    main()
