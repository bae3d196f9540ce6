"""What a running service says on its terminal: what it polls, what fails and why, and what it found."""

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from monitor.cli.output import cell
from monitor.terms import pair_name

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.intake import Polled
    from monitor.watch import Event

# What to do about it, said with the first failure of its kind.
ADVICE = {
    "blocked": "the site refuses us; it is asked again after 1 h, 6 h, 24 h, and never evaded",
    "robots": "robots.txt forbids the page; ask its owner, or choose a feed",
    "not_found": "the address is gone: `pactwatch sources probe` its site for a new one",
    "not_a_feed": "it answers with something else: `pactwatch sources probe` it",
    "tls": "its certificate cannot be verified",
    "offline": "nothing at all can be reached: is this machine on the internet? The watch keeps trying",
    "rate_limited": "the site asks for patience, and gets it",
}


class Teller:
    """Tells of each source's first failure and recovery, of the first round, and of every new step."""

    def __init__(self, config: "Config", out: TextIO) -> None:
        self._config = config
        self._out = out
        self._heard = True
        self._failing: dict[str, str] = {}
        self._seen: set[str] = set()
        self._advised: set[str] = set()
        self._awaited = {source.id for source in config.polled}

    def started(self, database: str, *, pages: str | None = None) -> None:
        """Say what runs, on what, and what to do next."""
        config = self._config
        tiers = Counter(source.tier.value for source in config.polled)
        self.say(f"PactWatch watches {len(config.polled)} sources ({_listed(tiers)})")
        self.say(f"  for steps of {self._scope()}")
        self.say(f"  into {database}")
        self.say(f"  and tells {', '.join(config.alerting.channels) or 'nobody: no channel is set up'}")
        if pages:
            self.say(f"  pages and API: {pages}")
        for note in config.notes():
            self.say(f"  note: {note}")
        self.say("Each source's first visit only records what is there; new steps are told from then on.")
        self.say("To be told by mail or Slack: channels and routes in " + config.path.as_posix())

    def happened(self, event: "Event") -> None:
        """Tell of a visit or a judged article, if it is worth a line."""
        from monitor.intake import Polled

        if isinstance(event, Polled):
            self._visited(event)
        else:
            for word, steps in (("new step", event.told), ("update", event.updated)):
                for step in steps:
                    self.say(f"{word}: {pair_name(step.agreement.parties)} {step.stage}  {step.id}")

    def _visited(self, polled: "Polled") -> None:
        name, failure = polled.source.id, polled.visit.failure
        if failure is not None and name not in self._failing:
            self._failing[name] = failure
            self._failed(name, failure, cell(polled.visit.error))
        elif failure is None and name in self._failing:
            before = self._failing.pop(name)
            if before != "offline":
                self.say(f"{name}: answers again")
            elif "offline" in self._advised:
                self._advised.remove("offline")
                self.say(f"{name} answers: back on the internet")
        if name not in self._seen:
            self._seen.add(name)
            self._first_round()

    def _failed(self, name: str, failure: str, error: str) -> None:
        """One line a source; but one for all where nothing can be reached."""
        if failure != "offline":
            self.say(f"{name}: {failure}: {error}")
        if failure in ADVICE and failure not in self._advised:
            self.say(f"  {ADVICE[failure]}")
            self._advised.add(failure)

    def _first_round(self) -> None:
        if self._awaited and self._seen >= self._awaited:
            kinds = Counter(self._failing.values())
            well = len(self._awaited) - len(self._failing)
            failed = f"; {len(self._failing)} failed ({_listed(kinds)})" if kinds else ""
            self.say(f"first round done: {well} of {len(self._awaited)} sources answered{failed}")
            if kinds:
                self.say("  `pactwatch sources list --failing` tells which")
            self._awaited = set()

    def _scope(self) -> str:
        watch = self._config.watch
        parties = "any two parties" if watch.parties is None else ", ".join(watch.parties)
        pairs = f" and {', '.join(map(pair_name, watch.pairs))}" if watch.pairs else ""
        return f"{parties}{pairs}"

    def say(self, line: str) -> None:
        """One line with the time. Nobody reading it any more is no reason to stop the watch."""
        if self._heard:
            try:
                print(f"{datetime.now(UTC):%H:%M:%S} {line}", file=self._out, flush=True)
            except (OSError, ValueError):
                self._heard = False


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.most_common())
