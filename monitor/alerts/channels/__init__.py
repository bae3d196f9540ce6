"""The channels, by kind: a new one is a file beside this and a line here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from monitor.alerts.channels import apprise, console, email, file, slack_bot, slack_webhook, webhook
from monitor.alerts.channels.secrets import SecretMissing
from monitor.alerts.message import Channel
from monitor.alerts.settings import ReaderSettings

__all__ = [
    "CHANNELS",
    "ChannelKind",
    "ChannelSettings",
    "SecretMissing",
    "addressed",
    "addresses_of",
    "make_channels",
]


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """How config.yaml writes a channel of this kind, and what makes one of it."""

    settings: type[ReaderSettings]
    make: Callable[[str, Any, Mapping[str, str]], tuple[Channel, ...]]


CHANNELS: dict[str, ChannelKind] = {
    "console": ChannelKind(console.ConsoleSettings, console.make),
    "file": ChannelKind(file.FileSettings, file.make),
    "email": ChannelKind(email.EmailSettings, email.make),
    "slack_webhook": ChannelKind(slack_webhook.SlackWebhookSettings, slack_webhook.make),
    "slack_bot": ChannelKind(slack_bot.SlackBotSettings, slack_bot.make),
    "webhook": ChannelKind(webhook.WebhookSettings, webhook.make),
    "apprise": ChannelKind(apprise.AppriseSettings, apprise.make),
}

# One channel of config.yaml, told apart by `kind`.
ChannelSettings = Annotated[
    console.ConsoleSettings
    | file.FileSettings
    | email.EmailSettings
    | slack_webhook.SlackWebhookSettings
    | slack_bot.SlackBotSettings
    | webhook.WebhookSettings
    | apprise.AppriseSettings,
    Field(discriminator="kind"),
]


def make_channels(settings: Mapping[str, ReaderSettings], environ: Mapping[str, str]) -> dict[str, Channel]:
    """Every channel by the name that deliveries are addressed to; a mail channel gives one a recipient.

    Raises SecretMissing, naming the channel and the environment variable.
    """
    made: dict[str, Channel] = {}
    for name, one in settings.items():
        try:
            channels = CHANNELS[kind_of(one)].make(name, one, environ)
        except SecretMissing as missing:
            raise SecretMissing(f"channel {name!r}: {missing}") from None
        made.update((channel.name, channel) for channel in channels)
    return made


def addresses_of(settings: Mapping[str, ReaderSettings]) -> dict[str, tuple[str, ...]]:
    """The names behind each configured channel, without making any: {"mail": ("mail/ann@…", …)}."""
    return {
        name: tuple(f"{name}/{recipient}" for recipient in dict.fromkeys(one.recipients))
        if isinstance(one, email.EmailSettings)
        else (name,)
        for name, one in settings.items()
    }


def addressed(names: Iterable[str], settings: Mapping[str, ReaderSettings]) -> tuple[str, ...]:
    """The addresses behind these configured channels."""
    known = addresses_of(settings)
    return tuple(address for name in names for address in known.get(name, (name,)))


def kind_of(settings: ReaderSettings) -> str:
    """The `kind` that a channel's settings were written with."""
    return str(getattr(settings, "kind", ""))
