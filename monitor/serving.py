"""The pages and the API, served beside the watch. A service without pages loads nothing of them."""

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from monitor.config import Config
from monitor.watch import Watch

if TYPE_CHECKING:
    from monitor.web import WebServer

log = logging.getLogger("pactwatch.service")


async def serve(
    config: Config, watch: Watch, *, wake: Callable[[], None], ailing: Callable[[], Sequence[str]]
) -> "WebServer | None":
    """The server, or None where none is wanted. A port that is taken costs the pages, never the watch."""
    if not config.web.enabled:
        return None
    from monitor.web import WebServer, make_app

    app = make_app(
        watch.storage, config, watch.rules, now=watch.clock.now, hasten=watch.look_up, wake=wake,
        ailing=ailing, rates=watch.rates,
    )  # fmt: skip
    web = WebServer(app, host=config.web.host, port=config.web.port)
    try:
        await web.start()
    except OSError as error:
        log.warning("no pages at %s: %s; the watch goes on", web.url, error.strerror or error)
        return None
    return web
