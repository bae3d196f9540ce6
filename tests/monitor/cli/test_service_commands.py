"""`poll`, `run`, `explain` and `replay` from outside, against a feed on loopback."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest

from monitor.config import load_config
from tests.monitor.cli.running import ROOT, pactwatch

ITEM = """<item><guid>{n}</guid><title>{title}</title><link>http://127.0.0.1:{port}/{n}</link>
<description>{text}</description></item>"""
OLD = ("Weather", "It rains in the north.")
NEW = (
    "Ukraine and Norway sign a security agreement",
    "Ukraine and Norway signed a bilateral security agreement in Stockholm today.",
)


class Paper(ThreadingHTTPServer):
    """A newspaper with one feed; its pages are plain."""

    items: list[tuple[str, str]]


class _Answer(BaseHTTPRequestHandler):
    server: Paper

    def do_GET(self) -> None:
        port, items = self.server.server_port, self.server.items
        if self.path == "/feed":
            body = "".join(
                ITEM.format(n=n, port=port, title=title, text=text) for n, (title, text) in enumerate(items)
            )
            self._send("application/rss+xml", f'<rss version="2.0"><channel>{body}</channel></rss>')
        elif self.path.strip("/").isdigit():
            title, text = items[int(self.path.strip("/"))]
            self._send(
                "text/html", f"<html><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
            )
        else:
            self.send_error(404)

    def _send(self, kind: str, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def paper() -> Iterator[Paper]:
    server = Paper(("127.0.0.1", 0), _Answer)
    server.items = [OLD]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def folder(paper: Paper, tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(
        f"""
watch: {{group_wait: 0s}}
web: {{port: 0}}
schedule: {{min_delay: 0s}}
channels: {{file: {{kind: file, path: told.jsonl}}}}
routes: [{{name: all, channels: [file]}}]
sources:
  - {{id: paper, publisher: Paper, tier: press, language: en, allow_private: true, interval: 1s,
     url: "http://127.0.0.1:{paper.server_port}/feed"}}
  - {{id: nothing, publisher: Nothing, tier: press, allow_private: true, interval: 1h,
     url: "http://127.0.0.1:{paper.server_port}/nothing"}}
""",
        encoding="utf-8",
    )
    return tmp_path


def told(folder: Path) -> list[str]:
    path = folder / "told.jsonl"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def test_a_round_records_first_and_tells_what_is_new_then(paper: Paper, folder: Path) -> None:
    first = pactwatch("poll", "paper", "--json", folder=folder)
    (visit,) = [json.loads(line) for line in first.lines]
    assert (first.code, visit["outcome"], visit["entries"], visit["baseline"]) == (0, "changed", 1, True)
    paper.items.append(NEW)
    second = pactwatch("poll", "paper", "--json", folder=folder)
    assert json.loads(second.out)["new"] == 1
    assert "NO-UA signed" in second.err
    (message,) = told(folder)
    assert "Norway" in message
    assert pactwatch("poll", "paper", "--json", folder=folder).code == 0
    assert len(told(folder)) == 1


def test_a_round_says_what_failed_and_why(folder: Path) -> None:
    ran = pactwatch("poll", folder=folder)
    assert ran.code == 0
    assert "nothing: not_found" in ran.out
    assert pactwatch("poll", "nothing", folder=folder).code == 1


def test_a_probe_tells_what_an_address_offers(paper: Paper, folder: Path) -> None:
    ran = pactwatch("sources", "probe", "paper", folder=folder)
    assert ran.code == 0
    assert "entries: 1" in ran.out
    assert f"url: http://127.0.0.1:{paper.server_port}/feed" in ran.out
    report = json.loads(pactwatch("sources", "probe", "paper", "--json", folder=folder).out)
    assert (report["is_feed"], report["http_status"]) == (True, 200)
    missing = pactwatch("sources", "probe", "nothing", folder=folder)
    assert (missing.code, "not_found" in missing.out) == (1, True)
    private = pactwatch("sources", "probe", f"http://127.0.0.1:{paper.server_port}/feed", folder=folder)
    assert (private.code, "address_refused" in private.out) == (1, True)


def test_the_entry_of_a_probe_can_be_pasted_as_it_is(paper: Paper, folder: Path, tmp_path: Path) -> None:
    printed = pactwatch("sources", "probe", "paper", folder=folder).out
    entry = printed[printed.index("  - id:") :]
    pasted = tmp_path / "pasted.yaml"
    pasted.write_text(f"sources:\n{entry}", encoding="utf-8")
    (source,) = load_config(pasted, {}).sources
    assert source.url == f"http://127.0.0.1:{paper.server_port}/feed"


def test_a_source_that_is_not_there_or_not_polled(folder: Path) -> None:
    wrong = pactwatch("poll", "papr", folder=folder)
    assert (wrong.code, wrong.err) == (2, 'there is no source "papr"; did you mean "paper"?\n')


def test_the_service_starts_tells_reloads_and_stops_in_order(paper: Paper, folder: Path) -> None:
    config = folder / "config.yaml"
    good = config.read_text(encoding="utf-8") + "exclude: [nothing]\n"  # its first visit comes later
    config.write_text(good, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "monitor.cli", "run"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    ) as service:
        seen: list[str] = []
        assert service.stdout is not None
        reader = threading.Thread(target=seen.extend, args=(iter(service.stdout.readline, ""),))
        reader.start()
        try:
            wait_for(lambda: any("first round done" in line for line in seen))
            (pages,) = [line.split()[-1] for line in seen if "pages and API: " in line]
            with urlopen(f"{pages}api/v1/counts", timeout=10) as answer:
                assert json.load(answer)["sources"] == 1
            paper.items.append(NEW)
            wait_for(lambda: bool(told(folder)))
            config.write_text(good + "zebra: 1\n", encoding="utf-8")
            service.send_signal(signal.SIGHUP)
            wait_for(lambda: any("the old configuration stays in force" in line for line in seen))
            config.write_text(good, encoding="utf-8")
            service.send_signal(signal.SIGHUP)
            wait_for(lambda: sum("PactWatch watches" in line for line in seen) == 2)
            service.send_signal(signal.SIGTERM)
            assert service.wait(30) == 0
        finally:
            service.kill()
            reader.join()
    output = "".join(seen)
    assert "new step: NO-UA signed" in output
    assert "stopped" in seen[-1]
    assert "Traceback" not in output
    assert len(told(folder)) == 1


def wait_for(condition: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_explain_a_file_marks_the_words_and_gives_the_reasons(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("\n".join(NEW), encoding="utf-8")
    ran = pactwatch("explain", "page.txt", folder=tmp_path)
    assert ran.code == 0
    assert "[party: Norway]" in ran.out
    assert "alert: NO-UA signed" in ran.out
    (whole,) = [json.loads(x) for x in pactwatch("explain", "page.txt", "--json", folder=tmp_path).lines]
    assert whole["judgements"][0]["reasons"]


def test_explain_says_why_it_is_silent(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("\n".join(OLD), encoding="utf-8")
    assert "silent" in pactwatch("explain", "page.txt", folder=tmp_path).out


def test_explain_a_stored_article(register: Path) -> None:
    assert "Delegations of" in pactwatch("explain", "1", folder=register).out
    missing = pactwatch("explain", "99", folder=register)
    assert (missing.code, missing.err) == (1, "there is no article 99\n")
    assert pactwatch("explain", "nothing.txt", folder=register).code == 2


def test_replay_tells_each_step_once(tmp_path: Path) -> None:
    rows = [
        {"id": f"a{n}", "title": NEW[0], "text": NEW[1], "published": f"2024-05-31T1{n}:00:00Z", "lang": "en"}
        for n in range(3)
    ]
    text = "".join(f"{json.dumps(row)}\n" for row in rows) + "not json\n"
    (tmp_path / "in.jsonl").write_text(text, encoding="utf-8")
    ran = pactwatch("replay", "in.jsonl", folder=tmp_path)
    (step,) = [json.loads(line) for line in ran.lines]
    assert list(step) == ["alert", "step", "articles", "first", "at", "corroboration"]
    assert (step["first"], step["articles"]) == ("a0", ["a0", "a1", "a2"])
    assert step["step"]["parties"] == ["NO", "UA"]
    assert (ran.code, ran.err.split(":")[0]) == (1, "in.jsonl")
    assert pactwatch("replay", "nowhere.jsonl", folder=tmp_path).code == 2
