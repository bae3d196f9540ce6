"""A 64-bit near-duplicate fingerprint of a text (simhash over word pairs, after Charikar 2002)."""

import hashlib
import re

import numpy as np

_WORD = re.compile(r"\w+")
_BITS = np.arange(64, dtype=np.uint64)


def fingerprint(text: str) -> int | None:
    """A signed 64-bit integer that near-identical texts share but for a few bits; None for no words.

    Case and punctuation do not count. Compare with Hamming distance: copies of an agency text differ
    in at most 3 bits.
    """
    words = _WORD.findall(text.lower())
    if not words:
        return None
    pairs = {f"{a} {b}" for a, b in zip(words, [*words[1:], ""], strict=True)}
    hashes = np.fromiter((_hash64(pair) for pair in pairs), dtype=np.uint64, count=len(pairs))
    ones = ((hashes[:, None] >> _BITS) & np.uint64(1)).sum(axis=0)
    bits = ones * 2 > len(pairs)
    value = int((bits.astype(np.uint64) << _BITS).sum())
    return value - (1 << 64) if value >= 1 << 63 else value


def _hash64(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
