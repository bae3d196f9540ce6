"""Sources into the configuration and out of it: comments stay, and nothing is ever half-written."""

from pathlib import Path

import pytest

from monitor.config import load_config
from tests.monitor.cli.running import ROOT, pactwatch

COMMENTED = """\
# Our desk's watch.
watch:
  parties: [UA]   # and nobody else

sources:
  # the first one
  - id: herald
    publisher: Herald
    tier: press
    url: https://herald.example/feed   # answers slowly
"""
OPML = """<?xml version="1.0"?><opml version="2.0"><body><outline text="News">
<outline type="rss" text="The Kyiv Courier" xmlUrl="https://courier.example/rss"/>
<outline type="rss" text="The Kyiv Courier" xmlUrl="https://courier.example/world"/>
<outline type="rss" text="Herald" xmlUrl="https://herald.example/feed"/></outline></body></opml>"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(COMMENTED, encoding="utf-8")
    return tmp_path


def test_a_source_is_added_and_every_comment_stays(desk: Path) -> None:
    ran = pactwatch(
        "sources", "add", "https://palace.example/feed", "--publisher", "The Palace", "--tier", "official",
        "--country", "UA", "--zone", "Europe/Kyiv", folder=desk,
    )  # fmt: skip
    assert (ran.code, ran.out) == (0, "added the-palace: https://palace.example/feed\n")
    text = (desk / "config.yaml").read_text(encoding="utf-8")
    assert text.startswith(COMMENTED)
    assert [one.id for one in load_config(desk / "config.yaml").polled] == ["herald", "the-palace"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["https://herald.example/feed", "--publisher", "Again"],
        ["https://new.example/feed", "--publisher", "Herald"],
        ["ftp://new.example/feed", "--publisher", "New"],
        ["https://new.example/feed", "--publisher", "New", "--tier", "offical"],
    ],
)
def test_with_a_mistake_nothing_is_written(desk: Path, wrong: list[str]) -> None:
    ran = pactwatch("sources", "add", *wrong, folder=desk)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("config.yaml:")
    assert (desk / "config.yaml").read_text(encoding="utf-8") == COMMENTED
    assert [path.name for path in desk.iterdir()] == ["config.yaml"]


def test_a_reading_list_is_imported_once(desk: Path) -> None:
    (desk / "feeds.opml").write_text(OPML, encoding="utf-8")
    assert pactwatch("sources", "import", "feeds.opml", folder=desk).lines == [
        "added the-kyiv-courier: https://courier.example/rss",
        "added the-kyiv-courier-2: https://courier.example/world",
    ]
    assert pactwatch("sources", "import", "feeds.opml", folder=desk).out == "nothing new in it\n"


@pytest.mark.parametrize("text", ["not xml", "<rss/>", "<opml", '<!DOCTYPE a [<!ENTITY b "c">]><x>&b;</x>'])
def test_what_is_no_reading_list(desk: Path, text: str) -> None:
    (desk / "feeds.opml").write_text(text, encoding="utf-8")
    ran = pactwatch("sources", "import", "feeds.opml", folder=desk)
    assert (ran.code, ran.err.split(":")[0]) == (2, "feeds.opml")


def test_what_is_exported_can_be_imported(desk: Path) -> None:
    ran = pactwatch("sources", "export", "--config", ROOT / "config.yaml", folder=desk)
    (desk / "feeds.opml").write_text(ran.out, encoding="utf-8")
    assert pactwatch("sources", "import", "feeds.opml", folder=desk).code == 0
    assert len(load_config(desk / "config.yaml").polled) > 100
