"""Replay: articles a second through the true pipeline, and memory as the file grows.

    python -m bench replay [ARTICLES]     # 100000 by default; goal: 500 a second on 2 cores, flat memory

The file is synthetic: one article in fifty reports or recalls a step (in English, Ukrainian or Russian),
the others are ordinary news of about 2 kB. The peer on the same file is a plain keyword query (`re`), which
finds and groups nothing.
"""

import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

COUNTRIES = {
    "en": ("Denmark", "Norway", "Kenya", "Japan", "Portugal", "Poland", "Chile", "Estonia", "Canada"),
    "uk": ("Данія", "Норвегія", "Кенія", "Японія", "Португалія", "Польща", "Чилі", "Естонія", "Канада"),
    "ru": ("Дания", "Норвегия", "Кения", "Япония", "Португалия", "Польша", "Чили", "Эстония", "Канада"),
}
NEWS = {
    "en": "Ukraine and {c} signed a bilateral security agreement in Kyiv today.",
    "uk": "Україна та {c} підписали сьогодні двосторонню безпекову угоду.",
    "ru": "Украина и {c} подписали сегодня двустороннее соглашение о безопасности.",
}
WORDS = """the minister of transport opened a bridge over river after years of work and said that trains
would run again before winter while the council voted on schools budget prices harvest weather music library
museum hospital road market bread coal wind power union strike pension court judge election""".split()  # noqa: SIM905 - the words read better so
KEYWORDS = re.compile(r"(security agreement|security guarantees|defen[cs]e pact)(?=.*\bsign)", re.I | re.S)


def write(path: Path, count: int, seed: int = 1) -> None:
    """`count` articles over two years, oldest first."""
    chance, start = random.Random(seed), date(2024, 1, 1)
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            day = start + timedelta(days=number * 730 // count)
            language = chance.choice(list(NEWS))
            body = " ".join(chance.choices(WORDS, k=320)).capitalize() + "."
            title = " ".join(chance.choices(WORDS, k=8)).capitalize()
            if number % 50 == 0:
                title = NEWS[language].format(c=chance.choice(COUNTRIES[language])).split(".")[0]
                body = f"{title}. {body}"
            else:
                language = "en"
            row = {
                "id": f"a{number}", "title": title, "text": body, "lang": language,
                "published": day.isoformat(), "source_kind": "news", "outlet": f"outlet-{number % 40}",
            }  # fmt: skip
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def measure(path: Path) -> tuple[float, int, int]:
    """(wall seconds, peak memory in MB of the largest process, steps told) of `pactwatch replay`."""
    before = time.perf_counter()
    command = [sys.executable, "-m", "monitor.cli", "replay", str(path), "--json"]
    told = subprocess.run(command, check=True, capture_output=True).stdout.count(b'"alert"')
    wall = time.perf_counter() - before
    return wall, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, told


def keywords(path: Path) -> float:
    """Wall seconds of the plain keyword query."""
    before = time.perf_counter()
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            KEYWORDS.search(f"{row['title']}\n{row['text']}")
    return time.perf_counter() - before


def main(count: int) -> None:
    """Print the table."""
    print("| articles | wall s | articles/s | peak MB | steps told | keyword query s |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for size in (count // 10, count):
            path = Path(folder) / f"{size}.jsonl"
            write(path, size)
            wall, peak, told = measure(path)
            print(f"| {size} | {wall:.1f} | {size / wall:.0f} | {peak} | {told} | {keywords(path):.1f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 100_000)
