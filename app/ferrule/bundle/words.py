"""A key's fingerprint in words, for two people who compare it by voice.

Eight words stand for the first 88 bits of the key's id, 11 bits a word, in the order of
the English list of BIP-39, whose words are told apart by their first four letters.
"""

import hashlib
from functools import cache
from typing import Final

from ferrule import shipped

COUNT: Final = 8
BITS: Final = 88
_EACH: Final = 11
_SHA256: Final = 256


def fingerprint_words(key_id: str) -> tuple[str, ...]:
    """Return the eight words of a key id (`sha256:` and 64 hex digits).

    What is no such id, as anybody may write one into a bundle, has no words.
    """
    digits = key_id.removeprefix("sha256:")
    try:
        octets = bytes.fromhex(digits)
    except ValueError:
        return ()
    if len(octets) * 8 != _SHA256:
        return ()
    number = int.from_bytes(octets, "big") >> (_SHA256 - BITS)
    places = (number >> (_EACH * at) & (1 << _EACH) - 1 for at in range(COUNT))
    return tuple(_words()[place] for place in places)[::-1]


@cache
def _words() -> tuple[str, ...]:
    path = shipped.resources() / "words" / "english.txt"
    return tuple(path.read_text("ascii").split())


def words_digest() -> str:
    """Return the SHA-256 of the list, in hex: both sides must have the same."""
    return hashlib.sha256("".join(f"{one}\n" for one in _words()).encode()).hexdigest()
