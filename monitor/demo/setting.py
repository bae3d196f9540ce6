"""The demo's configuration: the newsroom's outlets as sources, a mail server and a Slack on loopback.

It is an ordinary config.yaml, so that what the demo runs is what a user runs.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import yaml

from monitor.newsroom import MailSink, Newsroom, Outlet, SlackSink
from spiders.items import Kind

READER = "desk@newsroom.example"
TOKEN_NAME = "DEMO_SLACK_TOKEN"  # noqa: S105 (the name of a variable)
VISIT_TIMEOUT = "3s"
INTERVAL = "10s"  # the shortest that the configuration allows


def environ_of(slack: SlackSink) -> Mapping[str, str]:
    """The environment variables that the configuration names."""
    return {TOKEN_NAME: slack.token}


def config_text(newsroom: Newsroom, *, mail: MailSink, slack: SlackSink) -> str:
    """A config.yaml that polls every outlet as often as is allowed and tells by mail and in Slack."""
    tree = {
        "contact": "mailto:desk@newsroom.example",
        "storage": {"url": "sqlite:///demo.db"},
        "web": {"enabled": False},
        "watch": {"parties": "all", "group_wait": "1s"},
        "schedule": {
            "visit_timeout": VISIT_TIMEOUT,
            "min_delay": "0s",
            "intervals": dict.fromkeys(("official", "parliament", "agency", "press"), INTERVAL),
        },
        "sources": [_source(outlet) for outlet in newsroom.outlets.values()],
        "channels": {
            "mail": {
                "kind": "email",
                "sender": "PactWatch <watch@newsroom.example>",
                "recipients": [READER],
                "servers": [{"host": mail.host, "port": mail.port, "tls": "none"}],
            },
            "slack": {
                "kind": "slack_bot",
                "token_env": TOKEN_NAME,
                "channel": slack.channel,
                "api": slack.api_url.rstrip("/"),
            },
        },
        "routes": [{"name": "everything", "channels": ["mail", "slack"]}],
    }
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=110)


def _source(outlet: Outlet) -> dict[str, Any]:
    source, place = outlet.as_source(), outlet.place
    entry: dict[str, Any] = {
        "id": source.id,
        "publisher": place.name,
        "country": place.country,
        "tier": place.tier.value,
        "kind": source.kind.value,
        "language": place.language,
        "zone": place.zone,
        "url": source.url,
        "allow_private": True,
    }
    if source.kind is Kind.LISTING:
        entry["selectors"] = {name: css for name, css in asdict(source.selectors).items() if css}
    return entry
