"""`pactwatch db`, from outside; and one service at a time."""

import json
from pathlib import Path

from storage import open_storage
from storage.records import Filter
from tests.monitor.cli.running import pactwatch, pactwatch_process


def held(folder: Path) -> str:
    return f"sqlite:///{folder}/data/pactwatch.db"


def test_a_whole_database(register: Path) -> None:
    ran = pactwatch("db", "check", "--json", folder=register)
    assert (ran.code, json.loads(ran.out)["whole"]) == (0, True)
    assert pactwatch("db", "check", folder=register).lines[-1] == "whole"


def test_a_damaged_one(register: Path) -> None:
    path = register / "data" / "pactwatch.db"
    body = path.read_bytes()
    path.write_bytes(body[: -4096 * 20] + b"\xff" * 4096 * 20)
    ran = pactwatch("db", "check", folder=register)
    assert ran.code == 1
    assert "whole" not in ran.lines
    assert ran.out or "damaged" in ran.err  # told by the check, or where the file does not even open


def test_there_and_back(register: Path) -> None:
    made = pactwatch("db", "backup", "copies/monday.db", "--json", folder=register)
    assert (made.code, json.loads(made.out)["backup"]) == (0, "copies/monday.db")
    before = pactwatch("steps", "--json", folder=register).out
    (register / "data" / "pactwatch.db").write_bytes(b"gone")
    ran = pactwatch("db", "restore", "copies/monday.db", folder=register)
    assert (ran.code, "restored to" in ran.out) == (0, True)
    assert pactwatch("steps", "--json", folder=register).out == before
    assert before


def test_no_backup(register: Path) -> None:
    ran = pactwatch("db", "restore", "copies/monday.db", folder=register)
    assert (ran.code, ran.err) == (1, "copies/monday.db: there is no such file\n")


def test_compacting_keeps_the_register(register: Path) -> None:
    before = pactwatch("steps", "--json", folder=register).out
    ran = pactwatch("db", "compact", "--json", folder=register)
    assert (ran.code, json.loads(ran.out)["texts"]) == (0, 0)
    assert pactwatch("steps", "--json", folder=register).out == before


def test_a_restore_by_another_tool_is_noted(register: Path) -> None:
    assert pactwatch("db", "restored", folder=register).code == 0


def test_a_second_service_says_who_holds_the_database(register: Path) -> None:
    storage = open_storage(held(register))
    storage.hold()
    try:
        for command in (["run"], ["poll"], ["db", "compact"], ["db", "restored"]):
            ran = pactwatch_process(*command, folder=register, NOWHERE="http://127.0.0.1:9/")
            assert ran.code == 1, command
            assert "already running on this database (process " in ran.err, command
        with storage.reading() as r:
            assert r.steps(Filter())
    finally:
        storage.close()
