"""Filter expressions of paths (RFC 9535 2.3.5) as closures over one child and the run.

Everything is evaluated here, nothing by the library: patterns are RE2, numbers are
exact, and nested queries share the budget of the run they belong to.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from jsonpath.filter import (
    BaseExpression,
    FilterExpression,
    FilterExpressionLiteral,
    FilterQuery,
    FunctionExtension,
    InfixExpression,
    Nil,
    PrefixExpression,
    RelativeFilterQuery,
    RootFilterQuery,
)
from jsonpath.segments import JSONPathSegment

from ferrule.exchange import MISSING, Json
from ferrule.expression.equality import less, same
from ferrule.expression.getting import Found, Getter, compile_getter, keys_of
from ferrule.expression.pattern import compile_iregexp
from ferrule.expression.run import Run

Test: TypeAlias = Callable[[Json, Run], bool]
Operand: TypeAlias = Callable[[Json, Run], Found]
Select: TypeAlias = Callable[[Json, Run], list[Json]]
CompileSelect: TypeAlias = Callable[[Iterable[JSONPathSegment]], Select]


class UnsupportedFilterError(ValueError):
    """An expression that the parser lets through and RFC 9535 does not know."""


def compile_test(expression: BaseExpression, nested: CompileSelect) -> Test:
    """Return whether a filter keeps a child.

    Raises:
        UnsupportedFilterError: for what RFC 9535 does not allow here.
    """
    if isinstance(expression, FilterExpression):
        return compile_test(expression.expression, nested)
    if isinstance(expression, InfixExpression):
        return _infix(expression, nested)
    if isinstance(expression, PrefixExpression):
        inner = compile_test(expression.right, nested)
        return lambda child, run: not inner(child, run)
    if isinstance(expression, FilterQuery):
        return _existence(expression, nested)
    if isinstance(expression, FunctionExtension):
        return _logical_function(expression, nested)
    raise _unsupported(expression)


def text_equality(expression: BaseExpression) -> tuple[str, str] | None:
    """Return member and text of `@.member == 'text'`, the commonest filter."""
    if isinstance(expression, FilterExpression):
        return text_equality(expression.expression)
    if not isinstance(expression, InfixExpression) or expression.operator != "==":
        return None
    query, literal = expression.left, expression.right
    if not isinstance(query, RelativeFilterQuery):
        return None
    keys = keys_of(query.path.segments)
    if len(keys) != 1 or len(query.path.segments) != 1 or not isinstance(keys[0], str):
        return None
    value = getattr(literal, "value", None)
    return (keys[0], value) if isinstance(value, str) else None


def _infix(expression: InfixExpression, nested: CompileSelect) -> Test:
    if expression.logical:
        return _logical(expression, nested)
    left = _operand(expression.left, nested)
    right = _operand(expression.right, nested)
    compare = _COMPARISONS.get(expression.operator)
    if compare is None:
        raise _unsupported(expression)
    return lambda child, run: compare(left(child, run), right(child, run))


def _logical(expression: InfixExpression, nested: CompileSelect) -> Test:
    left = compile_test(expression.left, nested)
    right = compile_test(expression.right, nested)
    if expression.operator == "&&":
        return lambda child, run: left(child, run) and right(child, run)
    return lambda child, run: left(child, run) or right(child, run)


def _equal(left: Found, right: Found) -> bool:
    if left is MISSING or right is MISSING:
        return left is right
    return same(left, right)


def _before(left: Found, right: Found) -> bool:
    if left is MISSING or right is MISSING:
        return False
    return less(left, right)


_COMPARISONS: dict[str, Callable[[Found, Found], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _before,
    ">": lambda left, right: _before(right, left),
    "<=": lambda left, right: _before(left, right) or _equal(left, right),
    ">=": lambda left, right: _before(right, left) or _equal(left, right),
}


def _existence(query: FilterQuery, nested: CompileSelect) -> Test:
    if query.path.singular_query():
        get = _singular(query)
        return lambda child, run: get(child, run) is not MISSING
    select = _nodes(query, nested)
    return lambda child, run: bool(select(child, run))


def _operand(expression: BaseExpression, nested: CompileSelect) -> Operand:
    if isinstance(expression, Nil):
        return _constant(None)
    if isinstance(expression, FilterExpressionLiteral):
        return _constant(expression.value)
    if isinstance(expression, FilterQuery) and expression.path.singular_query():
        return _singular(expression)
    if isinstance(expression, FunctionExtension):
        return _value_function(expression, nested)
    raise _unsupported(expression)


def _constant(value: Json) -> Operand:
    return lambda _child, _run: value


def _singular(query: FilterQuery) -> Operand:
    get: Getter = compile_getter(keys_of(query.path.segments))
    if isinstance(query, RootFilterQuery):
        return lambda _child, run: get(run.root)
    if isinstance(query, RelativeFilterQuery):
        return lambda child, _run: get(child)
    raise _unsupported(query)


def _nodes(expression: BaseExpression, nested: CompileSelect) -> Select:
    if isinstance(expression, FilterQuery):
        select = nested(expression.path.segments)
        if isinstance(expression, RootFilterQuery):
            return lambda _child, run: select(run.root, run)
        if isinstance(expression, RelativeFilterQuery):
            return select
    raise _unsupported(expression)


def _logical_function(function: FunctionExtension, nested: CompileSelect) -> Test:
    if function.name not in {"match", "search"}:
        raise _unsupported(function)
    subject, pattern = (_operand(arg, nested) for arg in function.args)
    whole = function.name == "match"

    def test(child: Json, run: Run) -> bool:
        text, regexp = subject(child, run), pattern(child, run)
        if not isinstance(text, str) or not isinstance(regexp, str):
            return False
        compiled = compile_iregexp(regexp)
        if compiled is None:
            return False
        return compiled.fullmatch(text) if whole else compiled.search(text)

    return test


def _value_function(function: FunctionExtension, nested: CompileSelect) -> Operand:
    (argument,) = function.args
    if function.name == "length":
        operand = _operand(argument, nested)
        return lambda child, run: _length(operand(child, run))
    select = _nodes(argument, nested)
    if function.name == "count":
        return lambda child, run: len(select(child, run))
    if function.name == "value":
        return lambda child, run: _only(select(child, run))
    raise _unsupported(function)


def _length(value: Found) -> Found:
    return len(value) if isinstance(value, str | list | dict) else MISSING


def _only(values: list[Json]) -> Found:
    return values[0] if len(values) == 1 else MISSING


def _unsupported(expression: BaseExpression) -> UnsupportedFilterError:
    return UnsupportedFilterError(f"{expression} is not allowed here")
