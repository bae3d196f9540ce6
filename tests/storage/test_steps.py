"""The register's memory: agreements, steps, mentions, views and reviews."""

from datetime import date

import pytest

from storage import Storage
from storage.records import Filter, MentionRecord, ReviewRecord, StepState
from tests.storage.builders import HOUR, NOW, a_step, an_agreement, an_article, with_sources


def a_mention(step_id: str, article_id: int | None, role: str = "report") -> MentionRecord:
    assert article_id is not None
    return MentionRecord(
        step_id=step_id,
        article_id=article_id,
        role=role,
        confidence=0.9,
        quote="They signed it.",
        start=3,
        end=18,
        evidence=({"quote": "signed", "start": 8, "end": 14, "field": "text", "role": "stage"},),
        reasons=("“signed” gives the stage",),
        language="en",
        created=NOW,
    )


def test_one_agreement_for_a_pair_an_instrument_and_a_number(storage: Storage) -> None:
    with storage.writing() as w:
        first = w.add_agreement(an_agreement(title="The first"))
        assert w.add_agreement(an_agreement()) == first
        second = w.add_agreement(an_agreement(number=2))
        other = w.add_agreement(an_agreement("RO"))
        assert w.agreements_of([("DK", "UA")]) == [first, second]
        assert w.agreements_of([("DK", "UA"), ("RO", "UA"), ("XK", "UA")]) == [first, second, other]
        assert w.agreements_of([]) == []


def test_an_unsorted_pair_is_refused(storage: Storage) -> None:
    with pytest.raises(ValueError, match="sorted"), storage.writing() as w:
        w.add_agreement(an_agreement("UA", "DK"))


def test_a_step_comes_back_as_it_was_given(storage: Storage) -> None:
    with storage.writing() as w:
        kept = w.add_step(
            a_step(
                place="Copenhagen",
                ordinal=3,
                expected=date(2026, 3, 9),
                sources=("https://a.example/",),
                late_seconds=5,
            )
        )
        assert w.step(kept.id) == kept
        assert w.step("nothing") is None
        assert w.steps_of([("DK", "UA")]) == [kept]
        assert kept.seq == 1


def test_a_taken_id_is_counted_up(storage: Storage) -> None:
    with storage.writing() as w:
        ids = [w.add_step(a_step("x")).id for _ in range(3)]
    assert ids == ["x", "x-2", "x-3"]


def test_a_change_leaves_the_id_and_all_else(storage: Storage) -> None:
    with storage.writing() as w:
        kept = w.add_step(a_step(place="Kyiv"))
        changed = w.update_step(
            kept.id, state=StepState.REVIEW, date=None, sources=("u",), agreement=an_agreement("RO")
        )
        assert (changed.id, changed.state, changed.date, changed.place) == (
            kept.id,
            StepState.REVIEW,
            None,
            "Kyiv",
        )
        assert (changed.sources, changed.agreement.name) == (("u",), "RO-UA/security_agreement")
        assert w.step(kept.id) == changed
        with pytest.raises(KeyError):
            w.update_step("nothing", place="Kyiv")


def test_an_article_mentions_a_step_once_in_each_role(storage: Storage) -> None:
    with_sources(storage)
    with storage.writing() as w:
        step = w.add_step(a_step())
        article, _, _ = w.put_article(an_article())
        kept = w.add_mention(a_mention(step.id, article.id))
        assert kept is not None
        assert w.add_mention(a_mention(step.id, article.id)) is None
        recap = w.add_mention(a_mention(step.id, article.id, "recap"))
        assert w.mentions_of(step.id) == [kept, recap]
        assert article.id is not None
        assert w.mentions_in(article.id) == [kept, recap]


def test_a_view_has_all_there_is_to_tell(storage: Storage) -> None:
    with_sources(storage)
    with storage.writing() as w:
        signed = w.add_step(a_step("signed"))
        started = w.add_step(
            a_step("started", stage="negotiations_started", date=date(2025, 1, 2), state=StepState.KNOWN)
        )
        undated = w.add_step(a_step("undated", date=None, published=NOW))
        w.add_step(a_step("rejected", state=StepState.REJECTED))
        w.add_step(a_step("elsewhere", agreement=an_agreement("RO")))
        articles = [w.put_article(an_article(name))[0] for name in "ab"]
        for article in articles:
            w.add_mention(a_mention("signed", article.id))
    with storage.reading() as r:
        view = r.step_view("signed")
        assert r.step_view("nothing") is None
        rejected = r.step_view("rejected")
    assert view is not None
    assert rejected is not None
    assert view.step == signed
    assert [m.article for m in view.mentions] == articles
    assert view.timeline == (started, signed, undated)
    assert [s.id for s in rejected.timeline] == ["started", "signed", "rejected", "undated"]


def test_mentions_move_when_steps_are_merged(storage: Storage) -> None:
    with_sources(storage)
    with storage.writing() as w:
        w.add_step(a_step("one"))
        w.add_step(a_step("two"))
        a, b = (w.put_article(an_article(name))[0] for name in "ab")
        w.add_mention(a_mention("one", a.id))
        w.add_mention(a_mention("two", a.id))
        w.add_mention(a_mention("two", b.id))
        assert w.move_mentions("two", "one") == 1
        assert [m.article_id for m in w.mentions_of("one")] == [a.id, b.id]


def test_reviews_are_kept_newest_first(storage: Storage) -> None:
    with storage.writing() as w:
        w.add_step(a_step("one"))
        w.add_step(a_step("two"))
        decisions = [
            w.add_review(ReviewRecord(step_id=s, decision="accept", reason="seen", who="ana", decided=NOW))
            for s in ("one", "two")
        ]
        assert w.reviews() == decisions[::-1]
        assert w.reviews("one") == decisions[:1]


def test_steps_and_agreements_are_narrowed_by_what_is_asked(storage: Storage) -> None:
    with_sources(storage)
    with storage.writing() as w:
        w.add_step(a_step("a"))
        w.add_step(a_step("b", agreement=an_agreement("RO"), stage="ratified", date=date(2026, 5, 1)))
        w.add_step(
            a_step(
                "c", agreement=an_agreement(instrument="other_security"), state=StepState.REVIEW, date=None
            )
        )
        article, _, _ = w.put_article(an_article(language="uk", tier="official"))
        w.add_mention(a_mention("b", article.id))

    def asked(**wanted: object) -> str:
        with storage.reading() as r:
            return "".join(s.id for s in r.steps(Filter(**wanted)))  # type: ignore[arg-type]

    assert asked() == "cba"
    assert asked(limit=2) == "cb"
    assert asked(before_id=3) == "ba"
    assert asked(party="RO") == "b"
    assert asked(party="UA") == "cba"
    assert asked(pair=("UA", "DK")) == "ca"
    assert asked(stage="ratified") == "b"
    assert asked(instrument="other_security") == "c"
    assert asked(state="review") == "c"
    assert asked(since=date(2026, 2, 24)) == "b"
    assert asked(until=date(2026, 2, 23)) == "a"
    assert asked(language="uk", tier="official", source_id="harbour-news") == "b"
    assert asked(language="en") == ""
    with storage.reading() as r:
        assert [a.name for a in r.agreements(Filter(party="DK"))] == [
            "DK-UA/other_security",
            "DK-UA/security_agreement",
        ]
        assert [a.name for a in r.agreements(Filter(stage="ratified"))] == ["RO-UA/security_agreement"]
        assert [a.id for a in r.agreements(Filter(before_id=2))] == [1]
        assert [a.id for a in r.articles(Filter(party="RO"))] == [article.id]
        assert r.articles(Filter(pair=("DK", "UA"))) == []
        counts = r.counts()
    assert (counts.agreements, counts.steps, counts.review_steps, counts.mentions) == (3, 3, 1, 1)


def test_a_step_view_in_a_later_hour_is_the_same(storage: Storage) -> None:
    with storage.writing() as w:
        kept = w.add_step(a_step(first_seen=NOW + HOUR, published=NOW))
    with storage.reading() as r:
        view = r.step_view(kept.id)
        assert view is not None
        assert view.step.first_seen == NOW + HOUR
