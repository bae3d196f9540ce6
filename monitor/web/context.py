"""What pages and API answer from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.config import Config
from monitor.rates import Rates
from monitor.rules import Rules
from storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What there is to answer from. `now` gives the time, aware UTC; `hasten` is called when a source was
    made due, `wake` when there is something to tell; from any thread. `ailing`: what is wrong with the
    service that its database does not know, in words."""

    storage: Storage
    config: Config
    rules: Rules
    now: Callable[[], datetime]
    hasten: Callable[[], None] = lambda: None
    wake: Callable[[], None] = lambda: None
    ailing: Callable[[], Sequence[str]] = tuple
    rates: Rates = field(default_factory=Rates)
