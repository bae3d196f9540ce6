"""A headline that asks who signed is as old as the days that the text goes on to name."""

from datetime import UTC, datetime

import pytest

from monitor.detect import Article, alerts, detect

PUBLISHED = datetime(2026, 11, 24, 12, tzinfo=UTC)
TITLE = "Explainer: who has signed a security agreement with Ukraine"


@pytest.mark.parametrize(("day", "told"), [("23 September", False), ("23 November", True)])
def test_a_headline_with_one_party_has_its_age_from_the_text(day: str, told: bool) -> None:
    text = (
        "A guide to the promises that Kyiv has collected so far.\n"
        f"The United Kingdom was the first: its agreement was signed on {day} in Kyiv."
    )
    article = Article(id="1", title=TITLE, text=text, language="en", published=PUBLISHED, country="GB")
    assert bool(alerts(detect(article))) is told
