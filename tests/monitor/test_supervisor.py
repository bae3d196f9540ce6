"""systemd is told on the socket that it named."""

import socket
from pathlib import Path

import pytest

from monitor.supervisor import tell


@pytest.mark.parametrize("abstract", [False, True])
def test_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, abstract: bool) -> None:
    name = f"@pactwatch-test-{tmp_path.name}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(name.replace("@", "\0") if abstract else name)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        assert tell("READY=1")
        assert line.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", ["", "nowhere", "/nowhere/at/all"])
def test_nobody_asked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert not tell("READY=1")
