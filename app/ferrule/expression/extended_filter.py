"""Filters as jsonpath-ng's grammar reads them, in paths that use an extended form.

They compare as those of the standard do, save that a query may find several values:
then one pair that compares is enough.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from jsonpath_ng import JSONPath
from jsonpath_ng.ext.filter import And, Expression, Filter, Or

from ferrule.exchange import Json
from ferrule.expression.extended_values import UnknownFormError, exact
from ferrule.expression.filtering import COMPARISONS
from ferrule.expression.judging import compile_judge
from ferrule.expression.run import Run
from ferrule.expression.walking import Node

Form: TypeAlias = Callable[[Node, Run], Iterable[Node]]
CompileForm: TypeAlias = Callable[[object], Form]
Condition: TypeAlias = Callable[[Node, Run], bool]


def compile_condition(part: object, form: CompileForm) -> Condition:
    """Return whether a filter keeps a node.

    Raises:
        UnknownFormError: for an operator or a form that is not taken here.
    """
    if isinstance(part, Filter):
        return _all(part.expressions, form)
    if isinstance(part, And):
        return _all(part.operands, form)
    if isinstance(part, Or):
        tests = [compile_condition(one, form) for one in part.operands]
        return lambda node, run: any(test(node, run) for test in tests)
    if isinstance(part, Expression):
        return _expression(part, form)
    raise UnknownFormError(str(part))


def _all(parts: Iterable[object], form: CompileForm) -> Condition:
    tests = [compile_condition(part, form) for part in parts]
    return lambda node, run: all(test(node, run) for test in tests)


def _expression(part: Expression, form: CompileForm) -> Condition:
    target = form(part.target)
    if part.op is None:
        return lambda node, run: finds(target, node, run)
    if part.op == "!":
        return lambda node, run: not finds(target, node, run)
    if part.op not in COMPARISONS:
        raise UnknownFormError(str(part.op))
    if isinstance(part.value, JSONPath):
        return _two_queries(target, part.op, form(part.value))
    return _literal(target, part.op, exact(part.value))


def finds(form: Form, node: Node, run: Run) -> bool:
    """Say whether a form finds anything from a node."""
    return any(True for _ in form(node, run))


def _literal(target: Form, operator: str, literal: Json) -> Condition:
    judge = compile_judge(operator, literal)
    when_nothing = operator == "!="

    def test(node: Node, run: Run) -> bool:
        found = [one[0] for one in target(node, run)]
        return any(map(judge, found)) if found else when_nothing

    return test


def _two_queries(target: Form, operator: str, other: Form) -> Condition:
    compare = COMPARISONS[operator]

    def test(node: Node, run: Run) -> bool:
        left = [one[0] for one in target(node, run)]
        right = [one[0] for one in other(node, run)]
        if not left or not right:
            return ("=" in operator and left == right) != (operator == "!=")
        run.spend(len(left) * len(right))
        return any(compare(a, b) for a in left for b in right)

    return test
