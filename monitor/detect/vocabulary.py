"""The words that the patterns of a language ask for, and which of them a word of a text is."""

from monitor.detect.parties.folding import fold_word
from monitor.detect.tokens import fold
from monitor.detect.trie import NUMBER, Kinds

_SHORT = 3  # letters of an Arabic word that may be all its own
_KEPT = 6_000  # words of texts whose kinds are remembered: what a language's news uses again and again


class Vocabulary(dict[str, Kinds]):
    """For a word as written its kinds: which elements of the language's patterns it is.

    Words met lately are remembered. An element is a word of a pattern, or several that may
    stand there. Of a language with two alphabets (Serbian) the Cyrillic is looked up as Latin.
    """

    def __init__(self, *, split_elisions: bool = False, language: str = "") -> None:
        super().__init__()
        self.split_elisions, self.language = split_elisions, language
        self._elements: dict[str, int] = {}
        self._exact: dict[str, list[int]] = {}
        self._capital: dict[str, list[int]] = {}
        self._prefix: dict[str, list[int]] = {}
        self._suffix: dict[str, list[int]] = {}
        self._infix: list[tuple[str, int]] = []
        self._shared: dict[Kinds, Kinds] = {}
        self._older: dict[str, Kinds] = {}
        self._prefix_lengths: set[int] = set()
        self._suffix_lengths: set[int] = set()

    def element(self, alternatives: tuple[str, ...]) -> int:
        """The number of the element that is one of these words, written as in a pattern (`sign*`, `=May`)."""
        key = "|".join(alternatives)
        if key in self._elements:
            return self._elements[key]
        element = self._elements[key] = len(self._elements)
        for word in alternatives:
            self._register(word, element)
        return element

    def _register(self, word: str, element: int) -> None:
        form = fold(word)
        if word.startswith("="):
            self._capital.setdefault(word[1:], []).append(element)
        elif word.startswith("*") and word.endswith("*") and len(word) > 2:
            self._infix.append((form[1:-1], element))
        elif word.startswith("*"):
            self._suffix.setdefault(form[1:], []).append(element)
            self._suffix_lengths.add(len(form) - 1)
        elif word.endswith("*"):
            self._prefix.setdefault(form[:-1], []).append(element)
            self._prefix_lengths.add(len(form) - 1)
        elif len(word) > 1 and word.isupper() and word.isascii():
            self._capital.setdefault(word, []).append(element)
        else:
            self._exact.setdefault(form, []).append(element)

    def __missing__(self, raw: str) -> Kinds:
        kinds = self._older.get(raw)
        if kinds is None:
            found = self._looked_up(raw)
            kinds = self._shared.setdefault(found, found)
        if len(self) >= _KEPT:  # what is in use comes over again, the rest is forgotten
            self._older = dict(self)
            self.clear()
        self[raw] = kinds
        return kinds

    def _looked_up(self, raw: str) -> Kinds:
        form = fold_word(raw.lower() if raw.isascii() else fold(raw), self.language)
        kinds = [*self._exact.get(form, ()), *self._capital.get(raw, ())]
        if form.endswith("'s"):
            kinds += self._exact.get(form[:-2], ())
        for length in self._prefix_lengths:
            kinds += self._prefix.get(form[:length], ())
        if self.language == "ar" and len(form) > _SHORT and form[0] in "\u0648\u0641":  # "and", "so"
            kinds += self._exact.get(form[1:], ())
        for length in self._suffix_lengths:
            kinds += self._suffix.get(form[-length:], ())
        kinds += [element for part, element in self._infix if part in form]
        if form[0].isdigit():
            kinds.append(NUMBER)
        return frozenset(kinds)
