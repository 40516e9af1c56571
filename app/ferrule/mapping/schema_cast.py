"""Casting an item to its schema: texts become the numbers, dates and answers they are.

A value that already has a type of its schema stays; else the first type that it can be
cast to without loss is taken. Only single values are cast: what is no object where one
is wanted stays for the check of the schema.
"""

from collections.abc import Sequence
from typing import Final

from ferrule.exchange import Json
from ferrule.mapping.casts import Cast, Caster, compile_cast
from ferrule.mapping.item_schema import Place, at, resolve
from ferrule.mapping.schema_values import TYPES
from ferrule.mapping.schema_words import pointer_of

_CASTS: Final[tuple[Cast, ...]] = ("string", "integer", "number", "boolean")
_TIMES: Final = ("date-time",)


class CastRefusedError(ValueError):
    """A value that cannot be cast, and where: steps from the inside out."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.steps: list[str | int] = []

    def __str__(self) -> str:
        return f"{pointer_of(*reversed(self.steps)) or '/'}: {self.reason}"


class SchemaCast:
    """The cast of items to one schema."""

    def __init__(self, schema: Json, date_format: str | None) -> None:
        self._root = schema
        self._date_format = date_format
        self._made: dict[Place, Caster | None] = {}

    def __call__(self, item: Json) -> Json:
        """Return the item with every value as its schema says.

        Raises:
            CastRefusedError: with the place of a value that cannot be cast.
        """
        return self._at(())(item)

    def _at(self, place: Place) -> Caster:
        if place not in self._made:
            self._made[place] = None
            self._made[place] = self._compiled(at(self._root, place), place)
        return self._made[place] or self._later(place)

    def _later(self, place: Place) -> Caster:
        """Return the cast of a schema that is being compiled further out."""

        def cast(value: Json) -> Json:
            made = self._made[place]
            return value if made is None else made(value)

        return cast

    def _compiled(self, schema: Json, place: Place) -> Caster:
        if not isinstance(schema, dict):
            return _same
        casts = [*self._inherited(schema, place)]
        scalar = self._scalar(schema)
        casts += [scalar] if scalar is not None else []
        if isinstance(properties := schema.get("properties"), dict):
            casts.append(
                _members({n: self._at((*place, "properties", n)) for n in properties})
            )
        if "items" in schema:
            casts.append(_elements(self._at((*place, "items"))))
        return _in_turn(casts)

    def _inherited(self, schema: dict[str, Json], place: Place) -> list[Caster]:
        """Return the casts of the schemas that this one takes over."""
        reference, parts = schema.get("$ref"), schema.get("allOf")
        there = resolve(self._root, reference) if isinstance(reference, str) else None
        referred = [self._at(there)] if there is not None else []
        count = len(parts) if isinstance(parts, list) else 0
        return [*referred, *(self._at((*place, "allOf", n)) for n in range(count))]

    def _scalar(self, schema: dict[str, Json]) -> Caster | None:
        given = schema.get("type")
        kinds = [k for k in (given if isinstance(given, list) else [given]) if k]
        wanted = [kind for kind in _CASTS if kind in kinds]
        if not wanted:
            return None
        if wanted[0] == "string" and schema.get("format") in _TIMES:
            return _time(compile_cast("datetime", self._date_format))
        tests = [TYPES[str(kind)][0] for kind in kinds]
        casts = [compile_cast(kind) for kind in wanted]

        def cast(value: Json) -> Json:
            if isinstance(value, dict | list) or any(test(value) for test in tests):
                return value
            return _first(casts, value)

        return cast


def _first(casts: Sequence[Caster], value: Json) -> Json:
    refusal = ""
    for cast in casts:
        try:
            return cast(value)
        except ValueError as error:
            refusal = refusal or str(error)
    raise CastRefusedError(refusal)


def _time(cast: Caster) -> Caster:
    def to_time(value: Json) -> Json:
        if isinstance(value, dict | list):
            return value
        try:
            return cast(value)
        except ValueError as error:
            raise CastRefusedError(str(error)) from None

    return to_time


def _members(casts: dict[str, Caster]) -> Caster:
    def cast(value: Json) -> Json:
        if not isinstance(value, dict):
            return value
        return {n: _below(n, casts.get(n, _same), x) for n, x in value.items()}

    return cast


def _elements(inner: Caster) -> Caster:
    def cast(value: Json) -> Json:
        if not isinstance(value, list):
            return value
        return [_below(index, inner, element) for index, element in enumerate(value)]

    return cast


def _below(step: str | int, cast: Caster, value: Json) -> Json:
    try:
        return cast(value)
    except CastRefusedError as error:
        error.steps.append(step)
        raise


def _in_turn(casts: list[Caster]) -> Caster:
    if len(casts) <= 1:
        return casts[0] if casts else _same

    def cast(value: Json) -> Json:
        for one in casts:
            value = one(value)
        return value

    return cast


def _same(value: Json) -> Json:
    return value
