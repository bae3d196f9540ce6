"""`python -m tests.promises [G1 ...] [--long] [--seed N] [--write]`: promises tried, and how it went.

Ends in `N passed, N failed`. `--write` puts the figures into docs/promises.json and the pages made from it.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from tests.promises import (
    g1_nothing_lost,
    g2_one_visible_alert,
    g3_a_day_away,
    g4_no_silent_source,
    g5_broken_chain,
    g6_bounded_cost,
    g7_clock_set,
    g8_no_way_inside,
    g9_read_right,
    g10_restored,
    g11_soak,
    page,
)
from tests.promises.attempt import Tally
from tests.promises.figures import Run, keep

Prove = Callable[..., str]
ALL: dict[str, Prove] = {
    "G1": g1_nothing_lost.prove,
    "G2": g2_one_visible_alert.prove,
    "G3": g3_a_day_away.prove,
    "G4": g4_no_silent_source.prove,
    "G5": g5_broken_chain.prove,
    "G6": g6_bounded_cost.prove,
    "G7": g7_clock_set.prove,
    "G8": g8_no_way_inside.prove,
    "G9": g9_read_right.prove,
    "G10": g10_restored.prove,
    "G11": g11_soak.prove,
}


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.promises", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="PROMISE", help="G1, G2, ... Default: all.")
    parser.add_argument("--long", action="store_true", help="Try more than `make test` does.")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--write", action="store_true", help="Put the figures into docs/promises.json.")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in ALL]
    if unknown:
        parser.error(f"{unknown[0]} has no command; there are {', '.join(ALL)}")
    seed = given.seed if given.seed is not None else random.randrange(1000)
    runs = []
    for name in given.names or ALL:
        runs.append(_run(name, seed=seed, long=given.long))
        if given.write:
            keep(runs[-1:])
            page.write()
    passed, failed = sum(run.passed for run in runs), sum(run.failed for run in runs)
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


def _run(name: str, *, seed: int, long: bool) -> Run:
    tally, began = Tally(), time.monotonic()
    print(f"{name} (seed {seed}) ...", flush=True)
    tried = ALL[name](tally, seed=seed, long=long)
    seconds = time.monotonic() - began
    for failure in tally.failed:
        print(f"  FAILED {failure}")
    print(
        f"  {tried}\n  {name}: {tally.passed} passed, {len(tally.failed)} failed, {seconds:.0f} s", flush=True
    )
    return Run(
        id=name, form="long" if long else "quick", date=f"{datetime.now(UTC):%Y-%m-%d}", tried=tried,
        passed=tally.passed, failed=len(tally.failed), seed=seed, seconds=round(seconds),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
