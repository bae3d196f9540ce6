"""Whether the network is gone, judged by who answers; pure."""

from spiders.items import Failure

_UNREACHED = frozenset((Failure.DNS, Failure.CONNECTION, Failure.TIMEOUT))


class Reach:
    """Notes who was reached. Offline: the last `hosts` hosts all failed below HTTP, and none answered.

    One dead site is its own trouble; five at once are ours, and blaming each would put every source into
    back-off and wake the operator for all of them.
    """

    def __init__(self, *, hosts: int = 5) -> None:
        self._enough = hosts
        self._unreached: set[str] = set()

    def note(self, host: str, failure: Failure | None) -> None:
        """Note how asking `host` went; any answer at all, a refusal too, shows that the network is there."""
        if failure in _UNREACHED:
            if len(self._unreached) < 1000:
                self._unreached.add(host)
        elif failure not in (Failure.ADDRESS_REFUSED, Failure.OFFLINE, Failure.INTERNAL):
            self._unreached.clear()

    def name(self, failure: Failure) -> Failure:
        """Return OFFLINE in the place of a failure that the lost network explains, else `failure`."""
        return Failure.OFFLINE if failure in _UNREACHED and self.is_offline else failure

    @property
    def is_offline(self) -> bool:
        """Whether nothing can be reached at all."""
        return len(self._unreached) >= self._enough
