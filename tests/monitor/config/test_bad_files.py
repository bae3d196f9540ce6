"""Each mistake in tests/data/config/bad has beside it, word for word, what the user is told."""

import os
from pathlib import Path

import pytest

from monitor.config import ConfigError, load_config

DATA = Path(__file__).parents[2] / "data" / "config"
BAD = sorted((DATA / "bad").glob("*.yaml"))


def told(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(path, environ={})
    return str(caught.value).replace(f"{DATA.as_posix()}/bad/", "") + "\n"


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_is_told_with_its_line_and_what_to_write(path: Path) -> None:
    expected = path.with_suffix(".txt")
    if os.environ.get("PACTWATCH_WRITE_GOLDEN"):
        expected.write_text(told(path), encoding="utf-8")
    assert told(path) == expected.read_text(encoding="utf-8")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: there is no such file"):
        load_config(tmp_path / "nowhere.yaml")


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a folder"):
        load_config(tmp_path)


def test_no_secret_is_ever_quoted() -> None:
    everything = "".join(path.with_suffix(".txt").read_text(encoding="utf-8") for path in BAD)
    assert "planted-secret" not in everything
    assert "hunter2" not in everything


def test_unset_secrets_are_not_minded_by_commands_that_only_read() -> None:
    with pytest.raises(ConfigError, match="PACTWATCH_TEST_NO_SUCH_HOOK is not set"):
        load_config(DATA / "bad" / "unset_secret.yaml", environ={})
    assert load_config(DATA / "bad" / "unset_secret.yaml", environ={}, secrets=False).storage_url
