"""What was found at characters of a sentence, as the words that it covers."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from monitor.detect.tokens import Sentence


class Placed(Protocol):
    """Something at characters `start` to `end` of a sentence's text."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


T = TypeVar("T", bound=Placed)
Spans = list[tuple[int, int, T]]  # the first word, the one behind the last, and what it is


def spans_of(found: Iterable[T], sentence: Sentence) -> Spans[T]:
    """Each with the words that it covers, in the order given."""
    spans: Spans[T] = []
    for one in found:
        first, last = one.start + sentence.start, one.end + sentence.start
        inside = [at for at, word in enumerate(sentence.words) if word.start < last and word.end > first]
        if inside:
            spans.append((inside[0], inside[-1] + 1, one))
    return spans


def ends_of(spans: Spans[T], count: int) -> list[int]:
    """For each of `count` words where the span that begins there ends; 0 elsewhere."""
    ends = [0] * count
    for start, end, _ in spans:
        ends[start] = end
    return ends
