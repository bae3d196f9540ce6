"""Reads an article into sentences with actors, document nouns, times and marks, before anything is judged."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from monitor.detect.actors import actors_of
from monitor.detect.claims import SentenceReading, nouns_of
from monitor.detect.findings import Article
from monitor.detect.lexicon import Lexicon
from monitor.detect.parties import PartyMention, find_parties
from monitor.detect.times import times_of
from monitor.detect.tokens import Sentence, sentences_of

MOST_CHARACTERS = 40_000  # of a text; what stands later is no news of this article


def read(article: Article, lexicon: Lexicon, published: date | None) -> list[SentenceReading]:
    """The article's sentences, the title first."""
    texts = {"title": article.title, "text": article.text[:MOST_CHARACTERS]}
    mentions = {
        field: find_parties(text, lexicon.language, on=published, country=article.country)
        for field, text in texts.items()
    }
    belgian = _means_belgium([m for found in mentions.values() for m in found])
    of_sentence = partial(_read_sentence, lexicon=lexicon, published=published)
    readings: list[SentenceReading] = []
    for field, text in texts.items():
        sentences = sentences_of(
            text, field, len(readings), lexicon.abbreviations, split_elisions=lexicon.split_elisions
        )
        found = [_brussels(m) if belgian else m for m in mentions[field]]
        readings.extend(map(of_sentence, sentences, _by_sentence(sentences, found)))
    return readings


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
    sentence: Sentence, mentions: Sequence[PartyMention], *, lexicon: Lexicon, published: date | None
) -> SentenceReading:
    marks = lexicon.plain.find(sentence.words)
    tells = sentence.field == "title" or any(mark.tag.startswith("step:") for mark in marks)
    actors, lists = actors_of(sentence, mentions, marks, lexicon)
    return SentenceReading(
        sentence=sentence,
        marks=marks,
        actors=actors,
        lists=lists,
        times=times_of(sentence.words, marks, published) if tells else [],
        nouns=nouns_of(marks, adjectives_follow=lexicon.adjectives_follow),
    )
