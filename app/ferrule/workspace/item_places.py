"""Where the items of a response stand in it, for every shape that items may have.

An item of a list is a node of the response. One of an object, of entries or of a table
is made from several nodes: its members are then traced to where each came from.
Places are normalised paths (RFC 9535 2.7), which are written only for what is shown.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Self

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING, Json, Missing
from ferrule.expression.jsonpath import Match, compile_path
from ferrule.expression.steps import Step, read_steps
from ferrule.expression.walking import written
from ferrule.mapping.shapes import KEY, REST, VALUE, ItemsShape, compile_items

_MOST: Final = 2_000
_SHAPES: Final[Mapping[object, ItemsShape]] = {
    "object": "object",
    "entries": "entries",
    "columns": "columns",
}
_FIRST: Final = re.compile(r"\$\[(?:'(?P<name>(?:[^'\\]|\\.)*)'|\d+)\]", re.DOTALL)
_PAIR: Final = 2
# A path that counts entries: an index or a slice.
_COUNTED: Final = re.compile(r"\[\s*-?\d|:")


@dataclass(frozen=True, slots=True)
class ItemsAt:
    """Which part of a response its items are: path, shape, and a table's columns."""

    path: str = ""
    shape: ItemsShape | None = None
    columns: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, mapping: Mapping[str, Json]) -> Self:
        """Return what a mapping says; what is half-typed in it counts as absent."""
        path, columns = mapping.get("itemsPath"), mapping.get("columns")
        named = columns.items() if isinstance(columns, dict) else ()
        return cls(
            path if isinstance(path, str) else "",
            _SHAPES.get(mapping.get("itemsShape")),
            tuple((name, p) for name, p in named if isinstance(p, str)),
        )


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """One item and where it stands; `heads` says so for members that stand apart.

    `path` is empty for an item with no place of its own. Names in `heads` are escaped
    as in a normalised path.
    """

    item: Json
    path: str
    heads: Mapping[str, str] = field(default_factory=dict)

    def at(self, inside: str) -> str:
        """Return the place in the response of a normalised path in the item."""
        first = _FIRST.match(inside) if self.heads else None
        head = self.heads.get(first["name"] or "") if first is not None else None
        if first is not None and head is not None:
            return head + inside[first.end() :]
        return self.path + inside[1:] if self.path else ""


def items_in(body: Json | Missing, at: ItemsAt) -> list[Json]:
    """Return the items as a sync takes them, none where the path does not work."""
    if isinstance(body, Missing) or not at.path:
        return []
    try:
        return compile_items(compile_path(at.path), at.shape, dict(at.columns))(body)
    except ExpressionError:
        return []


def places_in(body: Json | Missing, at: ItemsAt) -> Iterator[ItemPlace]:
    """Yield each item with its place, in order and lazily for a list."""
    if isinstance(body, Missing) or not at.path:
        return
    try:
        path = compile_path(at.path)
        if at.shape in {None, "list"}:
            yield from _listed(path.find(body), singular=path.singular)
            return
        items = iter(items_in(body, at))
        for match in path.find(body):
            if match.value is not None:
                yield from _shaped(match, items, at)
    except ExpressionError:
        return


def _listed(found: Iterator[Match], *, singular: bool) -> Iterator[ItemPlace]:
    for match in found:
        if singular and isinstance(match.value, list):
            where = match.path
            for number, each in enumerate(match.value):
                yield ItemPlace(each, f"{where}[{number}]")
        elif not (singular and match.value is None):
            yield ItemPlace(match.value, match.path)


def _shaped(match: Match, items: Iterator[Json], at: ItemsAt) -> Iterator[ItemPlace]:
    for (path, heads), item in zip(_parts(match, at), items, strict=False):
        if at.shape == "columns" and isinstance(match.value, dict):
            yield ItemPlace(item, "", heads)
        else:
            yield ItemPlace(item, path, heads or _cells(path, item, at))


def _parts(match: Match, at: ItemsAt) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield place and apart-standing members of each item that one match holds."""
    value, where = match.value, match.path
    if at.shape == "columns":
        yield from _rows(value, where, at)
    elif isinstance(value, dict):
        for name, member in value.items():
            yield _keyed(f"{where}[{written(name)}]", member)
    elif isinstance(value, list) and at.shape == "entries":
        for number, pair in enumerate(value):
            yield _entry(f"{where}[{number}]", pair)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield _keyed(f"{where}[{number}]", each)
    else:
        yield where, {}


def _keyed(where: str, member: Json) -> tuple[str, dict[str, str]]:
    apart = {KEY: where} if isinstance(member, dict) else {KEY: where, VALUE: where}
    return where, apart


def _entry(where: str, pair: Json) -> tuple[str, dict[str, str]]:
    if not isinstance(pair, list) or len(pair) != _PAIR:
        return where, {}
    place = f"{where}[1]"
    apart = {} if isinstance(pair[1], dict) else {VALUE: place}
    return place, {KEY: f"{where}[0]", **apart}


def _rows(table: Json, where: str, at: ItemsAt) -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(table, dict):
        lists = _lists(table, where, at)
        longest = max((len(found) for _, found in lists.values()), default=0)
        for number in range(longest):
            yield "", {_name(n): f"{p}[{number}]" for n, (p, _) in lists.items()}
    elif isinstance(table, list):
        headed = not at.columns and bool(table) and isinstance(table[0], list)
        for number in range(int(headed), len(table)):
            yield f"{where}[{number}]", {}
    else:
        yield where, {}


def _lists(
    table: dict[str, Json], where: str, at: ItemsAt
) -> dict[str, tuple[str, list[Json]]]:
    if not at.columns:
        named = ((name, f"{where}[{written(name)}]", x) for name, x in table.items())
    else:
        firsts = ((n, next(compile_path(p).find(table), None)) for n, p in at.columns)
        named = ((n, where + m.path[1:], m.value) for n, m in firsts if m is not None)
    return {name: (path, x) for name, path, x in named if isinstance(x, list)}


def _cells(path: str, item: Json, at: ItemsAt) -> dict[str, str]:
    """Return where the members of a table's row stand."""
    if at.shape != "columns" or not isinstance(item, dict):
        return {}
    if at.columns:
        found = ((name, read_steps(p)) for name, p in at.columns)
        return {
            _name(n): path + _text(steps) for n, steps in found if steps is not None
        }
    return {_name(n): f"{path}[{i}]" for i, n in enumerate(item) if n != REST}


def _name(name: str) -> str:
    return written(name)[1:-1]


def _text(steps: Sequence[Step]) -> str:
    return "".join("[*]" if s is None else f"[{written(s)}]" for s in steps)


def inside_item(
    steps: tuple[Step, ...], body: Json | Missing, at: ItemsAt
) -> tuple[Step, ...] | None:
    """Return the steps from its item to a node of the response, None outside of items.

    A header cell of a table leads to the member that it names.
    """
    base = read_steps(at.path) if at.path else None
    if at.shape in {None, "list"} and base is not None:
        return _inside_list(steps, base)
    if isinstance(body, Missing) or not at.path:
        return None
    try:
        return _inside_match(steps, body, at)
    except ExpressionError:
        return None


def _inside_list(
    steps: tuple[Step, ...], base: tuple[Step, ...]
) -> tuple[Step, ...] | None:
    bare = base[:-1] if base and base[-1] is None else base
    if len(steps) <= len(bare) or not isinstance(steps[len(bare)], int):
        return None
    fits = all(b is None or b == s for b, s in zip(bare, steps, strict=False))
    return steps[len(bare) + 1 :] if fits else None


def _inside_match(
    steps: tuple[Step, ...], body: Json, at: ItemsAt
) -> tuple[Step, ...] | None:
    path = compile_path(at.path)
    # Looking through a whole large response would take seconds, and only what stands
    # above the node can hold it.
    number = -1 if _COUNTED.search(at.path) else _first_number(steps)
    alone = tuple(0 if n == number else step for n, step in enumerate(steps))
    for match in islice(path.find(_lineage(body, steps, alone=number >= 0)), _MOST):
        found = read_steps(match.path) if match.path else None
        if found is None or alone[: len(found)] != found:
            continue
        place, rest = steps[: len(found)], steps[len(found) :]
        value = walk(body, place)
        if isinstance(value, Missing):
            return None
        if at.shape in {None, "list"}:
            listed = path.singular and isinstance(value, list)
            return rest[1:] if listed and rest else None if listed else rest
        return _inside_shape(rest, value, at) if rest else None
    return None


def _first_number(steps: tuple[Step, ...]) -> int:
    return next((n for n, step in enumerate(steps) if isinstance(step, int)), -1)


def _lineage(body: Json, steps: tuple[Step, ...], *, alone: bool) -> Json:
    """Return the response without what a node does not stand in.

    What tells its ancestors apart stays: the plain members beside them, and all of the
    first list's entry, which is the only one where it is `alone`.
    """
    if not steps:
        return [] if isinstance(body, list) else {} if isinstance(body, dict) else body
    inner = step_into(body, steps[0])
    if isinstance(inner, Missing):
        return body if not isinstance(body, dict | list) else None
    if isinstance(body, list) and isinstance(steps[0], int):
        if alone:
            return [inner]
        empty: list[Json] = [None] * len(body)
        empty[steps[0]] = inner
        return empty
    members = body.items() if isinstance(body, dict) else ()
    plain = {k: v for k, v in members if not isinstance(v, dict | list)}
    return plain | {str(steps[0]): _lineage(inner, steps[1:], alone=alone)}


def walk(body: Json | Missing, steps: tuple[Step, ...]) -> Json | Missing:
    """Return what stands at a place of the response, MISSING where nothing does."""
    value = body
    for step in steps:
        if isinstance(value, Missing):
            break
        value = step_into(value, step)
    return value


def _inside_shape(
    rest: tuple[Step, ...], value: Json, at: ItemsAt
) -> tuple[Step, ...] | None:
    if at.shape == "columns":
        return _inside_table(rest, value, at)
    paired = at.shape == "entries" and isinstance(value, list)
    member = step_into(value, rest[0])
    rest = rest[1:]
    if paired and isinstance(member, list) and len(member) == _PAIR:
        if not rest:
            return ()
        if rest[0] == 0:
            return (KEY,)
        member, rest = member[1], rest[1:]
    return rest if isinstance(member, dict) else (VALUE, *rest)


def _inside_table(
    rest: tuple[Step, ...], value: Json, at: ItemsAt
) -> tuple[Step, ...] | None:
    rows = isinstance(value, list)
    cell = rest[1:] if rows else rest
    if at.columns:
        for name, path in at.columns:
            head = read_steps(path)
            if head is not None and head and cell[: len(head)] == head:
                return (name, *cell[len(head) + (not rows) :])
        return ()
    if not rows:
        return (rest[0], *rest[2:])
    # Two rows are enough to see the names: a table may hold a million.
    beginning = value[:2] if isinstance(value, list) else value
    first = next(places_in([beginning], ItemsAt("$[0]", "columns")), None)
    names = list(first.item) if first and isinstance(first.item, dict) else []
    if not cell or not isinstance(cell[0], int) or cell[0] >= len(names):
        return ()
    return (names[cell[0]], *cell[1:])


def step_into(value: Json, step: Step) -> Json | Missing:
    """Return what one step leads to, MISSING where there is nothing."""
    if isinstance(value, dict) and isinstance(step, str):
        return value.get(step, MISSING)
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return value[step]
    return MISSING
