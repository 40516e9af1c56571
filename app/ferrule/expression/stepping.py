"""Steps of a path from many values to the values below them, in order.

A member that is always there is read without asking; the first document that lacks
it makes its step careful for good (a type test is much cheaper than an exception).
"""

from collections.abc import Callable
from itertools import chain
from operator import itemgetter
from typing import Any, TypeAlias

from ferrule.exchange import MISSING, Json
from ferrule.expression.getting import Found, Key, compile_getter

Step: TypeAlias = Callable[[list[Json]], list[Json]]
Spread: TypeAlias = Callable[[Found], list[Json]]


def children(value: Found) -> list[Json]:
    """Return the children of an object or array in order, as a list of its own."""
    if type(value) is list:
        return value[:]
    return list(value.values()) if type(value) is dict else []


def children_lent(value: Found) -> list[Json]:
    """Return the children in order; those of an array are the array itself."""
    if type(value) is list:
        return value
    return list(value.values()) if type(value) is dict else []


def children_step(values: list[Json]) -> list[Json]:
    """Return the children of each of many values."""
    return [
        child
        for v in values
        for child in (v if type(v) is list else v.values() if type(v) is dict else ())
    ]


def keys_step(keys: tuple[Key, ...]) -> Step:
    """Return what follows names and indexes from each of many values."""
    if all(isinstance(key, str) for key in keys):
        if len(keys) == 1:
            return _hopeful(_read_one(keys[0]), _read_one_carefully(str(keys[0])))
        if len(keys) == 2:  # noqa: PLR2004 - the two commonest lengths are unrolled
            names = str(keys[0]), str(keys[1])
            return _hopeful(_read_two(*names), _read_two_carefully(*names))
    get = compile_getter(keys)
    return lambda values: [x for v in values if (x := get(v)) is not MISSING]


def _hopeful(read: Step, read_carefully: Step) -> Step:
    hope = True

    def step(values: list[Json]) -> list[Json]:
        nonlocal hope
        if hope:
            try:
                return read(values)
            except (KeyError, TypeError):
                hope = False
        return read_carefully(values)

    return step


# What is no object, or lacks the member, raises and is then read carefully.


def _read_one(name: Any) -> Step:  # noqa: ANN401 - see above
    return lambda values: [v[name] for v in values]  # type: ignore[index]  # see above


def _read_one_carefully(name: str) -> Step:
    return lambda values: [v[name] for v in values if type(v) is dict and name in v]


def _read_two(first: str, second: str) -> Step:
    return lambda values: [v[first][second] for v in values]  # type: ignore[index,call-overload]  # see above


def _read_two_carefully(first: str, second: str) -> Step:
    return lambda values: [
        inner[second]
        for v in values
        if type(v) is dict and type(inner := v.get(first)) is dict and second in inner
    ]


def members_step(names: tuple[str, ...]) -> Step:
    """Return what reads several members of each of many values."""
    pick: Callable[[Any], tuple[Json, ...]] = itemgetter(*names)

    def read(values: list[Json]) -> list[Json]:
        return list(chain.from_iterable(map(pick, values)))

    def read_carefully(values: list[Json]) -> list[Json]:
        return [v[n] for v in values if type(v) is dict for n in names if n in v]

    return _hopeful(read, read_carefully)


def members(names: tuple[str, ...]) -> Spread:
    """Return what reads several members of one value."""
    pick: Callable[[Any], tuple[Json, ...]] = itemgetter(*names)

    def spread(value: Found) -> list[Json]:
        if type(value) is not dict:
            return []
        try:
            return list(pick(value))
        except KeyError:
            return [value[name] for name in names if name in value]

    return spread


def each(spread: Spread) -> Step:
    """Return what spreads each of many values."""
    return lambda values: [child for value in values for child in spread(value)]
