"""Eager closures for plain paths: one selector a segment, no descendants.

Such a path cannot find more than the document holds, so it needs no budget and no
run: names, indexes, slices, wildcards and `[?@.name == 'text']`. These are the paths
of mappings, evaluated for every field of every item.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

from jsonpath.segments import JSONPathChildSegment, JSONPathSegment
from jsonpath.selectors import Filter, JSONPathSelector, SliceSelector, WildcardSelector

from ferrule.exchange import MISSING, Json
from ferrule.expression.filtering import text_equality
from ferrule.expression.getting import Getter, Key, compile_getter, key_of, keys_of

Values: TypeAlias = Callable[[Json], list[Json]]
Step: TypeAlias = Callable[[list[Json]], list[Json]]
Spread: TypeAlias = Callable[[Json], list[Json]]


def compile_plain(segments: tuple[JSONPathSegment, ...]) -> Values | None:
    """Return what finds all values of a plain path; None when it is not plain."""
    if not all(_is_plain(segment) for segment in segments):
        return None
    keys = keys_of(segments)
    if len(keys) == len(segments):
        return singular_values(keys)
    return _spreading(compile_getter(keys), list(_steps(segments[len(keys) :])))


def _is_plain(segment: JSONPathSegment) -> bool:
    if key_of(segment) is not None:
        return True
    if not isinstance(segment, JSONPathChildSegment) or len(segment.selectors) != 1:
        return False
    return _spread(segment.selectors[0]) is not None


def singular_values(keys: tuple[Key, ...]) -> Values:
    """Return what finds the one value at `keys`, as a list of one or none."""
    if len(keys) == 1 and isinstance(keys[0], str):
        return _one_name(keys[0])
    get = compile_getter(keys)

    def values(root: Json) -> list[Json]:
        found = get(root)
        return [] if found is MISSING else [found]

    return values


def _one_name(name: str) -> Values:
    def values(root: Json) -> list[Json]:
        if type(root) is dict and name in root:
            return [root[name]]
        return []

    return values


def _spreading(get: Getter, steps: list[Step]) -> Values:
    """Return the values after the first spread: `get`, then each step in turn.

    A MISSING start is spread like a scalar: into nothing.
    """
    first, *rest = steps
    if not rest:
        return lambda root: first([get(root)])  # type: ignore[list-item]  # see above
    if len(rest) == 1:
        second = rest[0]
        return lambda root: second(first([get(root)]))  # type: ignore[list-item]  # see above

    def values(root: Json) -> list[Json]:
        found = first([get(root)])  # type: ignore[list-item]  # see above
        for step in rest:
            found = step(found)
        return found

    return values


def _steps(segments: tuple[JSONPathSegment, ...]) -> Iterator[Step]:
    for is_key, group in groupby(segments, lambda one: key_of(one) is not None):
        if is_key:
            yield keys_step(keys_of(group))
        else:
            yield from (_spread_step(segment.selectors[0]) for segment in group)


def keys_step(keys: tuple[Key, ...]) -> Step:
    """Return what follows names and indexes from each of many values."""
    if len(keys) == 1 and isinstance(keys[0], str):
        return _name_step(keys[0])
    get = compile_getter(keys)
    return lambda values: [x for v in values if (x := get(v)) is not MISSING]


def _name_step(name: str) -> Step:
    def step(values: list[Json]) -> list[Json]:
        try:
            return [v[name] for v in values]  # type: ignore[index,call-overload]  # what is no object raises
        except (KeyError, TypeError):
            return [v[name] for v in values if type(v) is dict and name in v]

    return step


def _spread_step(selector: JSONPathSelector) -> Step:
    spread = _spread(selector) or children

    def step(values: list[Json]) -> list[Json]:
        if len(values) == 1:
            return spread(values[0])
        return [child for value in values for child in spread(value)]

    return step


def _spread(selector: JSONPathSelector) -> Spread | None:
    if isinstance(selector, WildcardSelector):
        return children
    if isinstance(selector, SliceSelector):
        part = selector.slice
        return lambda value: (
            value[part] if type(value) is list and part.step != 0 else []
        )
    if isinstance(selector, Filter):
        equality = text_equality(selector.expression)
        return None if equality is None else _kept(*equality)
    return None


def children(value: Json) -> list[Json]:
    """Return the children of an object or array in order, as a list of its own."""
    if type(value) is list:
        return value[:]
    return list(value.values()) if type(value) is dict else []


def _kept(name: str, text: str) -> Spread:
    def spread(value: Json) -> list[Json]:
        candidates: Sequence[Json] = value if type(value) is list else children(value)
        return [x for x in candidates if type(x) is dict and x.get(name) == text]

    return spread
