"""Who else signed, and with whom: several signings told in one breath, through the door."""

from datetime import UTC, datetime

from monitor.detect import Article, alerts, detect
from monitor.terms import pair_name

DAY = datetime(2024, 5, 29, 12, tzinfo=UTC)


def told(language: str, title: str, text: str = "") -> set[str]:
    article = Article(id="t", title=title, text=text, language=language, published=DAY)
    return {f"{pair_name(found.parties)} {found.stage}" for found in alerts(detect(article))}


def test_a_person_beside_a_signer_is_no_place() -> None:
    text = (
        "Il premier greco Mitsotakis ha firmato ieri a Roma, insieme a Emmanuel Macron, un accordo di difesa."
    )
    assert told("it", "Accordo di difesa", text) == {"FR-GR signed"}


def test_capitals_listed_as_places_do_not_sign_with_each_other() -> None:
    title = "Ucraina, dopo Berlino e Parigi anche l'Aja: firmato il patto decennale con l'Olanda"
    assert not told("it", title) & {"FR-NL signed", "DE-NL signed"}
    text = "Acordul de securitate cu Portugalia este valabil zece ani."
    assert "BE-PT signed" not in told("ro", "Zelenski a semnat la Madrid, Bruxelles și Lisabona", text)


def test_capitals_after_a_fronted_place_still_act() -> None:
    text = "In Brussels, Paris and Berlin signed a defence agreement today."
    assert told("en", "Defence agreement", text) == {"DE-FR signed"}


def test_who_did_the_same_with_another_has_no_part_in_the_first() -> None:
    text = (
        "Kenya and Peru signed a defence treaty today that includes a mutual assistance clause, and Ghana "
        "did the same with Togo."
    )
    found = told("en", "Defence treaty", text)
    assert "KE-PE signed" in found
    assert not found & {"KE-TG signed", "PE-TG signed"}


def test_who_also_signed_its_own_did_not_sign_with_the_visitor() -> None:
    text = (
        "La presidente del Consiglio Giorgia Meloni e il presidente Volodymyr Zelensky hanno firmato oggi "
        "l'accordo di sicurezza tra Italia e Ucraina. Nello stesso giorno anche il Canada ha "
        "firmato il proprio."
    )
    assert told("it", "Meloni a Kiev, firmato l'accordo di sicurezza", text) == {"IT-UA signed"}
