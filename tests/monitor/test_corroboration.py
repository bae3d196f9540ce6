"""The ladder: publishers, copies, sides."""

import pytest

from monitor.corroboration import Report, corroboration, independent
from monitor.terms import Corroboration, Tier

PAIR = ("DK", "UA")
PAPER = Report(publisher="The Paper", tier=Tier.PRESS, country="GB", fingerprint=1)
OTHER = Report(publisher="Le Journal", tier=Tier.PRESS, country="FR", fingerprint=-1)
COPY = Report(publisher="Copy Daily", tier=Tier.PRESS, fingerprint=3)
KYIV = Report(publisher="President of Ukraine", tier=Tier.OFFICIAL, country="UA")
COPENHAGEN = Report(publisher="Folketing", tier=Tier.PARLIAMENT, country="DK")
LONDON = Report(publisher="Downing Street", tier=Tier.OFFICIAL, country="GB")
AGGREGATOR = Report(publisher="Aggregator", tier=Tier.DISCOVERY)


@pytest.mark.parametrize(
    ("reports", "rung"),
    [
        ([], Corroboration.SINGLE),
        ([PAPER], Corroboration.SINGLE),
        ([PAPER, PAPER], Corroboration.SINGLE),
        ([PAPER, COPY], Corroboration.SINGLE),
        ([PAPER, AGGREGATOR], Corroboration.SINGLE),
        ([PAPER, OTHER], Corroboration.INDEPENDENT),
        ([PAPER, LONDON], Corroboration.INDEPENDENT),
        ([KYIV], Corroboration.ONE_SIDE),
        ([KYIV, KYIV, PAPER], Corroboration.ONE_SIDE),
        ([KYIV, COPENHAGEN], Corroboration.BOTH_SIDES),
    ],
)
def test_the_rung(reports: list[Report], rung: Corroboration) -> None:
    assert corroboration(PAIR, reports) is rung


def test_copies_of_one_text_count_once() -> None:
    assert independent([PAPER, COPY, OTHER]) == [PAPER, OTHER]
