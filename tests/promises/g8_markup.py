"""G8, live markup: publishers whose every word is markup, and all that people and programs are shown of it.

`MARK` stands in each payload, so that where it comes to life it can be found: as an element, an attribute
that runs or loads, a Slack control, a header, a formula, a line of a calendar.
"""

import asyncio
import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import yaml
from icalendar import Calendar
from lxml import etree, html
from starlette.testclient import TestClient

from monitor.config import load_config
from monitor.newsroom import MailSink, SlackSink, WebhookSink
from monitor.rules import rules_of
from monitor.service import Service
from monitor.web import make_app
from monitor.web.pages import PAGES
from storage.records import DeliveryState
from tests.monitor.test_killed import Feed, serving, until
from tests.promises.attempt import Tally

MARK = "pwn7"
PAYLOADS = (
    f"<script>{MARK}()</script>", f"<img src=x onerror={MARK}()>", f'"><svg onload={MARK}()>',
    f"</title></textarea><script>{MARK}()</script>", f"--><script>{MARK}()</script>",
    f"]]><script>{MARK}()</script>", f'<a href="javascript:{MARK}()">{MARK}</a>',
    f"<iframe srcdoc='<script>{MARK}()</script>'></iframe>", f"<style>@import '//{MARK}.example';</style>",
    f"<form action=//{MARK}.example><button>{MARK}</button></form>",
    f"<math><mtext><mglyph><style><img src onerror={MARK}()></style></mglyph></mtext></math>",
    f"&lt;script&gt;{MARK}()&lt;/script&gt;", f"&#60;img src=x onerror={MARK}()&#62;",
    f"<base href=//{MARK}.example/><meta http-equiv=refresh content='0;url=//{MARK}.example'>",
    f"' autofocus onfocus={MARK}() x='", f"{{{{ {MARK} }}}}{{% raw %}}{{{{7*'{MARK}'}}}}", f"${{7*{MARK}}}",
    f"<!channel> <@{MARK}> <#{MARK}|x> <https://evil.example/{MARK}|Click {MARK}>",
    f"*{MARK}* _{MARK}_ ~{MARK}~ `{MARK}` ```{MARK}```", f"@channel @everyone {MARK}",
    f"[{MARK}](javascript:{MARK}()) ![{MARK}](//{MARK}.example/x.png)", f"<javascript:{MARK}()>",
    f"\r\nBcc: {MARK}@evil.example\r\n\r\n<b>{MARK}</b>", f"\r\nDTSTART:20000101T000000Z\r\nX-{MARK}:1",
    f"\u202e{MARK}\u2066\u200b\ufeff", f"\x1b[31m{MARK}\x07\x9b", f'=HYPERLINK("//{MARK}.example")',
    "\U0001f525Z" + "\u0351\u0352\u0353\u0354" * 12 + MARK,
)  # fmt: skip
PARTNERS = (
    "Denmark", "Portugal", "Kenya", "Norway", "Peru", "Chile", "Iceland", "Ghana", "Uruguay", "Cyprus",
    "Malta", "Nepal", "Fiji", "Latvia", "Estonia", "Finland", "Sweden", "Poland", "Spain", "Italy", "Greece",
    "Croatia", "Albania", "Canada", "Brazil", "Mexico", "Egypt", "Morocco",
)  # fmt: skip
LOADS = (
    "src",
    "srcset",
    "srcdoc",
    "data",
    "action",
    "formaction",
    "background",
    "poster",
    "style",
    "http-equiv",
)
RUNS = (
    "script", "style", "iframe", "object", "embed", "base", "meta", "form", "math", "template",
)  # fmt: skip
EXPORTS = [f"/api/v1/export/{name}" for name in (
    "steps.csv", "agreements.csv", "articles.csv", "details.csv", "steps.atom", "steps.ics", "steps.md",
    "steps.json", "articles.json",
)]  # fmt: skip
MARKDOWN = re.compile(r"(?<!\\)\]\(|(?<!\\)!\[|(?<!\\)<(?!https?://)(?=[a-z!/])|(?<!\\)`")
SECONDS = 90


class Hostile(Feed):
    """An office that puts a payload into all that it says."""

    def say(self, payload: str, country: str) -> None:
        self.publish(country)
        item = self.items[-1]
        item["title"] += f" {escape(payload)}"  # tags are taken out of titles; these are read as letters
        text = item["content_text"].replace("in Kyiv", f"in Kyiv {escape(payload)}")
        item["content_text"] = f"{text} {payload}"
        item["summary"] = payload
        item["id"] += payload


async def play(tally: Tally, folder: Path, *, every: int) -> str:
    """A line on what was tried: one in `every` payloads."""
    said = list(zip(PAYLOADS, PARTNERS, strict=True))[::every]
    async with AsyncExitStack() as stack:
        feed, slack, mail, hook = Hostile(), SlackSink(), MailSink(), WebhookSink()
        for one in (slack, mail, hook, serving(feed)):
            await stack.enter_async_context(one)
        tree = _config(feed, slack, mail)
        (folder / "config.yaml").write_text(yaml.safe_dump(tree), encoding="utf-8")
        environ = {"SLACK": slack.token, "SLACK_HOOK": slack.hook_url, "HOOK": hook.url}
        config = load_config(folder / "config.yaml", environ)
        service = Service(config, environ=environ)
        await service.start(chores=False)
        try:
            await service.poll_now()
            for payload, country in said:
                feed.say(payload, country)
            await service.poll_now()
            await _told(service, len(said))
            for sent in mail.received:
                _mail_is_inert(tally, sent.message, sent.text, sent.html)
            for message in slack.received:
                _slack_is_inert(tally, message.text, message.blocks)
            app = make_app(service.storage, config, rules_of(config), now=lambda: datetime.now(UTC))
            seen = await asyncio.to_thread(
                _look_around, tally, TestClient(app, base_url="http://127.0.0.1:8642")
            )
        finally:
            await service.stop()
    return (
        f"{len(said)} kinds of markup in all that a publisher says: {len(mail.received)} mails, "
        f"{len(slack.received)} Slack messages, {seen} pages and exports"
    )


def _config(feed: Feed, slack: SlackSink, mail: MailSink) -> dict[str, Any]:
    source = {
        "id": "office", "publisher": PAYLOADS[0], "country": "UA", "tier": "official", "language": "en",
        "kind": "feed", "url": f"{feed.url}/feed.json", "allow_private": True, "min_delay": "0s",
    }  # fmt: skip
    server = {"host": "127.0.0.1", "port": mail.port, "tls": "none"}
    return {
        "contact": "mailto:desk@example.org",
        "watch": {"parties": "all", "group_wait": "0s"},
        "sources": [source],
        "channels": {
            "bot": {
                "kind": "slack_bot", "token_env": "SLACK", "channel": slack.channel,
                "api": slack.api_url.rstrip("/"),
            },
            "slack": {"kind": "slack_webhook", "url_env": "SLACK_HOOK"},
            "mail": {
                "kind": "email", "sender": "a@x.example", "recipients": ["b@x.example"], "servers": [server],
            },
            "hook": {"kind": "webhook", "url_env": "HOOK"},
        },
        "routes": [{"name": "all", "channels": ["bot", "slack", "mail", "hook"]}],
    }  # fmt: skip


async def _told(service: Service, count: int) -> None:
    """Wait until all steps are told on all four channels."""

    async def all_sent() -> bool:
        await service.delivery.drain()
        with service.storage.reading() as r:
            states = [d.state for d in r.deliveries(limit=10_000)]
        return len(states) >= 4 * count and set(states) == {DeliveryState.SENT}

    await until(all_sent, f"{count} steps told on four channels", SECONDS)


def _mail_is_inert(tally: Tally, message: Any, text: str, body: str) -> None:
    with tally.attempt(f"the mail {message['Subject']!r:.60}"):
        assert not [name for name in message if name.lower() in ("bcc", "cc")]
        assert message.get_all("To") == ["b@x.example"]
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]",
            f"{message['Subject']}{text}{body}".replace("\r\n", "\n"),
        )
        assert MARK in text
        assert not list(alive(body))


def _slack_is_inert(tally: Tally, text: str, blocks: Sequence[Any]) -> None:
    with tally.attempt(f"the Slack message {text!r:.60}"):
        for said in (text, *_mrkdwn(blocks)):
            links = re.findall(r"<(https?://[^|>\s]+)(?:\|[^<>]*)?>", said)
            assert not [link for link in links if "evil" in link]
            rest = re.sub(r"<https?://[^|>\s]+(?:\|[^<>]*)?>", "", said)
            assert "<" not in rest, rest
            assert not re.search(r"@(channel|here|everyone)", rest), rest


def _mrkdwn(block: Any) -> Iterator[str]:
    if isinstance(block, dict) and block.get("type") == "mrkdwn":
        yield str(block["text"])
    inner = block.values() if isinstance(block, dict) else block if isinstance(block, list | tuple) else ()
    for one in inner:
        yield from _mrkdwn(one)


def alive(page: str) -> Iterator[str]:
    """Every place of an HTML page where the mark came to life."""
    for element in html.document_fromstring(page).iter():
        tag = str(element.tag)
        attributes = {str(name): str(value) for name, value in element.attrib.items()}
        said = f"{element.text or ''}{''.join(attributes.values())}"
        if tag in RUNS and MARK in said and (tag != "meta" or "http-equiv" in attributes):
            yield f"<{tag}>"
        for name, value in attributes.items():
            runs = name.startswith("on") or (name in LOADS and MARK in value)
            leads = name in ("href", "xlink:href") and not re.match(r"(https?://|mailto:|/|#|\?)", value)
            if runs or (leads and MARK in value):
                yield f"<{tag} {name}={value!r}>"


def _look_around(tally: Tally, client: TestClient) -> int:
    """Every page and export; how many."""
    steps = client.get("/api/v1/steps").json()["items"]
    articles = client.get("/api/v1/articles").json()["items"]
    pages = [path for path in PAGES if "{" not in path] + [
        f"/search?q={payload}" for payload in ("pwn7", "kyiv")
    ]
    pages += [f"/steps/{one['id']}" for one in steps] + [f"/articles/{one['id']}" for one in articles]
    pages += [f"/agreements/{'-'.join(one['parties'])}" for one in steps]
    pages += [f"/search?{httpx_query(payload)}" for payload in PAYLOADS]
    for path in pages:
        answer = client.get(path)
        with tally.attempt(f"the page {path!r:.70}"):
            assert answer.status_code < 500, answer.status_code
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            found = list(alive(answer.text))
            assert not found, found[0]
    for path in EXPORTS:
        answer = client.get(path)
        with tally.attempt(f"the export {path}"):
            assert answer.status_code == 200, answer.text[:200]
            _export_is_inert(path.rpartition(".")[2], answer.text)
    return len(pages) + len(EXPORTS)


def httpx_query(payload: str) -> str:
    """The search for a payload."""
    from urllib.parse import urlencode

    return urlencode({"q": payload.encode("utf-8", "replace")})


def _export_is_inert(style: str, text: str) -> None:
    if style == "csv":
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert any(MARK in cell for cell in cells) or len(cells) > 10
        assert not [
            cell
            for cell in cells
            if cell.lstrip(" \"'").startswith(("=", "@", "\t", "\r")) and not cell.startswith("'")
        ]
    elif style == "atom":
        for element in etree.fromstring(text.encode()).iter():
            kind = element.get("type", "text")
            assert kind in ("text", "application/atom+xml", "text/html") or not list(
                alive(f"<p>{element.text or ''}</p>")
            )
    elif style == "ics":
        calendar = Calendar.from_ical(text)
        events = [one for one in calendar.walk() if one.name == "VEVENT"]
        assert text.count("\nDTSTART") == len(events) > 0
        assert f"\nX-{MARK}" not in text
    elif style == "md":
        assert MARK in text
        prose = [line for line in text.splitlines() if not re.fullmatch(r"`[A-Z]{2,4}-\S+`", line)]
        assert not [line for line in prose if MARKDOWN.search(line)]
    else:
        assert [json.loads(line) for line in text.splitlines()]
