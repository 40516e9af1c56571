"""The slices of a stream: the combinations of its partitions' values.

A stream without partitions is one slice whose key is empty. Keys are made of the
values alone, so that a run which goes on knows what it has done already.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

import msgspec

from ferrule.exchange import Json, canonical, scalar_text
from ferrule.partition import ParentPartition, ValuesPartition
from ferrule.sync.plan import Axis, StreamPlan

LONGEST_TITLE = 60


class Slice(msgspec.Struct, frozen=True):
    """One combination of partition values.

    `values` are what templates name, `targets` where they go, and `include` is copied
    into each item.
    """

    key: str = ""
    title: str = ""
    values: Mapping[str, Json] = msgspec.field(default_factory=dict)
    targets: tuple[tuple[str, Json], ...] = ()
    include: Mapping[str, Json] = msgspec.field(default_factory=dict)


WHOLE = Slice()


Items: TypeAlias = Callable[[Axis], Iterator[Json]]
Choice: TypeAlias = tuple[Json, Mapping[str, Json]]


def slices_of(plan: StreamPlan, items: Items) -> Iterator[Slice]:
    """Yield the slices of a stream; `items` gives those of a parent stream.

    Parents are gone through once, and for each of their items all other values.
    """
    if not plan.axes:
        yield WHOLE
        return
    outer_first = sorted(plan.axes, key=lambda axis: axis.parent is None)
    for chosen in _choices(plan, outer_first, items):
        yield _slice([(axis, *chosen[axis.section.name]) for axis in plan.axes])


def known_total(plan: StreamPlan) -> int | None:
    """Return how many slices the partitions make, None where a parent tells it."""
    total = 1
    for axis in plan.axes:
        if not isinstance(axis.section, ValuesPartition):
            return None
        many = len(axis.section.listed(plan.scope()))
        total *= -(-many // axis.section.size)
    return total


def _choices(
    plan: StreamPlan, axes: Sequence[Axis], items: Items
) -> Iterator[dict[str, Choice]]:
    if not axes:
        yield {}
        return
    head, *rest = axes
    for choice in _batches(head, _values(plan, head, items)):
        for others in _choices(plan, rest, items):
            yield {head.section.name: choice, **others}


def _values(plan: StreamPlan, axis: Axis, items: Items) -> Iterator[Choice]:
    section = axis.section
    if isinstance(section, ValuesPartition):
        yield from ((value, {}) for value in section.listed(plan.scope()))
        return
    yield from _of_parent(section, items(axis))


def _of_parent(section: ParentPartition, items: Iterator[Json]) -> Iterator[Choice]:
    """Yield the parents' values, each once: a list that shifts repeats some."""
    seen: set[str] = set()
    for item in items:
        value = section.value(item)
        text = "" if value is None else scalar_text(value)
        if text and text not in seen:
            seen.add(text)
            yield value, section.included(item)


def _batches(axis: Axis, values: Iterator[Choice]) -> Iterator[Choice]:
    size = axis.section.size
    if size == 1:
        yield from values
        return
    while batch := [value for value, _ in islice(values, size)]:
        yield batch, {}


def _slice(chosen: Sequence[tuple[Axis, Json, Mapping[str, Json]]]) -> Slice:
    names = {axis.section.name: value for axis, value, _ in chosen}
    include = {name: value for _, _, more in chosen for name, value in more.items()}
    return Slice(
        key=canonical(names).decode(),
        title=", ".join(f"{name}={_short(value)}" for name, value in names.items()),
        values=include | names,
        targets=tuple(
            (axis.section.param, value)
            for axis, value, _ in chosen
            if axis.section.param is not None
        ),
        include=include,
    )


def _short(value: Json) -> str:
    several = value if isinstance(value, list) else [value]
    text = ", ".join(map(scalar_text, several))
    return text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…"
