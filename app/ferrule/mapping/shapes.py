"""Shapes: from what `itemsPath` leads to, to a list of items.

- `list` (default): the elements of the one list; else every match (semantics 2).
- `object`: an object whose members are the items, each with its name as `_key`.
- `entries`: a list of `[key, item]` pairs, as `Object.entries` makes of an object.
- `columns`: a table: rows that are lists, or an object of parallel lists.

An item that is no object stands as `_value` beside its `_key`. A single null is no
item: services that have none write it. What has not the shape is an item as it is, so
that it becomes an item error and is not lost.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Final, Literal, TypeAlias

from ferrule.exchange import MISSING, Json, Missing, scalar_text
from ferrule.expression.jsonpath import Path, compile_path

ItemsShape = Literal["list", "object", "entries", "columns"]
Items: TypeAlias = Callable[[Json], list[Json]]
Within: TypeAlias = Callable[[Json], list[Json]]

KEY: Final = "_key"
VALUE: Final = "_value"
REST: Final = "_rest"
_PAIR: Final = 2


def compile_items(
    path: Path, shape: ItemsShape | None, columns: Mapping[str, str] | None
) -> Items:
    """Return a function from a response's body to its items, in order."""
    if shape not in {None, "list"}:
        return _shaped(path, _within(shape, columns))
    if not path.singular:
        return path.values
    get = path.first

    def items(body: Json) -> list[Json]:
        found = get(body)
        if type(found) is list:
            return found
        return [] if found is MISSING or found is None else [found]

    return items


def _shaped(path: Path, within: Within) -> Items:
    def items(body: Json) -> list[Json]:
        found = [value for value in path.values(body) if value is not None]
        return [item for value in found for item in within(value)]

    return items


def _within(shape: ItemsShape | None, columns: Mapping[str, str] | None) -> Within:
    if shape == "object":
        return _of_object
    if shape == "entries":
        return _of_entries
    return _of_table({n: compile_path(p) for n, p in (columns or {}).items()})


def _of_object(value: Json) -> list[Json]:
    """Return the members as items; a list is what PHP makes of such an object."""
    if isinstance(value, dict):
        return [keyed(name, member) for name, member in value.items()]
    if isinstance(value, list):
        return [keyed(str(index), element) for index, element in enumerate(value)]
    return [value]


def _of_entries(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return _of_object(value)
    return list(map(_entry, value)) if isinstance(value, list) else [value]


def _entry(pair: Json) -> Json:
    if not isinstance(pair, list) or len(pair) != _PAIR:
        return pair
    key, value = pair
    has_key = key is not None and not isinstance(key, list | dict)
    return keyed(scalar_text(key), value) if has_key else pair


def keyed(key: str, value: Json) -> Json:
    """Return an item with its key: the members of an object, or the value itself."""
    if isinstance(value, dict):
        return {KEY: key, **{n: x for n, x in value.items() if n != KEY}}
    return {KEY: key, VALUE: value}


def _of_table(columns: Mapping[str, Path]) -> Within:
    def within(value: Json) -> list[Json]:
        if isinstance(value, dict):
            return _parallel(_lists(value, columns))
        if not isinstance(value, list):
            return [value]
        if columns:
            return [_picked(row, columns) for row in value]
        return _under_header(value)

    return within


def _lists(
    table: dict[str, Json], columns: Mapping[str, Path]
) -> dict[str, list[Json]]:
    """Return the columns of a table: those that are named, or every list in it."""
    found = {n: path.first(table) for n, path in columns.items()} or table
    return {name: x for name, x in found.items() if isinstance(x, list)}


def _parallel(columns: Mapping[str, list[Json]]) -> list[Json]:
    rows: Iterator[tuple[Json | Missing, ...]]
    rows = zip_longest(*columns.values(), fillvalue=MISSING)
    return [_members(zip(columns, row, strict=True)) for row in rows]


def _picked(row: Json, columns: Mapping[str, Path]) -> Json:
    return _members((name, path.first(row)) for name, path in columns.items())


def _members(pairs: Iterable[tuple[str, Json | Missing]]) -> Json:
    return {name: value for name, value in pairs if value is not MISSING}


def _under_header(rows: list[Json]) -> list[Json]:
    """Return the rows below the first, which holds the names."""
    header = rows[0] if rows else None
    if not isinstance(header, list):
        return rows
    names = _names(header)
    return [_named(names, row) for row in rows[1:]]


def _named(names: list[str], row: Json) -> Json:
    """Return a row as an object; cells beyond the header are kept as `_rest`."""
    if not isinstance(row, list):
        return row
    members: dict[str, Json] = dict(zip(names, row, strict=False))
    if len(row) > len(names):
        members[REST] = row[len(names) :]
    return members


def _names(header: list[Json]) -> list[str]:
    """Return the names in a header, each once: an empty one gets its number."""
    names: list[str] = []
    for number, cell in enumerate(header, start=1):
        empty = cell is None or cell == "" or isinstance(cell, list | dict)
        name = f"column_{number}" if empty else scalar_text(cell)
        names.append(f"{name}_{number}" if name in names else name)
    return names
