"""Finding everything in a body that could be its items.

Lists of objects at any depth, lists whose records are wrapped (`edges[*].node`),
objects of records by key, tables as rows or as parallel lists, empty lists, and, where
there is nothing else, the one object itself. How likely each is stands in `shape`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ferrule.exchange import Json
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.steps import Step, write_steps
from ferrule.mapping.shapes import ItemsShape, compile_items
from ferrule.suggestion.identity import is_id_name
from ferrule.suggestion.profile import LONGEST_NAME, MOST_ITEMS

_MOST_DEPTH: Final = 9
_MOST_MEMBERS: Final = 200
_LOOKED_AT: Final = 12
_FEWEST_KEYED: Final = 2
_ALIKE: Final = 0.6
_PAIR: Final = 2
_ID_KEY: Final = re.compile(r"-?[0-9]+|[0-9a-fA-F-]{16,}|(?=.*[0-9])[\w:.-]{8,}")
_NAMED: Final = ("name", "key", "id", "field", "label", "title", "displayName")
_SHAPED: Final = compile_path("$")


@dataclass(frozen=True)
class Listing:
    """One thing that could be the items: `steps` lead to it, `total` is how many.

    `sample` holds the first of them as the mapping would see them. `wrapped` tells
    that each stands in an object that holds nothing else but objects.
    """

    steps: tuple[Step, ...]
    total: int
    sample: Sequence[Json]
    shape: ItemsShape | None = None
    columns: Mapping[str, str] | None = None
    keyed_by_ids: bool = False
    wrapped: bool = False

    @property
    def path(self) -> str:
        """The path that a mapping would use."""
        return write_steps(self.steps)

    @property
    def names(self) -> tuple[str, ...]:
        """The names on the way to it."""
        return tuple(step for step in self.steps if isinstance(step, str))

    @property
    def of_objects(self) -> bool:
        """Whether its items are objects."""
        return any(isinstance(item, dict) for item in self.sample[:_LOOKED_AT])


def listings_of(body: Json) -> Iterator[Listing]:
    """Yield all that could be the items of a body, the shallow ones first."""
    level: list[tuple[tuple[Step, ...], Json, Json]] = [((), body, None)]
    for _ in range(_MOST_DEPTH):
        following: list[tuple[tuple[Step, ...], Json, Json]] = []
        for steps, value, holder in level[:_MOST_MEMBERS]:
            if isinstance(value, list):
                yield from _of_list(steps, value, holder)
            elif isinstance(value, dict):
                yield from _of_object(steps, value)
                following += [
                    ((*steps, name), member, value)
                    for name, member in islice(value.items(), _MOST_MEMBERS)
                    if isinstance(member, dict | list) and len(name) <= LONGEST_NAME
                ]
        level = following


def _of_list(
    steps: tuple[Step, ...], value: list[Json], holder: Json
) -> Iterator[Listing]:
    seen = value[:_LOOKED_AT]
    if seen and all(isinstance(element, list) for element in seen):
        yield from _of_lists(steps, value, holder)
        return
    yield Listing(steps, len(value), value[:MOST_ITEMS])
    yield from _wrapped(steps, value)


def _wrapped(steps: tuple[Step, ...], value: list[Json]) -> Iterator[Listing]:
    """Yield the records that stand in one member of each element, or in lists there."""
    elements = [x for x in value[:MOST_ITEMS] if isinstance(x, dict)]
    seen = elements[:_LOOKED_AT]
    if not seen or len(elements) < min(len(value), MOST_ITEMS):
        return
    bare = all(isinstance(x, dict) for element in seen for x in element.values())
    # One element that is no record itself is only on the way to the records.
    alone = len(value) == 1 and not any(map(is_id_name, seen[0]))
    for name in islice(seen[0], _LOOKED_AT):
        inner = [element.get(name) for element in elements]
        if len(name) > LONGEST_NAME:
            continue
        yield from _flat((*steps, None, name, None), inner, alone=alone)
        if all(isinstance(x, dict) for x in inner[:_LOOKED_AT]):
            objects = [x for x in inner if isinstance(x, dict)]
            path = (*steps, None, name)
            yield Listing(path, len(value), objects, wrapped=bare)
            for further in islice(objects[0], _LOOKED_AT):
                lists = [x.get(further) for x in objects]
                yield from _flat((*path, further, None), lists, alone=alone)


def _flat(
    steps: tuple[Step, ...], lists: Sequence[Json], *, alone: bool
) -> Iterator[Listing]:
    """Yield the records of several lists as one."""
    flat = [x for inner in lists if isinstance(inner, list) for x in inner]
    fits = all(len(s) <= LONGEST_NAME for s in steps if isinstance(s, str))
    if fits and any(isinstance(x, dict) for x in flat[:_LOOKED_AT]):
        yield Listing(steps, len(flat), flat[:MOST_ITEMS], wrapped=alone)


def _of_lists(
    steps: tuple[Step, ...], value: list[Json], holder: Json
) -> Iterator[Listing]:
    rows = [row for row in value[:MOST_ITEMS] if isinstance(row, list)]
    if all(len(row) == _PAIR and isinstance(row[1], dict) for row in rows):
        yield _shaped(steps, rows, len(value), "entries")
        return
    columns = _columns_beside(rows, holder)
    if columns:
        yield _shaped(steps, rows, len(value), "columns", columns)
    elif len(rows) > 1 and _is_header(rows[0]):
        yield _shaped(steps, rows, len(value) - 1, "columns")


def _shaped(
    steps: tuple[Step, ...],
    value: Json | list[list[Json]],
    total: int,
    shape: ItemsShape,
    columns: Mapping[str, str] | None = None,
) -> Listing:
    items = compile_items(_SHAPED, shape, columns)(value)  # type: ignore[arg-type]  # lists of lists are JSON
    return Listing(steps, total, items[:MOST_ITEMS], shape, columns)


def _columns_beside(rows: Sequence[list[Json]], holder: Json) -> dict[str, str] | None:
    """Return the columns of a table whose names stand in a list beside the rows."""
    width = len(rows[0])
    if not isinstance(holder, dict) or any(len(row) != width for row in rows):
        return None
    for beside in islice(holder.values(), _MOST_MEMBERS):
        if isinstance(beside, list) and len(beside) == width and width:
            names = [_column_name(element) for element in beside]
            if all(names) and len(set(names)) == width:
                return {name: f"$[{at}]" for at, name in enumerate(names)}
    return None


def _column_name(element: Json) -> str:
    if isinstance(element, dict):
        found = (element[name] for name in _NAMED if name in element)
        element = next((name for name in found if isinstance(name, str)), None)
    text = element if isinstance(element, str) else ""
    return text if len(text) <= LONGEST_NAME else ""


def _is_header(row: list[Json]) -> bool:
    texts = [cell for cell in row if isinstance(cell, str) and cell.strip()]
    told = len(texts) == len(row) > 1 and len(set(texts)) == len(row)
    return told and not any(cell[0].isdigit() for cell in texts)


def _of_object(steps: tuple[Step, ...], value: dict[str, Json]) -> Iterator[Listing]:
    lists = [x for x in islice(value.values(), _MOST_MEMBERS) if isinstance(x, list)]
    if len(lists) == len(value) >= _PAIR and _are_parallel(lists):
        table: dict[str, Json] = {n: x[:MOST_ITEMS] for n, x in value.items()}  # type: ignore[index]  # lists, every one
        yield _shaped(steps, table, len(lists[0]), "columns")
        return
    members = list(islice(value.items(), _LOOKED_AT))
    if len(members) >= _FEWEST_KEYED and _are_alike([x for _, x in members]):
        items = compile_items(_SHAPED, "object", None)(
            dict(islice(value.items(), MOST_ITEMS))
        )
        ids = all(_ID_KEY.fullmatch(name) for name, _ in members)
        yield Listing(steps, len(value), items, "object", keyed_by_ids=ids)


def _are_parallel(lists: Sequence[list[Json]]) -> bool:
    length = len(lists[0])
    return length > 1 and all(
        len(x) == length and not any(isinstance(v, dict | list) for v in x[:_LOOKED_AT])
        for x in lists
    )


def _are_alike(values: Sequence[Json]) -> bool:
    """Tell whether all are objects of nearly the same members, more than one each."""
    names = [frozenset(value) for value in values if isinstance(value, dict)]
    if len(names) < len(values) or any(len(x) < _PAIR for x in names):
        return False
    common = frozenset.intersection(*names)
    return len(common) >= _ALIKE * max(map(len, names))
