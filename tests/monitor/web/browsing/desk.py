"""The pages over what the demo's newsroom told: the true service plays the story, then they are served."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.config import Config, load_config
from monitor.demo.setting import config_text, environ_of
from monitor.newsroom import MailSink, Newsroom, SlackSink
from monitor.rules import rules_of
from monitor.service import Service
from monitor.web import WebServer, make_app
from storage import Storage, open_storage
from storage.records import Filter, SilenceRecord, StepState

LONGEST_ACT = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The pages' address and the storage behind them."""

    url: str
    storage: Storage


@contextmanager
def served_newsroom(folder: Path) -> Iterator[Desk]:
    """The desk, while its pages are served."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="pages")
    thread.start()
    try:
        config = asyncio.run_coroutine_threadsafe(_play(folder), loop).result(120)
        with _opened(config) as storage:
            _leave_work(storage)
            app = make_app(storage, config, rules_of(config), now=lambda: datetime.now(UTC))
            server = WebServer(app, host="127.0.0.1", port=0)
            asyncio.run_coroutine_threadsafe(server.start(), loop).result(20)
            yield Desk(url=server.url, storage=storage)
            asyncio.run_coroutine_threadsafe(server.stop(), loop).result(20)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


@contextmanager
def _opened(config: Config) -> Iterator[Storage]:
    storage = open_storage(config.storage_url)
    try:
        yield storage
    finally:
        storage.close()


async def _play(folder: Path) -> Config:
    """The story told to its end, without the schedule's clock."""
    async with AsyncExitStack() as stack:
        newsroom = await stack.enter_async_context(Newsroom())
        mail = await stack.enter_async_context(MailSink())
        slack = await stack.enter_async_context(SlackSink())
        path = folder / "config.yaml"
        path.write_text(config_text(newsroom, mail=mail, slack=slack), encoding="utf-8")
        config = load_config(path, environ_of(slack))
        service = Service(config, environ=environ_of(slack))
        await service.start()
        try:
            await service.poll_now()
            while not newsroom.finished:
                newsroom.advance()
                await service.poll_now()
                await _told(service)
        finally:
            await service.stop()
    return config


async def _told(service: Service) -> None:
    """Come back when nothing is left to be told, or an act's time is over."""
    loop = asyncio.get_running_loop()
    end = loop.time() + LONGEST_ACT
    while loop.time() < end:
        await asyncio.sleep(0.3)
        with service.storage.reading() as r:
            if not r.outbox_schedule():
                return


def _leave_work(storage: Storage) -> None:
    """Something to decide on, and something silenced."""
    now = datetime.now(UTC)
    with storage.writing() as w:
        told = w.steps(Filter(state=StepState.OPEN, limit=1))[0]
        doubtful = w.add_step(
            replace(told, state=StepState.REVIEW, confidence=0.61, reason="below the line for alerts")
        )
        for mention in w.mentions_of(told.id)[:1]:
            w.add_mention(replace(mention, step_id=doubtful.id))
        w.add_silence(
            SilenceRecord(
                match={"parties": ["FR"]},
                reason="state visit, known to the desk",
                who="local",
                created=now,
                expires=now + timedelta(days=1),
            )
        )
