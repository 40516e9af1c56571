"""Descendants (RFC 9535 2.5.2): a node and all below it, parents first, in order.

A document may have so many levels below the `..`, no more: RecursionError says so,
as it does for whatever else is nested too deeply.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from ferrule.exchange import Json
from ferrule.expression.getting import Found
from ferrule.expression.run import MOST_LEVELS, Run

Pick: TypeAlias = Callable[[Found, Run], list[Json]]
Gather: TypeAlias = Callable[[Found, list[Json], Run, int], int]
Descend: TypeAlias = Callable[[Found, list[Json], Run], int]
_CONTAINERS: Final = frozenset({dict, list})


def descent_to_name(name: str) -> Descend:
    """Return what adds every member of one name below a value to a list.

    It returns how many children it looked at.
    """

    def gather(
        node: Found, found: list[Json], run: Run, levels: int = MOST_LEVELS + 1
    ) -> int:
        if not levels:
            raise RecursionError
        below: Iterable[Json]
        if type(node) is dict:
            if name in node:
                found.append(node[name])
            below = node.values()
        elif type(node) is list:
            below = node
        else:
            return 0
        seen = len(node)
        for child in below:
            if type(child) in _CONTAINERS:
                seen += gather(child, found, run, levels - 1)
        return seen

    return gather


def descent(picks: tuple[Pick, ...]) -> Descend:
    """Return what adds to a list all that is picked from a value and from below it.

    It returns how many children it looked at.
    """

    def gather(node: Found, found: list[Json], run: Run, levels: int) -> int:
        if not levels:
            raise RecursionError
        for pick in picks:
            found += pick(node, run)
        below: Iterable[Json]
        if type(node) is dict:
            below = node.values()
        elif type(node) is list:
            below = node
        else:
            return 0
        seen = len(node)
        for child in below:
            if type(child) is dict or type(child) is list:
                seen += gather(child, found, run, levels - 1)
        return seen

    return _from_the_top(gather)


def _from_the_top(gather: Gather) -> Descend:
    return lambda node, found, run: gather(node, found, run, MOST_LEVELS + 1)
