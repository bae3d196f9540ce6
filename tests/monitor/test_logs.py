"""A log that machines read, in which an alert can be followed."""

import json
import logging
import sys

from monitor.logs import JsonLines, facts


def line(message: str, *arguments: object, **extra: object) -> dict[str, object]:
    record = logging.LogRecord("pactwatch.watch", logging.INFO, "", 0, message, arguments, None)
    record.__dict__.update(extra)
    read: dict[str, object] = json.loads(JsonLines().format(record))
    return read


def test_facts_stand_beside_the_message() -> None:
    read = line("visit %s", "palace", **facts(source="palace", failure=None, new=2))
    assert (read["message"], read["source"], read["new"]) == ("visit palace", "palace", 2)
    assert "failure" not in read
    assert str(read["time"]).endswith("+00:00")


def test_a_line_stays_one_line() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "a\nforged\r\x1b[0m line", (), None)
    assert len(JsonLines().format(record).splitlines()) == 1
    assert "\x1b" not in JsonLines().format(record)


def test_an_error_is_told_whole() -> None:
    try:
        raise ValueError("what was wrong")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    assert "what was wrong" in json.loads(JsonLines().format(record))["error"]
