"""Any path as an eager closure: all values of a document at once, within a budget.

The values and their order are those of RFC 9535: members in the order of the document,
descendants parents first. Plain paths have faster closures in `plain`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
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
from ferrule.expression.filtering import (
    Select,
    UnsupportedFilterError,
    compile_test,
)
from ferrule.expression.getting import compile_getter, element, key_of, keys_of
from ferrule.expression.plain import children, keys_step
from ferrule.expression.run import Run

Step: TypeAlias = Callable[[list[Json], Run], list[Json]]
Pick: TypeAlias = Callable[[Json, Run], Sequence[Json]]
_NOTHING: tuple[Json, ...] = ()


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
    picks = tuple(map(_pick, segment.selectors))
    if not isinstance(segment, JSONPathRecursiveDescentSegment):
        return _children_step(picks)
    name = key_of_selector(segment)
    return _descend_to_name(name) if name is not None else _descend(picks)


def key_of_selector(segment: JSONPathSegment) -> str | None:
    """Return the name when a segment selects one name and nothing else."""
    if len(segment.selectors) != 1:
        return None
    (selector,) = segment.selectors
    return selector.name if isinstance(selector, NameSelector) else None


def _children_step(picks: tuple[Pick, ...]) -> Step:
    def step(values: list[Json], run: Run) -> list[Json]:
        found: list[Json] = []
        for value in values:
            for pick in picks:
                chosen = pick(value, run)
                if chosen:
                    run.spend(len(chosen))
                    found += chosen
        return found

    return step


def _descend(picks: tuple[Pick, ...]) -> Step:
    def step(values: list[Json], run: Run) -> list[Json]:
        found: list[Json] = []
        for value in values:
            stack = [value]
            while stack:
                node = stack.pop()
                for pick in picks:
                    found += pick(node, run)
                _push(stack, node, run, len(picks))
        return found

    return step


def _descend_to_name(name: str) -> Step:
    def step(values: list[Json], run: Run) -> list[Json]:
        found: list[Json] = []
        for value in values:
            stack = [value]
            while stack:
                node = stack.pop()
                if type(node) is dict and name in node:
                    found.append(node[name])
                _push(stack, node, run, 1)
        return found

    return step


def _push(stack: list[Json], node: Json, run: Run, share: int) -> None:
    """Put the containers below `node` on the stack, the first on top."""
    if type(node) is dict:
        run.spend(len(node) * share)
        stack += [
            x for x in reversed(node.values()) if type(x) is dict or type(x) is list
        ]
    elif type(node) is list:
        run.spend(len(node) * share)
        stack += [x for x in reversed(node) if type(x) is dict or type(x) is list]


def _pick(selector: JSONPathSelector) -> Pick:
    if isinstance(selector, NameSelector):
        return _pick_name(selector.name)
    if isinstance(selector, IndexSelector):
        return _pick_index(selector.index)
    if isinstance(selector, SliceSelector):
        return _pick_slice(selector.slice)
    if isinstance(selector, WildcardSelector):
        return lambda value, _run: children(value)
    if isinstance(selector, Filter):
        return _pick_filtered(selector)
    raise UnsupportedFilterError(f"{selector} is not a selector of RFC 9535")


def _pick_name(name: str) -> Pick:
    def pick(value: Json, _run: Run) -> Sequence[Json]:
        return (value[name],) if type(value) is dict and name in value else _NOTHING

    return pick


def _pick_index(index: int) -> Pick:
    def pick(value: Json, _run: Run) -> Sequence[Json]:
        found = element(value, index)
        return _NOTHING if found is MISSING else (found,)

    return pick


def _pick_slice(part: slice) -> Pick:
    def pick(value: Json, _run: Run) -> Sequence[Json]:
        return value[part] if type(value) is list and part.step != 0 else _NOTHING

    return pick


def _pick_filtered(selector: Filter) -> Pick:
    test = compile_test(selector.expression, compile_select)

    def pick(value: Json, run: Run) -> Sequence[Json]:
        candidates = children(value)
        run.spend(len(candidates))
        return [child for child in candidates if test(child, run)]

    return pick
