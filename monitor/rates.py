"""How much detection has to do, counted since the service began: for /metrics."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The counts so far. Languages as detection names them."""

    texts: Mapping[str, int]  # judged, by language
    findings: Mapping[str, int]  # new steps that these claim, by language
    seconds: Mapping[str, float]  # of judging, by language
    entries: Mapping[str, int]  # new entries, "read" or "refused" by the prefilter
    bugs: int  # texts that could not be judged


class Rates:
    """Counts from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._texts, self._findings = Counter[str](), Counter[str]()
        self._seconds, self._entries = Counter[str](), Counter[str]()
        self._bugs = 0

    def judged(self, language: str, findings: int, seconds: float) -> None:
        """One text was judged, and took so long."""
        with self._lock:
            self._texts[language] += 1
            self._findings[language] += findings
            self._seconds[language] += seconds  # type: ignore[assignment]

    def passed(self, read: int, refused: int) -> None:
        """So many new entries are read, and so many are not worth it."""
        with self._lock:
            self._entries.update(read=read, refused=refused)

    def stumbled(self) -> None:
        """One text could not be judged."""
        with self._lock:
            self._bugs += 1

    def so_far(self) -> Counted:
        """The counts."""
        with self._lock:
            return Counted(
                texts=dict(self._texts), findings=dict(self._findings), seconds=dict(self._seconds),
                entries=dict(self._entries), bugs=self._bugs,
            )  # fmt: skip
