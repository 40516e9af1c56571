"""The first match of a path, found without looking at what comes after it.

Each segment tries its children in order, and the rest of the path on each of them,
until something is found. A singular path has nothing to try: its getter serves.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from jsonpath.segments import JSONPathRecursiveDescentSegment, JSONPathSegment
from jsonpath.selectors import WildcardSelector

from ferrule.exchange import MISSING, Json
from ferrule.expression.getting import Found, compile_getter, key_of
from ferrule.expression.run import Run
from ferrule.expression.stepping import children_lent
from ferrule.expression.walking import compile_entries, descendants

First: TypeAlias = Callable[[Json, Run], Found]
Try: TypeAlias = Callable[[Json, Run], Iterable[Json]]


def compile_first(segments: tuple[JSONPathSegment, ...]) -> First:
    """Return what finds the first match below a value, MISSING when there is none.

    Raises:
        UnsupportedFilterError: when a filter is outside RFC 9535.
    """
    first: First = _itself
    rest = list(segments)
    while rest:
        keys = []
        while rest and (key := key_of(rest[-1])) is not None:
            keys.append(key)
            rest.pop()
        if keys:
            first = _following(compile_getter(tuple(reversed(keys))), first)
        if rest:
            first = _trying(_candidates(rest.pop()), first)
    return first


def _itself(value: Json, _run: Run) -> Found:
    return value


def _following(get: Callable[[Json], Found], rest: First) -> First:
    if rest is _itself:
        return lambda value, _run: get(value)

    def first(value: Json, run: Run) -> Found:
        found = get(value)
        return MISSING if found is MISSING else rest(found, run)

    return first


def _trying(candidates: Try, rest: First) -> First:
    def first(value: Json, run: Run) -> Found:
        for child in candidates(value, run):
            run.spend(1)
            found = rest(child, run)
            if found is not MISSING:
                return found
        return MISSING

    return first


def _candidates(segment: JSONPathSegment) -> Try:
    if isinstance(segment, JSONPathRecursiveDescentSegment):
        return _below(segment)
    if len(segment.selectors) == 1 and isinstance(
        segment.selectors[0], WildcardSelector
    ):
        return lambda value, _run: children_lent(value)
    selectors = tuple(map(compile_entries, segment.selectors))

    def selected(value: Json, run: Run) -> Iterator[Json]:
        return (child for entries in selectors for _key, child in entries(value, run))

    return selected


def _below(segment: JSONPathSegment) -> Try:
    selectors = tuple(map(compile_entries, segment.selectors))

    def below(value: Json, run: Run) -> Iterator[Json]:
        return (
            child
            for node in descendants([(value, None, "")], run)
            for entries in selectors
            for _key, child in entries(node[0], run)
        )

    return below
