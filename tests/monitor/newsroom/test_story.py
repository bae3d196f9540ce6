from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from monitor.newsroom import Story, Trouble, Verdict, load_story
from monitor.newsroom.story import dated


@pytest.fixture(scope="module")
def story() -> Story:
    return load_story()


def test_the_story_fits_together(story: Story) -> None:
    places = {place.id for place in story.places}
    items = [item for act in story.acts for item in act.items]
    assert len(places) == len(story.places)
    assert len({item.id for item in items}) == len(items)
    assert {item.source for item in items} <= places
    assert {place.language for place in story.places} <= set(story.texts)
    for act in story.acts:
        assert all(story.item(edit.item) for edit in act.edits)


def test_an_item_either_reports_an_expected_step_or_says_why_it_is_silent(story: Story) -> None:
    reporting = {item for step in story.steps for item in step.items}
    silent = {item.id for act in story.acts for item in act.items if item.verdict}
    assert reporting & silent == set()
    assert reporting | silent == {item.id for act in story.acts for item in act.items}


def test_the_story_has_what_the_demo_is_about(story: Story) -> None:
    working = [place for place in story.places if place.trouble is None]
    assert len(working) >= 12
    assert len({place.language for place in working}) >= 5
    assert {place.trouble for place in story.places} == {*Trouble, None}
    (signing,) = [step for step in story.steps if len(step.items) == 6]
    told = {story.place(story.item(item).source).language for item in signing.items}
    assert len(told) == 4
    third = {item.verdict for item in story.acts[3].items}
    assert {Verdict.RECAP, Verdict.AID, Verdict.OPINION, Verdict.EXERCISE} <= third


def test_what_stands_there_before_the_watch_is_old(story: Story) -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert all(item.published(now) <= now - timedelta(days=1) for item in story.acts[0].items)
    fresh = [item for act in story.acts[1:] for item in act.items]
    assert all(now - timedelta(minutes=10) <= item.published(now) <= now for item in fresh)


@pytest.mark.parametrize(
    ("language", "text", "written"),
    [
        ("en", "on {day}", "on 24 February"),
        ("en", "since {day-25}", "since 30 January"),
        ("uk", "{day-40} підписали", "15 січня підписали"),
        ("de", "am {date}", "am 24. Februar 2026"),
        ("da", "den {day+5}", "den 1. marts"),
        ("no", "{weekday} kveld", "tirsdag kveld"),
        ("pl", "{date} r.", "24 lutego 2026 r."),
    ],
)
def test_dates_are_written_as_the_language_writes_them(language: str, text: str, written: str) -> None:
    assert dated(text, today=date(2026, 2, 24), language=language) == written


def test_a_story_with_an_unknown_word_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("story")
    (folder / "sources.yaml").write_text("- {id: a, name: A, nation: UA}\n", encoding="utf-8")
    (folder / "expected.yaml").write_text("[]", encoding="utf-8")
    (folder / "texts.yaml").write_text("{}", encoding="utf-8")
    with pytest.raises(ValidationError, match="nation"):
        load_story(folder)
