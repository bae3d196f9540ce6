"""Every command has help, and docs/cli.md says of each what the command itself says.

After a change of commands: PACTWATCH_WRITE_GOLDEN=1 pytest tests/monitor/cli/test_docs.py
"""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from monitor.cli.app import app
from tests.monitor.cli.running import pactwatch, pactwatch_process

PAGE = Path(__file__).parents[3] / "docs" / "cli.md"
MARK = "<!-- From here on, this page is written by the test that checks it. -->\n"


def commands(command: Any, path: str = "pactwatch") -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its whole name."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name, one in inner.items():
        yield from commands(one, f"{path} {name}")


COMMANDS = dict(commands(typer.main.get_command(app)))


def reference() -> str:
    return MARK + "".join(f"\n### {name}\n\n{described(one)}" for name, one in COMMANDS.items())


def described(command: Any) -> str:
    text = re.sub(r"\s*\n\s*(?!\n)", " ", re.sub(r"\n\s*\n\s*", "\0", (command.help or "").strip()))
    lines = ["\n\n".join(text.split("\0")), ""]
    for one in command.params:
        if one.name == "help":
            continue
        name = ", ".join(one.opts) if one.param_type_name == "option" else (one.metavar or one.name.upper())
        metavar = f" {one.metavar}" if one.param_type_name == "option" and one.metavar else ""
        lines.append(f"- `{name}{metavar}` {one.help or ''}".rstrip())
    return "\n".join(lines).strip() + "\n"


def test_the_page_says_what_the_commands_say() -> None:
    prose, _, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    if os.environ.get("PACTWATCH_WRITE_GOLDEN"):
        PAGE.write_text(prose + reference(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == prose + reference()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does(name: str) -> None:
    command = COMMANDS[name]
    assert command.help, "a command has a docstring"
    missing = [one.name for one in command.params if one.name != "help" and not one.help]
    assert not missing, "every option has a help text"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_works(name: str, tmp_path: Path) -> None:
    ran = pactwatch(*name.split()[1:], "--help", folder=tmp_path)
    assert ran.code == 0
    assert "--config" in ran.out or name == "pactwatch config init"


def test_wrong_use_leaves_with_2(tmp_path: Path) -> None:
    for wrong in (["stepps"], ["steps", "--zebra"], ["show"], ["config", "chek"]):
        assert pactwatch(*wrong, folder=tmp_path).code == 2


def test_help_is_there_at_once(tmp_path: Path) -> None:
    """Measured at 0.2 s; the bound is wide for a busy machine. Nothing heavy may be imported for --help."""
    began = time.monotonic()
    assert "Usage" in pactwatch_process("--help", folder=tmp_path).out
    assert time.monotonic() - began < 5


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    ran = pactwatch_process("--help", folder=tmp_path, PYTHONPROFILEIMPORTTIME="1")
    heavy = {"sqlalchemy", "scrapy", "pydantic", "aiohttp", "trafilatura", "apscheduler", "babel"}
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ran.err.splitlines()}
    assert not heavy & imported
