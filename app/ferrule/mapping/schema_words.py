"""The keywords of JSON Schema that look at a value itself, compiled to checks.

A check returns None, or the first `Fault` that it finds. Patterns are RE2.
"""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from ferrule.errors import DescriptorError, ExpressionError
from ferrule.exchange import Json, encode
from ferrule.expression.pattern import compile_pattern
from ferrule.mapping.casts import shown
from ferrule.mapping.schema_values import (
    TYPES,
    exact,
    frozen,
    is_integer,
    is_multiple,
    is_number,
)

Schema: TypeAlias = dict[str, Json]
_SHOWN: Final = 200


class Fault:
    """What a value lacks, and where: its steps are collected from the inside out."""

    __slots__ = ("message", "steps")

    def __init__(self, message: str) -> None:
        self.message = message
        self.steps: list[str | int] = []

    def below(self, step: str | int) -> "Fault":
        """Return the fault as seen from the value that holds `step`."""
        self.steps.append(step)
        return self

    @property
    def pointer(self) -> str:
        """Return the place as a JSON pointer (RFC 6901)."""
        return pointer_of(*reversed(self.steps))


Check: TypeAlias = Callable[[Json], Fault | None]
Below: TypeAlias = Callable[..., Check]  # the check of the subschema at these steps
Word: TypeAlias = Callable[[Schema, Below], Check]


def pointer_of(*steps: str | int) -> str:
    """Return steps as a JSON pointer (RFC 6901)."""
    return "".join(
        "/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps
    )


class SchemaRefusedError(DescriptorError):
    """A schema that is wrong, or not read here, at its place."""

    placed = False

    def place(self, *steps: str | int) -> None:
        """Tell where the schema stands that refused; what was placed stays there."""
        if not self.placed:
            self.pointer = pointer_of(*steps) + self.pointer
            self.placed = True


def refused(message: str, *steps: str | int, advice: str = "") -> SchemaRefusedError:
    """Return the error for a part of a schema, by its steps from the schema."""
    return SchemaRefusedError(message, pointer=pointer_of(*steps), advice=advice)


def _type(schema: Schema, _below: Below) -> Check:
    given = schema["type"]
    names = given if isinstance(given, list) else [given]
    for name in names:
        if not isinstance(name, str) or name not in TYPES:
            known = ", ".join(TYPES)
            message = f"{shown(name)} is no type."
            raise refused(message, "type", advice=f"Write one of {known}.")
    tests = tuple(TYPES[str(name)][0] for name in names)
    wanted = " or ".join(TYPES[str(name)][1] for name in names)
    if len(tests) == 1:
        (test,) = tests
        return lambda value: (
            None if test(value) else Fault(f"{shown(value)} is not {wanted}")
        )
    return lambda value: (
        None
        if any(one(value) for one in tests)
        else Fault(f"{shown(value)} is not {wanted}")
    )


def _enum(schema: Schema, _below: Below) -> Check:
    options = schema["enum"]
    if not isinstance(options, list):
        raise refused("enum is a list of values.", "enum")
    known = frozenset(map(frozen, options))
    wanted = encode(options).decode()[:_SHOWN]
    return lambda value: (
        None if frozen(value) in known else Fault(f"{shown(value)} is none of {wanted}")
    )


def _const(schema: Schema, _below: Below) -> Check:
    only = frozen(schema["const"])
    wanted = encode(schema["const"]).decode()[:_SHOWN]
    return lambda value: (
        None if frozen(value) == only else Fault(f"{shown(value)} is not {wanted}")
    )


def _size(name: str, kind: type, what: str, *, least: bool) -> Word:
    """Return the keyword that limits how many characters, elements or members."""
    sign = "at least" if least else "at most"

    def word(schema: Schema, _below: Below) -> Check:
        limit = whole(schema, name)

        def check(value: Json) -> Fault | None:
            if type(value) is not kind:
                return None
            size = len(value)  # type: ignore[arg-type]  # a text, a list or an object
            if size == limit or (size > limit) is least:
                return None
            return Fault(f"has {size} {what}, not {sign} {limit}")

        return check

    return word


def whole(schema: Schema, name: str) -> int:
    """Return the number of a keyword that counts something."""
    limit = schema[name]
    if not is_integer(limit) or exact(limit) < 0:
        raise refused(f"{name} is a whole number.", name)
    return int(exact(limit))


def _bound(name: str, words: str, holds: Callable[[Any, Any], bool]) -> Word:
    def word(schema: Schema, _below: Below) -> Check:
        limit = _number(schema, name)

        def check(value: Json) -> Fault | None:
            if not is_number(value) or holds(exact(value), limit):
                return None
            return Fault(f"{shown(value)} is not {words} {limit}")

        return check

    return word


def _number(schema: Schema, name: str) -> int | Decimal:
    if not is_number(schema[name]):
        raise refused(f"{name} is a number.", name)
    return exact(schema[name])


def _multiple(schema: Schema, _below: Below) -> Check:
    divisor = _number(schema, "multipleOf")
    if divisor <= 0:
        raise refused("multipleOf is a number above 0.", "multipleOf")
    return lambda value: (
        None
        if not is_number(value) or is_multiple(value, divisor)
        else Fault(f"{shown(value)} is no multiple of {divisor}")
    )


def _pattern(schema: Schema, _below: Below) -> Check:
    text = schema["pattern"]
    search = pattern(text, "pattern")
    return lambda value: (
        None
        if type(value) is not str or search(value)
        else Fault(f"{shown(value)} does not match {text}")
    )


def pattern(text: Json, *steps: str | int) -> Callable[[str], bool]:
    """Return the search of an RE2 pattern that stands at these steps of a schema."""
    if not isinstance(text, str):
        raise refused("A pattern is a text.", *steps)
    try:
        return compile_pattern(text).search
    except ExpressionError as error:
        raise refused(error.message, *steps, advice=error.advice) from None


def _unique(schema: Schema, _below: Below) -> Check:
    wanted = schema["uniqueItems"]
    if not isinstance(wanted, bool):
        raise refused("uniqueItems is true or false.", "uniqueItems")

    def check(value: Json) -> Fault | None:
        if type(value) is not list or not wanted:
            return None
        if len(set(map(frozen, value))) == len(value):
            return None
        return Fault("holds an element twice")

    return check


def _required(schema: Schema, _below: Below) -> Check:
    names = texts(schema["required"], "required")

    def check(value: Json) -> Fault | None:
        if type(value) is dict:
            for name in names:
                if name not in value:
                    return Fault(f"has no {name!r}")
        return None

    return check


def texts(value: Json, *steps: str | int) -> list[str]:
    """Return a list of texts that stands at these steps of a schema."""
    found = [x for x in value if isinstance(x, str)] if isinstance(value, list) else []
    if not isinstance(value, list) or len(found) != len(value):
        raise refused(f"{steps[-1]} is a list of names.", *steps)
    return found


VALUE_WORDS: Final[Mapping[str, Word]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "minLength": _size("minLength", str, "characters", least=True),
    "maxLength": _size("maxLength", str, "characters", least=False),
    "minItems": _size("minItems", list, "elements", least=True),
    "maxItems": _size("maxItems", list, "elements", least=False),
    "minProperties": _size("minProperties", dict, "members", least=True),
    "maxProperties": _size("maxProperties", dict, "members", least=False),
    "minimum": _bound("minimum", "at least", operator.ge),
    "maximum": _bound("maximum", "at most", operator.le),
    "exclusiveMinimum": _bound("exclusiveMinimum", "above", operator.gt),
    "exclusiveMaximum": _bound("exclusiveMaximum", "below", operator.lt),
    "multipleOf": _multiple,
    "pattern": _pattern,
    "uniqueItems": _unique,
}
