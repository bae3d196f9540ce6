"""The words and marks by which searches find articles: written in batches, and taken out again."""

import zlib
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, cast, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.dialects.postgresql import insert as pg_insert

from storage import marks, words
from storage.forms import FormWrites
from storage.records import ArticleRecord, SearchText
from storage.rows import CHUNK
from storage.tables import ArticleRow, MentionRow, RevisionRow, words_table


def packed(cut: Sequence[str]) -> bytes | None:
    """Words as a revision keeps them."""
    return zlib.compress(" ".join(cut).encode(), 1) if cut else None


def unpacked(kept: bytes | None) -> list[str]:
    """The words of a revision."""
    return zlib.decompress(kept).decode().split(" ") if kept else []


class IndexWrites(FormWrites):
    """What changes the index.

    Words are held back and written together: FTS5 writes its index out whenever another table is written
    to in between (3 times the cost of an article).
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._unwritten: dict[int, list[str]] = {}
        self._forms: set[tuple[str, str]] = set()

    def mark_told(self, article_id: int) -> None:
        """Finds an article among those that tell of a step."""
        kept = self._kept(article_id)
        if kept and marks.TOLD not in kept[1]:
            self._learn(article_id, kept[0], kept[1], [*kept[1], marks.TOLD])

    def index_anew(self, article: ArticleRecord, search_text: SearchText) -> None:
        """Finds a stored article by these words from now on; nothing where a newer revision has come."""
        assert article.id is not None
        kept = self._kept(article.id)
        if kept is None or kept[0] != article.revision:
            return
        cut = words.indexed(search_text) + self._marks(article, kept[1])
        self._learn(article.id, article.revision, kept[1], cut)
        self._forms.update(search_text.lemmas.items())

    def finish(self) -> None:
        """Writes the words held back."""
        super().finish()
        unwritten, self._unwritten = self._unwritten, {}
        forms, self._forms = self._forms, set()
        self._add_forms(forms)
        if unwritten and self._is_sqlite:
            statement = text("INSERT INTO article_words (rowid, words) VALUES (:id, :words)")
            rows = [{"id": number, "words": " ".join(cut)} for number, cut in unwritten.items()]
            self._connection.execute(statement, rows)
        elif unwritten:
            put = pg_insert(words_table).values(
                article_id=bindparam("id"), words=cast(bindparam("vector"), TSVECTOR)
            )
            again = put.on_conflict_do_update(
                index_elements=["article_id"], set_={"words": put.excluded.words}
            )
            rows = [{"id": number, "vector": words.tsvector(cut)} for number, cut in unwritten.items()]
            self._connection.execute(again, rows)

    def _hold(self, article_id: int, cut: list[str]) -> None:
        """Writes these words later, with others."""
        self._unwritten[article_id] = cut
        if len(self._unwritten) >= CHUNK:
            self.finish()

    def _learn(self, article_id: int, revision: int, before: list[str], cut: list[str]) -> None:
        """Finds an article by other words than before."""
        self._forget(article_id, before)
        mine = (RevisionRow.article_id == article_id) & (RevisionRow.revision == revision)
        self._connection.execute(update(RevisionRow).where(mine).values(words=packed(cut)))
        self._hold(article_id, cut)

    def _forget(self, article_id: int, before: list[str]) -> None:
        """Takes words out. FTS5 keeps no copy of them: it must be told which they were."""
        if self._unwritten.pop(article_id, None) or not self._is_sqlite or not before:
            return
        statement = text(
            "INSERT INTO article_words (article_words, rowid, words) VALUES ('delete', :id, :words)"
        )
        self._connection.execute(statement, {"id": article_id, "words": " ".join(before)})

    def _kept(self, article_id: int) -> tuple[int, list[str]] | None:
        """(the newest revision, the words it is found by)."""
        query = (
            select(RevisionRow.revision, RevisionRow.words)
            .where(RevisionRow.article_id == article_id)
            .order_by(RevisionRow.revision.desc())
            .limit(1)
        )
        row = self._connection.execute(query).first()
        return (row.revision, unpacked(row.words)) if row else None

    def _marks(self, article: ArticleRecord, before: Sequence[str] | None = None) -> list[str]:
        """The marks of an article: a new one, or one that had these words before."""
        if before is None:
            newest = self._connection.execute(select(func.max(ArticleRow.first_seen))).scalar()
            return marks.marks_of(article, told=False, newest=newest)
        told = exists().where(MentionRow.article_id == article.id)
        mine = marks.marks_of(article, told=bool(self._connection.execute(select(told)).scalar()))
        return mine + [mark for mark in before if marks.is_late(mark) and mark not in mine]
