"""Equality and order of JSON values, the same in paths and in conditions.

Numbers are equal by value whatever their Python type, and a boolean is never a
number (RFC 9535 2.3.5.2.2). A float stands for its shortest decimal text, so that
a decoded `1.1` (a Decimal) equals a literal `1.1`.
"""

from decimal import Decimal

from ferrule.exchange import Json

NUMBERS = (int, float, Decimal)


def is_number(value: object) -> bool:
    """Say whether a value is a JSON number."""
    return isinstance(value, NUMBERS) and not isinstance(value, bool)


def same(left: Json, right: Json) -> bool:
    """Say whether two JSON values are equal.

    Raises:
        RecursionError: when both are nested too deeply.
    """
    if isinstance(left, str) or left is None or isinstance(left, bool):
        return type(left) is type(right) and left == right
    if isinstance(left, dict):
        return isinstance(right, dict) and _same_members(left, right)
    if isinstance(left, list):
        return (
            isinstance(right, list)
            and len(left) == len(right)
            and all(map(same, left, right))
        )
    if isinstance(right, bool) or not isinstance(right, NUMBERS):
        return False
    return _aligned(left, right) == _aligned(right, left)


def less(left: Json, right: Json) -> bool:
    """Say whether `left` comes before `right`: two numbers or two texts, else no."""
    if isinstance(left, str):
        return isinstance(right, str) and left < right
    if is_number(left) and is_number(right):
        return bool(_aligned(left, right) < _aligned(right, left))  # type: ignore[operator]  # both are numbers
    return False


def _same_members(left: dict[str, Json], right: dict[str, Json]) -> bool:
    if left.keys() != right.keys():
        return False
    return all(same(value, right[key]) for key, value in left.items())


def _aligned(value: Json, other: Json) -> Json:
    """Return a float beside a Decimal as the Decimal that it is written as."""
    if type(value) is float and type(other) is Decimal:
        return Decimal(repr(value))
    return value
