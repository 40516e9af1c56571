"""What differs between two descriptors, place by place, and what would break.

Changes are between documents as they stand, so each can be shown at its place and taken
back by itself; how much each weighs is judged by what the streams become of it (see
`difference/weighing`). Elements of lists are the same by their names, not their
numbers. Any two JSON objects can be compared, valid or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ferrule.descriptor.difference.pairs import paired
from ferrule.descriptor.difference.places import SEPARATOR, place_names
from ferrule.descriptor.difference.rules import Level, Verdict
from ferrule.descriptor.difference.walk import Kind, Raw, walked
from ferrule.descriptor.difference.weighing import Weighing
from ferrule.descriptor.streams import at
from ferrule.descriptor.trouble import escaped
from ferrule.exchange import MISSING, Json, Missing

Document = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    `pointer` is its place in the newer document (for what is gone, where it would
    stand), `old_pointer` in the older one. `names` are what the parts of the place are
    called. A `derived` one stands nowhere: it follows from others and goes with them.
    """

    kind: Kind
    pointer: str
    old_pointer: str
    names: tuple[str, ...]
    old: Json | Missing
    new: Json | Missing
    level: Level
    reason: str
    derived: bool = False

    @property
    def breaking(self) -> bool:
        """Whether those who use the connector must do something about it."""
        return self.level == "major"

    @property
    def place(self) -> str:
        """Return what the place is called, as one line."""
        return SEPARATOR.join(self.names) or "The document"

    @property
    def section(self) -> str:
        """Return the part of the descriptor that it belongs to."""
        if self.pointer.startswith("/streams/"):
            return SEPARATOR.join(self.names[:2])
        whole = any(isinstance(value, dict | list) for value in (self.old, self.new))
        return self.names[0] if len(self.names) > 1 or whole else "Connector"

    def wire(self) -> dict[str, Json]:
        """Return the change as a JSON object."""
        line: dict[str, Json] = {
            "kind": self.kind,
            "pointer": self.pointer,
            "place": self.place,
            "level": self.level,
            "breaking": self.breaking,
            "reason": self.reason,
        }
        if self.old is not MISSING:
            line["old"] = self.old
        if self.new is not MISSING:
            line["new"] = self.new
        return line


def difference(old: Document, new: Document) -> list[Change]:
    """Return what differs, in the order of the newer document.

    Notes that tools keep (`annotations`) are left out: they say nothing of it.
    """
    weighing = Weighing(old, new)
    changes = [_told(old, new, raw, weighing) for raw in walked(old, new)]
    changes = [change for change in changes if change.names[:1] != ("Annotations",)]
    for verdict, name, gone in weighing.derived():
        changes.append(_derived(verdict, name, gone=gone))
    return changes


def reverted(old: Document, new: Document, change: Change) -> Document:
    """Return the newer document with one change taken back."""
    if change.derived:
        return new
    way, before = _way(change.pointer), _way(change.old_pointer)
    if change.kind == "moved":
        value = _reordered(way[-1] if way else "", at(old, change.old_pointer),
                           at(new, change.pointer))  # fmt: skip
    else:
        value = change.old
    siblings = at(old, change.old_pointer.rpartition("/")[0])
    order = list(siblings) if isinstance(siblings, dict) else [before[-1:]]
    gone = change.kind == "removed"
    found = _put(new, way, value, insert=gone, order=list(map(str, order)))
    return found if isinstance(found, dict) else new


def _told(old: Document, new: Document, raw: Raw, weighing: Weighing) -> Change:
    verdict = weighing.verdict(raw.kind, raw.old_way, raw.new_way, raw.old, raw.new)
    gone = raw.kind == "removed"
    names = place_names(old if gone else new, raw.old_way if gone else raw.new_way)
    return Change(
        raw.kind,
        _pointer(raw.new_way),
        _pointer(raw.old_way),
        names,
        raw.old,
        raw.new,
        verdict.level,
        verdict.reason,
    )


def _derived(verdict: Verdict, name: str, *, gone: bool) -> Change:
    place = "/configFields"
    kind: Kind = "removed" if gone else "added"
    old, new = (name, MISSING) if gone else (MISSING, name)
    names = ("Configuration", name)
    told = (verdict.level, verdict.reason)
    return Change(kind, place, place, names, old, new, *told, derived=True)


def _pointer(way: Sequence[str]) -> str:
    return "".join(f"/{escaped(part)}" for part in way)


def _way(pointer: str) -> list[str]:
    parts = pointer.split("/")[1:]
    return [part.replace("~1", "/").replace("~0", "~") for part in parts]


def _reordered(name: str, old: Json | Missing, new: Json | Missing) -> Json | Missing:
    """Return the newer list with what both hold in the older's order."""
    if not isinstance(old, list) or not isinstance(new, list):
        return new
    found = paired(name, old, new)
    places = sorted(b for _, b in found.both)
    fresh = list(new)
    for place, (_, b) in zip(places, found.both, strict=True):
        fresh[place] = new[b]
    return fresh


def _put(
    here: Json, way: list[str], value: Json | Missing, *, insert: bool, order: list[str]
) -> Json:
    """Return a value with another at the end of a way; MISSING takes it away.

    What is inserted stands among its siblings as `order` names them.
    """
    if not way:
        return here if value is MISSING else value
    first, rest = way[0], way[1:]
    if isinstance(here, list):
        index = int(first)
        if rest:
            inner = _put(here[index], rest, value, insert=insert, order=order)
            return [*here[:index], inner, *here[index + 1 :]]
        kept = here[index:] if insert else here[index + 1 :]
        return [*here[:index], *([] if value is MISSING else [value]), *kept]
    found = dict(here) if isinstance(here, dict) else {}
    if rest:
        found[first] = _put(found[first], rest, value, insert=insert, order=order)
    elif value is MISSING:
        del found[first]
    else:
        known = first in found
        found[first] = value
        found = found if known else _in_order(found, first, order)
    return found


def _in_order(members: Document, fresh: str, order: list[str]) -> Document:
    """Return members with a new one where it stood among its older siblings."""
    at_ = order.index(fresh) if fresh in order else len(order)
    before = [name for name in order[:at_] if name in members]
    if not before:
        return {fresh: members[fresh]} | members
    found: Document = {}
    for name, value in members.items():
        if name != fresh:
            found[name] = value
        if name == before[-1]:
            found[fresh] = members[fresh]
    return found
