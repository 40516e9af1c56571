"""The plain values of a sample's items by their path: what can be picked from them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ferrule.exchange import Json, scalar_text
from ferrule.expression.steps import write_steps

_ITEMS: Final = 20
_MOST: Final = 40
_DEEP: Final = 4
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Leaf:
    """A plain value: its path in an item, its name, and the first one found."""

    path: str
    name: str
    example: str


def leaves(items: Sequence[Json]) -> list[Leaf]:
    """Return the plain values outside of lists, those near the top first."""
    found: dict[str, Leaf] = {}
    for item in items[:_ITEMS]:
        for way, value in _walk(item, ()):
            path = write_steps(way)
            if path not in found and value is not None:
                found[path] = Leaf(path, way[-1], scalar_text(value)[:_SHOWN])
    ranked = sorted(found.values(), key=lambda leaf: leaf.path.count("."))
    return ranked[:_MOST]


def _walk(value: Json, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Json]]:
    if isinstance(value, dict):
        if len(way) < _DEEP:
            for name, part in value.items():
                yield from _walk(part, (*way, name))
    elif way and not isinstance(value, list):
        yield way, value
