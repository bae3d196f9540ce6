"""The search words of stored articles, made anew: after an upgrade that folds or looks up differently."""

from collections.abc import Callable

from monitor.searching.lemmas import search_text
from storage import Storage
from storage.records import Filter

BATCH = 200


def reindex(storage: Storage, told: Callable[[int], None] = lambda _done: None) -> int:
    """How many articles were indexed anew, newest first. Each batch is a transaction of its own, so that
    others may write in between, and a broken run has done no harm. `told` hears how far it is."""
    done, before = 0, None
    while True:
        with storage.reading() as r:
            articles = r.articles(Filter(limit=BATCH, before_id=before))
        if not articles:
            return done
        made = [(one, search_text(one.title, one.text, one.language)) for one in articles]
        with storage.writing() as w:
            for article, words in made:
                w.index_anew(article, words)
        done += len(articles)
        before = articles[-1].id
        told(done)
