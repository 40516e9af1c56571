"""What stands beside an operator of a filter: literals, singular queries, functions.

RFC 9535 2.3.5.1 and 2.4. A query that may find several nodes is only an argument of
`count()` and `value()`, or a test of its own.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from jsonpath.filter import (
    BaseExpression,
    FilterExpressionLiteral,
    FilterQuery,
    FunctionExtension,
    Nil,
    RelativeFilterQuery,
    RootFilterQuery,
)
from jsonpath.segments import JSONPathSegment

from ferrule.exchange import MISSING, Json, Missing
from ferrule.expression.getting import Found, Getter, compile_getter, keys_of
from ferrule.expression.run import Run

Operand: TypeAlias = Callable[[Json, Run], Found]
Select: TypeAlias = Callable[[Json, Run], list[Json]]
CompileSelect: TypeAlias = Callable[[Iterable[JSONPathSegment]], Select]


class UnsupportedFilterError(ValueError):
    """An expression that the parser lets through and RFC 9535 does not know."""


def unsupported(expression: object) -> UnsupportedFilterError:
    """Return the error of something that has no meaning where it stands."""
    return UnsupportedFilterError(f"{expression} is not allowed here")


def literal_of(expression: BaseExpression) -> Json | Missing:
    """Return the value of a literal, MISSING when the expression is none."""
    if isinstance(expression, Nil):
        return None
    if isinstance(expression, FilterExpressionLiteral):
        value: Json = expression.value
        return value
    return MISSING


def relative_getter(expression: BaseExpression) -> Getter | None:
    """Return the getter of `@.a.b`, None when it is another expression."""
    if isinstance(expression, RelativeFilterQuery) and is_singular(expression):
        return compile_getter(keys_of(expression.path.segments))
    return None


def is_singular(query: FilterQuery) -> bool:
    """Say whether a query leads to at most one node (RFC 9535 2.3.5.1)."""
    return query.path.singular_query()


def name_of(expression: BaseExpression) -> str | None:
    """Return the name in `@.name`, None when it is another expression."""
    if not isinstance(expression, RelativeFilterQuery):
        return None
    keys = keys_of(expression.path.segments)
    if len(keys) != 1 or len(expression.path.segments) != 1:
        return None
    return keys[0] if isinstance(keys[0], str) else None


def compile_operand(expression: BaseExpression, nested: CompileSelect) -> Operand:
    """Return what an operand stands for at a child, MISSING when it is nothing.

    Raises:
        UnsupportedFilterError: when RFC 9535 does not allow it as an operand.
    """
    literal = literal_of(expression)
    if literal is not MISSING:
        return lambda _child, _run: literal
    if isinstance(expression, FilterQuery) and is_singular(expression):
        return _singular(expression)
    if isinstance(expression, FunctionExtension):
        return _value_function(expression, nested)
    raise unsupported(expression)


def _singular(query: FilterQuery) -> Operand:
    get = compile_getter(keys_of(query.path.segments))
    if isinstance(query, RootFilterQuery):
        return lambda _child, run: get(run.root)
    if isinstance(query, RelativeFilterQuery):
        return lambda child, _run: get(child)
    raise unsupported(query)


def compile_nodes(expression: BaseExpression, nested: CompileSelect) -> Select:
    """Return what finds all values of a query inside a filter.

    Raises:
        UnsupportedFilterError: when it is no query.
    """
    if isinstance(expression, FilterQuery):
        select = nested(expression.path.segments)
        if isinstance(expression, RootFilterQuery):
            return lambda _child, run: select(run.root, run)
        if isinstance(expression, RelativeFilterQuery):
            return select
    raise unsupported(expression)


def _value_function(function: FunctionExtension, nested: CompileSelect) -> Operand:
    (argument,) = function.args
    if function.name == "length":
        return _length_of(argument, nested)
    select = compile_nodes(argument, nested)
    if function.name == "count":
        return lambda child, run: len(select(child, run))
    if function.name == "value":
        return lambda child, run: _only(select(child, run))
    raise unsupported(function)


def _length_of(argument: BaseExpression, nested: CompileSelect) -> Operand:
    get = relative_getter(argument)
    if get is not None:
        return lambda child, _run: _length(get(child))
    operand = compile_operand(argument, nested)
    return lambda child, run: _length(operand(child, run))


def _length(value: Found) -> Found:
    return len(value) if isinstance(value, str | list | dict) else MISSING


def _only(values: list[Json]) -> Found:
    return values[0] if len(values) == 1 else MISSING
