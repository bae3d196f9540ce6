"""Which language a text is in, among those we know; the source's claim is only a hint."""

from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.detect.lexicon import languages_known

if TYPE_CHECKING:
    from monitor.detect.language_model import LanguageModel

_SHORT = 120  # characters: below this the hint goes before what the statistics say
_GLANCE = 160  # characters, the last ones (a speech may have a headline in another language than its own)
_SURE = 0.85
_ALIASES = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ua": "uk", "sh": "sr", "cn": "zh", "jp": "ja"}
# Statistics need rivals: languages that we have no lexicon for are candidates too, so that a text in
# one of them is told apart and not forced into a neighbour.
_RIVALS = frozenset({
    "en", "uk", "ru", "de", "fr", "pl", "es", "it", "pt", "nl", "da", "sv", "no", "nb", "nn", "fi", "et",
    "lv", "lt", "cs", "sk", "ro", "hu", "bg", "hr", "sr", "sl", "el", "tr", "ka", "ja", "ko", "zh", "ar",
    "vi", "id", "be", "mk", "bs", "sq", "hy", "az", "kk", "he", "fa", "hi", "ur", "is", "ga", "ca", "mt",
    "th", "ms",
})  # fmt: skip


@lru_cache(maxsize=1)
def _model() -> "LanguageModel":
    from monitor.detect.language_model import load  # brings numpy, which nothing needs before the first text

    return load(_RIVALS)


def language_of(text: str, hint: str | None = None) -> str:
    """The language of a text as an ISO 639-1 code. A short or doubtful text is what the hint says."""
    claimed = _plain(hint)
    if claimed and _is_short(text):
        return claimed
    if claimed and _found(text[-_GLANCE:])[0] == claimed:
        return claimed
    found, probability = _found(text[:2000])
    if claimed and (claimed == found or probability < _SURE):
        return claimed
    if claimed in languages_known() and {claimed, found} <= _CLOSE.get(claimed, frozenset()):
        return claimed or found
    return found


def _is_short(text: str) -> bool:
    """Whether its first 400 characters have too few letters to tell by; mostly half of them have enough."""
    letters = sum(map(str.isalpha, text[:160]))
    return letters < _SHORT and letters + sum(map(str.isalpha, text[160:400])) < _SHORT


def _found(text: str) -> tuple[str, float]:
    code, probability = _model().classify(text)
    return _ALIASES.get(code, code), probability


_CLOSE: dict[str | None, frozenset[str]] = {
    code: family
    for family in (
        frozenset({"no", "da", "sv"}),
        frozenset({"hr", "sr", "bs", "sl"}),
        frozenset({"cs", "sk"}),
        frozenset({"id", "ms"}),
        frozenset({"bg", "mk"}),
    )
    for code in family
}


def _plain(hint: str | None) -> str | None:
    if not hint:
        return None
    code = hint.lower().replace("_", "-").split("-")[0]
    return _ALIASES.get(code, code)
