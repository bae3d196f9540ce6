"""Tells systemd that the service is ready and alive (sd_notify(3), without a library)."""

import os
import socket
from contextlib import suppress


def tell(state: str) -> bool:
    """Whether there is a supervisor that asked to be told; `state` as in sd_notify(3), like "READY=1"."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    # An abstract socket is written with "@" and begins with a zero byte.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        line.sendto(state.encode(), address.replace("@", "\0", 1) if address[0] == "@" else address)
        return True
    return False
