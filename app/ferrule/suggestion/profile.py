"""What the items of a sample have in common: every leaf, how often, with which values.

Work is bounded whatever the body: at most `MOST_ITEMS` items, `_MOST_VISITS` values,
so many members an object and so deep. A leaf is a value that holds no others; a list
is looked into as `[*]`.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Final

from ferrule.exchange import Json
from ferrule.expression.steps import Step, write_steps
from ferrule.suggestion.words import squashed, words

MOST_ITEMS: Final = 200
LONGEST_NAME: Final = 200
_MOST_VISITS: Final = 16_000
_FEWEST_ITEMS: Final = 10
_MOST_DEPTH: Final = 7
_MOST_MEMBERS: Final = 120
_MOST_ELEMENTS: Final = 8
_MOST_LEAVES: Final = 1_000
_OFTEN: Final = 3


class _Node:
    """A place in the items while they are walked."""

    __slots__ = ("at", "below", "nulls", "values")

    def __init__(self) -> None:
        self.below: dict[str | None, _Node] = {}
        self.values: list[Json] = []
        self.at: list[int] = []
        self.nulls = 0


class Leaf:
    """One leaf of the items.

    `values` are what it holds without null, in the order of the items; `at` the number
    of the item of each. `total` is how many items were looked at.
    """

    def __init__(self, steps: tuple[Step, ...], node: _Node, total: int) -> None:
        self.steps = steps
        self.values: list[Json] = node.values
        self.at: list[int] = node.at
        self.total = total

    @cached_property
    def path(self) -> str:
        """The path in an item."""
        return write_steps(self.steps)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names on the way to the leaf."""
        return tuple(step for step in self.steps if isinstance(step, str))

    @property
    def name(self) -> str:
        """The last name on the way, empty for an item that is itself a value."""
        return self.names[-1] if self.names else ""

    @property
    def owner(self) -> str:
        """The name of what holds it, empty where that is the item."""
        return self.names[-2] if self.names[1:] else ""

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its name."""
        return words(self.name)

    @property
    def squashed(self) -> str:
        """Its name in lower case, without what stands between words."""
        return squashed(self.name)

    @property
    def depth(self) -> int:
        """How many names lead to what holds it."""
        return len(self.names) - 1

    @property
    def singular(self) -> bool:
        """Whether it is one value an item."""
        return None not in self.steps

    @cached_property
    def items(self) -> int:
        """In how many items it holds something."""
        return len(frozenset(self.at))

    @property
    def coverage(self) -> float:
        """In which part of the items it holds something."""
        return self.items / self.total if self.total else 0.0

    @property
    def told(self) -> str:
        """In how many items it is, in words."""
        if self.items == self.total:
            return "the one item" if self.total == 1 else f"all {self.total} items"
        return f"{self.items} of {self.total} items"

    @property
    def repeats(self) -> bool:
        """Whether most of its values are not its own."""
        return len(self.values) > _OFTEN * self.distinct

    @cached_property
    def distinct(self) -> int:
        """How many different values it holds."""
        return len({(type(value), value) for value in self.values})

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Its values that are texts."""
        return tuple(value for value in self.values if isinstance(value, str))

    @cached_property
    def is_text(self) -> bool:
        """Whether it holds texts only, and at least one that is not blank."""
        whole = len(self.texts) == len(self.values)
        return whole and any(text.strip() for text in self.texts)

    @cached_property
    def is_flag(self) -> bool:
        """Whether it holds nothing but true and false."""
        flags = [value for value in self.values if isinstance(value, bool)]
        return bool(flags) and len(flags) == len(self.values)


def leaves_of(items: Sequence[Json]) -> tuple[Leaf, ...]:
    """Return the leaves of the items, those that stand first in them first."""
    root = _Node()
    visits = total = 0
    for index, item in enumerate(islice(items, MOST_ITEMS)):
        if visits > _MOST_VISITS and index >= _FEWEST_ITEMS:
            break
        visits += _visit(root, item, index, 0, _MOST_VISITS)
        total = index + 1
    return tuple(islice(_leaves(root, (), total), _MOST_LEAVES))


def _visit(node: _Node, value: Json, index: int, depth: int, left: int) -> int:
    """Note a value and what is in it; return how many values that were."""
    if value is None:
        node.nulls += 1
        return 1
    if not isinstance(value, dict | list):
        node.values.append(value)
        node.at.append(index)
        return 1
    if depth >= _MOST_DEPTH:
        return 1
    visits = 1
    below = node.below
    for name, member in _inner(value):
        if visits > left:
            break
        child = below.get(name)
        if child is None:
            child = below[name] = _Node()
        visits += _visit(child, member, index, depth + 1, left - visits)
    return visits


def _inner(value: dict[str, Json] | list[Json]) -> Iterator[tuple[str | None, Json]]:
    if isinstance(value, dict):
        for name, member in islice(value.items(), _MOST_MEMBERS):
            if len(name) <= LONGEST_NAME:
                yield name, member
    else:
        for element in value[:_MOST_ELEMENTS]:
            yield None, element


def _leaves(node: _Node, steps: tuple[Step, ...], total: int) -> Iterator[Leaf]:
    if node.values:
        yield Leaf(steps, node, total)
    for step, child in node.below.items():
        yield from _leaves(child, (*steps, step), total)
