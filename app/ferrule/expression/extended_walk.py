"""What jsonpath-ng's grammar has beyond the standard, compiled into lazy closures.

A form goes from one node to nodes, in the library's order. A value that is computed
(a length, a sum) has no place in the document and no parent. Where the library ends
with an error of Python, the value in question is no match.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from jsonpath_ng import (
    Child,
    Descendants,
    Fields,
    Index,
    JSONPath,
    Parent,
    Root,
    Slice,
    This,
    Where,
    Wildcard,
)
from jsonpath_ng.ext.arithmetic import Operation
from jsonpath_ng.ext.filter import Filter
from jsonpath_ng.ext.iterable import Len, SortedThis
from jsonpath_ng.ext.string import Split, Sub

from ferrule.exchange import MISSING, Json
from ferrule.expression.extended_filter import Form, compile_condition, finds
from ferrule.expression.extended_values import (
    Compute,
    UnknownFormError,
    compile_split,
    compile_substitution,
    exact,
    in_order,
    length,
    operate,
)
from ferrule.expression.run import MOST_LEVELS, Run
from ferrule.expression.walking import COMPUTED, Entry, Node, children_of

Values: TypeAlias = tuple[bool, list[Json]]
Operand: TypeAlias = Callable[[Node, Run], Values]


def compile_form(part: object) -> Form:
    """Return what finds the nodes of a part of a path from one node.

    Raises:
        UnknownFormError: for what is neither standard nor one of our extended forms.
    """
    compiler = _COMPILERS.get(type(part))
    if compiler is None:
        raise UnknownFormError(str(part))
    return compiler(part)


def computed(value: Json) -> Node:
    """Return the node of a value that stands nowhere in the document."""
    return value, None, COMPUTED


def _root(_part: Root) -> Form:
    def find(node: Node, _run: Run) -> Iterable[Node]:
        while node[1] is not None:
            node = node[1]
        return (node,)

    return find


def _this(_part: This) -> Form:
    return lambda node, _run: (node,)


def _parent(_part: Parent) -> Form:
    return lambda node, _run: () if node[1] is None else (node[1],)


def _child(part: Child) -> Form:
    left, right = compile_form(part.left), compile_form(part.right)

    def find(node: Node, run: Run) -> Iterator[Node]:
        for middle in left(node, run):
            run.spend(1)
            yield from right(middle, run)

    return find


def _where(part: Where) -> Form:
    left, right = compile_form(part.left), compile_form(part.right)

    def find(node: Node, run: Run) -> Iterator[Node]:
        return (found for found in left(node, run) if finds(right, found, run))

    return find


def _descendants(part: Descendants) -> Form:
    left, right = compile_form(part.left), compile_form(part.right)

    def find(node: Node, run: Run) -> Iterator[Node]:
        for start in left(node, run):
            for below in _all_below(start, run):
                yield from right(below, run)

    return find


def _all_below(start: Node, run: Run) -> Iterator[Node]:
    """Yield a node and all below it, scalars too, parents first."""
    yield start
    stack = [_placed(start, children_of(start[0]))]
    while stack:
        node = next(stack[-1], None)
        run.spend(1)
        if node is None:
            stack.pop()
            continue
        yield node
        if type(node[0]) is dict or type(node[0]) is list:
            if len(stack) > MOST_LEVELS:
                raise run.too_deep()
            stack.append(_placed(node, children_of(node[0])))


def _placed(node: Node, entries: Iterable[Entry]) -> Iterator[Node]:
    return ((child, node, key) for key, child in entries)


def _wildcard(_part: Wildcard) -> Form:
    return lambda node, _run: _placed(node, children_of(node[0]))


def _fields(part: Fields) -> Form:
    names: tuple[str, ...] = tuple(map(str, part.fields))

    def find(node: Node, _run: Run) -> Iterable[Node]:
        value = node[0]
        if type(value) is not dict:
            return ()
        return [(value[name], node, name) for name in names if name in value]

    return find


def _index(part: Index) -> Form:
    indices: tuple[int, ...] = part.indices

    def find(node: Node, _run: Run) -> Iterable[Node]:
        value = node[0]
        if type(value) is not list:
            return ()
        size = len(value)
        places = [i % size for i in indices if -size <= i < size]
        return [(value[at], node, at) for at in places]

    return find


def _slice(part: Slice) -> Form:
    cut = slice(part.start, part.end, part.step)

    def find(node: Node, _run: Run) -> Iterable[Node]:
        value = node[0]
        if type(value) is not list or cut.step == 0:
            return ()
        return ((value[at], node, at) for at in range(*cut.indices(len(value))))

    return find


def _filter(part: Filter) -> Form:
    keeps = compile_condition(part, compile_form)

    def find(node: Node, run: Run) -> Iterator[Node]:
        for child in _placed(node, children_of(node[0])):
            run.spend(1)
            if keeps(child, run):
                yield child

    return find


def _computing(compute: Compute) -> Form:
    def find(node: Node, run: Run) -> Iterable[Node]:
        run.spend(1)
        value = compute(node[0])
        return () if value is MISSING else (computed(value),)

    return find


def _sorted(part: SortedThis) -> Form:
    if part.expressions:
        raise UnknownFormError("only `sorted` sorts")
    return _computing(in_order)


def _operation(part: Operation) -> Form:
    """Return arithmetic on what two operands find, pair by pair; all or nothing."""
    left, right = _operand(part.left), _operand(part.right)
    symbol: str = part.op_symbol

    def find(node: Node, run: Run) -> Iterable[Node]:
        pairs = _paired(left(node, run), right(node, run))
        run.spend(len(pairs))
        values = [operate(symbol, one, other) for one, other in pairs]
        known = [computed(value) for value in values if value is not MISSING]
        return known if len(known) == len(values) else ()

    return find


def _operand(part: object) -> Operand:
    """Return the values of an operand; a literal goes with however many there are."""
    if not isinstance(part, JSONPath):
        literal = exact(part)  # type: ignore[arg-type]  # the parser's number or text
        return lambda _node, _run: (True, [literal])
    form = compile_form(part)
    return lambda node, run: (False, [found[0] for found in form(node, run)])


def _paired(left: Values, right: Values) -> list[tuple[Json, Json]]:
    (fixed, ones), (other_fixed, others) = left, right
    if fixed and not other_fixed:
        ones = ones * len(others)
    if other_fixed and not fixed:
        others = others * len(ones)
    return list(zip(ones, others, strict=True)) if len(ones) == len(others) else []


_COMPILERS: Mapping[type, Callable[[Any], Form]] = {
    Child: _child,
    Descendants: _descendants,
    Fields: _fields,
    Filter: _filter,
    Index: _index,
    Len: lambda _part: _computing(length),
    Operation: _operation,
    Parent: _parent,
    Root: _root,
    Slice: _slice,
    SortedThis: _sorted,
    Split: lambda part: _computing(compile_split(part)),
    Sub: lambda part: _computing(compile_substitution(part)),
    This: _this,
    Where: _where,
    Wildcard: _wildcard,
}
