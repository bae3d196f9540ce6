"""What a stranger sees: the newsroom, each act, each failure, each alert as it arrived, the result."""

from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.console import Console, Group
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from monitor.demo.tally import Tally
from monitor.demo.words import expected_words, step_words, support
from monitor.newsroom import Act, ExpectedStep, Item, Mail, Newsroom, Place, SlackMessage
from storage.records import StepRecord

_LINES_OF_A_MAIL = 40


class Show:
    """Prints to a terminal with colour, to anything else as plain text."""

    def __init__(self, out: TextIO) -> None:
        self.console = Console(file=out, highlight=False, width=None if out.isatty() else 110)

    def say(self, text: str, style: str = "") -> None:
        """One line; markup in it is left as it is."""
        self.console.print(Text(text, style=style))

    def opening(self, newsroom: Newsroom) -> None:
        """What is about to happen, and the sources."""
        count = len(newsroom.outlets)
        self.console.print(Rule("PactWatch demo"))
        self.say(
            f"The true service (crawler, detection, SQLite, outbox) polls {count} sources of an invented "
            "newsroom on this machine and tells by mail and in Slack, both on loopback too. "
            "No internet, no accounts; names of states are real, every sentence is invented."
        )
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        for heading in ("source", "tier", "language", "format", "address"):
            table.add_column(heading, no_wrap=True)
        for outlet in newsroom.outlets.values():
            place = outlet.place
            table.add_row(place.name, place.tier, place.language, place.format, outlet.url)
        self.console.print(table)

    def act(self, number: int, act: Act) -> None:
        """What the newsroom publishes now."""
        self.console.print()
        self.console.print(Rule(f"Act {number}: {act.title}", align="left"))
        self.say(act.tells.strip(), "italic")

    def recorded(self, sources: int, entries: int) -> None:
        """What the baseline brought."""
        self.say(f"  {sources} sources read for the first time: {entries} entries recorded, nobody told.")

    def failed(self, place: Place, words: str) -> None:
        """A source that gives trouble."""
        self.say(f"  ✗ {place.name}: {words}", "yellow")

    def judged(self, place: Place, headline: str, lines: Sequence[str]) -> None:
        """An article, and what became of it."""
        style = {"NEW": "bold green", "sam": "green", "for": "magenta"}.get(lines[0][:3], "dim")
        mark = {"NEW": "★", "sam": "+", "for": "?"}.get(lines[0][:3], "·")
        self.say(f"  {mark} {place.name} [{place.language}]: {headline}")
        for line in lines:
            self.say(f"      {line}", style)

    def passed_over(self, items: Iterable[Item]) -> None:
        """Items of which the headline and summary were enough."""
        for item in items:
            self.say(f"  · {item.source} [not opened]: {item.title}")
            self.say("      silent: headline and summary name no agreement, the page is not fetched", "dim")

    def missed(self, items: Iterable[Item]) -> None:
        """Items whose source could not be read."""
        for item in items:
            self.say(f"  ✗ not seen, its source cannot be read: {item.title}", "yellow")

    def mail(self, mail: Mail, after: float) -> None:
        """A mail as it arrived."""
        lines = mail.text.strip().splitlines()
        head = [f"To: {', '.join(mail.recipients)}", f"Message-ID: {mail.message_id}"]
        if mail.in_reply_to:
            head.append(f"In-Reply-To: {mail.in_reply_to}")
        body = Group(Text("\n".join(head), style="dim"), Text(""), Text("\n".join(lines[:_LINES_OF_A_MAIL])))
        self._panel("✉  MAIL", mail.subject, body, after, is_update=mail.in_reply_to is not None)

    def slack(self, message: SlackMessage, after: float) -> None:
        """A Slack message as it arrived; its text only, for it says the same as the mail."""
        lines = message.text.strip().splitlines() or ["(blocks only)"]
        where = f"{message.channel}, ts {message.ts}"
        where += f", in the thread of {message.thread_ts}" if message.is_reply else ""
        body = Group(Text(where, style="dim"), Text("\n".join(lines[1:4]).strip()))
        self._panel("#  SLACK", lines[0], body, after, is_update=message.is_reply)

    def _panel(self, label: str, title: str, body: Group, after: float, *, is_update: bool) -> None:
        heading = Text(f"{label}  {title}", style="bold")
        footing = f"{after:.1f} s after the newsroom published"
        style = "blue" if is_update else "green"
        self.console.print(
            Panel(body, title=heading, title_align="left", subtitle=footing, border_style=style)
        )

    def timeline(self, steps: Iterable[StepRecord]) -> None:
        """The steps that were told, in order."""
        self.console.print()
        self.console.print(Rule("The timeline", align="left"))
        for step in sorted(steps, key=lambda s: (str(s.date), s.id)):
            place = f", {step.place}" if step.place else ""
            self.say(f"  {step.date}{place}  {step_words(step)}  ({support(step.corroboration)})")

    def closing(self, count: Tally, expected: Iterable[ExpectedStep], seconds: float) -> None:
        """The result in one line, and what differs."""
        self.console.print()
        self.console.print(Rule("The result", align="left"))
        for step in expected:
            self.say(f"  expected once: {expected_words(step)}")
        for line in count.missing:
            self.say(f"  MISSING: {line}", "bold red")
        for line in count.unexpected:
            self.say(f"  NOT EXPECTED: {line}", "bold red")
        if count.updates:
            self.say(
                f"  and {count.updates} updates in the threads of steps already told (who else confirms them)"
            )
        verdict = "All as expected" if count.is_right else "NOT AS EXPECTED"
        self.say(
            f"{verdict}: {count}. It took {seconds:.0f} s.", "bold green" if count.is_right else "bold red"
        )
