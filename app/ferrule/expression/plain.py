"""Eager closures for plain paths, which cannot find more than the document holds.

Every segment of such a path selects a child at most once, at most one of them looks
at descendants, and its filters look at one child each: it needs no budget and no run.
These are the paths of mappings, evaluated for every field of every item. A list that
only goes into the next step is not copied; the last step makes a list of its own.
"""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TypeAlias

from jsonpath.segments import JSONPathRecursiveDescentSegment, JSONPathSegment
from jsonpath.selectors import (
    Filter,
    IndexSelector,
    JSONPathSelector,
    NameSelector,
    WildcardSelector,
)

from ferrule.exchange import MISSING, Json
from ferrule.expression.filtering import compile_keep, is_bounded
from ferrule.expression.getting import (
    Found,
    Getter,
    Key,
    compile_getter,
    key_of,
    keys_of,
)
from ferrule.expression.run import Idle
from ferrule.expression.selecting import compile_descend, compile_pick, compile_select
from ferrule.expression.stepping import (
    Spread,
    Step,
    children,
    children_lent,
    children_step,
    each,
    keys_step,
    members,
    members_step,
)

Values: TypeAlias = Callable[[Json], list[Json]]
_IDLE = Idle(None, "")


def compile_plain(segments: tuple[JSONPathSegment, ...]) -> Values | None:
    """Return what finds all values of a plain path; None when it is not plain.

    The closure raises RecursionError below the deepest level that `..` looks at.
    """
    if not is_plain(segments):
        return None
    keys = keys_of(segments)
    if len(keys) == len(segments):
        return _one_value(keys)
    return _spreading(compile_getter(keys), segments[len(keys) :])


def is_plain(segments: tuple[JSONPathSegment, ...]) -> bool:
    """Say whether a path finds every place of a document at most once."""
    descents = sum(isinstance(s, JSONPathRecursiveDescentSegment) for s in segments)
    return descents <= 1 and all(map(_is_plain_segment, segments))


def is_flat(segments: tuple[JSONPathSegment, ...]) -> bool:
    """Say whether nothing of a plain path calls itself: neither `..` nor a filter."""
    return not any(
        isinstance(segment, JSONPathRecursiveDescentSegment)
        or any(isinstance(selector, Filter) for selector in segment.selectors)
        for segment in segments
    )


def _is_plain_segment(segment: JSONPathSegment) -> bool:
    if len(segment.selectors) == 1:
        (only,) = segment.selectors
        return not isinstance(only, Filter) or is_bounded(only.expression)
    keys = [_distinct_key(selector) for selector in segment.selectors]
    return None not in keys and len(set(keys)) == len(keys)


def _distinct_key(selector: JSONPathSelector) -> Key | None:
    """Return a key that no other key can mean too: 0 and -1 may be one element."""
    if isinstance(selector, NameSelector):
        return selector.name
    if isinstance(selector, IndexSelector) and selector.index >= 0:
        return selector.index
    return None


def _one_value(keys: tuple[Key, ...]) -> Values:
    get = compile_getter(keys)

    def values(root: Json) -> list[Json]:
        found = get(root)
        return [] if found is MISSING else [found]

    return values


def _spreading(get: Getter, segments: tuple[JSONPathSegment, ...]) -> Values:
    """Return the values after the first spread: `get`, then each step in turn.

    A MISSING start is spread like a scalar: into nothing.
    """
    spread = _spread(segments[0], last=len(segments) == 1)
    steps = list(_steps(segments[1:]))
    if not steps:
        return lambda root: spread(get(root))
    if len(steps) == 1:
        (step,) = steps
        return lambda root: step(spread(get(root)))

    def values(root: Json) -> list[Json]:
        found = spread(get(root))
        for step in steps:
            found = step(found)
        return found

    return values


def _steps(segments: tuple[JSONPathSegment, ...]) -> Iterator[Step]:
    for is_key, group in groupby(segments, lambda one: key_of(one) is not None):
        if is_key:
            yield keys_step(keys_of(group))
        else:
            yield from map(_step, group)


def _step(segment: JSONPathSegment) -> Step:
    if not isinstance(segment, JSONPathRecursiveDescentSegment):
        names = _names(segment)
        if names is not None:
            return members_step(names)
        if isinstance(segment.selectors[0], WildcardSelector):
            return children_step
        return each(_spread(segment, last=False))
    return _descending_step(segment)


def _names(segment: JSONPathSegment) -> tuple[str, ...] | None:
    """Return the names of a union of names alone."""
    names = [s.name for s in segment.selectors if isinstance(s, NameSelector)]
    return tuple(names) if 1 < len(names) == len(segment.selectors) else None


def _spread(segment: JSONPathSegment, *, last: bool) -> Spread:
    if isinstance(segment, JSONPathRecursiveDescentSegment):
        return _descending(segment)
    names = _names(segment)
    if names is not None:
        return members(names)
    if isinstance(segment.selectors[0], WildcardSelector):
        return children if last else children_lent
    if isinstance(segment.selectors[0], Filter):
        return _kept(segment.selectors[0])
    picks = tuple(map(compile_pick, segment.selectors))
    if len(picks) == 1:
        (pick,) = picks
        return lambda value: pick(value, _IDLE)
    return lambda value: [child for pick in picks for child in pick(value, _IDLE)]


def _kept(selector: Filter) -> Spread:
    keep = compile_keep(selector.expression, compile_select)
    return lambda value: keep(
        value if type(value) is list else children_lent(value), _IDLE
    )


def _descending(segment: JSONPathSegment) -> Spread:
    descend = compile_descend(segment)

    def spread(value: Found) -> list[Json]:
        found: list[Json] = []
        descend(value, found, _IDLE)
        return found

    return spread


def _descending_step(segment: JSONPathSegment) -> Step:
    """Return what descends from many values into one list."""
    descend = compile_descend(segment)

    def step(values: list[Json]) -> list[Json]:
        found: list[Json] = []
        for value in values:
            descend(value, found, _IDLE)
        return found

    return step
