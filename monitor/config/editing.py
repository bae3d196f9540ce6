"""Adds sources to a configuration file; its comments and order stay, and it is never left half-written."""

import os
import shutil
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from monitor.config.loading import load_config


def add_sources(path: Path, entries: Sequence[dict[str, Any]]) -> None:
    """Append entries to `sources` in that file.

    The new text is checked as a whole before it takes the old one's place: ConfigError, with its lines,
    leaves the file as it was. OSError where it cannot be written.
    """
    path = path.resolve()  # a link stays one
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = path.read_bytes().decode("utf-8-sig")
    document = yaml.load(written) or CommentedMap()
    sources = document.setdefault("sources", CommentedSeq())
    sources.extend(CommentedMap(entry) for entry in entries)
    out = StringIO()
    yaml.dump(document, out)
    new = path.with_name(f"{path.stem}.new{path.suffix}")
    try:
        new.write_text(out.getvalue(), encoding="utf-8", newline="\r\n" if "\r\n" in written else "\n")
        load_config(new, secrets=False)
        shutil.copymode(path, new)
        os.replace(new, path)  # noqa: PTH105 - one atomic step
    finally:
        new.unlink(missing_ok=True)
