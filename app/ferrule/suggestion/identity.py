"""Which member tells items apart: its name, in every item, and never twice."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import Final

from ferrule.exchange import Json
from ferrule.suggestion.candidate import LIKELY, SURE, Candidate, ranked
from ferrule.suggestion.profile import Leaf
from ferrule.suggestion.words import same_thing, words

_NAMES: Final = {
    "id": 0.95,
    "uuid": 0.93,
    "guid": 0.9,
    "gid": 0.93,
    "sid": 0.93,
    "objectid": 0.93,
    "sysid": 0.93,
    "uid": 0.88,
    "key": 0.8,
    "ts": 0.72,
    "nodeid": 0.55,
    "iid": 0.6,
    "identifier": 0.75,
    "number": 0.6,
    "code": 0.5,
    "slug": 0.55,
    "reference": 0.5,
    "token": 0.4,
    "self": 0.45,
    "uri": 0.45,
    "url": 0.4,
    "href": 0.4,
    "permalink": 0.4,
    "htmlurl": 0.4,
    "email": 0.4,
    "emailaddress": 0.4,
    "name": 0.35,
    "timestamp": 0.3,
    "time": 0.3,
    "date": 0.25,
}
_OTHERS: Final = 0.45
_KEYED: Final = 0.78
_ENDINGS: Final = ("id", "uuid", "guid", "gid", "sid", "ids")
_MOST_PARTS: Final = 8
_LONGEST: Final = 500
_ENOUGH: Final = 3
_NESTED: Final = frozenset({"attributes", "fields", "properties", "_source"})
_SQUASHED: Final = re.compile(r"(page|post|event|order|item|record|entry|row)id")


@lru_cache(maxsize=4096)
def is_id_name(name: str) -> bool:
    """Tell whether a name is that of an id: `id`, `_id`, `OrderID`, `sys_id`."""
    return name == "_key" or (bool(words(name)) and words(name)[-1] in _ENDINGS[:-1])


def find_ids(leaves: Sequence[Leaf], resource: str = "") -> list[Candidate]:
    """Return the members that could be an item's id, the most likely first.

    `resource` is the name of the list or of what the address asks for.
    """
    able = [leaf for leaf in leaves if _is_able(leaf)]
    found = [
        Candidate({"idPath": x.path}, _score(x, able, resource), _reason(x))
        for x in able
    ]
    if all(candidate.score < LIKELY for candidate in found):
        found += _pairs(able)
    return ranked(found)


def _is_able(leaf: Leaf) -> bool:
    """Tell whether a leaf holds what the engine takes as an id."""
    return leaf.singular and bool(leaf.names) and all(map(_is_id, leaf.values))


def _is_id(value: Json) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= _LONGEST and value.isprintable()
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _score(leaf: Leaf, able: Sequence[Leaf], resource: str) -> float:
    score = _by_name(leaf, resource)
    inner = [name for name in leaf.names[:-1] if name not in _NESTED]
    score -= 0.05 * (leaf.depth - len(inner)) + 0.25 * len(inner)
    repeats = leaf.distinct < len(leaf.values)
    if leaf.coverage < 1 or repeats:
        return score * 0.3 * leaf.coverage
    if leaf.total < _ENOUGH and score >= SURE and _rivals(leaf, able):
        score -= 0.02
    if any(isinstance(value, Decimal) for value in leaf.values):
        score -= 0.3
    return score


def _by_name(leaf: Leaf, resource: str) -> float:
    if leaf.name == "_key":
        return _KEYED
    told = _NAMES.get(leaf.squashed)
    if told is not None:
        return told
    parts = leaf.words
    ends = [end for end in _ENDINGS if parts and parts[-1] == end]
    if ends:
        owner = "".join(parts[:-1])
        return 0.9 if resource and same_thing(owner, resource) else _OTHERS
    if _SQUASHED.fullmatch(leaf.squashed):
        return 0.8
    if parts and parts[-1] in {"number", "no", "nr", "code", "key", "ref"}:
        return 0.42
    return 0.1


def _rivals(leaf: Leaf, able: Sequence[Leaf]) -> bool:
    return any(
        other is not leaf and not other.depth and _NAMES.get(other.squashed, 0) >= SURE
        for other in able
    )


def _reason(leaf: Leaf) -> str:
    shown = leaf.path.removeprefix("$.")
    if leaf.coverage < 1:
        return f"`{shown}` is in {leaf.told}."
    if leaf.distinct < len(leaf.values):
        many, all_ = leaf.distinct, len(leaf.values)
        return f"`{shown}` is in every item, but only {many} of {all_} values differ."
    if leaf.total == 1:
        return f"`{shown}` is named like an id; one item cannot show that it is unique."
    return f"`{shown}` is in all {leaf.total} items and never repeats."


def _pairs(able: Sequence[Leaf]) -> Iterator[Candidate]:
    """Yield two members that tell items apart together where none does alone."""
    whole = [x for x in able if x.coverage == 1 and x.total > 1 and x.distinct > 1]
    named = [x for x in whole if is_id_name(x.name) or x.squashed in _NAMES]
    for one, other in combinations(named[:_MOST_PARTS], 2):
        if len(set(zip(one.values, other.values, strict=True))) == one.total:
            yield Candidate(
                {"idPath": one.path, "primaryKey": [one.path, other.path]},
                LIKELY - 0.1,
                f"`{one.name}` and `{other.name}` together never repeat.",
            )
