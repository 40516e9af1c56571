"""Singular queries (names and indexes only, RFC 9535 2.3.5.1) as direct closures.

A type test is several times faster than a caught exception where a member is null
or missing, and missing members are what real records are full of.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from jsonpath.segments import JSONPathChildSegment, JSONPathSegment
from jsonpath.selectors import IndexSelector, NameSelector

from ferrule.exchange import MISSING, Json, Missing

Key: TypeAlias = str | int
Found: TypeAlias = "Json | Missing"
Getter: TypeAlias = Callable[[Json], Found]


def key_of(segment: JSONPathSegment) -> Key | None:
    """Return the only name or index of a child segment, None for any other."""
    if not isinstance(segment, JSONPathChildSegment) or len(segment.selectors) != 1:
        return None
    (selector,) = segment.selectors
    if isinstance(selector, NameSelector):
        return selector.name
    return selector.index if isinstance(selector, IndexSelector) else None


def keys_of(segments: Iterable[JSONPathSegment]) -> tuple[Key, ...]:
    """Return the leading names and indexes, up to the first other segment."""
    keys: list[Key] = []
    for segment in segments:
        key = key_of(segment)
        if key is None:
            break
        keys.append(key)
    return tuple(keys)


def compile_getter(keys: tuple[Key, ...]) -> Getter:
    """Return what follows `keys` from a value; MISSING when one is not there."""
    if all(isinstance(key, str) for key in keys):
        names = tuple(key for key in keys if isinstance(key, str))
        if len(names) == 1:
            return _one_name(names[0])
        if len(names) == 2:  # noqa: PLR2004 - the two commonest lengths are unrolled
            return _two_names(*names)
        return _many_names(names)
    return _any_keys(keys)


def _one_name(name: str) -> Getter:
    def get(value: Json) -> Found:
        if type(value) is dict:
            return value.get(name, MISSING)
        return MISSING

    return get


def _two_names(first: str, second: str) -> Getter:
    def get(value: Json) -> Found:
        if type(value) is dict:
            inner = value.get(first)
            if type(inner) is dict:
                return inner.get(second, MISSING)
        return MISSING

    return get


def _many_names(names: tuple[str, ...]) -> Getter:
    def get(value: Json) -> Found:
        found: Found = value
        for name in names:
            if type(found) is not dict:
                return MISSING
            found = found.get(name, MISSING)
        return found

    return get


def _any_keys(keys: tuple[Key, ...]) -> Getter:
    def get(value: Json) -> Found:
        found: Found = value
        for key in keys:
            if type(key) is str:
                if type(found) is not dict:
                    return MISSING
                found = found.get(key, MISSING)
            else:
                found = element(found, key)
        return found

    return get


def element(value: Found, index: Key) -> Found:
    """Return one element of an array, counted from the end when negative."""
    if type(value) is list and type(index) is int:
        size = len(value)
        if -size <= index < size:
            return value[index]
    return MISSING
