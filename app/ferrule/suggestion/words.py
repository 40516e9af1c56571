"""The names of members as words, so that `updatedAt` and `UPDATED_AT` read the same."""

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_SHORTEST_PLURAL = 3


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a text that lists them, spaces between."""
    return frozenset(text.split())


@lru_cache(maxsize=16_384)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case: `lastModifiedDate`, `page[size]`."""
    return tuple(word.lower() for word in _WORD.findall(name))


@lru_cache(maxsize=16_384)
def squashed(name: str) -> str:
    """Return the words of a name without anything between: `nextpagetoken`."""
    return "".join(words(name))


def singular(word: str) -> str:
    """Return an English plural as its singular, as far as the ending tells it."""
    if word.endswith("ies") and len(word) > _SHORTEST_PLURAL + 1:
        return word[:-3] + "y"
    if word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    plural = word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural and len(word) > _SHORTEST_PLURAL else word


def same_thing(name: str, other: str) -> bool:
    """Tell whether two names mean one thing: `issues` and `Issue`."""
    mine, theirs = words(name), words(other)
    if not mine or not theirs:
        return False
    return singular("".join(mine)) == singular("".join(theirs))
