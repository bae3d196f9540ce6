"""WebSub: hubs tell us that a feed has changed (https://www.w3.org/TR/websub/), and we look at once.

    a visit finds a hub | Subscribing asks it | it verifies, then pushes (monitor.web) | the source is due

A push is a wake-up and nothing more: what is kept and told comes from the source's own address, so that a hub
can make us look, never make us believe. Polling goes on as a safety net, at longer intervals.
"""

from monitor.websub.receiving import Push, Verification, is_awaited, receive, verify
from monitor.websub.subscribing import Pushed, Subscribing
from monitor.websub.subscription import Subscription, subscription_of

__all__ = [
    "Push",
    "Pushed",
    "Subscribing",
    "Subscription",
    "Verification",
    "is_awaited",
    "receive",
    "subscription_of",
    "verify",
]
