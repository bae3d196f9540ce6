"""What a configuration means once it is read."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config import Config, load_config
from monitor.config.problems import nearest
from monitor.config.yaml_text import read_document
from monitor.terms import Stage
from spiders.items import Kind

TWO = """
contact: mailto:desk@example.org
storage: {url_env: DATABASE}
schedule: {min_delay: 2s, visit_timeout: 20s, intervals: {press: 20m}}
watch: {parties: [NO], pairs: [UA-DK], stages: [signed]}
tags: [north]
exclude: [gone]
sources:
  - {id: always, publisher: A, tier: press, url: "https://a.example/feed"}
  - {id: north, publisher: B, tier: press, url: "https://b.example/feed", tags: [north], country: NO,
     interval: 1h, min_delay: 5s, selectors: {body: main}}
  - {id: south, publisher: C, tier: agency, url: "https://c.example/feed", tags: [south]}
  - {id: gone, publisher: D, tier: agency, url: "https://d.example/feed"}
  - {id: dead, publisher: E, tier: agency, url: "https://e.example/feed", status: dead,
     status_since: 2026-03-19, status_reason: 404}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def two(tmp_path: Path) -> Config:
    text = TWO.replace("status_reason: 404", 'status_reason: "404"')
    return load_config(written(tmp_path, text), environ={"DATABASE": "sqlite:///kept.db"})


def test_groups_are_switched_on_by_their_tags(two: Config) -> None:
    assert [source.id for source in two.polled] == ["always", "north"]


def test_a_source_that_is_not_polled_is_off_in_storage(two: Config) -> None:
    statuses = {source.id: two.source_record(source).status for source in two.sources}
    assert statuses == {"always": "active", "north": "active", "south": "off", "gone": "off", "dead": "dead"}


def test_a_sources_own_numbers_come_before_the_schedules(two: Config) -> None:
    always, north = two.sources[:2]
    assert two.source_record(always).interval_seconds == 1200
    assert two.source_record(north).interval_seconds == 3600
    assert two.web_source(always).min_delay == timedelta(seconds=2)
    assert two.web_source(north).min_delay == timedelta(seconds=5)
    hasty = replace(north, min_delay=timedelta(0))
    assert two.web_source(hasty).min_delay == timedelta(0), "none is a number too"
    assert two.web_source(north).timeout == timedelta(seconds=20)
    assert two.web_source(north).selectors.body == "main"
    assert two.web_source(north).kind is Kind.FEED


def test_a_relative_database_lies_beside_the_configuration(two: Config, tmp_path: Path) -> None:
    assert two.storage_url == f"sqlite:///{tmp_path.resolve().as_posix()}/kept.db"


def test_the_scope_is_parties_pairs_and_stages(two: Config) -> None:
    assert (two.watch.parties, two.watch.pairs) == (("NO",), (("DK", "UA"),))
    assert (two.watch.instruments, two.watch.stages) == (None, (Stage.SIGNED,))


def test_the_user_agent_says_who_we_are(two: Config) -> None:
    assert two.user_agent.startswith("PactWatch/")
    assert two.user_agent.endswith("(+mailto:desk@example.org)")


def test_norway_is_no_and_a_time_is_text() -> None:
    document = read_document(b"a: NO\nb: 22:00\nc: [yes, 0x10, 1e3, ~]\n", "x.yaml")
    assert document.tree == {"a": "NO", "b": "22:00", "c": ["yes", "0x10", 1000.0, None]}


def test_a_file_without_bottom_is_stopped() -> None:
    document = read_document(("[" * 3000 + "]" * 3000).encode(), "x.yaml")
    assert [problem.message for problem in document.problems] == ["is too large or nested too deeply"]


def test_a_file_that_grows_by_its_aliases_is_stopped() -> None:
    lines = ["a0: &a0 [1,1,1,1,1,1,1,1,1,1]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    document = read_document("\n".join(lines).encode(), "x.yaml")
    assert [problem.message for problem in document.problems] == ["is too large or nested too deeply"]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("intervall", "interval"), ("in-force", "in_force"), ("SIGNED", "signed"), ("qq", None)],
)
def test_the_nearest_name_is_found(wrong: str, right: str | None) -> None:
    assert nearest(wrong, ["interval", "in_force", "signed"]) == right
