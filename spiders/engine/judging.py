"""What an answer's status means for a visit; pure."""

from spiders.challenges import refusal_in
from spiders.engine.faults import FetchError
from spiders.engine.wire import Reply
from spiders.items import Failure

# Headers that bot walls set on a challenge, from their own documentation: Cloudflare "Detecting a
# challenge page response", AWS WAF "Challenge and CAPTCHA actions".
_CHALLENGE_HEADERS = {
    "cf-mitigated": ("challenge",),
    "x-amzn-waf-action": ("challenge", "captcha"),
}

# Statuses behind which a wall may stand; what looks like a login on a 404 page is still a 404.
_WALLS = (202, 403, 429, 500, 503)


def judge_status(reply: Reply) -> None:
    """Return if the answer brings what was asked for (or 304). Raises FetchError otherwise."""
    status = reply.status
    if is_challenge(reply):
        raise FetchError(Failure.BLOCKED, f"{status}: a challenge for browsers, not the page", status=status)
    if 200 <= status < 300 or status == 304:
        return
    if status in _WALLS and (wall := refusal_in(reply.body)):
        raise FetchError(Failure.BLOCKED, f"{status}: {wall} instead of the page", status=status)
    raise FetchError(
        _failure_of(reply),
        f"the server answers {status}",
        status=status,
        retry_after=reply.headers.get("retry-after"),
    )


def is_challenge(reply: Reply) -> bool:
    """Return whether headers say that a bot wall answered in the site's place."""
    return any(
        reply.headers.get(name, "").strip().lower() in values for name, values in _CHALLENGE_HEADERS.items()
    )


def _failure_of(reply: Reply) -> Failure:
    if reply.status in (401, 403, 407, 451):
        return Failure.BLOCKED
    if reply.status in (404, 410):
        return Failure.NOT_FOUND
    if reply.status == 429 or (reply.status == 503 and "retry-after" in reply.headers):
        return Failure.RATE_LIMITED
    return Failure.HTTP
