"""The steps of a simple path, and a path written from steps.

A step is a name, an index, or None for the wildcard. A path that a click on a node
gives, or that names a list of items, is made of these alone.
"""

from collections.abc import Iterable

from jsonpath.segments import JSONPathChildSegment
from jsonpath.selectors import IndexSelector, NameSelector, WildcardSelector

from ferrule.errors import ExpressionError
from ferrule.expression.grammar import parse
from ferrule.expression.walking import written

Step = str | int | None


def read_steps(text: str) -> tuple[Step, ...] | None:
    """Return the steps of a path, or None when it is not made of steps alone."""
    try:
        segments = parse(text)
    except ExpressionError:
        return None
    steps: list[Step] = []
    for segment in segments:
        if type(segment) is not JSONPathChildSegment or len(segment.selectors) != 1:
            return None
        selector = segment.selectors[0]
        if isinstance(selector, NameSelector):
            steps.append(selector.name)
        elif isinstance(selector, IndexSelector):
            steps.append(selector.index)
        elif isinstance(selector, WildcardSelector):
            steps.append(None)
        else:
            return None
    return tuple(steps)


def write_steps(steps: Iterable[Step]) -> str:
    """Return the path of these steps, in the short form where a name allows it."""
    return "$" + "".join(map(_written, steps))


def _written(step: Step) -> str:
    if step is None:
        return "[*]"
    if isinstance(step, str) and step.isascii() and step.isidentifier():
        return f".{step}"
    return f"[{written(step)}]"
