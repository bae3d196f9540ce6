"""Languages whose verb stands behind its noun, or whose cases alone make a place."""

from datetime import UTC, datetime

from monitor.detect import Article, alerts, detect
from monitor.terms import pair_name


def pairs(text: str, language: str) -> set[str]:
    moment = datetime(2025, 3, 12, 12, tzinfo=UTC)
    found = detect(Article(id="o", title="", text=text, language=language, published=moment))
    return {pair_name(finding.parties) for finding in alerts(found)}


def test_a_finite_verb_behind_its_noun_is_news() -> None:
    text = (
        "Puolan ja Tanskan välinen puolustussopimus allekirjoitettiin. Tilaisuus oli lyhyt. Ilma oli kylmä."
    )
    assert pairs(text, "fi") == {"DK-PL"}


def test_a_case_of_place_makes_no_party() -> None:
    text = "Puola ja Tanska allekirjoittivat Virossa puolustussopimuksen tänään."
    assert pairs(text, "fi") == {"DK-PL"}


def test_the_ending_of_a_name_may_say_with_or_in() -> None:
    text = "Türkiye, Katar'la Bakü'de savunma anlaşması imzaladı. Anlaşma bugün Azerbaycan'da duyuruldu."
    assert pairs(text, "tr") == {"QA-TR"}
