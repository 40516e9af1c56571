"""Values that the extended forms compute: arithmetic, sub(), split(), len.

Each returns MISSING where a form cannot work on a value. Numbers stay exact, a boolean
is never a number, and nothing computed is larger than a million characters, elements
or (an integer) 4,300 digits.
"""

import operator as operators
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

import re2
from jsonpath_ng.ext.string import Split, Sub

from ferrule.exchange import MISSING, Json
from ferrule.expression.equality import is_number
from ferrule.expression.getting import Found
from ferrule.expression.pattern import MOST_PATTERN, MOST_SUBJECT, compile_regexp

Compute: TypeAlias = Callable[[Json], Found]
MOST_SIZE = 1_000_000
_MOST_BITS = 14_285  # 4,300 digits, which is what Python writes at most
_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operators.add,
    "-": operators.sub,
    "*": operators.mul,
}


class UnknownFormError(ValueError):
    """A form of the library that is not taken here."""


def operate(symbol: str, left: Json, right: Json) -> Found:
    """Return the result of an arithmetic operator; `+` joins two texts or two lists."""
    if is_number(left) and is_number(right):
        return _calculate(symbol, left, right)
    if symbol == "+" and type(left) is type(right) and isinstance(left, str | list):
        return _sized(left + right)  # type: ignore[operator]  # both are texts or lists
    return MISSING


def _calculate(symbol: str, left: Json, right: Json) -> Found:
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        left, right = exact(left), exact(right)
    try:
        value: Json = _OPERATORS[symbol](left, right)
    except ArithmeticError:
        return MISSING
    if type(value) is int and value.bit_length() > _MOST_BITS:
        return MISSING
    return value


def exact(value: Json) -> Json:
    """Return a float as the Decimal that it is written as."""
    return Decimal(repr(value)) if type(value) is float else value


def _sized(value: Json) -> Found:
    return value if len(value) <= MOST_SIZE else MISSING  # type: ignore[arg-type]  # a text or a list


def length(value: Json) -> Found:
    """Return the length of a text, array or object."""
    return len(value) if isinstance(value, str | list | dict) else MISSING


def in_order(value: Json) -> Found:
    """Return an array in order, or the names of an object in order."""
    if not isinstance(value, list | dict):
        return MISSING
    elements: list[Any] = list(value)
    try:
        elements.sort()
    except TypeError:  # elements without an order
        return MISSING
    return elements


def compile_substitution(part: Sub) -> Compute:
    """Return what replaces a pattern in a text; a text without it is no match.

    Raises:
        UnknownFormError: when the pattern is not RE2, or too long.
    """
    replacement: str = part.repl
    if max(len(part.expr), len(replacement)) > MOST_PATTERN:
        raise UnknownFormError("sub() is too long")
    try:
        regexp = compile_regexp(part.expr)
    except re2.error:
        raise UnknownFormError("sub() has no pattern of RE2") from None

    def substitute(value: Json) -> Found:
        if type(value) is not str or len(value) > MOST_SUBJECT:
            return MISSING
        try:
            text: str = regexp.sub(replacement, value)
        except (re2.error, ValueError, LookupError):
            return MISSING
        return MISSING if text == value else _sized(text)

    return substitute


def compile_split(part: Split) -> Compute:
    """Return what splits a text and takes one piece, or (`*`) all of them."""
    separator: str = part.chars
    most: int = part.max_split
    if part.segment == "*":
        return lambda value: (
            list(value.split(separator, most)) if type(value) is str else MISSING
        )
    at = int(part.segment)

    def split(value: Json) -> Found:
        pieces = value.split(separator, most) if type(value) is str else []
        return pieces[at] if -len(pieces) <= at < len(pieces) else MISSING

    return split
