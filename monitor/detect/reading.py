"""Reads an article into sentences with actors, document nouns, times and marks, before anything is judged."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from monitor.detect.actors import actors_of
from monitor.detect.claims import SentenceReading, nouns_of
from monitor.detect.findings import Article
from monitor.detect.lexicon import Lexicon
from monitor.detect.parties import PartyMention, find_parties, with_surnames
from monitor.detect.patterns import Match
from monitor.detect.times import times_of
from monitor.detect.tokens import Sentence, sentences_of

_LEAD = 3  # sentences that may name the day of what the headline plans
MOST_TOLD = 60  # sentences with words of a step: four times what the longest of 1,700 labelled pages has
_MOST_OF_TITLE = 2_000  # characters
MOST_CHARACTERS = 40_000  # of a text; what stands later is no news of this article


def read(article: Article, lexicon: Lexicon, published: date | None) -> list[SentenceReading]:
    """The article's sentences, the title first; none where no sentence has a word of a step, and no more
    after MOST_TOLD that have one."""
    marked: list[tuple[Sentence, list[Match], bool]] = []
    told = 0
    for sentence in _sentences(article, lexicon):
        marks = lexicon.plain.find(sentence.words)
        is_told = _tells(marks)
        marked.append((sentence, marks, is_told))
        told += is_told
        if told == MOST_TOLD:
            break
    if not told:
        return []
    mentions = _mentions(article, [row[0] for row in marked], lexicon.language, published)
    return [
        _read_sentence(*row, mentions=named, lexicon=lexicon, published=published)
        for row, named in zip(marked, mentions, strict=True)
    ]


def is_cut(readings: Sequence[SentenceReading]) -> bool:
    """Whether so many sentences have words of a step that no more were read."""
    return sum(_tells(reading.marks) for reading in readings) >= MOST_TOLD


def _tells(marks: Sequence[Match]) -> bool:
    return any(mark.tag.startswith("step:") or mark.tag == "enacting" for mark in marks)


def _sentences(article: Article, lexicon: Lexicon) -> list[Sentence]:
    cut = partial(sentences_of, abbreviations=lexicon.abbreviations, split_elisions=lexicon.split_elisions)
    title = cut(article.title[:_MOST_OF_TITLE], "title", 0)
    return [*title, *cut(article.text[:MOST_CHARACTERS], "text", len(title))]


def _mentions(
    article: Article, sentences: Sequence[Sentence], language: str, published: date | None
) -> list[list[PartyMention]]:
    """For each sentence the parties that it names."""
    by_field = {
        field: [sentence for sentence in sentences if sentence.field == field] for field in ("title", "text")
    }
    ends = {field: those[-1].end if those else 0 for field, those in by_field.items()}
    texts = {"title": article.title[: ends["title"]], "text": article.text[: ends["text"]]}
    alone = {
        field: find_parties(text, language, on=published, country=article.country)
        for field, text in texts.items()
    }
    found = with_surnames(texts, alone)
    belgian = _means_belgium([mention for mentions in found.values() for mention in mentions])
    return [
        mentions
        for field, named in found.items()
        for mentions in _by_sentence(
            by_field[field], [_brussels(mention) if belgian else mention for mention in named]
        )
    ]


def _means_belgium(mentions: Sequence[PartyMention]) -> bool:
    """Whether "Brussels" is Belgium's here and not the EU's: the article names Belgium itself."""
    return any(m.code == "BE" and m.form != "capital" for m in mentions)


def _brussels(mention: PartyMention) -> PartyMention:
    is_capital = mention.code == "EU" and mention.form == "capital"
    return replace(mention, code="BE") if is_capital else mention


def _by_sentence(sentences: Sequence[Sentence], mentions: Sequence[PartyMention]) -> list[list[PartyMention]]:
    """The mentions that lie in each sentence; both are in text order."""
    shared: list[list[PartyMention]] = []
    at = 0
    for sentence in sentences:
        mine: list[PartyMention] = []
        while at < len(mentions) and mentions[at].start < sentence.end:
            if mentions[at].start >= sentence.start:
                mine.append(mentions[at])
            at += 1
        shared.append(mine)
    return shared


def _read_sentence(
    sentence: Sentence,
    marks: list[Match],
    is_told: bool,
    *,
    mentions: Sequence[PartyMention],
    lexicon: Lexicon,
    published: date | None,
) -> SentenceReading:
    is_dated = is_told or sentence.index <= _LEAD
    actors, lists = actors_of(sentence, mentions, marks, lexicon) if mentions else ([], [])
    return SentenceReading(
        sentence=sentence,
        marks=marks,
        actors=actors,
        lists=lists,
        times=times_of(sentence.words, marks, published) if is_dated else [],
        nouns=nouns_of(marks, adjectives_follow=lexicon.adjectives_follow),
    )
