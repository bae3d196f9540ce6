"""Sentences of every language with the parties they name, in text order."""

from pathlib import Path

import pytest
import yaml

from monitor.detect.parties import find_parties

GOLDEN = Path(__file__).parent / "golden"
CASES = [
    pytest.param(path.stem, text, codes, id=f"{path.stem}-{n}")
    for path in sorted(GOLDEN.glob("*.yaml"))
    for n, (text, codes) in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), 1)
]


@pytest.mark.parametrize(("language", "text", "codes"), CASES)
def test_a_sentence_names_these_parties(language: str, text: str, codes: str) -> None:
    assert " ".join(m.code for m in find_parties(text, language)) == codes
