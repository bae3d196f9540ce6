"""Saved searches held against a step: the fields and words of the archive's search, without the archive."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.searching import found_by, parse, search, search_text
from storage import Storage
from storage.records import ArticleRecord, Filter, MentionRecord, MentionView, StepView
from tests.storage.builders import a_source, a_step, an_article

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
STEP = a_step("DK-UA/security_agreement/signed/2024-02-23")
ARTICLE = replace(
    an_article("kyiv"),
    id=1,
    title="Україна і Данія підписали угоду",
    text="Сторони домовилися про підтримку протиповітряної оборони. Reform of the air defence was named too.",
    language="uk",
    tier="official",
    source_id="harbour-news",
    published=datetime(2024, 2, 23, 22, 30, tzinfo=UTC),
)
FOUND = [
    "угода",
    "домовитися підтримка",
    '"протиповітряної оборони"',
    "протиповітрян*",
    "угода AND (Норвегія OR Данія)",
    "угода -газ",
    "угода NOT газ",
    "party:UA",
    "pair:UA-DK stage:signed instrument:security_agreement",
    "оборона lang:uk tier:official source:harbour-news",
    "since:2024-02-23 until:2024-02-23",
    "since:10d",
    "DEFENCE",
]
NOT_FOUND = [
    "газ",
    '"протиповітряна оборона"',
    "угод*x",
    "угода AND Норвегія",
    "угода -оборона",
    "party:NO угода",
    "stage:ratified",
    "pair:NO-UA",
    "instrument:mutual_defence_treaty",
    "lang:en угода",
    "tier:press",
    "source:herald",
    "since:2024-02-24",
    "until:2024-02-22",
    "since:3d",
    '"угоду сторони домовилися про газ"',
]


def view(*articles: ArticleRecord, role: str = "report") -> StepView:
    mentions = tuple(
        MentionView(
            mention=MentionRecord(
                step_id=STEP.id, article_id=a.id or 0, role=role, confidence=0.9, quote="…"
            ),
            article=a,
        )
        for a in articles
    )
    return StepView(step=STEP, mentions=mentions)


def finds(text: str, of: StepView) -> bool:
    return found_by({"it": parse(text)}, of, now=NOW) == {"it"}


@pytest.mark.parametrize("text", FOUND)
def test_a_search_finds_a_step_by_its_article(text: str) -> None:
    assert finds(text, view(ARTICLE))


@pytest.mark.parametrize("text", NOT_FOUND)
def test_a_search_leaves_other_steps_alone(text: str) -> None:
    assert not finds(text, view(ARTICLE))


def test_one_article_must_have_all_of_it() -> None:
    other = replace(ARTICLE, id=2, text="Газ.", language="en", tier="press")
    assert finds("угода", view(other, ARTICLE))
    assert not finds("оборона tier:press", view(other, ARTICLE))


def test_who_only_recalls_the_step_does_not_count() -> None:
    assert not finds("угода", view(ARTICLE, role="recap"))
    assert finds("угода", view(ARTICLE, role="corroboration"))
    assert not finds("party:UA", StepView(step=STEP))


@pytest.mark.parametrize("text", [*FOUND, *NOT_FOUND])
def test_the_archive_finds_the_same(text: str, storage: Storage) -> None:
    """Held against the index: what a route matches is what `pactwatch find` would list."""
    with storage.writing() as w:
        w.sync_sources([a_source()], NOW)
        step = w.add_step(STEP)
        words = search_text(ARTICLE.title, ARTICLE.text, "uk")
        article, _, _ = w.put_article(replace(ARTICLE, id=None), search_text=words)
        assert article.id
        w.add_mention(
            MentionRecord(step_id=step.id, article_id=article.id, role="report", confidence=0.9, quote="…")
        )
    with storage.reading() as r:
        listed = search(r, text, Filter(), now=NOW)
    assert bool(listed) == finds(text, view(ARTICLE))
