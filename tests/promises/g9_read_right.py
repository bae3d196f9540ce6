"""G9: a generated corpus of feeds, encodings and dates is read right, as well as by the best of other readers
for each document; no date is silently wrong."""

import calendar
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import fastfeedparser
import feedparser
from lxml import etree

from spiders import read_feed
from spiders.readers.dates import parse_date
from spiders.readers.failures import UnreadableError
from tests.promises.attempt import Tally
from tests.promises.by_tests import ByTests
from tests.promises.g9_corpus import Case, Item, dates, encoded, feeds

TESTS = ByTests(
    files=("tests/spiders/readers", "tests/spiders/test_feed_history.py"),
    reaches="our golden feeds, charsets and dates, bombs, and agreement with feedparser on real feeds",
)
ENOUGH_DATES = 46 / 48  # what three readers of dates reach together
GUESSED = 0.99  # where nothing says which encoding it is, the best reader of 424 such reads 0.957
Told = tuple[str, str, datetime | None]  # title, link, moment
Reader = Callable[[Case], Iterable[Told]]


def _ours(case: Case) -> Iterable[Told]:
    for entry in read_feed(case.body, "https://office.example/feed", case.content_type):
        yield entry.title, entry.link, entry.published


def _feedparser(case: Case) -> Iterable[Told]:
    headers = {"content-type": case.content_type, "content-location": "https://office.example/feed"}
    for entry in feedparser.parse(case.body, response_headers=headers).entries:
        moment = entry.get("published_parsed") or entry.get("updated_parsed")
        when = datetime.fromtimestamp(calendar.timegm(moment), UTC) if moment else None
        yield entry.get("title", ""), entry.get("link", ""), when


def _fast(case: Case) -> Iterable[Told]:
    for entry in fastfeedparser.parse(case.body).entries:
        written: Any = entry.get("published")
        yield (
            entry.get("title", ""),
            entry.get("link", ""),
            datetime.fromisoformat(written) if written else None,
        )


def _lxml(case: Case) -> Iterable[Told]:
    tree = etree.fromstring(case.body, etree.XMLParser(recover=True, resolve_entities=False, huge_tree=False))
    for item in tree.iter("{*}item", "{*}entry"):
        link = item.findtext("{*}link") or next((str(one.get("href")) for one in item.iter("{*}link")), "")
        yield item.findtext("{*}title") or "", link, None


PEERS: dict[str, Reader] = {"feedparser": _feedparser, "fastfeedparser": _fast, "lxml": _lxml}


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried. The long form takes the ordinary tests of the readers, too."""
    chance = random.Random(seed)
    made = {
        "feeds": list(feeds(chance, 8 if long else 1)),
        "encodings": list(encoded(chance, 4 if long else 1)),
    }
    if not long:
        made = {what: chance.sample(cases, len(cases) // 3) for what, cases in made.items()}
    tried = [_read(tally, what, cases) for what, cases in made.items()]
    tried.append(_dates(tally, chance, 20_000 if long else 1_000))
    if long:
        tried.append(TESTS.prove(tally, seed=seed, long=long))
    return "; ".join(tried)


def _read(tally: Tally, what: str, cases: Sequence[Case]) -> str:
    """How many documents each reader read without a fault; ours is asked to read them all, and where it must
    guess the encoding, all that another reads."""
    scores: Counter[str] = Counter()
    union = 0
    for case in cases:
        with tally.attempt(f"{what}: {case.name}"):
            wrong = _wrong(_ours, case)
            scores["ours"] += not wrong
            right = [name for name, peer in PEERS.items() if not _wrong(peer, case, dated=name != "lxml")]
            scores.update(right)
            union += bool(right)
            assert not wrong or (case.is_guessed and not right), wrong
    with tally.attempt(f"hardly any of the {what} is guessed wrongly"):
        assert scores["ours"] >= GUESSED * len(cases), f"{scores['ours']} of {len(cases)}"
    others = ", ".join(f"{name} {scores[name]}" for name in PEERS)
    return f"{len(cases)} {what}, {scores['ours']} without a fault ({others}, one of them {union})"


def _wrong(reader: Reader, case: Case, *, dated: bool = True) -> str:
    """What was read wrongly, "" for nothing."""
    try:
        told = {link: (title, when) for title, link, when in reader(case)}
    except (UnreadableError, ValueError, TypeError, AttributeError, LookupError, etree.LxmlError) as error:
        return f"not read: {type(error).__name__}"
    for item in case.items:
        if item.link not in told:
            lost = sum(one.link not in told for one in case.items)
            return f"lost {lost} of {len(case.items)} entries"
        title, when = told[item.link]
        if " ".join(title.split()) != item.title:
            return f"title {title!r} for {item.title!r}"
        if dated and when != _second(item):
            return f"date {when} for {item.moment}"
    return ""


def _second(item: Item) -> datetime:
    return item.moment.replace(microsecond=0)


def _dates(tally: Tally, chance: random.Random, count: int) -> str:
    right, none, total = 0, Counter[str](), 0
    for written, zone, language, moment in dates(chance, count):
        total += 1
        found = parse_date(written, zone, language)
        if found is None:
            none[written] += 1
            continue
        with tally.attempt(f"the date {written!r} ({language}, {zone})"):
            assert found.replace(second=0) == moment, f"{found} for {moment}"
            right += 1
    with tally.attempt("hardly a date is not read"):
        assert right >= ENOUGH_DATES * total, f"{len(none)} not read, such as {', '.join(list(none)[:5])}"
    unread = sum(none.values())
    return f"{total} dates, {right} right, {unread} not read, {total - right - unread} wrong"
