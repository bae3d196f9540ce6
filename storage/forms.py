"""The lemmas of indexed words: what a query's words are looked up in, without any dictionary at hand."""

from collections.abc import Iterable

from sqlalchemy import select

from storage.rows import Statements, chunks
from storage.tables import FormRow


class FormReads(Statements):
    """What there is to ask about words."""

    def lemmas_of(self, words: Iterable[str]) -> dict[str, set[str]]:
        """The lemmas of these folded words, as far as articles with them have taught any."""
        found: dict[str, set[str]] = {}
        for some in chunks(set(words)):
            query = select(FormRow.word, FormRow.lemma).where(FormRow.word.in_(some))
            for word, lemma in self._connection.execute(query):
                found.setdefault(word, set()).add(lemma)
        return found

    def forms_of(self, lemmas: Iterable[str]) -> dict[str, set[str]]:
        """The folded words that articles have these lemmas as."""
        found: dict[str, set[str]] = {}
        for some in chunks(set(lemmas)):
            query = select(FormRow.word, FormRow.lemma).where(FormRow.lemma.in_(some))
            for word, lemma in self._connection.execute(query):
                found.setdefault(lemma, set()).add(word)
        return found


class FormWrites(FormReads):
    """What changes that."""

    def _add_forms(self, forms: Iterable[tuple[str, str]]) -> None:
        rows = [{"word": word, "lemma": lemma} for word, lemma in sorted(set(forms))]
        if rows:
            self._connection.execute(self._unseen(FormRow), rows)
