"""When a channel is tried again: exponential with jitter, and a rest for a channel that keeps failing."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.alerts.settings import DeliverySettings

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def retry_in(failures: int, settings: DeliverySettings, chance: random.Random) -> timedelta:
    """How long to wait after so many failures in a row: doubling, capped, ±20 %, so that channels and
    installations do not all come back in the same second."""
    doubled = settings.first_retry * (1 << min(max(0, failures - 1), 20))
    return min(doubled, settings.longest_retry) * chance.uniform(0.8, 1.2)


@dataclass(slots=True, kw_only=True)
class Rest:
    """A channel's circuit breaker: while it rests, nothing is leased for it; then one message tries."""

    until: datetime = LONG_AGO
    failures: int = 0
    reason: str | None = None
    down: bool = False  # the trouble is taken for the channel's, not for one message's

    def well(self) -> None:
        """The channel has taken a message."""
        self.failures, self.reason, self.until, self.down = 0, None, LONG_AGO, False

    def failed(
        self,
        reason: str,
        after: timedelta | None,
        *,
        now: datetime,
        settings: DeliverySettings,
        chance: random.Random,
    ) -> None:
        """The channel has not. It rests as long as it wishes, or once it has failed often enough."""
        self.failures, self.reason = self.failures + 1, reason
        self.down = self.down or after is not None or self.failures >= settings.failures_to_rest
        if after is not None:
            self.until = max(self.until, now + after)
        elif self.failures >= settings.failures_to_rest:
            self.until = now + retry_in(self.failures - settings.failures_to_rest + 1, settings, chance)

    def shift(self, by: timedelta) -> None:
        """The clock has jumped by that much."""
        if self.until != LONG_AGO:
            self.until += by

    def left(self, now: datetime) -> timedelta:
        """How long it still rests. A clock that was set back does not make the rest longer than a day."""
        left = self.until - now
        return left if timedelta(0) < left <= timedelta(days=1) else timedelta(0)
