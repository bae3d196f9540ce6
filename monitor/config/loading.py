"""Reads config.yaml and the files it includes, and tells every mistake at once."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from monitor.config.alerting import read_alerting
from monitor.config.checks import check
from monitor.config.configuration import Config
from monitor.config.mistakes import mistakes
from monitor.config.models import MainFile, SourcesFile
from monitor.config.problems import ConfigError, Problem
from monitor.config.yaml_text import Document, read_document

MAX_BYTES = 20_000_000
Model = TypeVar("Model", bound=BaseModel)


def load_config(
    path: Path | str, environ: Mapping[str, str] | None = None, *, secrets: bool = True
) -> Config:
    """The configuration in that file and in the files it includes.

    Raises ConfigError with every mistake found. `secrets=False` does not mind unset secrets: for
    commands that only read what is stored.
    """
    path = Path(path)
    environ = os.environ if environ is None else environ
    problems: list[Problem] = []
    document = read_file(path, problems)
    if document is None:
        raise ConfigError(problems)
    documents = [document, *(one for one in _included(document, path.parent, problems) if one)]
    alerting = read_alerting(document, problems)
    found = list(check(documents, environ if secrets else None))
    files, texts = [one.file for one in documents], [json.dumps(one.tree) for one in documents]
    # The documents go before their settings come: ten thousand sources with the line of each of their
    # words are 60 MB, which else would stay with the process.
    del document, documents
    main = parse(texts[0], MainFile, files[0], problems)
    included = [
        parse(text, SourcesFile, file, problems) for text, file in zip(texts[1:], files[1:], strict=True)
    ]
    problems += found
    if problems or main is None:
        raise ConfigError(_in_order(problems, files))
    return Config.assemble(path, main, alerting, [one for one in included if one], environ)


def read_file(path: Path, problems: list[Problem]) -> Document | None:
    """The document in that file; None where there is none, its problems noted."""
    name = path.as_posix()
    try:
        size = path.stat().st_size
        body = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        problems.append(Problem(file=name, message=_unreadable(error)))
        return None
    if size > MAX_BYTES:
        problems.append(Problem(file=name, message="is larger than 20 MB: not a configuration"))
        return None
    document = read_document(body, name)
    if not document.problems and document.tree is None:
        document.problems.append(Problem(file=name, message="is empty"))
    elif document.tree is not None and not isinstance(document.tree, dict):
        document.problems.append(Problem(file=name, line=1, message='wants keys such as "sources:"'))
    problems += document.problems
    return document if isinstance(document.tree, dict) else None


def _unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return "is a folder" if isinstance(error, IsADirectoryError) else f"cannot be read: {error.strerror}"


def parse(text: str, model: type[Model], file: str, problems: list[Problem]) -> Model | None:
    """A file's values, as JSON, as that model; or None, and its mistakes by their lines in the file.

    It is JSON since there pydantic's strict mode takes a list for a tuple and text for a date or a word
    of a fixed set, and still nothing else.
    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        if document := read_file(Path(file), problems):  # again: who makes no mistakes needs no lines
            problems += mistakes(error, model, document)
        return None


def _included(document: Document, folder: Path, problems: list[Problem]) -> Iterator[Document | None]:
    names = document.tree.get("include")
    for number, name in enumerate(names if isinstance(names, list) else []):
        if not isinstance(name, str):
            continue
        if not (folder / name).is_file():
            message = f'there is no file "{(folder / name).as_posix()}"'
            problems.append(document.problem(("include", number), message))
            continue
        yield read_file(folder / name, problems)


def _in_order(problems: list[Problem], files: list[str]) -> list[Problem]:
    ranks = {file: rank for rank, file in enumerate(files)}
    unique = dict.fromkeys(problems)
    return sorted(unique, key=lambda one: (ranks.get(one.file, -1), one.line))
