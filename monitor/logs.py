"""Logs as text for people, or one JSON object a line for machines, where an alert can be followed from the
visit that brought it to the delivery: the same article, step and key stand in each line about it."""

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

NOISY = ("scrapy", "apscheduler", "alembic", "asyncio", "twisted")
FACTS = "facts"


def facts(**named: Any) -> dict[str, Mapping[str, Any]]:
    """What stands in a JSON line beside its message: `log.info("sent", extra=facts(step=...))`."""
    return {FACTS: {name: value for name, value in named.items() if value is not None}}


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, name, message, the facts, and the error if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "name": record.name,
            "message": record.getMessage(),
            **getattr(record, FACTS, {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(*, verbose: bool, as_json: bool = False, out: TextIO = sys.stderr) -> None:
    """Log to `out`: warnings, or with `verbose` or as JSON every visit, judgement and delivery too."""
    handler = logging.StreamHandler(out)
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if as_json else text)
    logging.basicConfig(level=logging.INFO if verbose or as_json else logging.WARNING, handlers=[handler])
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
