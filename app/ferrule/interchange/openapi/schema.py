"""What a response looks like, from its schema or its example.

Schemas are followed only as far as a list and the members of its items, each reference
once, so that cycles and deep trees end. What is looked for is what a mapping needs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ferrule.exchange import Json
from ferrule.interchange.openapi.document import Document

Schema: TypeAlias = dict[str, Json]
Way: TypeAlias = tuple[str, ...]
_DEEPEST = 3
_MOST_PARTS = 12
_MOST_MEMBERS = 400
_MOST_STEPS = 3_000
_MOST_KNOWN = 256
_MOST_STEPS_OF_ALL = 500_000
_LIST_NAMES = (
    "data",
    "items",
    "results",
    "result",
    "records",
    "values",
    "value",
    "entries",
    "elements",
    "list",
    "rows",
    "content",
    "objects",
    "hits",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A list in a response: the way to it, and the members of an item.

    `way` is empty where the response itself is the list. `around` are the members of
    the response by their way, for paging.
    """

    way: Way
    item: dict[str, Schema]
    around: dict[Way, Schema]


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists in a response with what their items are, and what is around them."""

    lists: dict[Way, Json]
    around: dict[Way, Schema]


@dataclass(slots=True)
class SchemaReader:
    """Reads schemas of one document, in so many steps.

    `left` is how many it may still take for one answer, `all_left` for all of them.
    Answers that are the same reference are looked at once.
    """

    document: Document
    left: int = _MOST_STEPS
    all_left: int = _MOST_STEPS_OF_ALL
    known: dict[str, Lists] = field(default_factory=dict)

    def whole(self, schema: Json) -> Schema:
        """Return a schema with references and compositions merged one level deep."""
        return self._whole(schema, 0)

    def _whole(self, schema: Json, depth: int) -> Schema:
        found = self.document.object(schema)
        parts = [*_list(found.get("allOf")), *self._choice(found)]
        if not parts or depth > _DEEPEST or not self._step():
            return found
        merged: Schema = {}
        members: dict[str, Json] = {}
        for part in [*parts[:_MOST_PARTS], _bare(found)]:
            one = self._whole(part, depth + 1)
            members |= _object(one.get("properties"))
            merged |= one
        return merged | ({"properties": members} if members else {})

    def _step(self, many: int = 1) -> bool:
        self.left -= many
        self.all_left -= many
        return self.left >= 0 and self.all_left >= 0

    def _choice(self, schema: Schema) -> list[Json]:
        """Return the first alternative that is an object or a list."""
        for name in ("oneOf", "anyOf"):
            for one in _list(schema.get(name))[:_MOST_PARTS]:
                found = self.document.object(one)
                if type_of(found) in {"object", "array"} or "allOf" in found:
                    return [found]
        return []

    def members(self, schema: Json) -> dict[str, Schema]:
        """Return the members of an object's schema, their references followed."""
        whole = self.whole(schema)
        named = list(_object(whole.get("properties")).items())[:_MOST_MEMBERS]
        self._step(len(named))
        return {name: self.document.object(member) for name, member in named}

    def shape(self, schema: Json, hint: str = "") -> Shape | None:
        """Return the list in a response, None where there is none.

        `hint` is the last word of the path, which often names the list.
        """
        self.left = _MOST_STEPS
        target = schema.get("$ref") if isinstance(schema, dict) else None
        found = self._lists(schema, target if isinstance(target, str) else "")
        if not found.lists:
            return None
        way = min(found.lists, key=lambda w: _rank(w, hint))
        return Shape(way, self.members(found.lists[way]), found.around)

    def _lists(self, schema: Json, target: str) -> Lists:
        known = self.known.get(target) if target else None
        if known is not None:
            return known
        found = self._looked(schema)
        if len(self.known) >= _MOST_KNOWN:
            self.known.clear()
        if target:
            self.known[target] = found
        return found

    def _looked(self, schema: Json) -> Lists:
        whole = self.whole(schema)
        if type_of(whole) == "array":
            return Lists({(): whole.get("items")}, {})
        around = dict(self._around(whole, (), _DEEPEST)) if self.all_left > 0 else {}
        wholes = ((way, self.whole(one)) for way, one in around.items())
        lists = {way: one.get("items") for way, one in wholes if self._is_list(one)}
        return Lists(lists, around)

    def _around(
        self, schema: Schema, way: Way, depth: int
    ) -> Iterator[tuple[Way, Schema]]:
        """Yield what stands around a list, nearest first, lists included."""
        inner: list[tuple[Way, Schema]] = []
        for name, member in self.members(schema).items():
            if not self._step():
                return
            yield (*way, name), member
            if type_of(self.whole(member)) == "object" and depth > 1:
                inner.append(((*way, name), member))
        for deeper, member in inner[:_MOST_PARTS]:
            yield from self._around(member, deeper, depth - 1)

    def _is_list(self, whole: Schema) -> bool:
        if type_of(whole) != "array":
            return False
        items = self.whole(whole.get("items"))
        return type_of(items) in {"object", ""}


def type_of(schema: Schema) -> str:
    """Return the type of a schema; of several (3.1) the first that is not null."""
    said = schema.get("type")
    if isinstance(said, list):
        said = next((one for one in said if one != "null"), "")
    if isinstance(said, str) and said:
        return said
    if "properties" in schema or "additionalProperties" in schema:
        return "object"
    return "array" if "items" in schema else ""


def of_example(value: Json, depth: int = 6) -> Schema:
    """Return the schema that an example fits."""
    if isinstance(value, dict):
        named = list(value.items())[:_MOST_MEMBERS] if depth else []
        members: dict[str, Json] = {k: of_example(v, depth - 1) for k, v in named}
        return {"type": "object", "properties": members}
    if isinstance(value, list):
        items = of_example(value[0], depth - 1) if value and depth else {}
        return {"type": "array", "items": items}
    kind = "string" if isinstance(value, str) else "number"
    if isinstance(value, bool):
        kind = "boolean"
    elif isinstance(value, int):
        kind = "integer"
    return {} if value is None else {"type": kind, "example": value}


def names_a_list(name: str, hint: str) -> bool:
    """Tell whether a member's name says that it is the list that was asked for."""
    return name.lower() in {*_LIST_NAMES, hint.lower()}


def _rank(way: Way, hint: str) -> tuple[int, int, int]:
    """Return how little a list looks like the one: by its name, depth and order."""
    last = way[-1].lower() if way else ""
    if hint and last == hint.lower():
        return 0, len(way), 0
    if last in _LIST_NAMES:
        return 1, len(way), _LIST_NAMES.index(last)
    return 2, len(way), 0


def _bare(schema: Schema) -> Schema:
    return {k: v for k, v in schema.items() if k not in {"allOf", "oneOf", "anyOf"}}


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else []


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
