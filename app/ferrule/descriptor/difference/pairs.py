"""Which element of an older list is which of a newer one.

Elements that have a name are the same by it (streams and fields by their key, tools by
their name); others by being alike, then by what they lead to, then by their order.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ferrule.exchange import Json, canonical

_NAMED: Final = {
    "streams": ("key",),
    "configFields": ("key",),
    "credentialFields": ("key",),
    "options": ("value",),
    "tools": ("name",),
    "params": ("name",),
    "sinks": ("key",),
    "apiVersions": ("id",),
    "authOptions": ("method",),
    "partition": ("name",),
    "configMoves": ("from",),
}
_ANY: Final = ("key", "name", "id")


@dataclass(frozen=True, slots=True)
class Paired:
    """Indexes: those of one element in both lists, and those without a partner."""

    both: tuple[tuple[int, int], ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]

    @property
    def moved(self) -> bool:
        """Whether what both lists hold stands in another order."""
        return any(one[1] > other[1] for one, other in pairwise(self.both))

    def place_of(self, removed: int) -> int:
        """Return where in the newer list an element that is gone would stand."""
        before = [new for old, new in self.both if old < removed]
        return before[-1] + 1 if before else 0


def paired(name: str, old: Sequence[Json], new: Sequence[Json]) -> Paired:
    """Return the partners of two lists that stand under a member `name`."""
    members = _NAMED.get(name, _ANY)
    ways: list[Callable[[Json], Hashable]] = [_by(one) for one in members]
    if name == "streams":
        ways.append(_by("collectionKey"))
    ways += [canonical, _outcome]
    left, right = list(range(len(old))), list(range(len(new)))
    both: list[tuple[int, int]] = []
    for way in ways:
        found = _matches(way, old, new, left, right)
        both += found
        left = [at for at in left if at not in {one for one, _ in found}]
        right = [at for at in right if at not in {other for _, other in found}]
    if not _has_names(members, [*old, *new]):
        rest = [
            (a, b) for a, b in zip(left, right, strict=False) if _kin(old[a], new[b])
        ]
        both += rest
        left = [at for at in left if at not in {one for one, _ in rest}]
        right = [at for at in right if at not in {other for _, other in rest}]
    return Paired(tuple(sorted(both)), tuple(left), tuple(right))


def name_of(name: str, element: Json, index: int) -> str:
    """Return what an element of a list is called: its own name, else its number."""
    if isinstance(element, dict):
        for member in _NAMED.get(name, _ANY):
            found = element.get(member)
            if isinstance(found, str) and found:
                return found
    return str(index + 1)


def _matches(
    way: Callable[[Json], Hashable],
    old: Sequence[Json],
    new: Sequence[Json],
    left: Sequence[int],
    right: Sequence[int],
) -> list[tuple[int, int]]:
    """Return partners that are the same in one way; None is the same as nothing."""
    waiting: dict[Hashable, list[int]] = {}
    for at in right:
        waiting.setdefault(way(new[at]), []).append(at)
    waiting.pop(None, None)
    found = []
    for at in left:
        known = waiting.get(way(old[at]))
        if known:
            found.append((at, known.pop(0)))
    return found


def _by(member: str) -> Callable[[Json], Hashable]:
    def named(element: Json) -> Hashable:
        found = element.get(member) if isinstance(element, dict) else None
        return found if isinstance(found, str) else None

    return named


def _outcome(element: Json) -> Hashable:
    """Return what a rule leads to, or what a transform does to which place."""
    if not isinstance(element, dict):
        return None
    parts = [element.get(name) for name in ("then", "op", "path", "from", "when")]
    texts = [part if isinstance(part, str) else None for part in parts]
    return tuple(texts) if any(texts) else None


def _has_names(members: Sequence[str], elements: Sequence[Json]) -> bool:
    names = [_by(members[0])(element) for element in elements]
    return bool(names) and None not in Counter(names)


def _kin(one: Json, other: Json) -> bool:
    return isinstance(one, dict) and isinstance(other, dict)
