"""Runs every benchmark in bench/, each with a peer beside it: `make bench`, or `python -m bench NAME …`."""

import runpy
import sys
from pathlib import Path


def main() -> int:
    """Run the named benchmarks, or all; 2 for a name that does not exist."""
    here = Path(__file__).parent
    known = sorted(p.stem for p in here.glob("bench_*.py"))
    wanted = [f"bench_{name.removeprefix('bench_')}" for name in sys.argv[1:]] or known
    if unknown := [name for name in wanted if name not in known]:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    for name in wanted:
        print(f"== {name.removeprefix('bench_')}")
        runpy.run_module(f"bench.{name}", run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
