"""How much of an item a mapping uses."""

from collections.abc import Iterable
from typing import Final

from ferrule.errors import ExpressionError
from ferrule.exchange import Json, Missing
from ferrule.expression.jsonpath import compile_path
from ferrule.ui.models.json_value import Steps, read_path

_MOST: Final = 2_000
_Shape = tuple[str | None, ...]


def items_of(value: Json | Missing, items_path: str) -> list[Json]:
    """Return the items that a path names in a body, none where it does not parse."""
    if isinstance(value, Missing) or not items_path:
        return []
    try:
        path = compile_path(items_path)
        found = path.values(value)
    except ExpressionError:
        return []
    if path.singular:
        return found[0] if found and isinstance(found[0], list) else []
    return found


def first_item(value: Json | Missing, items_path: str) -> tuple[Steps, Json] | None:
    """Return where the first item stands, and the item."""
    items = items_of(value, items_path)
    if isinstance(value, Missing) or not items:
        return None
    path = compile_path(items_path)
    match = next(iter(path.find(value)), None)
    if match is None or not match.path:
        return None
    place = read_path(match.path)
    return ((*place, 0) if path.singular else place), items[0]


def leaves_used(
    value: Json | Missing, items_path: str, tagged: Iterable[str]
) -> tuple[int, int]:
    """Return how many leaves of the first item are mapped, and how many it has.

    `tagged` are normalised paths; entries of one list count as one leaf.
    """
    first = first_item(value, items_path)
    if first is None:
        return 0, 0
    place, item = first
    known = _leaves(item)
    inside = (read_path(path) for path in tagged)
    used = {
        _shape(steps[len(place) :]) for steps in inside if steps[: len(place)] == place
    }
    mapped = sum(any(leaf[: len(one)] == one for one in used if one) for leaf in known)
    return mapped, len(known)


def _leaves(item: Json) -> set[_Shape]:
    found: set[_Shape] = set()
    waiting: list[tuple[_Shape, Json]] = [((), item)]
    while waiting and len(found) < _MOST:
        shape, value = waiting.pop()
        if isinstance(value, dict) and value:
            waiting.extend(((*shape, key), part) for key, part in value.items())
        elif isinstance(value, list) and value:
            waiting.extend(((*shape, None), part) for part in value[:_MOST])
        else:
            found.add(shape)
    return found


def _shape(steps: Steps) -> _Shape:
    return tuple(None if isinstance(step, int) else step for step in steps)
