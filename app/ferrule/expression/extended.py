"""Paths in the extended grammar of jsonpath-ng, for what the standard lacks.

Only arithmetic, `this`, `parent`, `len`, `sub()`, `split()`, `sorted` and `where` are
taken; such a path works here and is not portable. The library only reads the text:
what it read is compiled into closures like any other path. This module is imported
only when such a path is met (it costs 60 ms).
"""

import warnings
from collections.abc import Iterator

from jsonpath_ng import JSONPath, Parent, This, Where
from jsonpath_ng.ext.arithmetic import Operation
from jsonpath_ng.ext.iterable import Len, SortedThis
from jsonpath_ng.ext.parser import parse
from jsonpath_ng.ext.string import Split, Sub

from ferrule.expression.extended_walk import compile_form
from ferrule.expression.grammar import MOST_TEXT
from ferrule.expression.walking import Walk

_FORMS = (Operation, This, Parent, Len, Sub, Split, SortedThis, Where)


def compile_extended(text: str) -> Walk | None:
    """Compile a path that uses one of the extended forms; None when it does not.

    A value that a form cannot work on (arithmetic on an object) is no match.
    """
    if len(text) > MOST_TEXT:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            path: JSONPath = parse(text)
        if not any(type(part) in _FORMS for part in _parts(path)):
            return None
        form = compile_form(path)
    except Exception:  # noqa: BLE001 - the library raises bare Exception, we UnknownFormError
        return None
    return lambda nodes, run: (found for node in nodes for found in form(node, run))


def _parts(node: object) -> Iterator[object]:
    """Yield every part of a parsed path, whatever its attributes are called."""
    yield node
    for value in vars(node).values() if hasattr(node, "__dict__") else ():
        for child in value if isinstance(value, list | tuple) else (value,):
            if type(child).__module__.startswith("jsonpath_ng"):
                yield from _parts(child)
            elif isinstance(child, list | tuple):
                yield from (
                    p for x in child for p in _parts(x) if not isinstance(x, str)
                )
