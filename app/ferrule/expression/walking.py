"""Paths as lazy walks: match after match, each knowing the way that led to it.

A node is `(value, parent node, key)`; the normalised path (RFC 9535 2.7) is written
only for the matches that are shown. Descendants are walked with a stack of our own,
so neither depth nor size of a document matters to the first matches.
"""

import re
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

from ferrule.exchange import Json
from ferrule.expression.filtering import compile_test
from ferrule.expression.getting import Key, key_of, keys_of
from ferrule.expression.operands import unsupported
from ferrule.expression.run import MOST_LEVELS, Run
from ferrule.expression.selecting import compile_select

Node: TypeAlias = "tuple[Json, Node | None, Key]"
Entry: TypeAlias = tuple[Key, Json]
Entries: TypeAlias = Callable[[Json, Run], Iterable[Entry]]
Walk: TypeAlias = Callable[[Iterable[Node], Run], Iterator[Node]]
COMPUTED = "computed"  # in place of the empty key of a root: it stands nowhere


def compile_walk(segments: Iterable[JSONPathSegment]) -> Walk:
    """Return what turns the root node into the matching nodes, lazily and in order.

    Raises:
        UnsupportedFilterError: when a filter is outside RFC 9535.
    """
    walks = tuple(_walks(tuple(segments)))

    def walk(nodes: Iterable[Node], run: Run) -> Iterator[Node]:
        found = iter(nodes)
        for one in walks:
            found = one(found, run)
        return found

    return walk


def normalised(node: Node) -> str:
    """Return the normalised path of a node, such as `$['items'][0]['id']`.

    It is empty for what an extended form computed, and for what is inside of that.
    """
    keys: list[Key] = []
    _, parent, key = node
    while parent is not None:
        keys.append(key)
        _, parent, key = parent
    if key == COMPUTED:
        return ""
    return "$" + "".join(f"[{written(key)}]" for key in reversed(keys))


def written(key: Key) -> str:
    """Return a name or index as it stands in a normalised path."""
    if isinstance(key, int):
        return str(key)
    return "'" + _SPECIAL.sub(_escaped, key) + "'"


_SPECIAL = re.compile(r"[\x00-\x1f'\\]")
_SHORT = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r"}


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    if char in "'\\":
        return "\\" + char
    return _SHORT.get(char) or f"\\u{ord(char):04x}"


def _walks(segments: tuple[JSONPathSegment, ...]) -> Iterator[Walk]:
    for is_key, group in groupby(segments, lambda one: key_of(one) is not None):
        if is_key:
            yield _follow(keys_of(group))
        else:
            yield from map(_segment_walk, group)


def _follow(keys: tuple[Key, ...]) -> Walk:
    """Follow names and indexes in one generator, however many there are."""

    def walk(nodes: Iterable[Node], _run: Run) -> Iterator[Node]:
        for node in nodes:
            end = _end(node, keys)
            if end is not None:
                yield end

    return walk


def _end(node: Node, keys: tuple[Key, ...]) -> "Node | None":
    for key in keys:
        value = node[0]
        if isinstance(key, str):
            if type(value) is not dict or key not in value:
                return None
            node = (value[key], node, key)
        else:
            if type(value) is not list or not -len(value) <= key < len(value):
                return None
            at = key % len(value)
            node = (value[at], node, at)
    return node


def _segment_walk(segment: JSONPathSegment) -> Walk:
    selectors = tuple(map(compile_entries, segment.selectors))
    if isinstance(segment, JSONPathRecursiveDescentSegment):
        return lambda nodes, run: _select(descendants(nodes, run), selectors, run)
    return lambda nodes, run: _select(nodes, selectors, run)


def _select(
    nodes: Iterable[Node], selectors: tuple[Entries, ...], run: Run
) -> Iterator[Node]:
    for node in nodes:
        value = node[0]
        for entries in selectors:
            for key, child in entries(value, run):
                run.spend(1)
                yield child, node, key


def descendants(nodes: Iterable[Node], run: Run) -> Iterator[Node]:
    """Yield each node and all objects and arrays below it, parents first, lazily.

    Raises:
        ExpressionError: when there are too many levels, or nodes, below one.
    """
    for start in nodes:
        yield start
        stack = [_containers(start)]
        while stack:
            node = next(stack[-1], None)
            run.spend(1)
            if node is None:
                stack.pop()
                continue
            if len(stack) > MOST_LEVELS:
                raise run.too_deep()
            yield node
            stack.append(_containers(node))


def _containers(node: Node) -> Iterator[Node]:
    """Yield the objects and arrays right below a node."""
    value = node[0]
    if type(value) is dict or type(value) is list:
        for key, child in value.items() if type(value) is dict else enumerate(value):
            if type(child) is dict or type(child) is list:
                yield child, node, key


def _children(value: Json, _run: Run) -> Iterable[Entry]:
    return children_of(value)


def children_of(value: Json) -> Iterable[Entry]:
    """Return the keys and children of an object or array, in order."""
    if type(value) is dict:
        return value.items()
    return enumerate(value) if type(value) is list else ()


def compile_entries(selector: JSONPathSelector) -> Entries:
    """Return what yields the keys and values that a selector selects, lazily.

    Raises:
        UnsupportedFilterError: when a filter is outside RFC 9535.
    """
    if isinstance(selector, NameSelector):
        return _named(selector.name)
    if isinstance(selector, IndexSelector):
        return _indexed(selector.index)
    if isinstance(selector, SliceSelector):
        return _sliced(selector.slice)
    if isinstance(selector, WildcardSelector):
        return _children
    if isinstance(selector, Filter):
        return _filtered(selector)
    raise unsupported(selector)


def _named(name: str) -> Entries:
    def entries(value: Json, _run: Run) -> Iterable[Entry]:
        if type(value) is dict and name in value:
            return ((name, value[name]),)
        return ()

    return entries


def _indexed(index: int) -> Entries:
    def entries(value: Json, _run: Run) -> Iterable[Entry]:
        if type(value) is list and -len(value) <= index < len(value):
            at = index % len(value)
            return ((at, value[at]),)
        return ()

    return entries


def _sliced(part: slice) -> Entries:
    def entries(value: Json, _run: Run) -> Iterable[Entry]:
        if type(value) is not list or part.step == 0:
            return ()
        return ((at, value[at]) for at in range(*part.indices(len(value))))

    return entries


def _filtered(selector: Filter) -> Entries:
    test = compile_test(selector.expression, compile_select)

    def entries(value: Json, run: Run) -> Iterator[Entry]:
        for key, child in children_of(value):
            run.spend(1)
            if test(child, run):
                yield key, child

    return entries
