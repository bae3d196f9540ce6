"""Which sources stand in for others that are in trouble. Pure.

A source's `fallback` is a chain: its own page, its official Telegram channel, an agency. The first one that
works stands in while the source fails or is silent, and rests again when the source is well. Sources of the
chain that are polled anyway change nothing.
"""

from collections.abc import Collection, Mapping, Sequence


def standing_in(
    chains: Mapping[str, Sequence[str]], troubled: Collection[str], usable: Collection[str]
) -> dict[str, str]:
    """{the source that is to be polled: the one it stands in for}.

    `chains`: fallbacks by source; `troubled`: sources that fail or are silent now; `usable`: sources that
    can be polled at all. A fallback in trouble itself is polled on (it may come back) and the next is added.
    """
    chosen: dict[str, str] = {}
    for source, chain in chains.items():
        if source not in troubled:
            continue
        for one in chain:
            if one not in usable:
                continue
            chosen.setdefault(one, source)
            if one not in troubled:
                break
    return chosen
