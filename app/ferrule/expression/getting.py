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
    names = tuple(key for key in keys if isinstance(key, str))
    if len(names) < len(keys):
        return _with_index(keys)
    if len(names) in _UNROLLED:
        return _UNROLLED[len(names)](*names)
    return _many_names(names)


def _nothing() -> Getter:
    return lambda value: value


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


def _three_names(first: str, second: str, third: str) -> Getter:
    def get(value: Json) -> Found:
        if type(value) is dict:
            inner = value.get(first)
            if type(inner) is dict:
                inner = inner.get(second)
                if type(inner) is dict:
                    return inner.get(third, MISSING)
        return MISSING

    return get


_UNROLLED: dict[int, Callable[..., Getter]] = {
    0: _nothing,
    1: _one_name,
    2: _two_names,
    3: _three_names,
}


def _many_names(names: tuple[str, ...]) -> Getter:
    def get(value: Json) -> Found:
        found: Found = value
        for name in names:
            if type(found) is not dict:
                return MISSING
            found = found.get(name, MISSING)
        return found

    return get


def _with_index(keys: tuple[Key, ...]) -> Getter:
    """Return the getter of keys with an index among them; unrolled where common."""
    match keys:
        case (str(name), int(index)):
            return _named_element(name, index)
        case (int(index), str(name)):
            return _element_name(index, name)
        case (str(first), int(index), str(name)):
            return _named_element_name(first, index, name)
        case _:
            return _any_keys(keys)


def _named_element(name: str, index: int) -> Getter:
    def get(value: Json) -> Found:
        if type(value) is dict:
            inner = value.get(name)
            if type(inner) is list:
                try:
                    return inner[index]
                except IndexError:
                    pass
        return MISSING

    return get


def _element_name(index: int, name: str) -> Getter:
    def get(value: Json) -> Found:
        if type(value) is list and value:
            try:
                inner = value[index]
            except IndexError:
                return MISSING
            if type(inner) is dict:
                return inner.get(name, MISSING)
        return MISSING

    return get


def _named_element_name(first: str, index: int, name: str) -> Getter:
    def get(value: Json) -> Found:
        if type(value) is dict:
            inner = value.get(first)
            if type(inner) is list and inner:
                try:
                    found = inner[index]
                except IndexError:
                    return MISSING
                if type(found) is dict:
                    return found.get(name, MISSING)
        return MISSING

    return get


def _any_keys(keys: tuple[Key, ...]) -> Getter:
    """Return the general getter: a key of the wrong kind is as good as no member."""

    def get(value: Json) -> Found:
        found: Found = value
        for key in keys:
            if type(found) is dict:
                found = found.get(key, MISSING)  # type: ignore[arg-type]  # an int is no member
            elif type(found) is list and found:
                try:
                    found = found[key]  # type: ignore[index]  # a name raises
                except (IndexError, TypeError):
                    return MISSING
            else:
                return MISSING
        return found

    return get


def element(value: Found, index: Key) -> Found:
    """Return one element of an array, counted from the end when negative."""
    if type(value) is list and type(index) is int:
        size = len(value)
        if -size <= index < size:
            return value[index]
    return MISSING
