from email.message import EmailMessage

from monitor.alerts.outbox import key_of
from monitor.demo.tally import Tally, arrival_of, tally
from monitor.newsroom import ExpectedStep, Mail, SlackMessage
from monitor.terms import Instrument, Stage

TALKS = "DK-UA/security_agreement/negotiations_started/2026-02-08"
SIGNING = "NO-UA/security_agreement-2/signed/2026-02-08"
EXPECTED = (
    ExpectedStep(
        act=1,
        parties=("UA", "DK"),
        stage=Stage.NEGOTIATIONS_STARTED,
        instrument=Instrument.SECURITY_AGREEMENT,
        items=(),
    ),
    ExpectedStep(
        act=2, parties=("NO", "UA"), stage=Stage.SIGNED, instrument=Instrument.SECURITY_AGREEMENT, items=()
    ),
)


def mail(step: str, kind: str = "new", number: int = 0) -> Mail:
    message = EmailMessage()
    key = key_of(step, "mail/desk@newsroom.example", kind, number)
    message["Message-ID"] = f"<{key}@newsroom.example>"
    return Mail(sender="", recipients=(), message=message, raw=b"")


def slack(step: str, kind: str = "new", number: int = 0) -> SlackMessage:
    payload = {"event_payload": {"key": key_of(step, "slack", kind, number)}}
    return SlackMessage(ts="1.000001", channel="C0", text="", via="api", metadata=payload)


def test_an_arrival_is_known_by_its_key() -> None:
    arrival = arrival_of(mail(SIGNING, "update", 2))
    assert arrival is not None
    assert (arrival.pair, arrival.stage, arrival.kind) == (("NO", "UA"), "signed", "update")
    assert arrival_of(SlackMessage(ts="1.000001", channel="C0", text="disk full", via="webhook")) is None


def test_once_in_each_channel_is_right_and_updates_are_no_alerts() -> None:
    count = tally(
        EXPECTED, [mail(TALKS), slack(TALKS), mail(SIGNING), slack(SIGNING), slack(SIGNING, "update", 1)]
    )
    assert count.is_right
    assert count.updates == 1
    assert str(count) == "2 new steps, 2 alerts by mail, 2 in Slack, 0 repeats, expected 2"


def test_a_step_that_is_not_told_is_missing() -> None:
    count = tally(EXPECTED, [mail(TALKS), slack(TALKS), mail(SIGNING)])
    assert not count.is_right
    assert count.missing == ("NO-UA signed (slack)",)


def test_a_recap_that_is_told_is_unexpected() -> None:
    recap = "GB-UA/security_agreement/signed/2026-01-12"
    count = tally(EXPECTED[:1], [mail(TALKS), slack(TALKS), mail(recap)])
    assert not count.is_right
    assert count.unexpected == ("GB-UA signed (mail)",)


def test_the_same_step_under_another_date_is_a_repeat() -> None:
    later = TALKS.replace("02-08", "02-09")
    for second in (TALKS, later):
        count = tally(EXPECTED[:1], [mail(TALKS), slack(TALKS), mail(second)])
        assert (count.repeats, count.is_right) == (1, False)


def test_an_update_that_comes_twice_is_a_repeat() -> None:
    messages: list[Mail | SlackMessage] = [
        mail(TALKS),
        slack(TALKS),
        slack(TALKS, "update", 1),
        slack(TALKS, "update", 1),
    ]
    assert tally(EXPECTED[:1], messages).repeats == 1


def test_nothing_expected_and_nothing_told_is_right() -> None:
    assert tally((), []) == Tally(
        expected=0, steps=0, by_mail=0, in_slack=0, updates=0, repeats=0, missing=(), unexpected=()
    )
