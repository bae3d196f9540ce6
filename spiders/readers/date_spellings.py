"""respelled gives a date text with the ways of writing of some languages in one: 2024-02-14, 8:30 pm."""

import re

_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?")
_CJK_TIME = re.compile(r"(\d{1,2})\s*[時时点시]\s*(?:(\d{1,2})\s*[分분]?)?")
_NOON = (
    ("午前", " am "),
    ("上午", " am "),
    ("오전", " am "),
    ("午後", " pm "),
    ("下午", " pm "),
    ("오후", " pm "),
)
# Years of an emperor (Japan's offices date so) and of the republic (Taiwan).
_ERA = re.compile(r"(令和|平成|民國)\s*(\d{1,3}|元)\s*(?=年)")
_BEFORE_ERA = {"令和": 2018, "平成": 1988, "民國": 1911}
_KOREAN = re.compile("[년월일]|오전|오후")
_VIETNAMESE = re.compile(r"(?i)(\d{1,2})\s+(?:tháng|thg)\s+(\d{1,2})\s*(?:,|năm)?\s*(\d{4})")
_SHORT_YEAR = re.compile(r"(?<=[\d,] )['’](\d\d)\b")  # Feb 14, '24
_DOTTED_TIME = re.compile(
    r"(?i)\b(?:kl|klo|kell|ora|ore|uhr|ob|в|о)\b\.?\s*(\d{1,2})\.(\d\d)\b|(?<![\d.])(\d{1,2})\.(\d\d)(?=\s?[ap]\.?m\b)"
)
_HOUR_ALONE = re.compile(r"(?<=\d{4} )(\d{1,2})(?= [+-]\d{4}\Z)")  # 14 Feb 2024 16 -0700
_TWO_TIMES = re.compile(r"(?<= )00:00:00(?:\.0)? (?=\d\d:\d\d)")
_DOTTED_SECONDS = re.compile(r"(?<=\d{4} )(\d\d)\.(\d\d)\.(\d\d)(?![\d.])")
_LOGGED = re.compile(r"(?<=\d/[A-Za-z]{3}/\d{4}):(?=\d\d:\d\d)")  # 14/Feb/2024:08:30:00, as web servers log
_LATE_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(\d\d)(?:\s*Uhr)?\s*\Z")


def respelled(text: str) -> str:
    """The same date; a text without such spellings comes back as it is."""
    if not text.isascii():
        text = _from_east_asian(text)
        text = _VIETNAMESE.sub(r"\3-\2-\1", text)
    if "'" in text or "’" in text:
        text = _SHORT_YEAR.sub(lambda found: f"20{found[1]}", text)
    text = _DOTTED_SECONDS.sub(r"\1:\2:\3", _LOGGED.sub(" ", text))
    text = _HOUR_ALONE.sub(r"\1:00", _TWO_TIMES.sub("", text.replace(" --", " -")))
    return _DOTTED_TIME.sub(lambda found: f" {found[1] or found[3]}:{found[2] or found[4]}", text)


def with_late_time(text: str) -> str:
    """With "8.30" at its end as a time, where a year shows that the date is something else."""
    return _LATE_DOTTED.sub(r" \1:\2", text) if re.search(r"\d{4}", text) else text


def is_korean(text: str) -> bool:
    """Whether its words are Korean: a date so written is one of Seoul's."""
    return not text.isascii() and _KOREAN.search(text) is not None


def _from_east_asian(text: str) -> str:
    text = _ERA.sub(lambda found: str(_BEFORE_ERA[found[1]] + int(found[2].replace("元", "1"))), text)
    for word, latin in _NOON:
        text = text.replace(word, latin)
    text = _CJK.sub(r" \1-\2-\3 ", text)
    return _CJK_TIME.sub(lambda found: f" {found[1]}:{found[2] or '00'} ", text)
