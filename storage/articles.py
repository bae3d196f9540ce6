"""Articles and their revisions, near duplicates, and the words that searches look through."""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select

from storage import words
from storage.columns import kept_text
from storage.errors import StorageDamagedError
from storage.indexing import IndexWrites, packed
from storage.records import ArticleRecord, RawPage, RevisionRecord, SearchText
from storage.rows import Statements, columns_for, record_of, url_digest, values_of
from storage.tables import ArticleRow, RevisionRow

ARTICLE = [*columns_for(ArticleRecord, ArticleRow), RevisionRow.text]
REVISION = columns_for(RevisionRecord, RevisionRow)
BANDS = (ArticleRow.band0, ArticleRow.band1, ArticleRow.band2, ArticleRow.band3)


def articles_with_text() -> Select[Any]:
    """A SELECT of all columns of ArticleRecord; the text is that of the newest revision."""
    newest = and_(RevisionRow.article_id == ArticleRow.id, RevisionRow.revision == ArticleRow.revision)
    return select(*ARTICLE).join(RevisionRow, newest)


def bands(fingerprint: int | None) -> dict[str, int | None]:
    """band0 to band3, the 16-bit quarters of a signed 64-bit fingerprint."""
    if fingerprint is None:
        return dict.fromkeys(("band0", "band1", "band2", "band3"))
    return {f"band{i}": (fingerprint >> 16 * i) & 0xFFFF for i in range(4)}


def distance(one: int, other: int) -> int:
    """In how many of 64 bits two fingerprints differ."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


def sha256_of(title: str, body: str) -> str:
    """The SHA-256 of title and text as they are kept, in hex: equal for equal revisions."""
    return hashlib.sha256(kept_text(f"{title}\n{body}").encode()).hexdigest()


class ArticleReads(Statements):
    """What there is to ask about single articles."""

    def article(self, which: int | str) -> ArticleRecord | None:
        """The article with this id or canonical_url, with its newest text; None where there is none."""
        mine = (
            ArticleRow.id == which if isinstance(which, int) else ArticleRow.url_digest == url_digest(which)
        )
        row = self._connection.execute(articles_with_text().where(mine)).first()
        return record_of(ArticleRecord, row) if row else None

    def revisions(self, article_id: int) -> list[RevisionRecord]:
        """All texts of an article, oldest first."""
        query = select(*REVISION).where(RevisionRow.article_id == article_id).order_by(RevisionRow.revision)
        return [record_of(RevisionRecord, row) for row in self._connection.execute(query)]

    def raw_page(self, article_id: int, revision: int) -> RawPage | None:
        """The bytes behind a revision, as they came; None where none were kept. StorageDamagedError where
        what was kept can no longer be unpacked."""
        row = self._connection.execute(
            select(RevisionRow).where(RevisionRow.article_id == article_id, RevisionRow.revision == revision)
        ).first()
        if row is None or row.raw_body is None:
            return None
        try:
            body = zlib.decompress(row.raw_body)
        except zlib.error as error:
            raise StorageDamagedError(
                f"article {article_id}, revision {revision}: its bytes cannot be unpacked: {error}"
            ) from error
        return RawPage(
            body=body,
            headers=row.raw_headers or {},
            sha256=row.raw_sha256,
            http_status=row.raw_status,
            fetched=row.raw_fetched,
        )

    def similar_articles(
        self, fingerprint: int, since: datetime, *, within: int = 3, limit: int = 100
    ) -> list[ArticleRecord]:
        """Articles first seen since then whose fingerprint differs in at most `within` (0 to 3) bits, in
        the order in which they were seen."""
        quarters = bands(fingerprint).values()
        alike = or_(*(band == quarter for band, quarter in zip(BANDS, quarters, strict=True)))
        candidates = self._connection.execute(
            select(ArticleRow.id, ArticleRow.fingerprint).where(alike, ArticleRow.first_seen >= since)
        )
        near = [
            number
            for number, other in candidates
            if other is not None and distance(fingerprint, other) <= within
        ]
        query = articles_with_text().where(ArticleRow.id.in_(sorted(near)[:limit])).order_by(ArticleRow.id)
        return [record_of(ArticleRecord, row) for row in self._connection.execute(query)]


class ArticleWrites(ArticleReads, IndexWrites):
    """What changes articles."""

    def put_article(
        self,
        record: ArticleRecord,
        raw: RawPage | None = None,
        *,
        search_text: SearchText | str | None = None,
    ) -> tuple[ArticleRecord, bool, bool]:
        """(the kept article, whether it is new, whether this is a new revision of a known one).

        There is one article for a canonical_url. A text that differs from the newest one is a further
        revision; who brought the article first and when stays. A known page is not overwritten by an
        unverified stand-in for it. `search_text`: folded words, with their lemmas.
        """
        sha256 = record.sha256 or sha256_of(record.title, record.text)
        seen = record.first_seen or record.fetched
        if seen is None:
            raise ValueError("an article needs first_seen or fetched")
        new = replace(record, sha256=sha256, first_seen=seen, revision=1)
        made = {"url_digest": url_digest(record.canonical_url), **bands(record.fingerprint)}
        marks = self._marks(new)
        number = self._add_unseen(ArticleRow, {**values_of(new, ArticleRow), **made})
        if number is not None:
            new = replace(new, id=number)
            self._add_revision(new, raw, search_text, marks)
            return new, True, False
        old = self.article(record.canonical_url)
        assert old is not None
        if old.sha256 == sha256 or (old.verified and not record.verified):
            return old, False, False
        return self._revise(old, new, raw, search_text), False, True

    def _revise(
        self,
        old: ArticleRecord,
        new: ArticleRecord,
        raw: RawPage | None,
        search_text: SearchText | str | None,
    ) -> ArticleRecord:
        revised = replace(
            old,
            title=new.title,
            text=new.text,
            url=new.url or old.url,
            language=new.language or old.language,
            published=old.published or new.published,
            fetched=new.fetched or old.fetched,
            sha256=new.sha256,
            fingerprint=new.fingerprint,
            verified=new.verified,
            revision=old.revision + 1,
            gone_at=None,
        )
        assert old.id is not None
        _, before = self._kept(old.id) or (0, [])
        self._forget(old.id, before)
        self._change(ArticleRow, old.id, values_of(revised, ArticleRow) | bands(revised.fingerprint))
        marks = self._marks(revised, before)
        self._add_revision(revised, raw, search_text, marks, seen=new.fetched or new.first_seen)
        return revised

    def _add_revision(
        self,
        article: ArticleRecord,
        raw: RawPage | None,
        search_text: SearchText | str | None,
        marks: list[str],
        seen: datetime | None = None,
    ) -> None:
        cut = words.indexed(search_text) + marks
        if isinstance(search_text, SearchText):
            self._forms.update(search_text.lemmas.items())
        values: dict[str, Any] = {
            "article_id": article.id,
            "revision": article.revision,
            "title": article.title,
            "text": article.text,
            "sha256": article.sha256,
            "seen": seen or article.first_seen,
            "words": packed(cut),
        }
        if raw is not None:
            values |= raw_values(raw)
        self._add(RevisionRow, values)
        assert article.id is not None
        self._hold(article.id, cut)

    def mark_gone(self, article_id: int, at: datetime | None) -> None:
        """Says that the page is no longer there (or, with None, that it is again)."""
        self._change(ArticleRow, article_id, {"gone_at": at})


def raw_values(raw: RawPage) -> Mapping[str, Any]:
    """The columns of a revision that keep its bytes, compressed."""
    return {
        "raw_body": zlib.compress(raw.body),
        "raw_headers": dict(raw.headers),
        "raw_sha256": raw.sha256,
        "raw_status": raw.http_status,
        "raw_fetched": raw.fetched,
    }
