"""What the service did so far, as its observer hears it, and when it last had news."""

import time
from collections.abc import Iterable
from urllib.parse import urlsplit

from monitor.demo.show import Show
from monitor.demo.words import fate, trouble
from monitor.intake import Polled
from monitor.newsroom import Act, Item, Newsroom, Trouble
from monitor.record import Judged
from monitor.watch import Event
from spiders.items import Outcome
from storage.records import StepRecord

# Sources with these troubles never bring anything; nobody waits for them.
_HOPELESS = (Trouble.FORBIDDEN, Trouble.HANGS, Trouble.NOT_A_FEED)


class Seen:
    """Collects the service's events, shows what is worth showing, and knows what the service has read."""

    def __init__(self, newsroom: Newsroom, show: Show) -> None:
        self.steps: dict[str, StepRecord] = {}  # told, by id, as last known
        self.baselines = self.baseline_entries = 0
        self.last_news = time.monotonic()
        self._newsroom, self._show = newsroom, show
        self._troubles: set[tuple[str, str]] = set()
        self._listed: set[str] = set()  # items that a visit has listed
        self._opened: set[str] = set()  # items whose pages were read

    def note(self, event: Event) -> None:
        """The service's observer."""
        if isinstance(event, Polled):
            self._polled(event)
        else:
            self._judged(event)

    def news(self) -> None:
        """Something happened: the act is not over yet."""
        self.last_news = time.monotonic()

    def changed(self) -> tuple[str, ...]:
        """The sources that the act has changed and that can be read at all."""
        act, story = self._newsroom.story.acts[self._newsroom.act], self._newsroom.story
        items = [*act.items, *(story.item(edit.item) for edit in act.edits)]
        outlets = {item.source: self._newsroom.outlets[item.source] for item in items}
        return tuple(place_id for place_id, outlet in outlets.items() if outlet.trouble not in _HOPELESS)

    def passed_over(self, act: Act) -> list[Item]:
        """The act's items of which the headline and summary were enough."""
        return [item for item in act.items if item.id in self._listed - self._opened]

    def missed(self, act: Act) -> list[Item]:
        """The act's items that no visit has listed, because their source could not be read."""
        return [item for item in act.items if item.id not in self._listed]

    def _polled(self, polled: Polled) -> None:
        self._listed |= {_item_of(entry.link) for entry in polled.visit.entries}
        if polled.baseline and polled.visit.outcome is Outcome.CHANGED:
            self.baselines += 1
            self.baseline_entries += polled.new
        if polled.new:
            self.news()
        self._tell_trouble(polled)

    def _tell_trouble(self, polled: Polled) -> None:
        words, kind = trouble(polled), str(polled.visit.failure or "partial")
        if words and (polled.source.id, kind) not in self._troubles:
            self._troubles.add((polled.source.id, kind))
            self._show.failed(self._newsroom.story.place(polled.source.id), words)

    def _judged(self, judged: Judged) -> None:
        self.news()
        article = judged.article
        self._opened.add(_item_of(article.url))
        self._show.judged(self._newsroom.story.place(article.source_id), article.title, fate(judged))
        self._keep(judged.told)
        self._keep(judged.updated)
        self._keep(d.step for d in judged.decisions if d.step and d.step.id in self.steps)

    def _keep(self, steps: Iterable[StepRecord]) -> None:
        self.steps.update({step.id: step for step in steps})


def _item_of(url: str) -> str:
    """The item's id, which ends the path of its page."""
    return urlsplit(url).path.rpartition("/")[2]
