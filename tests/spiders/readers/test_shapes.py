"""Entries in the shapes that feeds have had since 1999: one line each, and what must come out of it.

The families are those that feed readers' own suites keep (versions, Atom's text types, links, relative
addresses, entities and CDATA, modules, broken documents); the cases are ours.
"""

from datetime import UTC, datetime

import pytest

from spiders import parse_feed
from spiders.items import Entry

URL = "https://office.example/feeds/all.xml"
SPACES = {
    "a": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "georss": "http://www.georss.org/georss",
    "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
NAMES = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in SPACES.items())
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">'
WHEN = datetime(2024, 2, 14, 8, 30, tzinfo=UTC)
DATE = "Wed, 14 Feb 2024 08:30:00 GMT"


def rss(item: str, *, root: str = 'rss version="2.0"', head: str = "") -> str:
    name = root.partition(" ")[0]
    return f"<{root} {NAMES}><channel><title>Office</title>{head}<item>{item}</item></channel></{name}>"


def rdf(item: str, space: str = "http://purl.org/rss/1.0/") -> str:
    about = 'rdf:about="https://office.example/1"'
    return f'<rdf:RDF xmlns="{space}" {NAMES}><channel/><item {about}>{item}</item></rdf:RDF>'


def atom(entry: str, *, space: str = "http://www.w3.org/2005/Atom", head: str = "", more: str = "") -> str:
    return f'<feed xmlns="{space}" {NAMES} {more}>{head}<entry>{entry}</entry></feed>'


ATOM03 = "http://purl.org/atom/ns#"
LINK = "<link>https://office.example/1</link>"

CASES: dict[str, tuple[str, dict[str, object]]] = {
    # versions
    "RSS 0.90": (
        rdf(f"<title>T</title>{LINK}", "http://my.netscape.com/rdf/simple/0.9/"),
        {"title": "T", "link": "https://office.example/1"},
    ),
    "RSS 0.91": (rss(f"<title>T</title>{LINK}", root='rss version="0.91"'), {"title": "T"}),
    "RSS 0.92, an item of text alone": (
        rss("<description>Only text.</description>", root='rss version="0.92"'),
        {"title": "Only text.", "summary": "Only text.", "link": ""},
    ),
    "RSS 1.0": (
        rdf(f"<title>T</title>{LINK}<dc:date>2024-02-14T08:30Z</dc:date>"),
        {"id": "https://office.example/1", "published": WHEN},
    ),
    "RSS 1.1": (
        f'<Channel xmlns="http://purl.org/net/rss1.1#" {NAMES}><items><item>'
        f"<title>T</title>{LINK}</item></items></Channel>",
        {"title": "T", "link": "https://office.example/1"},
    ),
    "RSS 2.0 in a namespace of its own": (
        rss(f"<title>T</title>{LINK}", root='rss version="2.0" xmlns="http://backend.userland.com/rss2"'),
        {"title": "T"},
    ),
    "Atom 0.3": (
        atom("<id>t:1</id><title>T</title><issued>2024-02-14T08:30:00Z</issued>", space=ATOM03),
        {"id": "t:1", "title": "T", "published": WHEN},
    ),
    "Atom 0.3, escaped": (
        atom('<title mode="escaped" type="text/html">&lt;b&gt;T&lt;/b&gt; &amp;amp; U</title>', space=ATOM03),
        {"title": "T & U"},
    ),
    "Atom 0.3, base64": (
        atom('<title>T</title><content mode="base64">VGFsa3MgYmVnaW4u</content>', space=ATOM03),
        {"content": "Talks begin."},
    ),
    "Atom 1.0 under a prefix": (
        f"<a:feed {NAMES}><a:entry><a:id>t:1</a:id><a:title>T</a:title></a:entry></a:feed>",
        {"id": "t:1", "title": "T"},
    ),
    "an entry alone": (f'<entry xmlns="{SPACES["a"]}"><id>t:1</id><title>T</title></entry>', {"id": "t:1"}),
    # Atom's text
    "title of text": (atom('<title type="text">R&amp;D &lt; all</title>'), {"title": "R&D < all"}),
    "title of html": (
        atom('<title type="html">&lt;em&gt;T&lt;/em&gt; &amp;lt; U</title>'),
        {"title": "T < U"},
    ),
    "title of xhtml": (atom(f'<title type="xhtml">{DIV}T <b>and</b> U</div></title>'), {"title": "T and U"}),
    "content of xhtml": (
        atom(f'<title>T</title><content type="xhtml">{DIV}<p>One.</p><p>Two.</p></div></content>'),
        {"content": "One.\nTwo."},
    ),
    "content elsewhere": (
        atom('<title>T</title><content type="video/mp4" src="https://e.example/v"/>'), {"content": ""},
    ),
    "an empty title and a summary": (atom("<title/><summary>Summed up.</summary>"), {"title": "Summed up."}),
    # links
    "alternate before the rest": (
        atom('<title>T</title><link rel="self" href="https://e.example/s"/><link rel="alternate" '
             'type="application/pdf" href="https://e.example/p"/><link type="text/html" href="https://e.example/h"/>'),
        {"link": "https://e.example/h"},
    ),
    "enclosures are no links": (
        rss('<title>T</title><guid isPermaLink="false">x</guid><enclosure url="https://e.example/a.mp3"/>'),
        {"link": "", "id": "x"},
    ),
    "a guid that is a permanent link": (
        rss("<title>T</title><guid>https://e.example/g</guid>"),
        {"link": "https://e.example/g"},
    ),
    "a guid that is none": (
        rss('<title>T</title><guid isPermaLink="false">https://e.example/g</guid>'), {"link": ""},
    ),
    "the publisher's link behind a feed service": (
        rss("<title>T</title><link>https://feeds.example/~r/1</link>"
            "<feedburner:origLink>https://office.example/1</feedburner:origLink>"),
        {"link": "https://office.example/1"},
    ),
    "Atom's link in RSS": (
        rss('<title>T</title><a:link href="https://e.example/1"/>'),
        {"link": "https://e.example/1"},
    ),
    "white space and line breaks in a link": (
        rss("<title>T</title><link>\n  https://e.example/\n  1\n</link>"), {"link": "https://e.example/1"},
    ),
    "ampersands in a link": (
        rss("<title>T</title><link>https://e.example/?a=1&b=2&amp;c=3</link>"),
        {"link": "https://e.example/?a=1&b=2&c=3"},
    ),
    "an address in letters of its own": (
        rss("<title>T</title><link>https://e.example/новини</link>"), {"link": "https://e.example/новини"},
    ),
    # relative addresses
    "relative to the feed": (rss("<title>T</title><link>../1</link>"), {"link": "https://office.example/1"}),
    "relative to the site on another host": (
        rss("<title>T</title><link>/1</link>", head="<link>https://site.example/</link>"),
        {"link": "https://site.example/1"},
    ),
    "xml:base of the feed and the entry": (
        atom('<title>T</title><link xml:base="b/" href="1"/>', more='xml:base="https://e.example/a/"'),
        {"link": "https://e.example/a/b/1"},
    ),
    "a base that is a path": (
        atom('<title>T</title><link href="1"/>', more='xml:base="/x/"'),
        {"link": "https://office.example/x/1"},
    ),
    # entities, CDATA, markup
    "CDATA": (rss("<title><![CDATA[T & <b>U</b>]]></title>"), {"title": "T & U"}),
    "CDATA among text": (rss("<title>T <![CDATA[&amp; U]]> V</title>"), {"title": "T & U V"}),
    "HTML's entities": (
        rss("<title>Caf&eacute; &mdash; &Uuml;ber&nbsp;uns</title>"),
        {"title": "Café — Über uns"},
    ),
    "numeric references": (rss("<title>&#1059;&#x433;&#X43E;да</title>"), {"title": "Угода"}),
    "double-encoded": (
        rss("<title>Kyiv &amp;amp; Oslo &amp;#8212; talks</title>"),
        {"title": "Kyiv & Oslo — talks"},
    ),
    "references to windows-1252's places": (
        rss("<title>&#147;Talks&#148; &#150; day 2</title>"),
        {"title": "“Talks” – day 2"},
    ),
    "an entity that nobody knows": (rss("<title>T &unknown; U</title>"), {"title": "T &unknown; U"}),
    "a bare ampersand and less-than": (rss("<title>R&D, 3 < 5</title>"), {"title": "R&D, 3 < 5"}),
    "script and style are no text": (
        rss("<title>T</title><description>&lt;style&gt;p{}&lt;/style&gt;Text&lt;script&gt;x()&lt;/script&gt;</description>"),
        {"summary": "Text"},
    ),
    "blocks become lines": (
        rss("<title>T</title><description>&lt;p&gt;One&lt;br/&gt;two&lt;/p&gt;&lt;ul&gt;&lt;li&gt;three&lt;/li&gt;&lt;/ul&gt;</description>"),
        {"summary": "One\ntwo\nthree"},
    ),
    "markup unescaped within RSS": (
        rss("<title>T</title><description><p>One <b>two</b></p></description>"), {"summary": "One two"},
    ),
    # modules
    "dc:title and dc:date": (
        rss(f"<dc:title>T</dc:title>{LINK}<dc:date>2024-02-14T10:30:00+02:00</dc:date>"),
        {"title": "T", "published": WHEN},
    ),
    "dcterms": (
        rss("<title>T</title><dcterms:issued>2024-02-14T08:30Z</dcterms:issued>"
            "<dcterms:modified>2024-02-15</dcterms:modified>"),
        {"published": WHEN, "updated": datetime(2024, 2, 15, tzinfo=UTC)},
    ),
    "content:encoded": (
        rss("<title>T</title><description>Short.</description>"
            "<content:encoded><![CDATA[<p>Long.</p>]]></content:encoded>"),
        {"summary": "Short.", "content": "Long."},
    ),
    "a title of its own before a picture's": (
        rss("<title>T</title><media:content><media:title>P</media:title></media:content>"), {"title": "T"},
    ),
    "only a picture's title": (rss(f"<media:title>P</media:title>{LINK}"), {"title": "P"}),
    "media:group": (
        rss(f"<title>T</title>{LINK}<media:group><media:description>D</media:description></media:group>"),
        {"summary": "D"},
    ),
    "a podcast's summary": (rss("<title>T</title><itunes:summary>S</itunes:summary>"), {"summary": "S"}),
    "another podcast's": (
        rss("<title>T</title><googleplay:description>S</googleplay:description>"), {"summary": "S"},
    ),
    "a place on the map changes nothing": (
        rss(f"<title>T</title>{LINK}<georss:point>50.4 30.5</georss:point>"), {"title": "T"},
    ),
    "a body of XHTML in RSS": (
        rss("<title>T</title><xhtml:body><xhtml:p>Text.</xhtml:p></xhtml:body>"), {"content": "Text."},
    ),
    # dates
    "pubDate before dc:date": (
        rss(f"<title>T</title><dc:date>2020-01-01</dc:date><pubDate>{DATE}</pubDate>"), {"published": WHEN},
    ),
    "published and updated": (
        atom("<title>T</title><updated>2024-02-15T00:00:00Z</updated><published>2024-02-14T08:30:00Z</published>"),
        {"published": WHEN, "updated": datetime(2024, 2, 15, tzinfo=UTC)},
    ),
    "names in other cases": (
        rss(f"<TITLE>T</TITLE><pubdate>{DATE}</pubdate>"),
        {"title": "T", "published": WHEN},
    ),
    "a date that is none": (rss("<title>T</title><pubDate>soon</pubDate>"), {"published": None}),
    # broken documents
    "white space and a mark before the prolog": (
        "\n \ufeff<?xml version='1.0'?>" + rss("<title>T</title>"), {"title": "T"},
    ),
    "words before the document": ("Warning: mysql\n" + rss("<title>T</title>"), {"title": "T"}),
    "a prefix that is not declared": (
        f"<rss><channel><item><title>T</title><dc:date>2024-02-14T08:30Z</dc:date>{LINK}</item></channel></rss>",
        {"title": "T", "published": WHEN},
    ),
    "tags in the wrong order": (rss("<title>T</title><description><b>One</description></b>"), {"title": "T"}),
    "control characters": (rss("<title>T\x08alks\x0b</title>"), {"title": "Talks"}),
    "cut in the middle": (
        rss(f"<title>T</title>{LINK}")[:-25],
        {"title": "T", "link": "https://office.example/1"},
    ),
    "a comment, an instruction and a DTD": (
        "<!-- x --><?php y ?><!DOCTYPE rss [<!ENTITY n 'Name'>]>" + rss("<title>&n;</title>"),
        {"title": "Name"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_shape_is_read(name: str) -> None:
    document, wanted = CASES[name]
    (entry,) = parse_feed(document.encode(), URL, "text/xml; charset=utf-8").entries
    assert {field: getattr(entry, field) for field in wanted} == wanted


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_a_shape_is_the_same_in_every_width(encoding: str) -> None:
    entries: set[tuple[Entry, ...]] = set()
    for code in ("utf-8", encoding):
        document = '<?xml version="1.0"?>' + rss(
            f"<title>Угода — підписано</title>{LINK}<pubDate>{DATE}</pubDate>"
        )
        entries.add(parse_feed(document.encode(code), URL).entries)
    assert len(entries) == 1


def test_a_saved_document_keeps_its_ampersands() -> None:
    """Behind an error libxml2's recovering parser drops every &amp; and &lt;, but no &#38;."""
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        "<channel><title>Office</title><p>one<br>two</channel><item><title>Ceuta &amp; Melilla</title>"
        "<link>https://o.example/?a=1&amp;b=2</link><description>&lt;p&gt;3 &amp;lt; 4&lt;/p&gt;"
        "<![CDATA[ 5 &amp;lt; 6]]></description></item></rdf:RDF>"
    )
    (entry,) = parse_feed(body.encode(), URL).entries
    assert (entry.title, entry.link) == ("Ceuta & Melilla", "https://o.example/?a=1&b=2")
    assert entry.summary == "3 < 4\n5 < 6"
