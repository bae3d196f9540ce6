"""A newsroom on loopback: sources that publish a story act by act, and sinks for what we send.

The demo runs the true service against it, and the tests use the same.
"""

from monitor.newsroom.faults import Fault, dropped, hanging, refused, refused_recipient
from monitor.newsroom.mail import Mail, MailSink
from monitor.newsroom.newsroom import Newsroom
from monitor.newsroom.outlet import Hit, Outlet
from monitor.newsroom.slack import SlackMessage, SlackSink
from monitor.newsroom.story import (
    Act,
    Edit,
    ExpectedStep,
    Format,
    Item,
    Place,
    Story,
    Trouble,
    Verdict,
    load_story,
)
from monitor.newsroom.webhook import Hook, WebhookSink

__all__ = [
    "Act",
    "Edit",
    "ExpectedStep",
    "Fault",
    "Format",
    "Hit",
    "Hook",
    "Item",
    "Mail",
    "MailSink",
    "Newsroom",
    "Outlet",
    "Place",
    "SlackMessage",
    "SlackSink",
    "Story",
    "Trouble",
    "Verdict",
    "WebhookSink",
    "dropped",
    "hanging",
    "load_story",
    "refused",
    "refused_recipient",
]
