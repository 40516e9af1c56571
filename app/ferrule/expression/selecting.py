"""Any path as an eager closure: all values of a document at once, within a budget.

The values and their order are those of RFC 9535: members in the order of the document,
descendants parents first. Plain paths have faster closures in `plain`.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TypeAlias

from jsonpath.segments import JSONPathRecursiveDescentSegment, JSONPathSegment
from jsonpath.selectors import (
    Filter,
    IndexSelector,
    JSONPathSelector,
    NameSelector,
    SliceSelector,
    WildcardSelector,
)

from ferrule.exchange import MISSING, Json
from ferrule.expression.descending import Descend, Pick, descent, descent_to_name
from ferrule.expression.filtering import compile_keep
from ferrule.expression.getting import Found, compile_getter, element, key_of, keys_of
from ferrule.expression.operands import Select, unsupported
from ferrule.expression.run import Run
from ferrule.expression.stepping import children, children_lent, keys_step

Step: TypeAlias = Callable[[list[Json], Run], list[Json]]


def compile_select(segments: Iterable[JSONPathSegment]) -> Select:
    """Return what finds all values of a path from a start value.

    Raises:
        UnsupportedFilterError: when a filter is outside RFC 9535.
    """
    whole = tuple(segments)
    keys = keys_of(whole)
    get = compile_getter(keys)
    steps = tuple(_steps(whole[len(keys) :]))

    def select(start: Json, run: Run) -> list[Json]:
        found = get(start)
        if found is MISSING:
            return []
        values = [found]
        for step in steps:
            values = step(values, run)
        return values

    return select


def _steps(segments: tuple[JSONPathSegment, ...]) -> Iterator[Step]:
    for is_key, group in groupby(segments, lambda one: key_of(one) is not None):
        if is_key:
            yield _without_run(keys_step(keys_of(group)))
        else:
            yield from map(_segment_step, group)


def _without_run(step: Callable[[list[Json]], list[Json]]) -> Step:
    return lambda values, _run: step(values)


def _segment_step(segment: JSONPathSegment) -> Step:
    if isinstance(segment, JSONPathRecursiveDescentSegment):
        return _descending_step(compile_descend(segment))
    picks = tuple(map(compile_pick, segment.selectors))

    def step(values: list[Json], run: Run) -> list[Json]:
        found: list[Json] = []
        for value in values:
            for pick in picks:
                found += pick(value, run)
            run.spend(len(picks))
        return found

    return step


def _descending_step(descend: Descend) -> Step:
    def step(values: list[Json], run: Run) -> list[Json]:
        found: list[Json] = []
        for value in values:
            run.spend(1 + descend(value, found, run))
        return found

    return step


def compile_descend(segment: JSONPathSegment) -> Descend:
    """Return what gathers the selections of a `..` segment below a value."""
    if len(segment.selectors) == 1:
        (selector,) = segment.selectors
        if isinstance(selector, NameSelector):
            return descent_to_name(selector.name)
    return descent(tuple(map(compile_pick, segment.selectors)))


def compile_pick(selector: JSONPathSelector) -> Pick:
    """Return what a selector picks from one value.

    Raises:
        UnsupportedFilterError: when a filter is outside RFC 9535.
    """
    if isinstance(selector, NameSelector):
        return _pick_name(selector.name)
    if isinstance(selector, IndexSelector):
        return _pick_index(selector.index)
    if isinstance(selector, SliceSelector):
        return _pick_slice(selector.slice)
    if isinstance(selector, WildcardSelector):
        return _pick_children
    if isinstance(selector, Filter):
        return _pick_filtered(selector)
    raise unsupported(selector)


def _pick_children(value: Found, run: Run) -> list[Json]:
    found = children(value)
    if found:
        run.spend(len(found))
    return found


def _pick_name(name: str) -> Pick:
    def pick(value: Found, _run: Run) -> list[Json]:
        return [value[name]] if type(value) is dict and name in value else []

    return pick


def _pick_index(index: int) -> Pick:
    def pick(value: Found, _run: Run) -> list[Json]:
        found = element(value, index)
        return [] if found is MISSING else [found]

    return pick


def _pick_slice(part: slice) -> Pick:
    if part.step == 0:
        return lambda _value, _run: []

    def pick(value: Found, run: Run) -> list[Json]:
        if type(value) is not list:
            return []
        found = value[part]
        run.spend(len(found))
        return found

    return pick


def _pick_filtered(selector: Filter) -> Pick:
    keep = compile_keep(selector.expression, compile_select)

    def pick(value: Found, run: Run) -> list[Json]:
        candidates = children_lent(value)
        if not candidates:
            return []
        run.spend(len(candidates))
        return keep(candidates, run)

    return pick
