"""`python -m tests.fuzzing TARGET [SECONDS]`: atheris on one target (extra `fuzz`), led by coverage.

It begins with what is kept in tests/data/fuzz and with the golden documents. What breaks a target is left in
tests/data/fuzz/TARGET, where test_kept.py finds it.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.fuzzing.kept import DATA, FOLDER, NAMES

LONGEST = 20_000  # bytes of one input
SLOW = 20  # seconds for one input are a failure, too


def main() -> None:
    """Does not return: atheris ends the process."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("target", choices=NAMES)
    parser.add_argument("seconds", nargs="?", type=int, default=60)
    given = parser.parse_args()
    import atheris

    with atheris.instrument_imports(include=["spiders", "feedparser"]):
        from tests.fuzzing.targets import TARGETS
    kept = FOLDER / given.target
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as grown:
        for number, body in enumerate(_seeds(given.target)):
            (Path(grown) / f"seed-{number}").write_bytes(body)
        options = [
            f"-max_total_time={given.seconds}", f"-max_len={LONGEST}", f"-timeout={SLOW}",
            "-rss_limit_mb=3000",
            f"-artifact_prefix={kept}/", "-print_final_stats=1",
        ]  # fmt: skip
        atheris.Setup([sys.argv[0], *options, grown, str(kept)], TARGETS[given.target])
        atheris.Fuzz()


def _seeds(target: str) -> Iterator[bytes]:
    for folder in {"feed": ("feeds", "listings"), "page": ("pages", "walls", "listings")}.get(target, ()):
        for path in sorted((DATA / folder).glob("*.*")):
            yield b"\0" + path.read_bytes()[:LONGEST]
    for name in {"address": ("urls.tsv",), "date": ("dates.tsv",)}.get(target, ()):
        for line in (DATA / name).read_bytes().splitlines():
            yield line.partition(b"\t")[0]


if __name__ == "__main__":
    main()
