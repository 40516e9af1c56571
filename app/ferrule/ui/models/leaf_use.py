"""How much of an item a mapping uses."""

from collections.abc import Iterable, Sequence
from typing import Final

from ferrule.exchange import Json, Missing
from ferrule.expression.steps import Step
from ferrule.ui.models.json_value import read_path
from ferrule.workspace.item_places import ItemsAt, inside_item, places_in

_MOST: Final = 2_000
_Shape = tuple[str | None, ...]


def leaves_used(
    body: Json | Missing, at: ItemsAt, tagged: Iterable[str]
) -> tuple[int, int]:
    """Return how many leaves of the first item are mapped, and how many it has.

    `tagged` are normalised paths; entries of one list count as one leaf.
    """
    first = next(places_in(body, at), None)
    if first is None:
        return 0, 0
    known = _leaves(first.item)
    inside = (inside_item(read_path(path), body, at) for path in tagged)
    used = {_shape(steps) for steps in inside if steps}
    mapped = sum(any(leaf[: len(one)] == one for one in used) for leaf in known)
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


def _shape(steps: Sequence[Step]) -> _Shape:
    return tuple(None if isinstance(step, int) else step for step in steps)
