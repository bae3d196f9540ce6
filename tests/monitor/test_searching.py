"""Search words: folding that reader and index share."""

from monitor.searching import search_text, search_words


def test_case_and_accents_do_not_count() -> None:
    assert search_words("Élysée ACCORD") == ["elysee", "accord"]
    assert search_words("Συμφωνία") == search_words("συμφωνια")
    assert search_words("Łódź") == ["lodz"]


def test_cyrillic_letters_stay_letters() -> None:
    assert search_words("Україна Йорданія") == ["україна", "йорданія"]


def test_japanese_and_korean_are_found_by_parts() -> None:
    assert set(search_words("安全保障")) <= set(search_words("日英安全保障協定"))
    assert search_words("安全") == ["安全"]
    assert set(search_words("안보")) <= set(search_words("안보협정"))


def test_title_and_text_are_both_found() -> None:
    assert search_text("One two", "three") == "one two three"
