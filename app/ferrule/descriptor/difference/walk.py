"""The places at which two documents differ, found by walking both at once.

A member or an element that one of them lacks is one difference, whatever is in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ferrule.descriptor.difference.pairs import name_of, paired
from ferrule.exchange import MISSING, Json, Missing, canonical

Kind = Literal["added", "removed", "changed", "moved"]
Way = tuple[str, ...]
# Members that say which kind the rest is: with another kind the whole is another.
_KINDS: Final = {"auth": "method", "delta": "type", "pagination": "type"}


@dataclass(frozen=True, slots=True)
class Raw:
    """A difference: the ways to it in both documents, and what stands there."""

    kind: Kind
    old_way: Way
    new_way: Way
    old: Json | Missing
    new: Json | Missing


def walked(
    old: Json | Missing, new: Json | Missing, old_way: Way = (), new_way: Way = ()
) -> Iterator[Raw]:
    """Yield the differences in the order of the newer document."""
    if old is MISSING or new is MISSING:
        if old is not new:
            kind: Kind = "added" if old is MISSING else "removed"
            yield Raw(kind, old_way, new_way, old, new)
    elif isinstance(old, dict) and isinstance(new, dict):
        if _other_kind(old, new, old_way):
            yield Raw("changed", old_way, new_way, old, new)
            return
        names = [*new, *(name for name in old if name not in new)]
        for name in names:
            yield from walked(
                old.get(name, MISSING),
                new.get(name, MISSING),
                (*old_way, name),
                (*new_way, name),
            )
    elif isinstance(old, list) and isinstance(new, list):
        yield from _in_list(old, new, old_way, new_way)
    elif canonical(old) != canonical(new):
        yield Raw("changed", old_way, new_way, old, new)


def _in_list(
    old: list[Json], new: list[Json], old_way: Way, new_way: Way
) -> Iterator[Raw]:
    name = new_way[-1] if new_way else ""
    found = paired(name, old, new)
    partner = {b: a for a, b in found.both}
    for index, value in enumerate(new):
        before = partner.get(index)
        if before is None:
            ways = (*old_way, str(index)), (*new_way, str(index))
            yield Raw("added", *ways, MISSING, value)
        else:
            ways = (*old_way, str(before)), (*new_way, str(index))
            yield from walked(old[before], value, *ways)
    for index in found.removed:
        place = (*new_way, str(found.place_of(index)))
        yield Raw("removed", (*old_way, str(index)), place, old[index], MISSING)
    if found.moved:
        names: list[Json] = [name_of(name, old[a], a) for a, _ in found.both]
        ordered = sorted(found.both, key=lambda both: both[1])
        now: list[Json] = [name_of(name, old[a], a) for a, _ in ordered]
        yield Raw("moved", old_way, new_way, names, now)


def _other_kind(old: dict[str, Json], new: dict[str, Json], way: Way) -> bool:
    name = way[-1] if way else ""
    if len(way) > 1 and way[-2] == "authOptions":
        name = "auth"
    if way == ("ingestion",):
        return old.get("mode") != new.get("mode")
    member = _KINDS.get(name)
    return member is not None and old.get(member) != new.get(member)
