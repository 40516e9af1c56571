"""How conditions compare values: one rule for every operator (descriptor semantics 3).

A text equals a boolean or number whose JSON text it is; numbers are compared as
numbers, texts as texts (which orders ISO dates), and nothing else has an order. A
boolean is never a number.
"""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from ferrule.errors import ExpressionError
from ferrule.exchange import Json, scalar_text
from ferrule.expression.equality import is_number, less, same
from ferrule.expression.pattern import compile_pattern

Operator = Literal[
    "equals",
    "not_equals",
    "contains",
    "exists",
    "missing",
    "matches",
    "in",
    "gt",
    "gte",
    "lt",
    "lte",
]
Compare: TypeAlias = Callable[[Json, Json], bool]


def pair(operator: Operator) -> Callable[[list[Json], list[Json]], bool]:
    """Return whether any value compares with any of the other place's values."""
    if operator == "in":
        return lambda left, right: any(
            _equals(value, element) for value in left for element in _flat(right)
        )
    if operator == "matches":
        return lambda left, right: any(
            _matches_text(value, pattern) for value in left for pattern in right
        )
    compare = _COMPARES[operator]
    return lambda left, right: any(compare(a, b) for a in left for b in right)


def _flat(values: list[Json]) -> list[Json]:
    if len(values) == 1 and isinstance(values[0], list):
        return values[0]
    return values


def against(operator: Operator, value: Json) -> Callable[[Json], bool]:
    """Return the comparison of one found value with a fixed one."""
    if operator == "equals" and isinstance(value, str):
        return lambda found: (
            found == value if type(found) is str else _equals(found, value)
        )
    if operator == "matches" and isinstance(value, str):
        pattern = compile_pattern(value)
        return lambda found: _is_scalar(found) and pattern.search(scalar_text(found))
    if operator == "in" and isinstance(value, list):
        elements = value
        texts = frozenset(x for x in elements if isinstance(x, str))
        return lambda found: (
            found in texts
            if type(found) is str
            else any(_equals(found, element) for element in elements)
        )
    compare = _COMPARES.get(operator)
    if compare is None:
        return lambda _found: False
    return lambda found: compare(found, value)


def _is_scalar(value: Json) -> bool:
    return value is not None and not isinstance(value, list | dict)


def _matches_text(value: Json, pattern: Json) -> bool:
    if not isinstance(pattern, str) or not _is_scalar(value):
        return False
    return compile_pattern(pattern).search(scalar_text(value))


def _equals(found: Json, value: Json) -> bool:
    if isinstance(value, str) and not isinstance(found, str):
        return (is_number(found) or isinstance(found, bool)) and (
            scalar_text(found) == value
        )
    return same(found, value)


def _contains(found: Json, value: Json) -> bool:
    if isinstance(found, str):
        return isinstance(value, str) and value in found
    if isinstance(found, list):
        return any(_equals(element, value) for element in found)
    return False


_COMPARES: Mapping[str, Compare] = {
    "equals": _equals,
    "not_equals": lambda found, value: not _equals(found, value),
    "contains": _contains,
    "gt": lambda found, value: less(value, found),
    "gte": lambda found, value: less(value, found) or _level(found, value),
    "lt": less,
    "lte": lambda found, value: less(found, value) or _level(found, value),
}


def _level(found: Json, value: Json) -> bool:
    """Say whether two values that have an order are equal."""
    ordered = isinstance(found, str) or is_number(found)
    return ordered and same(found, value)


def misfit(operator: Operator, value: Json) -> str:
    """Return what is wrong with a fixed value for an operator, or nothing."""
    if operator == "in" and not isinstance(value, list):
        return "The operator in needs a list of values."
    if operator == "matches":
        if not isinstance(value, str):
            return "The operator matches needs a pattern."
        try:
            compile_pattern(value)
        except ExpressionError as error:
            return str(error)
    if operator in {"gt", "gte", "lt", "lte"} and not (
        isinstance(value, str) or is_number(value)
    ):
        return f"The operator {operator} needs a number or a text."
    if operator == "contains" and value is None:
        return "The operator contains needs a value."
    return ""
