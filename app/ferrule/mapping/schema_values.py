"""Values as JSON Schema sees them: types, equality and size.

Numbers are equal by value, 1 and 1.0 too, and exact however large; a boolean is never a
number, and a decimal without a fraction is an integer (draft 2020-12, section 6.1.1).
"""

from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from ferrule.exchange import Json

Test: TypeAlias = Callable[[Json], bool]

MOST_EXPONENT: Final = 4_300


def is_number(value: Json) -> bool:
    """Return whether a value is a number."""
    kind = type(value)
    return kind is int or kind is Decimal or kind is float


def is_integer(value: Json) -> bool:
    """Return whether a value is a number without a fraction."""
    if type(value) is int:
        return True
    if type(value) is Decimal:
        return value.adjusted() > MOST_EXPONENT or value == value.to_integral_value()
    return type(value) is float and value.is_integer()


TYPES: Final[Mapping[str, tuple[Test, str]]] = {
    "string": (lambda value: type(value) is str, "a text"),
    "integer": (is_integer, "a whole number"),
    "number": (is_number, "a number"),
    "boolean": (lambda value: type(value) is bool, "true or false"),
    "null": (lambda value: value is None, "null"),
    "object": (lambda value: type(value) is dict, "an object"),
    "array": (lambda value: type(value) is list, "a list"),
}


def exact(value: Json) -> int | Decimal:
    """Return a number as one that compares exactly: a float as it is written."""
    if isinstance(value, float):
        return Decimal(repr(value))
    return value if isinstance(value, Decimal) else int(str(value))


def is_multiple(value: Json, divisor: int | Decimal) -> bool:
    """Return whether a number is a whole number of times `divisor`, exactly.

    A number with more digits than any service sends is none.
    """
    number = exact(value)
    if isinstance(number, Decimal) and abs(number.adjusted()) > MOST_EXPONENT:
        return False
    return (Fraction(number) / Fraction(divisor)).denominator == 1


def frozen(value: Json) -> Hashable:
    """Return something that is equal for equal JSON values, and can be kept in a set.

    Raises:
        RecursionError: when the value is nested too deeply.
    """
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, list):
        return ("array", tuple(map(frozen, value)))
    if isinstance(value, dict):
        return ("object", frozenset((k, frozen(v)) for k, v in value.items()))
    return value
