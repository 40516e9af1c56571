"""JSONPath (RFC 9535), parsed once and compiled into closures.

`values` is the eager form that mapping uses, `first` stops at the first match, and
`find` walks lazily and knows where each match stands. A path outside the standard is
refused with its column, unless it uses one of a few forms that only jsonpath-ng has:
then it works, but is not `portable`.
"""

import functools
import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from jsonpath.segments import JSONPathSegment

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING, Json
from ferrule.expression.firsts import First, compile_first
from ferrule.expression.getting import Found, Getter, compile_getter, keys_of
from ferrule.expression.grammar import parse
from ferrule.expression.operands import Select, UnsupportedFilterError
from ferrule.expression.plain import Values, compile_plain, is_flat
from ferrule.expression.refusal import refusal
from ferrule.expression.run import MOST_RESULTS, Idle, Run, too_deep, too_much
from ferrule.expression.selecting import compile_select
from ferrule.expression.walking import Node, Walk, compile_walk, normalised


class Match:
    """One match: its `value`, and its `path` once somebody asks for it."""

    __slots__ = ("_node", "value")

    def __init__(self, value: Json, node: Node) -> None:
        self.value = value
        self._node = node

    @property
    def path(self) -> str:
        """The normalised path (RFC 9535 2.7); empty for a computed value."""
        return normalised(self._node)

    def __repr__(self) -> str:
        return f"Match({self.path!r}, {self.value!r})"


Find: TypeAlias = Callable[[Json], Iterator[Match]]


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled path.

    `values(root)` is the list of all matches, `first(root)` the first one or MISSING,
    `find(root)` a lazy iterator of `Match`. `singular` tells that the path leads to at
    most one value (RFC 9535 2.3.5.1); `reason` says why a path is not `portable`.
    All three raise ExpressionError where a document is too deep or too rich for it.
    """

    text: str
    values: Values = field(repr=False, compare=False)
    first: Getter = field(repr=False, compare=False)
    find: Find = field(repr=False, compare=False)
    singular: bool = False
    portable: bool = True
    reason: str = ""


@functools.lru_cache(maxsize=4096)
def compile_path(text: str) -> Path:
    """Compile a path.

    Raises:
        ExpressionError: when it is outside RFC 9535 and of no extended form; the
            column is that of the standard grammar.
    """
    try:
        segments = parse(text)
    except ExpressionError as error:
        path = _extended(text, error)
        if path is None:
            raise
        return path
    try:
        return _standard(text, segments)
    except UnsupportedFilterError as error:
        raise refusal(text, max(text.find("?"), 0), str(error)) from None
    except RecursionError:
        raise refusal(text, 0, "nested too deeply") from None


def _standard(text: str, segments: tuple[JSONPathSegment, ...]) -> Path:
    find = _finding(text, compile_walk(segments))
    keys = keys_of(segments)
    plain = compile_plain(segments)
    if plain is None:
        rich = _all(text, compile_select(segments))
        first = _first(text, compile_first(segments), lambda root: Run(root, text))
        return Path(text, _not_too_deep(text, rich), first, find)
    if len(keys) == len(segments):
        return Path(text, plain, compile_getter(keys), find, singular=True)
    idle = Idle(None, text)
    first = _first(text, compile_first(segments), lambda _root: idle)
    values = plain if is_flat(segments) else _not_too_deep(text, plain)
    return Path(text, values, first, find)


def _all(text: str, select: Select) -> Values:
    def values(root: Json) -> list[Json]:
        found = select(root, Run(root, text))
        if len(found) > MOST_RESULTS:
            raise too_much(text)
        return found

    return values


def _not_too_deep(text: str, values: Values) -> Values:
    def shallow(root: Json) -> list[Json]:
        try:
            return values(root)
        except RecursionError:
            raise too_deep(text) from None

    return shallow


def _first(text: str, first: First, start: Callable[[Json], Run]) -> Getter:
    def short(root: Json) -> Found:
        try:
            return first(root, start(root))
        except RecursionError:
            raise too_deep(text) from None

    return short


def _finding(text: str, walk: Walk) -> Find:
    def find(root: Json) -> Iterator[Match]:
        run = Run(root, text)
        try:
            for count, node in enumerate(walk([(root, None, "")], run)):
                if count >= MOST_RESULTS:
                    raise too_much(text)
                yield Match(node[0], node)
                run.rest()
        except RecursionError:
            raise too_deep(text) from None

    return find


_EXTENDED = re.compile(r"`|\bwhere\b|[\w\])*'\"$]\s*[-+*/]\s*[\w$@(`'\".-]")


def _extended(text: str, error: ExpressionError) -> Path | None:
    """Read a path with the other grammar, if it looks like one of its own forms."""
    if not _EXTENDED.search(text):
        return None
    # Imported here because it costs 60 ms that portable paths need not pay.
    extended = importlib.import_module("ferrule.expression.extended")
    walk: Walk | None = extended.compile_extended(text)
    if walk is None:
        return None
    find = _finding(text, walk)

    def values(root: Json) -> list[Json]:
        return [match.value for match in find(root)]

    def first(root: Json) -> Found:
        return next((match.value for match in find(root)), MISSING)

    reason = f"{error.message} (column {error.column + 1})"
    return Path(text, values, first, find, portable=False, reason=reason)
