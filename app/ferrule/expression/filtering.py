"""Filter expressions of paths (RFC 9535 2.3.5) as closures over one child and the run.

Everything is evaluated here, nothing by the library: patterns are RE2, numbers are
exact, and nested queries share the budget of the run they belong to.
"""

from collections.abc import Callable
from typing import TypeAlias

from jsonpath.filter import (
    BaseExpression,
    FilterExpression,
    FilterQuery,
    FunctionExtension,
    InfixExpression,
    PrefixExpression,
    RootFilterQuery,
)

from ferrule.exchange import MISSING, Json
from ferrule.expression.equality import less, same
from ferrule.expression.getting import Found
from ferrule.expression.judging import (
    MIRRORED,
    Judge,
    compile_judge,
    keep_named,
    keep_present,
)
from ferrule.expression.operands import (
    CompileSelect,
    Operand,
    compile_nodes,
    compile_operand,
    is_singular,
    literal_of,
    name_of,
    relative_getter,
    unsupported,
)
from ferrule.expression.pattern import Pattern, compile_iregexp
from ferrule.expression.run import Run

Test: TypeAlias = Callable[[Json, Run], bool]
Keep: TypeAlias = Callable[[list[Json], Run], list[Json]]


def is_bounded(expression: BaseExpression) -> bool:
    """Say whether a filter costs no more than the child it looks at.

    It does when it has no query that spreads or starts at the root, no pattern, and
    compares with literals only. Such a filter never touches its run.
    """
    if isinstance(expression, FilterExpression):
        return is_bounded(expression.expression)
    if isinstance(expression, PrefixExpression):
        return is_bounded(expression.right)
    if isinstance(expression, InfixExpression):
        sides = expression.left, expression.right
        fixed = expression.logical or any(literal_of(s) is not MISSING for s in sides)
        return fixed and all(map(is_bounded, sides))
    if isinstance(expression, FilterQuery):
        return is_singular(expression) and not isinstance(expression, RootFilterQuery)
    if isinstance(expression, FunctionExtension):
        return expression.name == "length" and all(map(is_bounded, expression.args))
    return literal_of(expression) is not MISSING


def compile_keep(expression: BaseExpression, nested: CompileSelect) -> Keep:
    """Return what keeps, of a list of children, those that pass a filter.

    Raises:
        UnsupportedFilterError: for what RFC 9535 does not allow in a filter.
    """
    if isinstance(expression, FilterExpression):
        return compile_keep(expression.expression, nested)
    if isinstance(expression, InfixExpression):
        if expression.operator == "&&":
            left = compile_keep(expression.left, nested)
            right = compile_keep(expression.right, nested)
            return lambda values, run: right(left(values, run), run)
        if not expression.logical:
            return _keep_compared(expression, nested)
    name = name_of(expression)
    if name is not None:
        return keep_present(name)
    return _keep_tested(compile_test(expression, nested))


def _keep_tested(test: Test) -> Keep:
    return lambda values, run: [x for x in values if test(x, run)]


def _keep_compared(expression: InfixExpression, nested: CompileSelect) -> Keep:
    side, operator, literal = _sided(expression)
    name = name_of(side)
    if name is None or literal is MISSING:
        return _keep_tested(compile_test(expression, nested))
    return keep_named(name, operator, literal)


def _sided(expression: InfixExpression) -> tuple[BaseExpression, str, Found]:
    """Return a comparison as operand, operator and literal (MISSING if there is none).

    A literal on the left is brought to the right, with the operator mirrored.
    """
    operator = expression.operator
    if operator not in MIRRORED:
        raise unsupported(expression)
    left = literal_of(expression.left)
    if left is not MISSING:
        return expression.right, MIRRORED[operator], left
    return expression.left, operator, literal_of(expression.right)


def compile_test(expression: BaseExpression, nested: CompileSelect) -> Test:
    """Return whether a filter keeps a child.

    Raises:
        UnsupportedFilterError: for what RFC 9535 does not allow here.
    """
    if isinstance(expression, FilterExpression):
        return compile_test(expression.expression, nested)
    if isinstance(expression, InfixExpression):
        logical = _logical if expression.logical else _comparison
        return logical(expression, nested)
    if isinstance(expression, PrefixExpression):
        inner = compile_test(expression.right, nested)
        return lambda child, run: not inner(child, run)
    if isinstance(expression, FilterQuery):
        return _existence(expression, nested)
    if isinstance(expression, FunctionExtension):
        return _pattern_function(expression, nested)
    raise unsupported(expression)


def _logical(expression: InfixExpression, nested: CompileSelect) -> Test:
    left = compile_test(expression.left, nested)
    right = compile_test(expression.right, nested)
    if expression.operator == "&&":
        return lambda child, run: left(child, run) and right(child, run)
    return lambda child, run: left(child, run) or right(child, run)


def _comparison(expression: InfixExpression, nested: CompileSelect) -> Test:
    side, operator, literal = _sided(expression)
    if literal is not MISSING:
        return _judged(side, compile_judge(operator, literal), nested)
    left = compile_operand(expression.left, nested)
    right = compile_operand(expression.right, nested)
    compare = COMPARISONS[operator]

    def test(child: Json, run: Run) -> bool:
        one, other = left(child, run), right(child, run)
        if type(one) is type(other) and (type(one) is dict or type(one) is list):
            run.check()  # it may take as long as the document is large
        return compare(one, other)

    return test


def _judged(side: BaseExpression, judge: Judge, nested: CompileSelect) -> Test:
    get = relative_getter(side)
    if get is not None:
        return lambda child, _run: judge(get(child))
    operand = compile_operand(side, nested)
    return lambda child, run: judge(operand(child, run))


def _equal(left: Found, right: Found) -> bool:
    if left is MISSING or right is MISSING:
        return left is right
    return same(left, right)


def _before(left: Found, right: Found) -> bool:
    if left is MISSING or right is MISSING:
        return False
    return less(left, right)


COMPARISONS: dict[str, Callable[[Found, Found], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _before,
    ">": lambda left, right: _before(right, left),
    "<=": lambda left, right: _before(left, right) or _equal(left, right),
    ">=": lambda left, right: _before(right, left) or _equal(left, right),
}


def _existence(query: FilterQuery, nested: CompileSelect) -> Test:
    if is_singular(query):
        operand = compile_operand(query, nested)
        return lambda child, run: operand(child, run) is not MISSING
    select = compile_nodes(query, nested)
    return lambda child, run: bool(select(child, run))


def _pattern_function(function: FunctionExtension, nested: CompileSelect) -> Test:
    if function.name not in {"match", "search"}:
        raise unsupported(function)
    ask = Pattern.fullmatch if function.name == "match" else Pattern.search
    subject, regexp = (compile_operand(arg, nested) for arg in function.args)
    fixed = literal_of(function.args[1])
    if fixed is not MISSING:
        return _fixed_pattern(subject, fixed, function.name)

    def test(child: Json, run: Run) -> bool:
        text, pattern = subject(child, run), _compiled(regexp(child, run))
        if type(text) is not str or pattern is None:
            return False
        run.spend(_cost(text))
        return ask(pattern, text)

    return test


def _fixed_pattern(subject: Operand, literal: Found, name: str) -> Test:
    pattern = _compiled(literal)
    if pattern is None:
        return lambda _child, _run: False
    ask = pattern.fullmatch if name == "match" else pattern.search

    def test(child: Json, run: Run) -> bool:
        text = subject(child, run)
        if type(text) is not str:
            return False
        run.spend(_cost(text))
        return ask(text)

    return test


def _compiled(regexp: Found) -> Pattern | None:
    return compile_iregexp(regexp) if type(regexp) is str else None


def _cost(text: str) -> int:
    """Return what a pattern on a text costs, in nodes: about as many as it takes."""
    return 1 + (len(text) >> 8)
