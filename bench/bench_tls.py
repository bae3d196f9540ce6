"""TLS handshakes in memory: what a client pays for a full one, and for one that goes on from a session.

CPU microseconds of the client's side alone, and what the process grows by. Python's ssl copies a session
each time it is taken from a connection and each time it is offered; before 3.12.8 and 3.13.1 the first copy
is also lost (python/cpython issue 116810). `python -m bench tls`.
"""

import resource
import ssl
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from tests.spiders.certificates import Authority

COUNT = 300
HOST = "127.0.0.1"
Spent = defaultdict[str, float]


def connect(
    client: ssl.SSLContext, server: ssl.SSLContext, session: ssl.SSLSession | None, spent: Spent
) -> ssl.SSLObject:
    """The client's end of a new connection over which a word was sent."""
    to_client, to_server, from_client, from_server = (ssl.MemoryBIO() for _ in range(4))
    began = time.thread_time()
    ours = client.wrap_bio(to_client, from_client, server_hostname=HOST, session=session)
    spent["begin"] += time.thread_time() - began
    theirs = server.wrap_bio(to_server, from_server, server_side=True)
    open_ends = {ours, theirs}
    while open_ends:
        for end in (ours, theirs):
            began = time.thread_time()
            try:
                end.do_handshake()
                open_ends.discard(end)
            except ssl.SSLWantReadError:
                pass
            if end is ours:
                spent["handshake"] += time.thread_time() - began
            to_server.write(from_client.read())
            to_client.write(from_server.read())
    theirs.write(b"hello")
    to_client.write(from_server.read())
    ours.read(100)
    return ours


def measure(client: ssl.SSLContext, server: ssl.SSLContext, *, resume: bool) -> tuple[Spent, float]:
    """Microseconds a connection by what they went into, and kilobytes that each left behind."""
    spent, session = Spent(float), None
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(COUNT):
        connection = connect(client, server, session, spent)
        spent["resumed"] += bool(connection.session_reused)
        if resume:
            began = time.thread_time()
            session = connection.session
            spent["take session"] += time.thread_time() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / COUNT
    return spent, grown


def main() -> None:
    """Print both ways, each after a round that is not counted."""
    print(f"Python {sys.version.split()[0]}, {ssl.OPENSSL_VERSION}, {COUNT} connections each")
    with tempfile.TemporaryDirectory() as folder:
        authority = Authority(Path(folder))
        client, server = authority.client(), authority.server(HOST)
        for resume in (False, True, False, True):
            spent, grown = measure(client, server, resume=resume)
            parts = ", ".join(
                f"{name} {spent[name] / COUNT * 1e6:.0f}" for name in ("begin", "handshake", "take session")
            )
            whole = sum(spent[name] for name in ("begin", "handshake", "take session")) / COUNT * 1e6
            way = f"{spent['resumed']:.0f} of {COUNT} resumed" if resume else "all in full"
            print(f"  {way:22} {whole:5.0f} µs: {parts}; {grown:.1f} kB left behind")


if __name__ == "__main__":
    main()
