"""An alert is followed from its visit to its message, by one command and by one search of the log."""

import asyncio
import json
from pathlib import Path

from tests.monitor.cli.running import pactwatch
from tests.promises.offices import opened
from tests.promises.running import running, until

STEP = "NO-PE/security_agreement/signed/"


def play(folder: Path) -> str:
    """The log of a service that has told of one step, and its numbers."""

    async def run() -> str:
        async with opened() as offices:
            tree = {
                "web": {"port": 0},
                "watch": {"parties": "all", "group_wait": "0s"},
                "sources": [offices.source("harbour", interval="1s")],
                "channels": {"desk": {"kind": "webhook", "url_env": "DESK", "secret_env": "KEY"}},
                "routes": [{"name": "all", "channels": ["desk"]}],
            }
            environ = {"DESK": f"{offices.url}/hook/desk", "KEY": "loopback"}
            async with running(folder, tree, environ=environ, logged=("--log-format", "json")) as service:
                await until(lambda: bool(offices.asked["harbour"]), "a first visit", 40)
                await until(lambda: "visit harbour" in service.log(), "which is kept", 10)
                offices.publish("harbour", "Norway", "Peru", at=service.now())
                await until(lambda: bool(offices.told["desk"]), "an alert", 30)
                await until(lambda: ": sent" in service.log(), "which is settled", 10)
                _, numbers = await service.asked("/metrics")
                return f"{service.log()}\n{numbers}"

    return asyncio.run(run())


def test_an_alert_is_followed_by_one_command_and_one_search(tmp_path: Path) -> None:
    said = play(tmp_path)
    ran = pactwatch("alerts", "list", "--json", folder=tmp_path)
    step = json.loads(ran.lines[0])["step_id"]
    assert step.startswith(STEP)
    way = [json.loads(line) for line in pactwatch("alerts", "trace", step, "--json", folder=tmp_path).lines]
    assert {one["what"] for one in way} == {"visit", "entry", "article", "step", "alert", "delivery"}
    assert [one["at"] for one in way] == sorted(one["at"] for one in way)
    assert "harbour: changed, 1 new" in next(one["about"] for one in way if one["what"] == "visit")
    assert "desk: sent, 1 try" in next(one["about"] for one in way if one["what"] == "delivery")

    found = [json.loads(line) for line in said.splitlines() if line.startswith("{") and step in line]
    article, delivery = (next(one for one in found if key in one) for key in ("told", "channel"))
    assert (article["source"], article["told"]) == ("harbour", [step])
    assert article["first_seen"]
    assert (delivery["step"], delivery["channel"]) == (step, "desk")
    assert delivery["key"] == next(one["id"] for one in way if one["what"] == "delivery")

    assert 'pactwatch_texts_judged_total{language="en"} 1.0' in said
    assert 'pactwatch_findings_total{language="en"} 1.0' in said
    assert 'pactwatch_new_entries_total{outcome="read"} 1.0' in said


def test_a_step_that_is_not_there_is_told_plainly(register: Path) -> None:
    ran = pactwatch("alerts", "trace", "DK-UA/nothing", folder=register)
    assert ran.err.strip() == '"DK-UA/nothing" is no step that is stored'
