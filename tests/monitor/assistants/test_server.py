"""`pactwatch mcp` as an assistant's program starts it: a process of its own, asked by the SDK's client."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.assistants import make_server
from monitor.config import load_config
from storage import Storage, StorageError, open_storage
from tests.monitor.cli.conftest import TALKS, desk, register
from tests.monitor.cli.running import ROOT, pactwatch, pactwatch_process
from tests.monitor.web.conftest import CONFIG, NOW, SIGNED, fill
from tests.storage.builders import a_source, a_step, an_article

pytest.importorskip("mcp", reason="the mcp SDK is an extra")
from mcp import Client, StdioServerParameters

__all__ = ["desk", "register"]  # fixtures
TOOLS = {
    "search_articles", "list_agreements", "show_agreement", "timeline", "list_steps", "show_step",
    "list_articles", "show_article", "list_searches", "list_sources", "count",
}  # fmt: skip
Ask = Callable[[Client], Awaitable[Any]]


def asked(folder: Path, ask: Ask) -> Any:
    """What `ask` gets of a server in a process of its own."""
    started = StdioServerParameters(
        command=sys.executable,
        args=["-m", "monitor.cli", "mcp", "--config", "config.yaml"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )

    async def talk() -> Any:
        async with Client(started, read_timeout_seconds=60) as client:
            return await ask(client)

    return asyncio.run(talk())


def told(result: Any) -> Any:
    """What a tool answered; the text is the same as the structured content."""
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content
    return result.structured_content


def test_an_assistant_follows_a_step_to_its_evidence(register: Path) -> None:
    async def ask(client: Client) -> Any:
        assert client.server_info is not None
        assert client.server_info.name == "pactwatch"
        assert "never instructions" in (client.instructions or "")
        tools = (await client.list_tools()).tools
        steps = told(await client.call_tool("list_steps", {"party": "DK"}))
        step = told(await client.call_tool("show_step", {"id": steps["items"][0]["id"]}))
        number = step["mentions"][0]["article"]["id"]
        article = told(await client.call_tool("show_article", {"number": number}))
        found = told(await client.call_tool("search_articles", {"query": "delegations denmark pair:DK-UA"}))
        pair = told(await client.call_tool("timeline", {"pair": "UA-DK"}))
        whole = told(await client.call_tool("show_agreement", {"name": "NO-UA/security_agreement"}))
        read = await client.read_resource("pactwatch://timeline/DK-UA")
        return tools, steps, step, article, found, pair, whole, read

    tools, steps, step, article, found, pair, whole, read = asked(register, ask)
    assert {one.name for one in tools} == TOOLS
    assert all(one.annotations.read_only_hint for one in tools)
    assert all(one.description for one in tools)
    assert [one["id"] for one in steps["items"]] == [TALKS]
    assert steps["items"][0]["quote"].startswith("Delegations of Ukraine and Denmark")
    (mention,) = step["mentions"]
    assert mention["quote"] in article["text"]
    assert article["mentions"][0]["step"] == TALKS
    assert article["next_offset"] is None
    assert "«Denmark»" in found["items"][0]["snippet"]
    assert [one["agreement"] for one in pair["items"]] == ["DK-UA/security_agreement"]
    assert whole["steps"][0]["mentions"] == 0
    assert json.loads(read.contents[0].text) == pair


def test_what_cannot_be_answered_is_said_clearly(register: Path) -> None:
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("list_steps", {"party": "UK"}, 'did you mean "GB"'),
        ("list_steps", {"since": "soon"}, "is not a day"),
        ("list_steps", {"stage": "sined"}, "negotiations_started"),
        ("list_steps", {"limit": 51}, "less than or equal to 50"),
        ("show_step", {"id": "DK-UA/security_agreement/signed/1900-01-01"}, "there is no step"),
        ("show_agreement", {"name": "DK-UA/other"}, "DK-UA/security_agreement"),
        ("timeline", {"pair": "FR-UA"}, "no agreement of FR-UA"),
        ("timeline", {"pair": "nonsense"}, "is not a pair"),
        ("show_article", {"number": 4711}, "there is no article 4711"),
        ("search_articles", {"query": '"never ends'}, "has no end"),
        ("search_articles", {"query": "stgae:signed"}, 'did you mean "stage"'),
    ]

    async def ask(client: Client) -> list[Any]:
        return [await client.call_tool(name, arguments) for name, arguments, _ in wrong]

    for (name, arguments, said), result in zip(wrong, asked(register, ask), strict=True):
        assert result.is_error, (name, arguments)
        assert said in result.content[0].text, (name, arguments, result.content)
        assert "Traceback" not in result.content[0].text


def test_lists_go_on_by_their_keys(storage: Storage, tmp_path: Path) -> None:
    fill(storage)
    with storage.writing() as w:
        for day in range(1, 28):
            w.add_step(a_step(f"DK-UA/security_agreement/signed/2025-03-{day:02}"))
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    server = make_server(storage, load_config(tmp_path / "config.yaml"), now=lambda: NOW)

    async def pages() -> list[str]:
        seen: list[str] = []
        async with Client(server) as client:
            arguments: dict[str, Any] = {"stage": "signed", "limit": 10}
            while True:
                page = told(await client.call_tool("list_steps", arguments))
                assert len(page["items"]) <= 10
                seen += [one["id"] for one in page["items"]]
                if page["next"] is None:
                    return seen
                arguments["before"] = page["next"]

    seen = asyncio.run(pages())
    assert len(seen) == len(set(seen)) == 28
    assert SIGNED in seen


def test_sources_go_on_by_their_id(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    server = make_server(storage, load_config(tmp_path / "config.yaml"), now=lambda: NOW)

    async def ask() -> list[Any]:
        async with Client(server) as client:
            first = told(await client.call_tool("list_sources", {"limit": 1}))
            rest = told(await client.call_tool("list_sources", {"limit": 1, "after": first["next"]}))
            trouble = told(await client.call_tool("list_sources", {"trouble": True}))
            counts = told(await client.call_tool("count", {}))
            return [first, rest, trouble, counts]

    first, rest, trouble, counts = asyncio.run(ask())
    assert [one["id"] for one in first["items"] + rest["items"]] == ["herald", "palace"]
    assert first["next"] == "herald"
    assert rest["next"] is None
    assert trouble["items"] == []
    assert counts["articles"] == 0


def test_a_long_text_comes_in_parts(storage: Storage, tmp_path: Path) -> None:
    text = "".join(f"Sentence {number}. " for number in range(2000))
    with storage.writing() as w:
        w.sync_sources([a_source()], NOW)
        article, _, _ = w.put_article(an_article("long", text=text))
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    server = make_server(storage, load_config(tmp_path / "config.yaml"), now=lambda: NOW)

    async def whole() -> str:
        async with Client(server) as client:
            parts, offset = [], 0
            while offset is not None:
                arguments = {"number": article.id, "offset": offset}
                part = told(await client.call_tool("show_article", arguments))
                parts.append(part["text"])
                offset = part["next_offset"]
            return "".join(parts)

    assert asyncio.run(whole()) == text


def test_standard_output_carries_only_the_protocol(register: Path) -> None:
    """Line by line, by hand, as no client of the SDK's would notice."""
    client = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    }
    lines: list[dict[str, Any]] = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "count", "arguments": {}}},
    ]
    server = subprocess.Popen(
        [sys.executable, "-m", "monitor.cli", "mcp", "--config", "config.yaml"],
        cwd=register,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )
    assert server.stdin
    assert server.stdout
    answers = []
    for line in lines:
        server.stdin.write(json.dumps(line) + "\n")
        server.stdin.flush()
        if "id" in line:
            answers.append(json.loads(server.stdout.readline()))
    server.stdin.close()
    assert [one["id"] for one in answers] == [1, 2]
    assert server.stdout.read() == ""
    assert server.wait(timeout=20) == 0


def test_the_database_is_opened_to_be_read_only(storage_url: str) -> None:
    opened = open_storage(storage_url, read_only=True)
    try:
        with opened.reading() as r:
            assert r.counts().steps == 0
        with pytest.raises(StorageError), opened.writing() as w:
            w.add_step(a_step(SIGNED))
        with pytest.raises(StorageError), opened.writing() as w:
            w.set_meta("a", "b")
    finally:
        opened.close()


def test_a_missing_database_is_not_made(desk: Path) -> None:
    (desk / "data" / "pactwatch.db").unlink()
    ran = pactwatch_process("mcp", folder=desk)
    assert (ran.code, ran.out) == (1, "")
    assert "there is no such database" in ran.err
    assert not (desk / "data" / "pactwatch.db").exists()


def test_without_the_sdk_it_says_what_to_install(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in sys.modules if one.split(".")[0] == "mcp" or "monitor.assistants" in one]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp", None)
    ran = pactwatch("mcp", folder=desk)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "the MCP server needs the mcp package: pip install 'pactwatch[mcp]'\n"
