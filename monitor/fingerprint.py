"""A 64-bit near-duplicate fingerprint of a text (simhash over word pairs, after Charikar 2002)."""

import hashlib
import re

_WORD = re.compile(r"\w+")
# For each bit of a byte, what tells by translation whether it is set.
_IS_SET = tuple(bytes((byte >> bit) & 1 for byte in range(256)) for bit in range(8))


def fingerprint(text: str) -> int | None:
    """A signed 64-bit integer that near-identical texts share but for a few bits; None for no words.

    Case and punctuation do not count. Compare with Hamming distance: copies of an agency text differ
    in at most 3 bits.
    """
    words = _WORD.findall(text.lower())
    if not words:
        return None
    pairs = {f"{a} {b}" for a, b in zip(words, [*words[1:], ""], strict=True)}
    hashes = b"".join([hashlib.blake2b(pair.encode(), digest_size=8).digest() for pair in pairs])
    value = 0
    for at in range(8):
        column = hashes[at::8]  # the same byte of each hash, the lowest first
        for bit, is_set in enumerate(_IS_SET):
            ones = column.translate(is_set).count(1)
            value |= (ones * 2 > len(pairs)) << (8 * at + bit)
    return value - (1 << 64) if value >= 1 << 63 else value
