"""The shape of items: for each place its types, how often it is there, its format.

Unlike `profile`, places that hold null or objects count too: a place that is there and
empty is not gone. Work is bounded whatever the items are.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Final

from ferrule.exchange import Json
from ferrule.expression.steps import Step, write_steps
from ferrule.suggestion.time_formats import formats_of
from ferrule.suggestion.times import is_time_name

MOST_ITEMS: Final = 1_000
_MOST_VALUES: Final = 400
_MOST_PLACES: Final = 2_000
_MOST_DEPTH: Final = 12
_MOST_ELEMENTS: Final = 50
_LOOKED_AT: Final = 60
_FEW: Final = 12
_LONGEST_WORD: Final = 40
_PATTERNS: Final = (
    ("uuid", re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("url", re.compile(r"https?://\S+")),
    ("email", re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")),
    ("digits", re.compile(r"\d+")),
)


@dataclass(frozen=True)
class Place:
    """One place in the items.

    `there` counts the objects that have it, of `of` that could; `values` are some of
    the scalars it holds, null left out.
    """

    steps: tuple[Step, ...]
    kinds: Mapping[str, int]
    there: int
    of: int
    values: tuple[Json, ...]

    @cached_property
    def path(self) -> str:
        """The path in an item."""
        return write_steps(self.steps)

    @property
    def name(self) -> str:
        """The last name on the way."""
        names = [step for step in self.steps if isinstance(step, str)]
        return names[-1] if names else ""

    @property
    def always(self) -> bool:
        """Whether every object that could have it has it."""
        return self.there >= self.of

    @property
    def types(self) -> frozenset[str]:
        """The types it holds, null left out."""
        return frozenset(self.kinds) - {"null"}

    @property
    def is_leaf(self) -> bool:
        """Whether it holds scalars only."""
        return not self.types & {"object", "list"}

    @cached_property
    def format(self) -> str:
        """How its values are written, empty where nothing special is known."""
        return format_of(self.values, self.name)

    @cached_property
    def words(self) -> frozenset[str]:
        """The few texts that it holds again and again; empty where they are many."""
        texts = [value for value in self.values if isinstance(value, str)]
        few = frozenset(texts)
        short = all(len(text) <= _LONGEST_WORD and "\n" not in text for text in few)
        repeats = len(few) <= _FEW and len(texts) >= 3 * len(few)
        return few if texts and short and repeats and not self.format else frozenset()

    @cached_property
    def distinct(self) -> bool:
        """Whether no value comes twice."""
        told = [(type(value), value) for value in self.values]
        return len(told) > 1 and len(set(told)) == len(told)


def kind_of(value: Json) -> str:
    """Return the type of a value as JSON names it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "text"
    if isinstance(value, int | float | Decimal):
        return "number"
    return "object" if isinstance(value, dict) else "list"


def format_of(values: Sequence[Json], name: str = "") -> str:
    """Return how all of these values are written: a date format, `uuid`, `url` …."""
    sample = [value for value in values if value not in (None, "")][:_LOOKED_AT]
    if not sample:
        return ""
    found = formats_of(sample, named=is_time_name(name))
    if found:
        return found[0]
    texts = [value for value in sample if isinstance(value, str)]
    if len(texts) < len(sample):
        return ""
    for told, pattern in _PATTERNS:
        if all(map(pattern.fullmatch, texts)):
            return told
    return ""


class _Node:
    __slots__ = ("below", "kinds", "of", "there", "values")

    def __init__(self) -> None:
        self.below: dict[str | None, _Node] = {}
        self.kinds: Counter[str] = Counter()
        self.values: list[Json] = []
        self.there = 0
        self.of = 0


def shape_of(items: Sequence[Json]) -> dict[str, Place]:
    """Return every place of the items by its path."""
    root = _Node()
    for item in items[:MOST_ITEMS]:
        _note(root, item, 0)
    _count(root)
    found = islice(_places(root, ()), _MOST_PLACES)
    return {place.path: place for place in found}


def _note(node: _Node, value: Json, depth: int) -> None:
    node.kinds[kind_of(value)] += 1
    node.there += 1
    if isinstance(value, dict | list):
        if depth < _MOST_DEPTH:
            _note_inner(node, value, depth)
    elif value is not None and len(node.values) < _MOST_VALUES:
        node.values.append(value)


def _note_inner(node: _Node, value: dict[str, Json] | list[Json], depth: int) -> None:
    if isinstance(value, dict):
        for name, member in value.items():
            _note(node.below.setdefault(name, _Node()), member, depth + 1)
        return
    if not value:
        return
    inner = node.below.setdefault(None, _Node())
    for element in value[:_MOST_ELEMENTS]:
        _note(inner, element, depth + 1)


def _count(node: _Node) -> None:
    for name, child in node.below.items():
        child.of = node.kinds["object"] if name is not None else child.there
        _count(child)


def _places(node: _Node, steps: tuple[Step, ...]) -> Iterator[Place]:
    if steps:
        yield Place(steps, dict(node.kinds), node.there, node.of, tuple(node.values))
    for name, child in node.below.items():
        yield from _places(child, (*steps, name))
