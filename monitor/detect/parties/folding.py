"""Gives spellings that texts mix up one form, so that names are listed once.

`fold_text` keeps the length (offsets stay right); `fold_word` may change it and is used on single words.
"""

ONE_TO_ONE = {
    "uk": (("ґ", "г"), ("Ґ", "Г")),
    "ru": (("ё", "е"), ("Ё", "Е")),
    "ar": (("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ى", "ي"), ("ة", "ه")),
    "ro": (("ş", "ș"), ("ţ", "ț"), ("Ş", "Ș"), ("Ţ", "Ț")),
}
SERBIAN = dict(
    zip(
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        ("a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š").split(),  # noqa: SIM905
        strict=True,
    )
)
SERBIAN |= {cyrillic.upper(): latin.capitalize() for cyrillic, latin in SERBIAN.items()}
FROM_CYRILLIC = str.maketrans(SERBIAN)


def fold_text(text: str, language: str) -> str:
    """The text with variant letters unified, character for character."""
    text = text.replace("ʼ", "'").replace("ʻ", "'")
    for variant, usual in ONE_TO_ONE.get(language, ()):
        text = text.replace(variant, usual)
    return text


def fold_word(word: str, language: str) -> str:
    """A single word in the index's alphabet: Serbian Cyrillic becomes Latin."""
    return word.translate(FROM_CYRILLIC) if language == "sr" and not word.isascii() else word
