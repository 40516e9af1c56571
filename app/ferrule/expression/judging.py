"""Comparisons of a value with a literal (RFC 9535 2.3.5.2.2), made for that literal.

What can be decided once is decided here: the kind of the literal and the operator. A
missing value (MISSING) is equal to no literal and comes before none.
"""

import operator as operators
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from ferrule.exchange import MISSING, Json
from ferrule.expression.equality import is_number, same
from ferrule.expression.getting import Found

Judge: TypeAlias = Callable[[Found], bool]
Keep: TypeAlias = Callable[[list[Json], object], list[Json]]

MIRRORED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operators.lt,
    ">": operators.gt,
    "<=": operators.le,
    ">=": operators.ge,
}


def compile_judge(operator: str, literal: Json) -> Judge:
    """Return whether a value stands in the relation `operator` to a literal."""
    if operator == "==":
        return _equals(literal)
    if operator == "!=":
        equals = _equals(literal)
        return lambda value: not equals(value)
    if isinstance(literal, str):
        order = _ORDERS[operator]
        return lambda value: type(value) is str and order(value, literal)
    if is_number(literal):
        return _ordered(_ORDERS[operator], literal)
    return _equals(literal) if "=" in operator else lambda _value: False


def _equals(literal: Json) -> Judge:
    if literal is None or isinstance(literal, bool):
        return lambda value: value is literal
    if isinstance(literal, str):
        return lambda value: value == literal

    def equals(value: Found) -> bool:
        if type(value) is int or type(value) is Decimal:
            return value == literal
        return value is not MISSING and same(value, literal)

    return equals


def _ordered(order: Callable[[Any, Any], bool], literal: Json) -> Judge:
    exact = isinstance(literal, Decimal)

    def ordered(value: Found) -> bool:
        if type(value) is int or type(value) is Decimal:
            return order(value, literal)
        if type(value) is not float:
            return False
        return order(Decimal(repr(value)) if exact else value, literal)

    return ordered


def keep_named(name: str, operator: str, literal: Json) -> Keep:
    """Return what keeps the objects whose member compares so with a literal."""
    if operator == "==" and isinstance(literal, str):
        return lambda values, _run: [
            x for x in values if type(x) is dict and x.get(name) == literal
        ]
    judge = compile_judge(operator, literal)
    if operator in _ORDERS and type(literal) is int:
        order = _ORDERS[operator]
        return lambda values, _run: [
            x
            for x in values
            if type(x) is dict
            and (order(v, literal) if type(v := x.get(name)) is int else judge(v))
        ]
    return lambda values, _run: [
        x for x in values if judge(x.get(name, MISSING) if type(x) is dict else MISSING)
    ]


def keep_present(name: str) -> Keep:
    """Return what keeps the objects that have a member."""
    return lambda values, _run: [x for x in values if type(x) is dict and name in x]
