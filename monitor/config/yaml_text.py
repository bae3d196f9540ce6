"""YAML text as plain values that remember their lines.

The scalars are YAML 1.2's (core schema): `NO` is Norway, not false, and `22:00` is text, not 1320.
libyaml composes the nodes (3,000 lines take milliseconds); the round-trip loader, which keeps
comments, is used only where a file is edited.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.resolver import BaseResolver

from monitor.config.problems import Path, Problem, field_name

_MAX_NODES = 500_000  # aliases of aliases grow without end
_MAX_DEPTH = 40

try:
    from yaml._yaml import CParser as _Parser

    class _Composer(_Parser, BaseResolver):
        def __init__(self, text: str) -> None:
            _Parser.__init__(self, text)
            BaseResolver.__init__(self)

except ImportError:  # a PyYAML built without libyaml
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Composer(Reader, Scanner, Parser, Composer, BaseResolver):  # type: ignore[no-redef]
        def __init__(self, text: str) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)
            BaseResolver.__init__(self)


# https://yaml.org/spec/1.2.2/#1032-tag-resolution
_CORE = (
    ("tag:yaml.org,2002:bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("tag:yaml.org,2002:null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:int", r"[-+]?[0-9]+", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
)
for _tag, _pattern, _first in _CORE:
    _Composer.add_implicit_resolver(_tag, re.compile(f"(?:{_pattern})$"), list(_first))


@dataclass(slots=True)
class Document:
    """One file's values, and the line of each: of a value, or of the key in front of it."""

    file: str
    tree: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """The line of that value, or of the nearest thing around it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def problem(self, path: Path, message: str) -> Problem:
        """That mistake, at its line."""
        return Problem(file=self.file, line=self.line_of(path), field=field_name(path), message=message)


def read_document(body: bytes, file: str) -> Document:
    """The document in that text; `problems` has what is wrong with it as YAML. Never raises."""
    document = Document(file=file)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _complain(document, body.count(b"\n", 0, error.start) + 1, "is not UTF-8; save the file as UTF-8")
        return document
    root = _compose(document, text)
    if root is not None:
        document.tree = _Reader(document).value(root, ())
    return document


def _compose(document: Document, text: str) -> yaml.Node | None:
    try:
        composer = _Composer(text)
        try:
            node: yaml.Node | None = composer.get_single_node()
            return node
        finally:
            composer.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        _complain(document, line, _syntax(error, text.splitlines()[line - 1 : line]))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        _complain(document, line, "a control character, which YAML does not allow")
    return None


def _syntax(error: yaml.MarkedYAMLError, lines: list[str]) -> str:
    said = " ".join(part for part in (error.context, error.problem) if part)
    if any("\t" in line[: len(line) - len(line.lstrip())] for line in lines):
        return "a tab where YAML wants spaces"
    if "mapping values are not allowed" in said:
        return "not valid YAML: a second colon here; quote the text, or check the indentation"
    return f"not valid YAML: {said}"


def _complain(document: Document, line: int, message: str) -> None:
    document.problems.append(Problem(file=document.file, line=line, message=message))


class _Reader:
    """Turns nodes into values, noting lines and keys given twice."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.nodes = 0
        self.overfull = False

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.nodes += 1
        if self.nodes > _MAX_NODES or len(path) > _MAX_DEPTH:
            if not self.overfull:
                _complain(self.document, node.start_mark.line + 1, "is too large or nested too deeply")
            self.overfull = True
            return None
        self.document.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                _complain(self.document, line, "a key must be plain text")
                continue
            key = str(key_node.value)
            place = (*path, key)
            if key in values:
                first = self.document.lines[place]
                message = f"given twice (first on line {first})"
                self.document.problems.append(
                    Problem(file=self.document.file, line=line, field=field_name(place), message=message)
                )
                continue
            self.document.lines[place] = line
            values[key] = self.value(value_node, place)
        return values


def _scalar(node: yaml.Node) -> Any:
    text, kind = str(node.value), node.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        return int(text) if len(text) <= 18 else text
    return float(text) if kind == "float" else text
