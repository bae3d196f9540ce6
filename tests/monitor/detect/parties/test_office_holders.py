"""A leader names the state only while in office."""

from datetime import date

import pytest

from monitor.detect.parties import find_parties

CASES = [
    ("en", "Boris Johnson met Zelensky.", date(2022, 4, 9), "GB UA"),
    ("en", "Boris Johnson met Zelensky.", date(2024, 4, 9), "UA"),
    ("en", "Biden and Trump spoke.", date(2024, 6, 13), "US"),
    ("en", "Rutte signed in Kharkiv.", date(2024, 3, 1), "NL"),
    ("en", "Rutte spoke in Ankara.", date(2025, 3, 1), "NATO TR"),
    ("en", "Kallas welcomed it.", date(2023, 1, 1), "EE"),
    ("en", "Kallas welcomed it.", date(2025, 1, 1), "EU"),
    ("uk", "Зустріч Зеленського з Туском та Макроном", date(2024, 7, 8), "UA PL FR"),
    ("uk", "Зустріч Зеленського з Моравецьким", date(2024, 7, 8), "UA"),
    ("ru", "Путин и Ким Чен Ын подписали", date(2024, 6, 19), "RU KP"),
    ("pl", "Rozmowa Zełenskiego z Dudą i Scholzem", date(2024, 2, 16), "UA PL DE"),
    ("fr", "M. Hollande et François Hollande", date(2015, 2, 1), "FR"),
    ("de", "Der Frieden und Bundeskanzler Scholz", date(2024, 2, 16), "DE"),
    ("ja", "石破首相とマルコス大統領", date(2025, 4, 29), "JP PH"),
    ("zh", "习近平与普京", date(2024, 5, 16), "CN RU"),
    ("ar", "زيلينسكي وترامب", date(2025, 3, 1), "UA US"),
    ("cs", "s Fialou a Zelenským", date(2024, 7, 18), "CZ UA"),
    ("lt", "su Zelenskiu ir Nausėda", date(2024, 6, 27), "UA LT"),
    ("hr", "Plenkovića i Zelenskog", date(2024, 10, 9), "HR UA"),
]


@pytest.mark.parametrize(("language", "text", "on", "codes"), CASES)
def test_the_day_decides(language: str, text: str, on: date, codes: str) -> None:
    assert " ".join(m.code for m in find_parties(text, language, on)) == codes


def test_any_day_counts_when_none_is_given() -> None:
    (mention,) = find_parties("Theresa May agreed.", "en")
    assert (mention.code, mention.form, mention.leader) == ("GB", "leader", "Theresa May")


def test_the_full_name_is_one_mention() -> None:
    text = "President Volodymyr Zelenskyy arrived."
    (mention,) = find_parties(text, "en", date(2024, 1, 1))
    assert text[mention.start : mention.end] == "Volodymyr Zelenskyy"
    assert mention.weight == 0.9


def test_relatives_are_not_the_office() -> None:
    assert find_parties("Hunter Biden and Melania Trump and Olena Zelenska", "en") == ()
