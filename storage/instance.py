"""One service at a time on one database: who holds it, and the token that fences off those who did.

SQLite: the operating system's lock on a file beside the database; the system gives it back when the holder
dies, however it dies. PostgreSQL: an advisory lock of a session of its own. The session can be lost while
its process goes on, so that a second service may start beside it: whoever claims writes a token of its own
into `meta`, and each writing transaction of a holder whose token is no longer there is refused. (The fencing
of https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html, the database being the
resource that is fenced.)
"""

import fcntl
import json
import os
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from storage.errors import StorageError, told_plainly

HOLDER = "holder"  # the key in meta
# One number for all PactWatch services on one PostgreSQL database: "PACU" in ASCII, beside WRITER_LOCK.
SERVICE_LOCK = 0x50414355


class HeldError(StorageError):
    """Another service holds this database."""


class FencedError(StorageError):
    """This service held the database and another one has taken it over: nothing more may be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a database."""

    token: str
    pid: int
    host: str
    since: str

    def to_text(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A database, held: `release` lets go of it."""

    holder: Holder
    release: Callable[[], None]


def newcomer(now: datetime) -> Holder:
    """This process as a holder."""
    return Holder(
        token=secrets.token_hex(8), pid=os.getpid(), host=socket.gethostname(), since=now.isoformat()
    )


def holder_of(kept: str | None) -> Holder | None:
    """The holder in that text; None where nothing sensible stands there."""
    try:
        return Holder(**json.loads(kept or ""))
    except (ValueError, TypeError):
        return None


def hold_file(database: Path, holder: Holder) -> Claim:
    """The claim on a SQLite database. HeldError where a living process has it.

    The lock file stays: if the last one out removed it, two could each hold a file of that name.
    """
    path = database.with_name(database.name + ".lock")
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError(f"{path}: cannot be opened: {error.strerror}") from error
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(number, 0)
        os.pwrite(number, holder.to_text().encode(), 0)
    except BlockingIOError:
        kept = holder_of(os.pread(number, 4096, 0).decode("utf-8", "replace"))
        os.close(number)
        raise held(str(database), kept) from None
    except OSError as error:
        os.close(number)
        raise StorageError(f"{path}: cannot be locked: {error.strerror}") from error
    return Claim(holder=holder, release=lambda: os.close(number))


def hold_session(engine: Engine, holder: Holder, name: str) -> Claim:
    """The claim on a PostgreSQL database, for as long as one session of it lives."""
    with told_plainly(name):
        session = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if session.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": SERVICE_LOCK}).scalar():
            return Claim(holder=holder, release=lambda: _let_go(session))
        kept = session.execute(text("SELECT value FROM meta WHERE key = :k"), {"k": HOLDER}).scalar()
        session.close()
    raise held(name, holder_of(kept))


def _let_go(session: Connection) -> None:
    """Unlock before the session goes back to the pool, where it would keep its locks."""
    with suppress(StorageError), told_plainly("the session"):
        session.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": SERVICE_LOCK})
        session.close()


def held(name: str, by: Holder | None) -> HeldError:
    """What to say to the second one."""
    if by is None:
        return HeldError(f"{name}: another PactWatch holds this database")
    return HeldError(
        f"{name}: PactWatch is already running on this database (process {by.pid} on {by.host}, since "
        f"{by.since[:19]}); stop that one first"
    )
