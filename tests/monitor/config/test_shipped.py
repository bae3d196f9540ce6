"""The configuration that we ship is in order and has what a newcomer needs."""

from collections import Counter
from pathlib import Path

import pytest

from monitor.config import Config, Status, load_config
from monitor.config.editing import add_sources
from monitor.config.shipped import NAMES, shipped_files
from monitor.terms import Tier

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def shipped() -> Config:
    return load_config(ROOT / "config.yaml", environ={})


def test_it_needs_no_account(shipped: Config) -> None:
    assert set(shipped.alerting.channels) == {"console", "file"}
    assert shipped.storage_url == f"sqlite:///{ROOT.as_posix()}/data/pactwatch.db"


def test_it_polls_at_least_forty_sources_and_knows_250(shipped: Config) -> None:
    assert len(shipped.polled) >= 40
    assert len(shipped.sources) >= 250


def test_the_first_ones_are_those_that_matter_most(shipped: Config) -> None:
    first = [source.publisher for source in shipped.polled[:12]]
    assert first[0] == "President of Ukraine"
    polled = {source.publisher for source in shipped.polled}
    assert {"Interfax-Ukraine", "Ukrinform", "European Pravda", "Ukrainska Pravda"} <= polled


def test_every_source_that_is_not_polled_says_why(shipped: Config) -> None:
    for source in shipped.sources:
        if source.status is not Status.ACTIVE:
            assert source.status_reason, source.id
        if source.status in {Status.DEAD, Status.BLOCKED}:
            assert source.status_since, source.id


def test_every_working_source_says_what_it_should_yield(shipped: Config) -> None:
    working = [source for source in shipped.sources if source.status is Status.ACTIVE]
    silent = [source.id for source in working if source.expect.silence is None]
    assert silent == []


def test_discovery_is_never_mistaken_for_a_publisher(shipped: Config) -> None:
    for source in shipped.sources:
        if source.kind.value in {"gdelt", "google_news"}:
            assert source.tier is Tier.DISCOVERY, source.id
            assert source.country is None, source.id


def test_an_official_source_names_its_country(shipped: Config) -> None:
    official = [one for one in shipped.sources if one.tier is Tier.OFFICIAL]
    assert [one.id for one in official if one.country is None] == ["un-press"]


def test_sources_of_one_publisher_bear_one_name(shipped: Config) -> None:
    by_host = Counter((source.publisher, source.url.split("/")[2]) for source in shipped.sources)
    presidency = {publisher for publisher, host in by_host if host == "www.president.gov.ua"}
    assert presidency == {"President of Ukraine"}


def test_it_watches_every_step_with_ukraine(shipped: Config) -> None:
    watch = shipped.watch
    assert (watch.parties, watch.pairs, watch.instruments, watch.stages) == (("UA",), (), None, None)


def test_it_says_that_nobody_can_be_reached(shipped: Config) -> None:
    assert any("contact" in note for note in shipped.notes())
    assert "no contact given" in shipped.user_agent


def test_a_source_can_be_added_to_it_with_every_other_line_untouched(tmp_path: Path) -> None:
    for name, path in shipped_files().items():
        (tmp_path / name).write_bytes(path.read_bytes())
    entry = {"id": "mine", "publisher": "Mine", "tier": "press", "url": "https://mine.example/feed"}
    add_sources(tmp_path / "config.yaml", [entry])
    text = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert text.startswith((ROOT / "config.yaml").read_text(encoding="utf-8"))


def test_both_files_are_found() -> None:
    assert set(shipped_files()) == set(NAMES)
