"""`python -m tests.promises.turned WHEN ARG...`: `pactwatch ARG...` as a process whose wall clock shows WHEN
(seconds since 1970) and is turned from outside, one line of standard input a turn:

    wall SECONDS     it is set by so much
    break LINK       a link of the chain does not work (tests.promises.links)
    mend LINK        it works again
    sleep SECONDS    the machine was suspended for so long: the wall has gone on, and so has the time that has
                     passed; the monotonic clock, by which timers run, has not

All that asks for the time sees it: Python's own modules and what they call, APScheduler among them.
"""

import sys
import threading
from datetime import timedelta

import time_machine

from monitor import clock
from tests.promises import links


def main() -> None:
    """Run until the service ends."""
    when, sys.argv = float(sys.argv[1]), ["pactwatch", *sys.argv[2:]]
    asleep, truly = [0.0], clock.elapsed
    clock.elapsed = lambda: truly() + asleep[0]
    with time_machine.travel(when, tick=True) as wall:
        links.make_breakable()
        threading.Thread(target=_turn, args=(wall, asleep), daemon=True).start()
        from monitor.cli import main as pactwatch

        pactwatch()


def _turn(wall: time_machine.Traveller, asleep: list[float]) -> None:
    for line in sys.stdin:
        what, argument = line.split()
        if what in ("break", "mend"):
            (links.BROKEN.add if what == "break" else links.BROKEN.discard)(argument)
            continue
        wall.shift(timedelta(seconds=float(argument)))
        if what == "sleep":
            asleep[0] += float(argument)


if __name__ == "__main__":
    main()
