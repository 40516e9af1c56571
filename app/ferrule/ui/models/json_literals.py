"""Numbers as the service wrote them, where our own writing of them differs.

A number is kept exactly, but not its spelling: `1e5` is written `1E+5`, `-0` as `0`.
Most bodies hold none of these; the others are gone through once, off the window's
thread, literals and values side by side in document order.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from decimal import Decimal
from typing import Final

from ferrule.exchange import Json, scalar_text
from ferrule.ui.models.json_value import Spelled, Steps, read_path, write_path
from ferrule.workspace.item_places import step_into

# 0.3 ms of the interpreter's lock: the window's thread lets go of it at each call of
# Qt, and would wait as long each time it painted something.
_WINDOW: Final = 16_000
_OVERLAP: Final = 400
MOST: Final = 100_000
_ODD: Final = re.compile(
    rb"(?:^|[:\[,])[ \t\r\n]*(?:-0(?![.\d])|-?0\.0{6}|-?\d+(?:\.\d+)?[eE])"
)
_LITERAL: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|(-?\d[\d.eE+-]*)', re.DOTALL)


def literals(
    raw: bytes, value: Json, stopped: Callable[[], bool] = lambda: False
) -> dict[str, str]:
    """Return the source text of numbers that are written otherwise, by their path.

    Empty where there are none, or where the two cannot be laid side by side (a name
    that stands twice in an object).
    """
    if not _has_odd(raw, stopped):
        return {}
    found: dict[str, str] = {}
    sources = _sources(raw)
    for steps, number in _numbers(value, ()):
        source = next(sources, None)
        if source is None or stopped() or not _same(source, number):
            return {}
        if scalar_text(number) != source and len(found) < MOST:
            found[write_path(steps)] = source
    return {} if next(sources, None) is not None else found


def respelled(value: Json, found: Mapping[str, str]) -> Json:
    """Return a value in which those numbers are `Spelled`; the rest is shared."""
    whole: list[Json] = [value]
    copies: dict[Steps, Json] = {}
    for path, source in found.items():
        steps = (0, *read_path(path))
        holder: Json = whole
        for depth, step in enumerate(steps[:-1], 1):
            holder = _own(holder, step, copies, steps[:depth])
        _put(holder, steps[-1], Spelled(source))
    return whole[0]


def _own(holder: Json, step: str | int, copies: dict[Steps, Json], at: Steps) -> Json:
    """Return the container at a step as a copy of our own, made once."""
    if at not in copies:
        inner = step_into(holder, step)
        copies[at] = copy(inner) if isinstance(inner, dict | list) else None
        _put(holder, step, copies[at])
    return copies[at]


def _put(holder: Json, step: str | int, value: Json) -> None:
    if isinstance(holder, dict):
        holder[str(step)] = value
    elif isinstance(holder, list):
        holder[int(step)] = value


def _has_odd(raw: bytes, stopped: Callable[[], bool]) -> bool:
    """Tell whether such a number may be there; looked for in windows."""
    for start in range(0, len(raw), _WINDOW):
        if stopped():
            return False
        if _ODD.search(raw[start : start + _WINDOW + _OVERLAP]):
            return True
    return False


def _sources(raw: bytes) -> Iterator[str]:
    for match in _LITERAL.finditer(raw):
        if match[1] is not None:
            yield match[1].decode()


def _numbers(value: Json, steps: Steps) -> Iterator[tuple[Steps, Decimal | int]]:
    """Yield the numbers of a value in document order, without recursion."""
    waiting: list[tuple[Steps, Json]] = [(steps, value)]
    while waiting:
        place, one = waiting.pop()
        if isinstance(one, dict):
            waiting += [((*place, k), v) for k, v in reversed(one.items())]
        elif isinstance(one, list):
            waiting += [((*place, n), v) for n, v in _backwards(one)]
        elif isinstance(one, int | Decimal) and not isinstance(one, bool):
            yield place, one


def _backwards(entries: list[Json]) -> Iterator[tuple[int, Json]]:
    return ((n, entries[n]) for n in range(len(entries) - 1, -1, -1))


def _same(source: str, number: Decimal | int) -> bool:
    if isinstance(number, int):
        return source.lstrip("-") == str(abs(number))
    return Decimal(source) == number
