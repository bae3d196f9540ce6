"""The prefilter lets through what may matter, in every language, and refuses the rest."""

import pytest

from monitor.detect import may_matter


@pytest.mark.parametrize(
    "title",
    [
        "Ukraine and Iceland sign security agreement",
        "Україна та Ісландія підписали безпекову угоду",
        "Россия и Никарагуа заключили договор о военном сотрудничестве",
        "Deutschland und Kenia unterzeichnen Verteidigungsabkommen",
        "La France et la Géorgie signent un accord de défense",
        "Polska i Szwecja podpisały umowę o współpracy obronnej",
        "España y Ucrania firman un acuerdo de seguridad",
        "Italia e Albania, firmato il patto sulla difesa",
        "Suomi ja Japani allekirjoittivat puolustussopimuksen",
        "Sverige och Kanada undertecknar försvarsavtal",
        "日比、円滑化協定に署名",
        "한국과 폴란드, 방위 협정 서명",
        "中国与所罗门群岛签署安全协议",
        "توقيع اتفاقية دفاع مشترك بين البلدين",
        "Indonesia dan Australia menandatangani perjanjian keamanan",
        "Türkiye ve Somali savunma anlaşması imzaladı",
    ],
)
def test_what_may_matter_passes_by_its_title_alone(title: str) -> None:
    assert may_matter(title)


@pytest.mark.parametrize(
    "title",
    [
        "Storm brings snow to the north",
        "Збірна виграла матч у Львові",
        "Neue Ausstellung im Museum eröffnet",
        "Impact of rising prices on families",
        "映画祭が開幕",
        "",
    ],
)
def test_what_is_of_another_field_is_refused(title: str) -> None:
    assert not may_matter(title)


def test_the_summary_counts_as_well() -> None:
    assert may_matter("Sunak in Kyiv", "The leaders signed a security agreement.")
