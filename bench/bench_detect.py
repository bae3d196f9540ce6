"""Detection: the prefilter, the full judgement, the slowest text, memory; beside a keyword query by `re`."""

import re
import resource
import time
from collections.abc import Callable, Sequence

from monitor.detect import Article, detect, may_matter
from monitor.detect.lexicon import languages, lexicon

SECONDS = 1.5
NEWS = (
    "Ukraine and Denmark opened talks on a bilateral security agreement on 8 February, the office said. "
    "The delegations went over the structure of the document and settled a timetable. Earlier, talks "
    "with Romania began on 14 January. In July 2023 the G7 issued a declaration of support for Ukraine. "
)
OTHER = (
    "The city opened a new tram line on Monday after four years of works. Passengers tried the quiet "
    "vehicles and the wide doors, and the mayor spoke of a green future. Tickets cost the same as before. "
)
QUERY = re.compile(
    r"(security|defen[cs]e) (agreement|pact|treaty|guarantees).{0,400}\b(sign|ratif|negotiat)\w*",
    re.IGNORECASE | re.DOTALL,
)


HOSTILE = ("agreement ", "Ukraine and ", "signed agreement with Ukraine ", "talks on talks ", "a.", "signed ")


def rate(work: Callable[[], object]) -> float:
    """How many times a second the work is done, over SECONDS of this process's own time."""
    work()
    done, began = 0, time.process_time()
    while time.process_time() - began < SECONDS:
        work()
        done += 1
    return done / (time.process_time() - began)


def grown(text: str, size: int) -> str:
    """The text repeated to a size."""
    return (text * (size // len(text) + 1))[:size]


def slowest(pieces: Sequence[str]) -> tuple[float, str]:
    """Milliseconds per 10 kB of the slowest of the hostile pieces, and which it is."""
    worst = (0.0, "")
    for piece in pieces:
        article = Article(id="hostile", title=piece[:200], text=grown(piece, 20_000), language="en")
        began = time.process_time()
        detect(article)
        worst = max(worst, ((time.process_time() - began) * 1000 / 2, piece[:40]))
    return worst


def main() -> None:
    """Print each figure with the goal and the peer."""
    other, news = grown(OTHER, 2000), grown(NEWS, 2000)
    article = Article(id="news", title="Ukraine opens talks with Denmark", text=news, language="en")
    print(
        f"prefilter where nothing matches, 2 kB: {rate(lambda: may_matter('', other)):,.0f}/s (goal 10,000)"
    )
    print(f"  peer: keyword query by re, English only: {rate(lambda: QUERY.search(other)):,.0f}/s")
    print(f"detect, a text of the field, 2 kB: {rate(lambda: detect(article)):,.0f}/s (goal 300)")
    print(f"  peer: keyword query by re, knows no parties: {rate(lambda: QUERY.search(news)):,.0f}/s")
    took, piece = slowest(HOSTILE)
    print(f"slowest hostile text: {took:.0f} ms per 10 kB (goal 50): {piece!r}")
    for language in languages():
        lexicon(language)
        detect(Article(id="x", title="Ukraine", text=other, language=language))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory with {len(languages())} languages loaded: {memory:.0f} MB (goal under 250)")


if __name__ == "__main__":
    main()
