"""Who an article is about so far; supplies the party that a sentence leaves out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from monitor.terms import Pair, Party

GUESS = 0.4  # too weak for news, enough to say what a text recalls


@dataclass(slots=True, kw_only=True)
class Topic:
    """Who the article is about so far; supplies the party that a sentence leaves out."""

    country: Party | None = None
    home: Party | None = None  # whose language the text is in, where that is one state's
    abroad: bool = False  # in whose press other states often sign with each other
    title: tuple[Party, ...] = ()
    seats: tuple[Party, ...] = ()  # of whom the title names a place ("Meloni in Kyiv")
    host: Party | None = None  # whom the title visits ("the minister visits Latvia")
    subject: Party | None = None  # who signed with somebody last
    partner: Party | None = None  # and with whom
    speaker: Party | None = None  # whose leader was named last: "he"
    leading: Party | None = None  # whom the last sentence that joined two named first
    pair: Pair | None = None
    recent: tuple[Party, ...] = ()
    visit: Pair | None = None  # who was told of last as going to whom ("a delegation of A arrived in B")
    counts: Counter[Party] = field(default_factory=Counter)
    joined: set[Pair] = field(default_factory=set)  # the pairs told of so far
    first: Party | None = None  # whom the article names first

    @property
    def main(self) -> Party | None:
        """The party most spoken of, when it clearly leads."""
        return self._leading(self.counts)

    def runner_up(self, one: Party) -> Party | None:
        """The party most spoken of besides `one`, when it clearly leads the rest."""
        return self._leading(Counter({code: n for code, n in self.counts.items() if code != one}))

    @staticmethod
    def _leading(counts: Counter[Party]) -> Party | None:
        top = counts.most_common(2)
        if not top or (len(top) == 2 and top[0][1] == top[1][1]):
            return None
        return top[0][0]

    @property
    def hub(self) -> Party | None:
        """The one party that all pairs told of so far share, where there are several."""
        shared = Counter(code for pair in self.joined for code in pair)
        return next((code for code, n in shared.items() if 1 < n == len(self.joined)), None)

    def other_than(
        self, one: Party, *, besides: Sequence[Party] = (), acts: bool = False
    ) -> tuple[Party, float] | None:
        """The only other party in question, and how surely; None when it is ambiguous.

        `besides` are out of the question. `acts`: `one` is who signs, not with whom is signed.
        """
        out = {one, *besides}
        return next(
            ((other, weight) for other, weight in self._candidates(one, acts) if other and other not in out),
            None,
        )

    def _candidates(self, one: Party, acts: bool) -> Iterable[tuple[Party | None, float]]:
        """Who the other may be, the surest first."""
        if self.pair and one in self.pair:
            yield next(code for code in self.pair if code != one), 0.75
        yield self.hub, 0.7
        if self.pair:
            main = self.main if self.main in self.pair else None
            if acts:
                if set(self.pair) - {main} & set(self.seats):
                    main = None  # of visitor and host, who else signs may sign with either
                yield main if main != self.home else None, 0.65
                yield self.partner, 0.65
            else:
                for likely in (self.country, self.home, main):
                    yield likely if likely in self.pair else None, 0.65
                yield self.subject, 0.65
                yield self.leading, 0.6
            if one not in self.pair:
                yield self.first if self.first in self.pair else None, GUESS
                return  # who else signed with which of the two, only these could say
        own = (self.country,) if self.country else ()
        for codes, weight in ((self.title, 0.7), (own, 0.6), (self.recent, 0.6)):
            others = [code for code in codes if code != one]
            if len(others) == 1:
                yield others[0], weight
        if self.visit and one in self.visit:
            yield next(code for code in self.visit if code != one), 0.6
        yield self.host, 0.55
        yield self.runner_up(one), 0.55
        yield None if acts and self.abroad else self.home, 0.5
