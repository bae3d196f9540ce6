"""Every key of a whole configuration, misspelt or given a value of another kind, is refused by its name.

After the habit "mutate every key": a mistake that nobody thought of is still a mistake.
"""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.config import ConfigError, load_config

WHOLE = """
contact: mailto:desk@example.org
storage: {url: "sqlite:///data/pactwatch.db"}
watch: {parties: [UA], pairs: [DK-NO], instruments: all, stages: [signed], alert_confidence: 0.9,
  review_confidence: 0.4, late_after: 14d, group_wait: 2m}
schedule: {concurrency: 4, visit_timeout: 20s, min_delay: 1s, intervals: {press: 20m}, stretch: 2,
  stretch_official: 1, unconditional_after: 6h, jitter: 0.2}
tags: [north]
exclude: [second]
sources:
  - {id: first, publisher: First, country: DK, tier: official, kind: listing, language: da,
     zone: Europe/Copenhagen, url: "https://first.example/news", interval: 20m, tags: [north], status: active,
     note: slow, expect: {entries: 2, silence: 2d}, selectors: {item: li, link: "a::attr(href)"},
     headers: {Accept-Language: da}, fallback: [second], pages: 2, min_delay: 3s, timeout: 20s,
     obey_robots: true, allow_private: false}
  - {id: second, publisher: Second, tier: agency, kind: json, url: "https://second.example/api",
     paths: {title: name}, status: blocked, status_since: 2026-03-19, status_reason: refuses us}
channels:
  console: {kind: console, language: uk, zone: Europe/Kyiv, pace: 2s}
  file: {kind: file, path: told.jsonl}
  mail: {kind: email, sender: a@example.org, recipients: [b@example.org], hello: desk.example.org,
     timeout: 20s, servers: [{host: smtp.example.org, port: 587, tls: starttls}]}
searches: {air: "air defence party:UA"}
routes:
  - {name: one, match: {party: UA, search: air, stage: [signed], tier: official, corroboration: independent,
     confidence: 0.5}, channels: [file], zone: Europe/Kyiv, digest: {every: weekly, at: "08:00",
     weekday: friday}, quiet: {from: "22:00", to: "07:00"}, group: 5m, limit: {count: 5, per: 1h},
     continue: true, routes: [{name: inner, match: {pair: DK-UA}}]}
delivery: {give_up_after: 2d, first_retry: 5s, longest_retry: 4m, failures_to_rest: 3}
operator: {channels: [console]}
web: {enabled: true, host: pacts.example.org, port: 8642, auth: token, hosts: [watch.example.org]}
websub: {callback: "https://hooks.example.org", lease: 5d, stretch: 3}
"""
# Names that the operator chooses: any is right.
CHOSEN = {("channels",), ("searches",), ("sources", 0, "headers"), ("sources", 1, "paths")}
Path_ = tuple[str | int, ...]
TREE: Any = yaml.load(WHOLE, Loader=yaml.BaseLoader)


def places(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*path, number))


def changed(path: Path_, change: Any) -> Any:
    tree = copy.deepcopy(TREE)
    inside = tree
    for part in path[:-1]:
        inside = inside[part]
    change(inside, path[-1])
    return tree


def named(path: Path_) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def refused(folder: Path, tree: Any) -> str:
    (folder / "config.yaml").write_text(yaml.safe_dump(plain(tree)), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(folder / "config.yaml", environ={})
    return str(caught.value)


def plain(value: Any) -> Any:
    """Numbers and truth values as YAML has them; all else as text."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if value in ("true", "false"):
        return value == "true"
    return float(value) if "." in str(value) and str(value).replace(".", "").isdigit() else whole(value)


def whole(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdigit() else value


def misspell(inside: Any, key: str) -> None:
    inside[f"{key}x"] = inside.pop(key)


def replace_by_list(inside: Any, key: str) -> None:
    inside[key] = [["of another kind"]]


KEYS = [path for path in places(TREE) if path[:-1] not in CHOSEN]


def test_the_whole_configuration_is_right(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(plain(TREE)), encoding="utf-8")
    assert len(load_config(tmp_path / "config.yaml", environ={}).sources) == 2


@pytest.mark.parametrize("path", KEYS, ids=named)
def test_a_misspelt_key_is_refused_and_the_right_one_named(path: Path_, tmp_path: Path) -> None:
    said = refused(tmp_path, changed(path, misspell))
    assert f'{named(path)}x: unknown key; did you mean "{path[-1]}"?' in said or "intervals" in path


@pytest.mark.parametrize("path", [path for path in KEYS if path[-1] != "delivery"], ids=named)
def test_a_value_of_another_kind_is_refused_at_its_place(path: Path_, tmp_path: Path) -> None:
    said = refused(tmp_path, changed(path, replace_by_list))
    assert any(line.split(": ")[1].startswith(named(path)) for line in said.splitlines()), said
