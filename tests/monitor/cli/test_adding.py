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
    ("wrong", "said"),
    [
        (["https://herald.example/feed", "--publisher", "Again"], "URL: "),
        (["https://new.example/feed", "--publisher", "New", "--id", "herald"], "--id: "),
        (["https://new.example/feed", "--publisher", "New", "--id", "Not An Id"], "--id: "),
        (["ftp://new.example/feed", "--publisher", "New"], "URL: "),
        (["https://new.example/feed", "--publisher", ""], "--publisher: "),
        (
            ["https://new.example/feed", "--publisher", "New", "--tier", "offical"],
            '--tier: "offical" is not known here; did you mean "official"?',
        ),
        (
            ["https://new.example/feed", "--publisher", "New", "--zone", "kyiv"],
            '--zone: "kyiv" is not a time zone; did you mean "Europe/Kyiv"?',
        ),
    ],
)
def test_with_a_mistake_nothing_is_written(desk: Path, wrong: list[str], said: str) -> None:
    ran = pactwatch("sources", "add", *wrong, folder=desk)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(said)
    assert (desk / "config.yaml").read_text(encoding="utf-8") == COMMENTED
    assert [path.name for path in desk.iterdir()] == ["config.yaml"]


@pytest.mark.parametrize(
    ("publisher", "made"), [("Herald", "herald-2"), ("Київський вісник", "new-example")], ids=str
)
def test_an_id_is_made_that_is_free_and_plain(desk: Path, publisher: str, made: str) -> None:
    ran = pactwatch("sources", "add", "https://www.new.example/feed", "--publisher", publisher, folder=desk)
    assert (ran.code, ran.out) == (0, f"added {made}: https://www.new.example/feed\n")


def test_an_address_that_will_be_refused_is_added_with_a_word(desk: Path) -> None:
    ran = pactwatch("sources", "add", "http://127.0.0.1/feed", "--publisher", "Own", folder=desk)
    assert ran.code == 0
    assert "allow_private" in ran.err


def test_a_file_keeps_its_mode_its_line_ends_and_its_place(desk: Path) -> None:
    kept = desk / "kept"
    kept.mkdir()
    true = kept / "true.yaml"
    true.write_bytes(COMMENTED.replace("\n", "\r\n").encode())
    true.chmod(0o640)
    (desk / "config.yaml").unlink()
    (desk / "config.yaml").symlink_to(true)
    assert pactwatch("sources", "add", "https://n.example/f", "--publisher", "N", folder=desk).code == 0
    assert (desk / "config.yaml").is_symlink()
    assert true.stat().st_mode & 0o777 == 0o640
    body = true.read_bytes()
    assert b"n.example" in body
    assert body.count(b"\n") == body.count(b"\r\n")


def test_one_bad_feed_of_a_list_keeps_no_other_out(desk: Path) -> None:
    bad = '<outline text="Bad" xmlUrl="not an address"/><outline text="F" xmlUrl="feed://f.example/rss"/>'
    twin = '<outline text="Twin" xmlUrl="https://www.courier.example/rss/"/>'
    (desk / "feeds.opml").write_text(OPML.replace("</outline>", f"{bad}{twin}</outline>"), encoding="utf-8")
    ran = pactwatch("sources", "import", "feeds.opml", folder=desk)
    assert (ran.code, ran.lines) == (
        1,
        [
            "added the-kyiv-courier: https://courier.example/rss",
            "added the-kyiv-courier-2: https://courier.example/world",
            "added f: http://f.example/rss",
        ],
    )
    assert ran.err == 'left out Bad: url: "not an address" is not a web address (http://... or https://...)\n'
    load_config(desk / "config.yaml")


def test_a_tier_that_does_not_exist_imports_nothing(desk: Path) -> None:
    (desk / "feeds.opml").write_text(OPML, encoding="utf-8")
    ran = pactwatch("sources", "import", "feeds.opml", "--tier", "offical", folder=desk)
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean" in ran.err
    assert (desk / "config.yaml").read_text(encoding="utf-8") == COMMENTED


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
