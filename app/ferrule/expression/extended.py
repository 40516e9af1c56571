"""Paths in the extended grammar of jsonpath-ng, for what the standard lacks.

Only arithmetic, `this`, `parent`, `len`, `sub()`, `split()`, `sorted` and `where` are
taken; such a path works here and is not portable. Its patterns run in RE2 too. This
module is imported only when such a path is met (it costs 60 ms).
"""

import warnings
from collections.abc import Iterator
from decimal import Decimal

from jsonpath_ng import (
    DatumInContext,
    Descendants,
    Fields,
    Index,
    JSONPath,
    Parent,
    This,
    Where,
)
from jsonpath_ng.ext.arithmetic import Operation
from jsonpath_ng.ext.iterable import Len, SortedThis
from jsonpath_ng.ext.parser import parse
from jsonpath_ng.ext.string import Split, Sub

from ferrule.exchange import Json
from ferrule.expression.pattern import MOST_PATTERN, compile_regexp
from ferrule.expression.walking import written

_FORMS = (Operation, This, Parent, Len, Sub, Split, SortedThis, Where)
_NO_VALUE = (
    TypeError,
    ValueError,
    KeyError,
    IndexError,
    AttributeError,
    ArithmeticError,
)


class ExtendedPath:
    """A path of jsonpath-ng that gives values, and places where there are any."""

    def __init__(self, path: JSONPath) -> None:
        self._path = path

    def find(self, root: Json) -> Iterator[tuple[Json, str]]:
        """Yield each value with its normalised path ("" for one that was computed).

        A value that the path cannot work on (arithmetic on a text) is no match.
        """
        try:
            found = self._path.find(root)
        except _NO_VALUE:
            return
        for datum in found:
            yield datum.value, _place(datum)


def parse_extended(text: str) -> ExtendedPath | None:
    """Read a path that uses one of the extended forms; None when it does not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            path = parse(text)
        nodes = list(_walk(path))
        if not any(type(node) in _FORMS for node in nodes):
            return None
        if sum(isinstance(node, Descendants) for node in nodes) > 1:
            return None  # the library would build all combinations
        return ExtendedPath(path) if all(map(_made_safe, nodes)) else None
    except Exception:  # noqa: BLE001 - the library raises bare Exception for bad text
        return None


def _walk(node: object) -> Iterator[object]:
    """Yield every part of a parsed path, whatever its attributes are called."""
    yield node
    for value in vars(node).values() if hasattr(node, "__dict__") else ():
        for child in value if isinstance(value, list | tuple) else (value,):
            if type(child).__module__.startswith("jsonpath_ng"):
                yield from _walk(child)
            elif isinstance(child, list | tuple):
                yield from (
                    p for x in child for p in _walk(x) if not isinstance(x, str)
                )


def _made_safe(node: object) -> bool:
    """Give a part linear-time patterns and exact numbers; false where that fails."""
    if isinstance(node, Sub):
        if len(node.expr) > MOST_PATTERN:
            return False
        node.regex = compile_regexp(node.expr)
    if isinstance(node, Operation):
        node.left, node.right = _exact(node.left), _exact(node.right)
    return getattr(node, "op", None) != "=~"


def _exact(operand: object) -> object:
    return Decimal(repr(operand)) if isinstance(operand, float) else operand


def _place(datum: DatumInContext) -> str:
    keys: list[str] = []
    at: DatumInContext | None = datum
    while at is not None and at.context is not None:
        if isinstance(at.path, Fields) and len(at.path.fields) == 1:
            keys.append(f"[{written(str(at.path.fields[0]))}]")
        elif isinstance(at.path, Index):
            keys.append(f"[{at.path.indices[0]}]")
        else:
            return ""
        at = at.context
    return "$" + "".join(reversed(keys)) if keys else ""
