"""What stands behind a step or an article: every text of it, the bytes it was read from, and who says so.

The bytes stay when the page is edited or gone. Each revision is held against its own checksums: SHA-256 of
the body as it came, and of title and text as they were judged; each quote must stand in one of the texts.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from storage import Reader, StorageDamagedError, sha256_of
from storage.records import ArticleRecord, Filter, MentionRecord, RawPage, RevisionRecord

PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One revision of an article, with its bytes where they were kept."""

    article: ArticleRecord
    revision: RevisionRecord
    raw: RawPage | None
    damage: str | None = None  # why the bytes cannot be had any more

    @property
    def name(self) -> str:
        """ "17-r2": the article's number and the revision's, as exported files are called."""
        return f"{self.article.id}-r{self.revision.revision}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """An article with all its revisions, oldest first, and the steps it speaks of."""

    article: ArticleRecord
    kept: tuple[Kept, ...]
    mentions: tuple[MentionRecord, ...]


def exhibits(reader: Reader, what: str) -> list[Exhibit]:
    """Those of a step (by id) or of an article (by number or address); none where it is neither."""
    if reader.step(what) is not None:
        numbers = dict.fromkeys(m.article_id for m in reader.mentions_of(what))
        articles = [a for number in numbers if (a := reader.article(number)) is not None]
    else:
        found = reader.article(int(what) if what.isdecimal() else what)
        articles = [found] if found else []
    return [exhibit(reader, article) for article in articles]


def all_exhibits(reader: Reader) -> Iterator[Exhibit]:
    """Those of every article that is mentioned for a step, last mentioned first."""
    seen: set[int] = set()
    before: int | None = None
    while views := reader.mentions(Filter(limit=PAGE, before_id=before)):
        before = views[-1].mention.id
        for view in views:
            if view.mention.article_id not in seen:
                seen.add(view.mention.article_id)
                yield exhibit(reader, view.article)


def exhibit(reader: Reader, article: ArticleRecord) -> Exhibit:
    """All that is kept of one article."""
    assert article.id is not None
    return Exhibit(
        article=article,
        kept=tuple(_kept(reader, article, one) for one in reader.revisions(article.id)),
        mentions=tuple(reader.mentions_in(article.id)),
    )


def faults(one: Exhibit) -> list[str]:
    """What does not hold of an exhibit, one line each; empty where all of it does."""
    found = [fault for kept in one.kept for fault in _faults(kept)]
    texts = [f"{kept.revision.title}\n{kept.revision.text}" for kept in one.kept]
    for mention in one.mentions:
        if not any(mention.quote in text for text in texts):
            found.append(f"article {one.article.id}: the quote for {mention.step_id} is in none of its texts")
        for detail in mention.details:
            if not any(detail.quote in text for text in texts):
                what = f"the {detail.kind} stated of {mention.step_id}"
                found.append(f"article {one.article.id}: the quote for {what} is in none of its texts")
    return found


def _kept(reader: Reader, article: ArticleRecord, revision: RevisionRecord) -> Kept:
    try:
        raw = reader.raw_page(revision.article_id, revision.revision)
    except StorageDamagedError as error:
        return Kept(article=article, revision=revision, raw=None, damage=str(error))
    return Kept(article=article, revision=revision, raw=raw)


def _faults(kept: Kept) -> Iterator[str]:
    where = f"article {kept.article.id}, revision {kept.revision.revision}"
    if kept.damage:
        yield kept.damage
    if kept.raw and hashlib.sha256(kept.raw.body).hexdigest() != kept.raw.sha256:
        yield f"{where}: the bytes are not those that were fetched (SHA-256 differs)"
    pruned = not kept.revision.text and kept.raw is None  # the retention's work; no step's text is dropped
    if not pruned and sha256_of(kept.revision.title, kept.revision.text) != kept.revision.sha256:
        yield f"{where}: title and text are not those that were judged (SHA-256 differs)"
