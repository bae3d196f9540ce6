"""The demo, start to end: publish an act, let the true service find it, show what arrived, count.

newsroom.advance | service polls, reads, judges, tells | sinks receive | shown and counted
"""

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import TextIO

from monitor.config import load_config
from monitor.demo.seen import Seen
from monitor.demo.setting import config_text, environ_of
from monitor.demo.show import Show
from monitor.demo.tally import tally
from monitor.intake import Polled
from monitor.newsroom import MailSink, Newsroom, SlackSink
from monitor.service import Service

LONGEST_ACT = 15.0  # seconds; an act that is not over by then is counted as it stands
QUIET = 0.8  # seconds without news after which an act may be over
TICK = 0.1


async def run_demo(out: TextIO) -> int:
    """0 when every expected step was told once by mail and once in Slack and nothing else was; else 1."""
    began = time.monotonic()
    show = Show(out)
    async with AsyncExitStack() as stack:
        newsroom = await stack.enter_async_context(Newsroom())
        mail = await stack.enter_async_context(MailSink())
        slack = await stack.enter_async_context(SlackSink())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="pactwatch-demo-"))
        path = Path(folder) / "config.yaml"
        path.write_text(config_text(newsroom, mail=mail, slack=slack), encoding="utf-8")
        environ = environ_of(slack)
        seen = Seen(newsroom, show)
        show.opening(newsroom)
        service = Service(load_config(path, environ), environ=environ, observe=seen.note)
        await service.start()
        try:
            await _Play(service, newsroom, (mail, slack), show, seen).to_the_end()
        finally:
            await service.stop()
        count = tally(newsroom.expected_steps(), [*mail.received, *slack.received])
        show.timeline(seen.steps.values())
        show.closing(count, newsroom.expected_steps(), time.monotonic() - began)
    return 0 if count.is_right else 1


class _Play:
    """Act after act against a running service."""

    def __init__(
        self,
        service: Service,
        newsroom: Newsroom,
        inboxes: tuple[MailSink, SlackSink],
        show: Show,
        seen: Seen,
    ) -> None:
        self.service, self.newsroom, self.show, self.seen = service, newsroom, show, seen
        self.mail, self.slack = inboxes
        self._shown_mails = self._shown_messages = 0

    async def to_the_end(self) -> None:
        """Play every act; each ends when its sources were read and all was told."""
        self.show.act(0, self.newsroom.story.acts[0])
        # A start spreads the first visits over a minute; here nobody wants to wait for that.
        await self.service.poll_now()
        self.show.recorded(self.seen.baselines, self.seen.baseline_entries)
        while not self.newsroom.finished:
            act = self.newsroom.advance()
            self.show.act(self.newsroom.act, act)
            self.seen.news()
            # The schedule would come by within ten seconds; a round now keeps the demo short.
            await self._until(asyncio.create_task(self.service.poll_now(self.seen.changed())))
            self.show.passed_over(self.seen.passed_over(act))
            self.show.missed(self.seen.missed(act))

    def _is_over(self) -> bool:
        """Whether nothing has happened for a moment and nothing is left to be told."""
        if time.monotonic() - self.seen.last_news < QUIET:
            return False
        with self.service.storage.reading() as r:
            return not r.outbox_schedule()

    async def _until(self, round_now: asyncio.Task[list[Polled]]) -> None:
        """Wait for the round and all that follows from it, showing what arrives as it arrives."""
        end = time.monotonic() + LONGEST_ACT
        while not (round_now.done() and self._is_over()) and time.monotonic() < end:
            await asyncio.sleep(TICK)
            self._show_arrivals()
        await round_now

    def _show_arrivals(self) -> None:
        began = self.newsroom.acts_began[-1]
        for mail in self.mail.received[self._shown_mails :]:
            self._shown_mails += 1
            self.show.mail(mail, (mail.received - began) / timedelta(seconds=1))
            self.seen.news()
        for message in self.slack.received[self._shown_messages :]:
            self._shown_messages += 1
            self.show.slack(message, (message.received - began) / timedelta(seconds=1))
            self.seen.news()
