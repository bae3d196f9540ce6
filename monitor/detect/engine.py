"""Article in, Detection out: the story of detection in one place.

    article | language | read (sentences, actors, nouns, times) | claims | new or recalled | findings

Pure: the words come from the package's own data, loaded once; the clock is never read.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.detect.claims import Claim, SentenceReading, StepWords
from monitor.detect.confidence import ALERT_AT, HEARSAY_AT_MOST, REVIEW_AT, confidence_of
from monitor.detect.details import by_sentence, details_of
from monitor.detect.evidence import finding_of
from monitor.detect.findings import Article, Detection, Finding
from monitor.detect.judge import Judge
from monitor.detect.language import language_of
from monitor.detect.lexicon import Lexicon, lexicon
from monitor.detect.novelty import LEAD
from monitor.detect.prefilter import may_matter
from monitor.detect.publisher import country_of
from monitor.detect.reading import MOST_TOLD, is_cut, read
from monitor.detect.topic import Topic
from monitor.terms import Pair, Party, Stage

_SOFT = frozenset({Stage.PROPOSED, Stage.NEGOTIATIONS_ROUND})
_TALKS = frozenset({Stage.NEGOTIATIONS_STARTED, Stage.NEGOTIATIONS_ROUND})
_REAL = frozenset({"done", "planned"})
_JOINED = frozenset({"with", "between", "with, and the topic", "each of a list with one"})


UNRELATED = "no word in it is of security agreements"
CUT = f"only the first {MOST_TOLD} sentences with words of a step are judged"


def detect(article: Article) -> Detection:
    """All that one article says of steps: new findings, recalled ones, denials, and why it is silent.

    A language without a lexicon gives an empty Detection with `language_known` False, never a guess.
    """
    matters = may_matter(article.title, article.text)
    told_by = article.text[: 800 if matters else 300]
    language = language_of(f"{article.title}\n{told_by}", article.language)
    words = lexicon(language)
    if words is None:
        return Detection(
            article_id=article.id,
            language=language,
            language_known=False,
            silence=(f"no lexicon for {language!r}",),
        )
    if not matters:
        return Detection(article_id=article.id, language=language, silence=(UNRELATED,))
    article = _placed(article)
    published = published_day(article)
    readings = read(article, words, published)
    claims = _judged(article, readings, words, published)
    found = _detection(article, language, claims, published)
    if is_cut(readings):
        found = replace(found, silence=(*found.silence, CUT))
    if not found.findings:
        return found
    stated = partial(
        details_of,
        article=article,
        readings=readings,
        claims=by_sentence(claims),
        lexicon=words,
        published=published,
        pairs=len({finding.parties for finding in found.findings}),
    )
    return replace(found, findings=tuple(replace(one, details=stated(one)) for one in found.findings))


def claims_of(article: Article, words: Lexicon) -> list[Claim]:
    """Every claim of an article in the language of `words`, judged and with its confidence."""
    article = _placed(article)
    published = published_day(article)
    return _judged(article, read(article, words, published), words, published)


def _placed(article: Article) -> Article:
    """The article with the state of its publisher, where its address gives it."""
    return replace(article, country=article.country or country_of(article.url, article.source_kind))


def _judged(
    article: Article, readings: list[SentenceReading], words: Lexicon, published: date | None
) -> list[Claim]:
    topic = Topic(country=article.country, home=words.home, abroad=words.abroad)
    claims = Judge(lexicon=words, published=published, topic=topic, readings=readings).judged()
    told: dict[tuple[Pair, Stage], set[int]] = defaultdict(set)
    is_rumour = any(reading.has("hearsay") for reading in readings[: LEAD + 1])
    for claim in new_of(claims):
        told[claim.link.pair, claim.stage].add(claim.reading.sentence.index)
    for claim in claims:
        claim.confidence = confidence_of(claim, max(len(told[claim.link.pair, claim.stage]), 1))
        if is_rumour and (claim.words.reality == "planned" or claim.stage in _SOFT):
            claim.confidence = min(claim.confidence, HEARSAY_AT_MOST)
    return claims


def new_of(claims: list[Claim]) -> list[Claim]:
    """Those of the claims that tell something new."""
    return [c for c in claims if c.novelty == "new" and _is_told(c)]


def published_day(article: Article) -> date | None:
    """The day of publication in the source's own zone."""
    if article.published is None:
        return None
    try:
        return article.published.astimezone(ZoneInfo(article.zone)).date()
    except (ZoneInfoNotFoundError, ValueError):
        return article.published.date()


def alerts(detection: Detection, threshold: float = ALERT_AT) -> tuple[Finding, ...]:
    """The findings sure enough to tell people of."""
    return tuple(f for f in detection.findings if f.confidence >= threshold)


def review(
    detection: Detection, threshold: float = ALERT_AT, least: float = REVIEW_AT
) -> tuple[Finding, ...]:
    """The findings that a human must decide on: surer than `least`, not sure enough to alert."""
    return tuple(f for f in detection.findings if least <= f.confidence < threshold)


def _detection(article: Article, language: str, claims: list[Claim], published: date | None) -> Detection:
    new = new_of(claims)
    findings = [finding_of(article, best, same, published, language) for best, same in news_of(new)]
    told_pairs = {(f.parties, f.stage) for f in findings}
    old = _one_each(c for c in claims if c.novelty == "recalled" and c.words.reality == "done")
    denied = _one_each(c for c in claims if c.words.reality == "denied")
    return Detection(
        article_id=article.id,
        language=language,
        findings=tuple(sorted(findings, key=lambda f: -f.confidence)),
        background=tuple(
            finding_of(article, c, [c], published, language)
            for c in old
            if (c.link.pair, c.stage) not in told_pairs
        ),
        denials=tuple(finding_of(article, c, [c], published, language) for c in denied),
        silence=() if findings else _silence(claims),
    )


def _is_told(claim: Claim) -> bool:
    """Whether the claim says that something happened or will; a bare noun does so only with a fresh date, or
    where it is all that the headline says."""
    if claim.words.form == "bare":
        sure = claim.words.reality == "named" and claim.instrument_weight == 1.0
        return sure and (claim.date is not None or _is_all_said(claim))
    return claim.words.reality in _REAL


def _is_all_said(claim: Claim) -> bool:
    """ "Signing of a defence pact between Norway and Poland": a headline that is nothing but the step, its
    document and who acts. Not so a ratification: a parliament's papers are called that long before."""
    reading = claim.reading
    if reading.sentence.field != "title" or claim.stage is Stage.RATIFIED:
        return False
    if _ends_with(reading, claim.words):
        return True
    if claim.words.start > 0 and not _is_headed(reading, claim.words.start):
        return False
    named = [actor.end for actor in reading.actors] + [noun.end for noun in reading.nouns]
    return max(named, default=0) == len(reading.sentence.words)


def _ends_with(reading: SentenceReading, words: StepWords) -> bool:
    """Whether a headline ends with its document and the step's noun, where verbs stand last: 협정 체결식."""
    ends = words.end == len(reading.sentence.words) and words.finite
    return ends and any(noun.end == words.start for noun in reading.nouns)


def _is_headed(reading: SentenceReading, start: int) -> bool:
    """Whether only who acts stands before, and a colon: "Norway and Poland: signing of a defence pact"."""
    acting = {at for one in reading.actors for at in range(one.left, one.end) if one.acts}
    joined = {at for mark in reading.tagged("joiners") for at in range(mark.start, mark.end)}
    before = set(range(start)) - acting - joined
    return bool(acting) and reading.sentence.words[start].gap == 2 and len(before) <= 1


def _one_each(claims: Iterable[Claim]) -> list[Claim]:
    best: dict[tuple[Pair, Stage], Claim] = {}
    for claim in claims:
        best.setdefault((claim.link.pair, claim.stage), claim)
    return list(best.values())


def news_of(new: list[Claim]) -> Iterable[tuple[Claim, list[Claim]]]:
    """For each pair the one stage that is the news, with all the claims that tell it."""
    by_pair: dict[Pair, list[Claim]] = defaultdict(list)
    for claim in new:
        by_pair[claim.link.pair].append(claim)
    for pair, claims in by_pair.items():
        if _is_shadow(pair, claims, by_pair):
            continue
        stage = _main_stage(claims)
        same = [c for c in claims if c.stage is stage]
        yield max(same, key=lambda c: (c.confidence, -c.reading.sentence.index)), same


def _is_shadow(pair: Pair, claims: list[Claim], by_pair: dict[Pair, list[Claim]]) -> bool:
    """Whether two parties only stand side by side: each of them signed with the same third one."""
    if any(c.link.how in ("with", "between", "a compound adjective") for c in claims):
        return False
    stages = {c.stage for c in claims}
    with_third: dict[Party, set[Party]] = defaultdict(set)
    for other, told in by_pair.items():
        if other != pair and any(c.link.how in _JOINED and c.stage in stages for c in told):
            for one in set(other) & set(pair):
                with_third[one].update(set(other) - {one})
    return bool(with_third[pair[0]] & with_third[pair[1]])


def _main_stage(claims: list[Claim]) -> Stage:
    """What happened goes before what is planned, the headline before the text, the surer before the other;
    a step with a fresh date of its own goes before mere intentions, wherever they stand."""
    sure = [c for c in claims if c.confidence >= ALERT_AT]
    done = [c for c in sure if c.words.reality == "done"] or claims
    if _is_fixed(done, sure):
        return Stage.TEXT_AGREED
    dated = [c for c in done if c.date and c.stage not in _SOFT]
    title = [c for c in done if c.reading.sentence.field == "title"]
    plain = [c for c in done if c not in title and _is_plainly_signed(c)]
    if plain and {c.stage for c in title} <= {Stage.SIGNED}:
        # "signed a protocol that updates it"
        changed = {id(c.reading) for c in done if c.stage is Stage.AMENDED}
        return Stage.AMENDED if all(id(c.reading) in changed for c in plain) else Stage.SIGNED
    if title and {c.stage for c in done if c.stage in _TALKS} == _TALKS and not _is_round(done, title):
        title = [c for c in done if c.stage is Stage.NEGOTIATIONS_STARTED]
    if {c.stage for c in title} == {Stage.TEXT_AGREED} and any(_is_plainly_ratified(c) for c in done):
        return Stage.RATIFIED
    if dated and all(c.stage in _SOFT for c in title):
        title = dated
    begun = [c for c in done if c.stage is Stage.NEGOTIATIONS_STARTED]
    if begun and title and all(c.stage is Stage.NEGOTIATIONS_ROUND for c in title):
        title = begun  # "They negotiate a pact" in a headline: the text says that they have just begun
    return max(title or done, key=lambda c: c.confidence + 0.05 * c.stage.rank).stage


def _is_fixed(done: list[Claim], sure: list[Claim]) -> bool:
    """ "They are finalising a pact, which will be signed next month": a signing that is fixed says more."""
    told = {id(c.reading) for c in done if c.stage is Stage.NEGOTIATIONS_ROUND}
    fixed = (c for c in sure if c.stage is Stage.TEXT_AGREED and c.words.reality == "planned")
    return len(told) == len({id(c.reading) for c in done}) and any(id(c.reading) in told for c in fixed)


def _is_plainly_ratified(claim: Claim) -> bool:
    """Ratified, in so many words, where the headline only says "approved"."""
    return claim.stage is Stage.RATIFIED and claim.words.reality == "done" and not claim.by_default


def _is_round(done: list[Claim], title: list[Claim]) -> bool:
    """Whether the text too, not the headline alone ("talks under way"), tells of talks going on."""
    if any(c.stage is not Stage.NEGOTIATIONS_ROUND for c in title):
        return True
    return any(c.stage is Stage.NEGOTIATIONS_ROUND for c in done if c not in title)


def _is_plainly_signed(claim: Claim) -> bool:
    """Signed, in so many words: then a text agreed or a draft approved is only how it came to that."""
    plain = claim.link.weight >= 0.7 and claim.instrument_weight >= 0.8
    return plain and claim.stage is Stage.SIGNED and not claim.by_default


def _silence(claims: list[Claim]) -> tuple[str, ...]:
    if not claims:
        return ("no sentence joins two parties by a step of a security agreement",)
    reasons = []
    for claim in claims[:8]:
        pair = "-".join(claim.link.pair)
        why = claim.why if claim.words.reality in _REAL else f"it is {claim.words.reality}, not done"
        reasons.append(f"{pair} {claim.stage}: {why}")
    return tuple(dict.fromkeys(reasons))
