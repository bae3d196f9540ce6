"""The accuracy page: the keyword query beside detection, and the page from the set that is shipped."""

import pytest

from monitor.accuracy import keyword_alert, keyword_score, page
from monitor.detect import Article
from monitor.evaluation import Labelled


def labelled(title: str, language: str, *, alert: bool = True) -> Labelled:
    return Labelled(article=Article(id="a", title=title, text="", language=language), alert=alert)


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("Kenya and Peru signed a defence pact", "en", True),
        ("Kenya and Peru like the defence pact", "en", False),
        ("Kenya and Peru signed a letter", "en", False),
        ("Кенія та Перу підписали безпекову угоду", "uk", True),
        ("Kenia und Peru unterzeichnen Sicherheitsabkommen", "de", True),
        ("日本とペルーが防衛協定に署名", "ja", True),
        ("Kenya and Peru signed a defence pact", "xx", False),
    ],
)
def test_the_keyword_query_asks_for_a_document_and_a_step(
    title: str, language: str, *, expected: bool
) -> None:
    assert keyword_alert(labelled(title, language)) is expected


def test_the_query_is_scored_item_by_item() -> None:
    items = [
        labelled("Kenya and Peru signed a defence pact", "en"),
        labelled("Opinion: why the defence pact they signed is good", "en", alert=False),
        labelled("Kenya and Peru put names to a text", "en"),
    ]
    score = keyword_score(items)
    assert (score.right, score.claimed, score.true) == (1, 2, 2)


def test_the_page_names_its_folds_and_every_language_of_the_set() -> None:
    text = page()
    assert "fold b (held back at first)" in text
    assert all(f"\n| {language} |" in text for language in ("en", "uk", "ru", "de", "ja"))
    assert "$" not in text
