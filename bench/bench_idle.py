"""What the service costs when nothing is due: CPU of a core with 1,000 sources, memory with 10,000.

The whole service runs (clock, watchdog, delivery, pages) on a database whose sources have all been visited
and are due tomorrow. Goals: under 0.5 % of a core with 1,000 sources, under 150 MB with 10,000. Beside it an
asyncio process that only sleeps, which is the floor. `python -m bench idle`; BENCH_SECONDS changes the time.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
# Starting is not idling: the first round of each chore is over by then.
SETTLE = 5.0
SIZES = (1_000, 10_000)


def write_config(folder: Path, count: int) -> Path:
    """A configuration of that many feeds, on the disk."""
    lines = ["contact: mailto:bench@example.org", "web: {enabled: true, port: 0}", "watch: {parties: [UA]}"]
    lines += [
        "channels: {console: {kind: console}}",
        "routes: [{name: all, channels: [console]}]",
        "sources:",
    ]
    lines += [
        f"  - {{id: office{n}, publisher: Office {n}, tier: press, country: UA, language: uk,"
        f' url: "https://office{n}.example/feed.xml"}}'
        for n in range(count)
    ]
    path = folder / "config.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def current_mb() -> float:
    """Resident memory now; where the platform does not say, the most there was."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 2**20


def spent() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def idle() -> dict[str, float]:
    """Let the loop idle and report what that cost."""
    await asyncio.sleep(SETTLE)
    before, started = spent(), time.monotonic()
    await asyncio.sleep(SECONDS)
    share = (spent() - before) / (time.monotonic() - started)
    return {
        "percent": share * 100,
        "rss_mb": current_mb(),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def prepare(config_file: Path) -> None:
    """A database of sources that have all been visited and are due tomorrow."""
    from dataclasses import replace

    from monitor.config import load_config
    from storage import open_storage

    config = load_config(config_file)
    storage, now = open_storage(config.storage_url), datetime.now(UTC)
    storage.upgrade()
    records = [config.source_record(source) for source in config.sources]
    with storage.writing() as w:
        visited = {"baseline_at": now, "last_visit_at": now, "last_success_at": now, "last_new_at": now}
        w.sync_sources([replace(r, due_at=now + timedelta(days=1), **visited) for r in records], now)  # type: ignore[arg-type]
    storage.close()


async def serve(config_file: Path) -> dict[str, float]:
    """The service on a database that it has been at before."""
    from monitor.config import load_config
    from monitor.service import Service

    started = time.monotonic()
    service = Service(load_config(config_file), environ=os.environ)
    await service.start()
    began = time.monotonic() - started
    report = await idle()
    await service.stop()
    return {**report, "start_s": began}


def measure(what: str) -> dict[str, float]:
    """What a process of its own reports; `what` is the number of sources, 0 for none of our code at all."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.bench_idle", what, folder]
        if what != "0":
            subprocess.run([*command, "prepare"], check=True)
        output = subprocess.run([*command, "run"], check=True, capture_output=True, text=True).stdout
    report: dict[str, float] = json.loads(output.splitlines()[-1])
    return report


def main() -> None:
    """Print one line for each size."""
    bare = measure("0")
    print(f"asyncio that sleeps   {bare['percent']:6.3f} % of a core  {bare['rss_mb']:5.0f} MB")
    for count in SIZES:
        got = measure(str(count))
        print(
            f"{count:6,} sources idle   {got['percent']:6.3f} % of a core  {got['rss_mb']:5.0f} MB"
            f"  (most {got['peak_mb']:.0f} MB; started in {got['start_s']:.1f} s)"
        )


if __name__ == "__main__":
    if len(sys.argv) == 4:
        folder, size = Path(sys.argv[2]), int(sys.argv[1])
        os.chdir(folder)
        if sys.argv[3] == "prepare":
            prepare(write_config(folder, size))
        else:
            print(json.dumps(asyncio.run(serve(folder / "config.yaml") if size else idle())))
    else:
        main()
