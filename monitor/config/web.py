"""The section `web` of config.yaml: where the pages and the API are served, and to whom."""

from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from monitor.config.strict import Strict
from monitor.config.values import WebAddress


class Auth(StrEnum):
    """Who may read."""

    LOCAL = "local"  # whoever is on this machine
    TOKEN = "token"  # noqa: S105 - only who brings a token (pactwatch tokens add)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _host_name(value: str) -> str:
    plain = value.strip().lower()
    if not plain or any(letter in plain for letter in "/@?# ") or "://" in plain:
        raise ValueError(f'"{value}" is not a host (like pactwatch.example.org or 127.0.0.1)')
    return plain


Host = Annotated[str, AfterValidator(_host_name)]


class WebSettings(Strict):
    """Where the pages and the API are served. Elsewhere than on this machine, tokens are needed."""

    enabled: bool = True
    host: Host = "127.0.0.1"
    port: int = Field(default=8642, ge=0, le=65535)  # 0: one that is free
    auth: Auth = Auth.LOCAL
    public_url: WebAddress | None = None  # where readers of alerts find the pages
    hosts: tuple[Host, ...] = ()  # other names that browsers may call us by, such as behind a proxy

    @model_validator(mode="after")
    def _is_not_open_to_everybody(self) -> "WebSettings":
        if self.auth is Auth.LOCAL and not is_loopback(self.host):
            raise ValueError(
                f'host "{self.host}" can be reached from elsewhere: set auth to "token" '
                "(and make one with `pactwatch tokens add`), or host to 127.0.0.1"
            )
        return self

    @property
    def known_hosts(self) -> frozenset[str]:
        """What the Host header may name, without a port."""
        mine = {"localhost", "127.0.0.1", "[::1]"} if is_loopback(self.host) else {self.host}
        return frozenset(mine | set(self.hosts))
