"""Judges from the words around whether an ambiguous form names a party: one small question each."""

import re

from monitor.detect.parties.lists import read
from monitor.detect.parties.scan import Hit

SENTENCE_START = re.compile(r"(?:^|[.!?…\n:;|•])[\s\"'«»“”„‘’(\[–—-]*$")
WORD_BEFORE = re.compile(r"([\w.]+)([ ,]+)[\"'«“„(]?$")
LONG_WORD = re.compile(r"[^\W\d_]{5,}")
WORD_AFTER = re.compile(r"^[ ](\w+)")
PLACE_LINE = re.compile(
    r"(?:(?:, [^\W\d_]{2,15})?[,.]? "  # a region, then a date
    r"(?:[^\W\d_]{3,12}\.? ?\d{1,2}(?:st|nd|rd|th)?|\d{1,2}\.? ?[^\W\d_]{3,12})\b\.?(?:,? \d{4})?,?)?"
    r"(?:, [^\W\d_]{2,15})?"
    r"[.,]? *(?P<agency>\([^()\n]{2,40}\)|/[^/\n]{2,30}/)?"
    r"\.? *(?P<dash>--|[—–:-])?(?=[ \n]|$)"
)
ADJOINING_US = re.compile(
    r"^ (?:voters?|lawmakers?|Gov\b|Governor|Republicans?|Democrats?|Senate|Senator|State|Legislature|court|"
    r"judge|prosecutors?|grand jury|primary|runoff|National Guard|election (?:workers|interference)|"
    r"Secretary of State|Congress(?:man|woman)|House Speaker|peach|native|teen|sheriff|Power|Tech|Southern)"
    r"|^,? (?:and |or )?(?:the Carolinas|\w+ Carolina|Florida|Alabama|Michigan|Arizona|Texas|Ohio)\b"
)
US_BEFORE = re.compile(
    r"(?:Atlanta|Savannah|Augusta|Macon|Athens|Columbus|Marietta|Fort \w+|Alabama|Florida|Carolina|Tennessee|"
    r"Arizona|Michigan|Pennsylvania|Nevada|Wisconsin|U\.S\. state of|state of|south|South|north|central)"
    r"(?:,| and| or|,? and)?(?: in)? $"
)
# Capitalised words that may stand beside a state's name without making a person's name of it.
BESIDE = {key: frozenset(text.split()) for key, text in read("beside.yaml").items()}
GIVEN = BESIDE.pop("given")
FUNCTION_WORDS = frozenset[str]().union(*BESIDE.values())


def is_party(text: str, hit: Hit, known_before: int) -> bool:
    """Whether the context lets the form stand for its party. `known_before` is where the last hit ended."""
    guard = hit.meaning.guard
    if guard is None:
        return True
    return GUARDS[guard](text, hit, known_before)


def at_sentence_start(text: str, start: int) -> bool:
    """Whether only an opening quote or dash lies between the form and the start of a sentence or line."""
    return SENTENCE_START.search(text[max(0, start - 8) : start]) is not None


def not_a_person(text: str, hit: Hit, known_before: int) -> bool:
    """Jordan, Chad: not after a first name ("Michael Jordan"), not before a surname ("Jordan Bardella")."""
    before = WORD_BEFORE.search(text[max(0, hit.start - 24) : hit.start])
    if before and before[2] == " " and hit.start - known_before > 1:
        word = before[1]
        if word in GIVEN:
            return False
        if in_title_case(text, hit):
            return True
        if word[:1].isupper() and not word.isupper() and word not in FUNCTION_WORDS:
            return at_sentence_start(text, hit.start - len(word) - 1) and word.lower().endswith(("ed", "s"))
    after = WORD_AFTER.match(text[hit.end : hit.end + 24])
    if after and after[1][0].isupper() and not in_title_case(text, hit):
        return after[1] in FUNCTION_WORDS or after[1].isupper() or after[1].endswith("s")
    return True


def in_title_case(text: str, hit: Hit) -> bool:
    """Whether the words around all have capitals, as in an English headline: then capitals tell nothing."""
    before = text[max(0, hit.start - 60) : hit.start].rpartition("\n")[2]
    line = before + text[hit.start : hit.end + 60].partition("\n")[0]
    words = [word for word in LONG_WORD.findall(line) if word != text[hit.start : hit.end]]
    return len(words) > 3 and all(word[0].isupper() for word in words[1:-1])


def not_the_us_state(text: str, hit: Hit, known_before: int) -> bool:
    """Georgia: not after a town or another state of the US, not before what only a US state has."""
    if US_BEFORE.search(text[max(0, hit.start - 24) : hit.start]):
        return False
    if ADJOINING_US.match(text[hit.end : hit.end + 30]):
        return False
    return not_a_person(text, hit, known_before)


def inside_a_sentence(text: str, hit: Hit, known_before: int) -> bool:
    """Того, Малі, Anh: an everyday word unless it has its capital where no sentence begins."""
    form = text[hit.start : hit.end]
    if not form[0].isupper() or at_sentence_start(text, hit.start):
        return False
    return not (form.isupper() and len(form) > 1 and shouted(text, hit.start, hit.end))


def inside_and_no_person(text: str, hit: Hit, known_before: int) -> bool:
    """Anh: both an everyday word and a given name ("Nguyễn Tuấn Anh")."""
    return inside_a_sentence(text, hit, known_before) and not_a_person(text, hit, known_before)


def not_shouted(text: str, hit: Hit, _known_before: int) -> bool:
    """US: the pronoun in a headline of capitals is not the state, "THE US" is."""
    return not shouted(text, hit.start, hit.end) or text[max(0, hit.start - 4) : hit.start] == "THE "


def shouted(text: str, start: int, end: int) -> bool:
    """Whether the letters around are all capitals."""
    around = [c for c in text[max(0, start - 25) : start] + text[end : end + 25] if c.isalpha()]
    return len(around) > 6 and all(c.isupper() for c in around)


def capitalised(text: str, hit: Hit, known_before: int) -> bool:
    """Polish, Turkey: the capital letter is asked for."""
    return text[hit.start].isupper()


GUARDS = {
    "person": not_a_person,
    "us_state": not_the_us_state,
    "inner": inside_a_sentence,
    "inner_no_person": inside_and_no_person,
    "caps": not_shouted,
    "capitalised": capitalised,
}


def place_line_end(text: str, hit: Hit) -> int | None:
    """Where "KYIV, March 3 (Reuters) —" ends: there a town is only where the reporter writes from."""
    if text[max(0, hit.start - 40) : hit.start].rpartition("\n")[2].strip(' \t«"“(*'):
        return None
    line = PLACE_LINE.match(text[hit.end : hit.end + 90])
    if line is None:
        return None
    end = hit.end + line.end()
    if line["agency"] or (line["dash"] and any(c.isdigit() for c in line.group())):
        return end
    following = WORD_AFTER.match(text[end : end + 24])
    sure = text[hit.start : hit.end].isupper() and not (
        following and following[1].isupper() and len(following[1]) > 1
    )
    return end if sure and (line["dash"] or text[end : end + 1] == "\n") else None
