"""Finding a word by its other forms: recall of our search, beside plain FTS5 with unicode61 and prefixes.

Every form of a word is asked for; the articles, one for each form, all should be found. Recall is the share
that is, over all pairs of forms; precision the share of what is found that has a form of the word.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.bench_storage import fresh
from monitor.searching import search, search_text
from storage import Storage
from storage.records import ArticleRecord, Filter

NOW = datetime(2026, 3, 2, tzinfo=UTC)
# Case forms as grammars of the languages give them.
FORMS = {
    "uk": [
        "угода угоди угоді угоду угодою угодам угодами",
        "договір договору договором договорі договори договорів",
        "переговори переговорів переговорам переговорами переговорах",
        "безпека безпеки безпеці безпеку безпекою",
        "країна країни країні країну країною країн країнами",
        "підписання підписанням підписанню",
    ],
    "ru": [
        "соглашение соглашения соглашению соглашением соглашении соглашений",
        "договор договора договору договором договоре договоры договоров",
        "безопасность безопасности безопасностью",
        "страна страны стране страну страной стран странами",
        "переговоры переговоров переговорам переговорами",
        "министр министра министру министром министры министров",
    ],
    "pl": [
        "umowa umowy umowie umowę umową umów umowami",
        "porozumienie porozumienia porozumieniu porozumieniem porozumień",
        "bezpieczeństwo bezpieczeństwa bezpieczeństwu bezpieczeństwem",
        "traktat traktatu traktatem traktaty traktatów",
        "rozmowa rozmowy rozmowie rozmowę rozmów rozmowami",
        "minister ministra ministrowi ministrem ministrowie ministrów",
    ],
    "fi": [
        "sopimus sopimuksen sopimusta sopimukseen sopimuksesta sopimukset sopimusten",
        "turvallisuus turvallisuuden turvallisuutta turvallisuudesta",
        "neuvottelu neuvottelun neuvottelua neuvottelut neuvotteluja neuvottelujen neuvotteluissa",
        "maa maan maata maat maita maiden maissa",
        "ministeri ministerin ministeriä ministerit ministerien",
        "puolustus puolustuksen puolustusta puolustukseen",
    ],
}
Find = Callable[[str], set[int]]


def main() -> None:
    """Prints recall and precision for each language."""
    with tempfile.TemporaryDirectory() as folder:
        for language, lines in FORMS.items():
            words = [line.split() for line in lines]
            texts = [(number, form) for number, forms in enumerate(words) for form in forms]
            storage = fresh(Path(folder) / f"{language}.db")
            start = time.perf_counter()
            _fill(storage, texts, language)
            took = time.perf_counter() - start
            plain = _plain(texts)
            print(
                f"{language}: {len(texts)} forms of {len(words)} words (dictionary and filling {took:.1f} s)"
            )
            ways: dict[str, Find] = {
                "ours": lambda form, storage=storage: _ours(storage, form),  # type: ignore[misc]
                "peer: FTS5 unicode61": lambda form, plain=plain: _match(plain, f'"{form}"'),  # type: ignore[misc]
                "peer: FTS5 unicode61, word less 2 letters *": (
                    lambda form, plain=plain: _match(plain, f'"{form[: max(3, len(form) - 2)]}"*')  # type: ignore[misc]
                ),
            }
            for name, find in ways.items():
                recall, precision = _measured(texts, find)
                print(f"  {name:<46} recall {recall:6.1%}   precision {precision:6.1%}")
            storage.close()


def _fill(storage: Storage, texts: list[tuple[int, str]], language: str) -> None:
    from storage.records import SourceRecord

    with storage.writing() as w:
        source = SourceRecord(
            id="s", publisher="S", country=None, tier="press", kind="feed", url="https://s.example"
        )
        w.sync_sources([source], NOW)
        for number, form in texts:
            article = ArticleRecord(
                canonical_url=f"https://s.example/{number}/{form}", source_id="s", title=str(number),
                text=form, language=language, first_seen=NOW,
            )  # fmt: skip
            w.put_article(article, search_text=search_text(article.title, form, language))


def _plain(texts: list[tuple[int, str]]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE plain USING fts5(words, tokenize='unicode61')")
    connection.executemany(
        "INSERT INTO plain (rowid, words) VALUES (?, ?)", [(i + 1, form) for i, (_, form) in enumerate(texts)]
    )
    return connection


def _ours(storage: Storage, form: str) -> set[int]:
    with storage.reading() as r:
        return {hit.article.id or 0 for hit in search(r, form, Filter(limit=500), now=NOW)}


def _match(plain: sqlite3.Connection, query: str) -> set[int]:
    return {row[0] for row in plain.execute("SELECT rowid FROM plain WHERE plain MATCH ?", [query])}


def _measured(texts: list[tuple[int, str]], find: Find) -> tuple[float, float]:
    right = found_all = wanted_all = 0
    for number, form in texts:
        wanted = set(_ids(texts, number))
        found = find(form)
        right += len(wanted & found)
        found_all += len(found)
        wanted_all += len(wanted)
    return right / wanted_all, right / max(1, found_all)


def _ids(texts: list[tuple[int, str]], number: int) -> Iterator[int]:
    return (place for place, (mine, _) in enumerate(texts, start=1) if mine == number)


if __name__ == "__main__":
    main()
