"""From judged articles to steps, mentions, alerts and deliveries, on real databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.alerts.routing import Match, Route
from monitor.detect.findings import Detection, Evidence, Finding
from monitor.fingerprint import fingerprint
from monitor.record import Judged, record
from monitor.register import Action, Limits
from monitor.rules import Rules, Scope
from monitor.searching import parse
from monitor.terms import Corroboration, Instrument, Stage, Tier
from storage import Storage
from storage.records import ArticleRecord, DeliveryState, Filter, SilenceRecord, SourceRecord, StepState

NOW = datetime(2024, 2, 23, 15, tzinfo=UTC)
SIGNING = date(2024, 2, 23)
PAIR = ("DK", "UA")
MAIL = Route(name="all", channels=("mail",))
RULES = Rules(
    routes=(MAIL,),
    addresses={"mail": ("mail/ann@example.org", "mail/bob@example.org")},
    limits=Limits(alert_confidence=0.8, review_confidence=0.5),
)
# Four texts of their own: near-duplicates would count as copies.
TEXTS = {
    "kyiv": "Ukraine and Denmark signed an agreement on security cooperation in Lviv on 23 February.",
    "copenhagen": "Statsministeren underskrev i dag en sikkerhedsaftale med Ukraine under et besøg i Lviv.",
    "paper": "Kyiv and Copenhagen put their names to a long-term defence deal, the first of a Nordic state.",
    "journal": "Le Danemark et l'Ukraine ont conclu vendredi un accord de sécurité valable dix ans, à Lviv.",
}
OUTLETS = {
    "kyiv": (Tier.OFFICIAL, "UA"),
    "copenhagen": (Tier.OFFICIAL, "DK"),
    "paper": (Tier.PRESS, "GB"),
    "journal": (Tier.PRESS, "FR"),
}


def article(outlet: str, number: int = 1, published: datetime = NOW) -> ArticleRecord:
    tier, country = OUTLETS[outlet]
    return ArticleRecord(
        canonical_url=f"https://{outlet}.example/{number}",
        source_id="s",
        title=f"{outlet} {number}",
        text=TEXTS[outlet],
        published=published,
        first_seen=published,
        fetched=published,
        fingerprint=fingerprint(TEXTS[outlet] * number),
        publisher=outlet,
        country=country,
        tier=tier,
    )


def finding(**changes: object) -> Finding:
    plain = Finding(
        parties=PAIR,
        stage=Stage.SIGNED,
        instrument=Instrument.SECURITY_AGREEMENT,
        confidence=0.95,
        evidence=(Evidence(quote="signed an agreement", start=20, end=39),),
        reasons=("signed: past tense",),
        date=SIGNING,
        date_exact=True,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def detection(
    *new: Finding, background: tuple[Finding, ...] = (), denials: tuple[Finding, ...] = ()
) -> Detection:
    return Detection(article_id="x", language="en", findings=new, background=background, denials=denials)


@pytest.fixture
def desk(storage: Storage) -> Storage:
    with storage.writing() as w:
        source = SourceRecord(
            id="s", publisher="s", country=None, tier="press", kind="feed", url="https://x.example/f"
        )
        w.sync_sources([source], NOW)
    return storage


def enter(
    desk: Storage, one: ArticleRecord, found: Detection, *, rules: Rules = RULES, now: datetime = NOW
) -> Judged:
    with desk.writing() as w:
        return record(w, one, found, rules=rules, now=now)


def send_all(desk: Storage, now: datetime) -> list[str]:
    """Settle all that is due as sent; the keys that were sent."""
    with desk.writing() as w:
        leased = w.lease_deliveries(now, 100, lease=timedelta(minutes=1))
        for one in leased:
            assert one.id is not None
            assert w.settle_delivery(one.id, DeliveryState.SENT, now=now, remote_id=one.key)
    return [one.key for one in leased]


def test_an_official_report_is_told_at_once_to_each_address(desk: Storage) -> None:
    judged = enter(desk, article("kyiv"), detection(finding()))
    assert [d.action for d in judged.decisions] == [Action.NEW]
    assert [s.id for s in judged.told] == ["DK-UA/security_agreement/signed/2024-02-23"]
    assert len(send_all(desk, NOW)) == 2
    with desk.reading() as r:
        view = r.step_view(judged.told[0].id)
    assert view is not None
    assert view.step.corroboration == Corroboration.ONE_SIDE
    assert view.mentions[0].mention.quote == "signed an agreement"


def test_a_burst_is_one_alert_that_waits_a_little_and_lists_all(desk: Storage) -> None:
    enter(desk, article("paper"), detection(finding()))
    assert send_all(desk, NOW) == []
    judged = enter(desk, article("journal"), detection(finding()), now=NOW + timedelta(minutes=1))
    assert [d.action for d in judged.decisions] == [Action.CORROBORATES]
    assert judged.told == ()
    assert len(send_all(desk, NOW + timedelta(minutes=2))) == 2
    assert send_all(desk, NOW + timedelta(days=1)) == [], "the first message already says it"


def test_each_rise_is_an_update_and_never_a_second_alert(desk: Storage) -> None:
    first = enter(desk, article("paper"), detection(finding()))
    keys = send_all(desk, NOW + timedelta(minutes=2))
    assert enter(desk, article("paper", 2), detection(finding())).updated == (), "the same publisher again"
    for outlet in ("journal", "kyiv", "copenhagen"):
        assert len(enter(desk, article(outlet), detection(finding())).updated) == 1
        keys += send_all(desk, NOW + timedelta(hours=1))
    assert len(set(keys)) == len(keys) == 8, "every message has a key of its own"
    with desk.reading() as r:
        step = r.step(first.told[0].id)
        assert [a.kind for a in r.alerts(first.told[0].id)] == ["update"] * 3 + ["new"]
    assert step is not None
    assert step.corroboration == Corroboration.BOTH_SIDES


def test_rises_that_come_while_an_update_waits_are_told_in_it(desk: Storage) -> None:
    enter(desk, article("paper"), detection(finding()))
    send_all(desk, NOW + timedelta(minutes=2))
    for outlet in ("journal", "kyiv", "copenhagen"):
        enter(desk, article(outlet), detection(finding()))
    assert len(send_all(desk, NOW + timedelta(hours=1))) == 2
    assert send_all(desk, NOW + timedelta(days=1)) == []


def test_the_same_article_twice_adds_nothing(desk: Storage) -> None:
    enter(desk, article("kyiv"), detection(finding()))
    again = enter(desk, article("kyiv"), detection(finding()))
    assert (again.told, again.updated) == ((), ())
    with desk.reading() as r:
        assert len(r.mentions_of("DK-UA/security_agreement/signed/2024-02-23")) == 1
        assert len(r.alerts()) == 1


def test_three_signings_on_one_day_are_three_steps(desk: Storage) -> None:
    pairs = [("NO", "UA"), ("SE", "UA"), ("IS", "UA")]
    judged = enter(desk, article("kyiv"), detection(*(finding(parties=pair) for pair in pairs)))
    assert {s.agreement.parties for s in judged.told} == set(pairs)


def test_two_instruments_told_apart_by_one_text_are_two_steps(desk: Storage) -> None:
    both = detection(finding(), finding(instrument=Instrument.STRATEGIC_PARTNERSHIP_WITH_DEFENCE))
    assert len(enter(desk, article("kyiv"), both).told) == 2


def test_a_recollection_is_a_silent_mention(desk: Storage) -> None:
    enter(desk, article("kyiv"), detection(finding()))
    later = NOW + timedelta(days=90)
    recap = enter(desk, article("journal", published=later), detection(background=(finding(),)), now=later)
    assert (recap.told, recap.updated) == ((), ())
    with desk.reading() as r:
        roles = [m.role for m in r.mentions_of("DK-UA/security_agreement/signed/2024-02-23")]
    assert sorted(roles) == ["recap", "report"]


def test_a_denial_is_told_to_those_who_were_told(desk: Storage) -> None:
    enter(desk, article("paper"), detection(finding()))
    send_all(desk, NOW + timedelta(minutes=2))
    judged = enter(desk, article("copenhagen"), detection(denials=(finding(),)))
    assert [s.stage for s in judged.updated] == [Stage.SIGNED]
    with desk.reading() as r:
        assert r.alerts()[0].change == "denial"


def test_doubt_waits_for_a_human_and_is_told_when_a_surer_report_comes(desk: Storage) -> None:
    doubtful = enter(desk, article("paper"), detection(finding(confidence=0.6)))
    assert doubtful.told == ()
    assert send_all(desk, NOW + timedelta(days=1)) == []
    surer = enter(desk, article("kyiv"), detection(finding()))
    assert [d.action for d in surer.decisions] == [Action.PROMOTES]
    assert len(send_all(desk, NOW)) == 2
    with desk.reading() as r:
        assert [s.state for s in r.steps(Filter())] == [StepState.OPEN]


def test_out_of_scope_is_recorded_and_not_told(desk: Storage) -> None:
    rules = replace(RULES, scope=Scope(parties=frozenset({"JP"})))
    assert enter(desk, article("kyiv"), detection(finding()), rules=rules).told == ()
    with desk.reading() as r:
        assert len(r.steps(Filter())) == 1
        assert r.alerts() == []


def test_a_route_that_asks_for_corroboration_is_told_when_it_is_there(desk: Storage) -> None:
    careful = Route(name="careful", match=Match(corroboration="independent"), channels=("mail",))
    rules = Rules(routes=(careful,), addresses={"mail": ("mail/ann@example.org",)})
    enter(desk, article("paper"), detection(finding()), rules=rules)
    assert send_all(desk, NOW + timedelta(hours=1)) == []
    enter(desk, article("journal"), detection(finding()), rules=rules)
    sent = send_all(desk, NOW + timedelta(hours=1))
    assert len(sent) == 1
    assert ".new." in sent[0], "their first message of this step"


def test_a_silenced_step_is_held(desk: Storage) -> None:
    with desk.writing() as w:
        w.add_silence(
            SilenceRecord(
                match={"pairs": ["DK-UA"]},
                reason="we know",
                who="ann",
                created=NOW - timedelta(hours=1),
                expires=NOW + timedelta(hours=1),
            )
        )
    enter(desk, article("kyiv"), detection(finding()))
    assert send_all(desk, NOW + timedelta(days=1)) == []
    with desk.reading() as r:
        assert {d.state for d in r.deliveries()} == {DeliveryState.HELD}


def test_a_saved_search_says_who_is_told(desk: Storage) -> None:
    searches = {"press": parse('"long term defence" deal party:UA'), "gas": parse("gas")}
    rules = replace(
        RULES,
        searches=searches,
        addresses={},
        routes=(
            Route(name="gas", match=Match(searches=frozenset({"gas"})), channels=("gas",)),
            Route(name="press", match=Match(searches=frozenset({"press"})), channels=("mail",)),
        ),
    )
    enter(desk, article("kyiv"), detection(finding(parties=("NO", "UA"))), rules=rules)
    with desk.reading() as r:
        assert r.deliveries() == [], "no search finds the first"
    enter(desk, article("paper"), detection(finding()), rules=rules)
    with desk.reading() as r:
        assert [(one.route, one.channel) for one in r.deliveries()] == [("press", "mail")]


def test_a_step_found_late_says_why(desk: Storage) -> None:
    why = "found late: kyiv was not read from 2024-02-20 to 2024-02-22"
    with desk.writing() as w:
        judged = record(w, article("kyiv"), detection(finding()), rules=RULES, now=NOW, late=why)
    (step,) = judged.told
    assert (step.state, step.reason) == (StepState.OPEN, why)
