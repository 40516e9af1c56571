"""How much each difference of two descriptors weighs, seen by what streams inherit.

A change of the connector's mapping breaks nothing where every stream says that part for
itself, and a stream's patch that says what is inherited anyway changes nothing.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from ferrule.descriptor.config import config_fields
from ferrule.descriptor.difference.pairs import name_of
from ferrule.descriptor.difference.rules import Level, Verdict, heaviest, ruled, usual
from ferrule.descriptor.difference.streams import (
    PARTS,
    Effective,
    effective,
    ingested,
    partners,
    stream_key,
    streams_in,
)
from ferrule.descriptor.difference.walk import Kind, Way, walked
from ferrule.descriptor.document import validate
from ferrule.descriptor.hosts import allowed_hosts
from ferrule.descriptor.model import Connector
from ferrule.errors import DescriptorInvalid
from ferrule.exchange import MISSING, Json, Missing, canonical

Document = dict[str, Json]
Value = Json | Missing
_ADDRESSES: Final = re.compile(
    r"baseUrl|(polling|healthCheck)/endpoint|auth/.*Url|(tools|sinks)/.*/endpoint"
)
_RULES: Final = "mapping/signalTypeRules"


class Weighing:
    """Weighs the differences of one pair of documents."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old, self._new = old, new
        self._pairs = partners(old, new)

    def verdict(
        self, kind: Kind, old_way: Way, new_way: Way, old: Value, new: Value
    ) -> Verdict:
        """Return how much a difference weighs and why."""
        document = self._old if kind == "removed" else self._new
        way = old_way if kind == "removed" else new_way
        if way == ("ingestion",):
            return self._ingestion(old, new)
        if way[:1] == ("streams",) and len(way) == 1:
            return self._streams()
        if way[:1] == ("configFields",) and len(way) == 1:
            return self._fields_as_whole(kind)
        part, inner, own = _part_of(document, way)
        if part:
            pairs = self._pairs_of(way, kind, own=own)
            return self._in_streams(part, inner, pairs, (kind, old, new), own=own)
        name = _name(document, way)
        if way == ("collectionKey",) and self._pairs and not self._is_divided:
            return Verdict("major", "signals are kept under another key")
        return self._judged(_plain(document, way), kind, old, new, name)

    def derived(self) -> Iterator[tuple[Verdict, str, bool]]:
        """Yield fields that templates ask for now, or do not any more: why, name, gone.

        Only where neither document names its fields itself.
        """
        if "configFields" in self._old or "configFields" in self._new:
            return
        old, new = self._asked
        for name in new.keys() - old.keys():
            level: Level = "major" if new[name] else "minor"
            yield Verdict(level, f"people must give “{name}”"), name, False
        for name in old.keys() - new.keys():
            yield Verdict("major", f"the field “{name}” is gone"), name, True

    @cached_property
    def _connectors(self) -> tuple[Connector | None, Connector | None]:
        return _valid(self._old), _valid(self._new)

    @cached_property
    def _asked(self) -> tuple[dict[str, bool], dict[str, bool]]:
        """Return the fields of both forms and whether each must be given."""
        old, new = self._connectors
        if old is None or new is None:
            return {}, {}
        forms = [config_fields(connector) for connector in (old, new)]
        one, two = ({f.key: f.required for f in form} for form in forms)
        return one, two

    @cached_property
    def _hosts(self) -> frozenset[str]:
        """Return the hosts that are reached now and were not."""
        old, new = self._connectors
        if old is None or new is None:
            return frozenset()
        return allowed_hosts(new) - allowed_hosts(old)

    @property
    def _is_divided(self) -> bool:
        return bool(streams_in(self._old) or streams_in(self._new))

    def _judged(
        self, way: str, kind: Kind, old: Value, new: Value, name: str
    ) -> Verdict:
        """Return what the rules say of a way; a whole weighs what is in it."""
        found = ruled(way, kind, old, new, name)
        if found is not None:
            return found
        if _ADDRESSES.fullmatch(way) and isinstance(new, str):
            hosts = sorted(h for h in self._hosts if h.removeprefix("*.") in new)
            if hosts:
                return Verdict("minor", f"requests go to {', '.join(hosts)}")
        if kind in {"added", "removed"}:
            whole = new if kind == "added" else old
            if isinstance(whole, dict) and whole:
                return heaviest(
                    [
                        self._judged(f"{way}/{n}", kind, *_sides(kind, v), n)
                        for n, v in whole.items()
                    ]
                )
        return usual(way)

    def _between(self, way: str, old: Value, new: Value) -> Verdict:
        """Return what the difference of two wholes weighs."""
        verdicts = []
        for raw in walked(old, new, (way.rpartition("/")[2],), ("",)):
            inner = raw.old_way[1:] if raw.kind == "removed" else raw.new_way[1:]
            place = _plain(old if raw.kind == "removed" else new, inner)
            whole = "/".join(filter(None, (way, place)))
            name = inner[-1] if inner else way.rpartition("/")[2]
            verdicts.append(self._judged(whole, raw.kind, raw.old, raw.new, name))
        if way.startswith("mapping"):
            verdicts += _types(_below(old, way), _below(new, way))
        return heaviest(verdicts)

    def _in_streams(
        self,
        part: str,
        inner: Way,
        pairs: Sequence[tuple[Effective, Effective]],
        change: tuple[Kind, Value, Value],
        *,
        own: bool,
    ) -> Verdict:
        """Return what a change of an inherited part weighs where it is read."""
        outer, lists = _before_list(inner)
        verdicts, reached = [], []
        for before, after in pairs:
            old, new = _at(before.parts[part], outer), _at(after.parts[part], outer)
            if _same(old, new):
                continue
            way = "/".join((part, *outer))
            if lists:
                verdicts.append(
                    self._element(way, inner[len(outer) :], change, old, new)
                )
            elif old is MISSING or new is MISSING:
                kind: Kind = "added" if old is MISSING else "removed"
                name = outer[-1] if outer else part
                verdicts.append(self._judged(way, kind, old, new, name))
            else:
                verdicts.append(self._between(way, old, new))
            reached.append(after.key)
        if not verdicts:
            why = "the same as what is inherited" if own else "every stream has its own"
            return Verdict("patch", f"{why}: nothing changes")
        found = heaviest(verdicts)
        if not own and len(reached) < len(pairs):
            return Verdict(found.level, f"{found.reason} ({', '.join(reached)})")
        return found

    def _element(
        self,
        way: str,
        inner: Sequence[str],
        change: tuple[Kind, Value, Value],
        old: Value,
        new: Value,
    ) -> Verdict:
        """Return what a change inside a list weighs; rules by the types they give."""
        kind, before, after = change
        if way == _RULES:
            gone, fresh = _then(old) - _then(new), _then(new) - _then(old)
            mine = _then(before) | ({before} if inner[-1:] == ("then",) else set())
            yours = _then(after) | ({after} if inner[-1:] == ("then",) else set())
            named = sorted(map(str, gone & mine)) or sorted(map(str, fresh & yours))
            if gone & mine:
                return Verdict("major", f"no signals of type “{named[0]}” any more")
            if fresh & yours:
                return Verdict("minor", f"a new signal type “{named[0]}”")
        stars = ["*" if part.isdigit() else part for part in inner]
        name = str(before if isinstance(before, str) else after)
        return self._judged("/".join((way, *stars)), kind, before, after, name)

    def _ingestion(self, old: Value, new: Value) -> Verdict:
        before, after = ingested(old), ingested(new)
        verdicts = []
        for part in ("polling", "webhook"):
            one, two = before.get(part, MISSING), after.get(part, MISSING)
            if one is not MISSING and two is not MISSING:
                verdicts.append(self._between(part, one, two))
            elif one is not two:
                kind: Kind = "added" if one is MISSING else "removed"
                verdicts.append(self._judged(part, kind, one, two, part))
        return heaviest(verdicts)

    def _streams(self) -> Verdict:
        """Return what it weighs that there are streams now, or none any more."""
        old, new = effective(self._old), effective(self._new)
        kept = {after.key for _, after in self._pairs}
        gone = [s.key for s in old if s not in [before for before, _ in self._pairs]]
        if gone:
            return Verdict("major", f"the stream “{gone[0]}” is gone")
        changed = [
            self._between(part, before.parts[part], after.parts[part])
            for before, after in self._pairs
            for part in before.parts
            if not _same(before.parts[part], after.parts[part])
        ]
        fresh = [s.key for s in new if s.key not in kept]
        changed += [Verdict("minor", f"a new stream “{key}”") for key in fresh[:1]]
        return heaviest(changed) if changed else Verdict("patch", "the same streams")

    def _fields_as_whole(self, kind: Kind) -> Verdict:
        """Return what it weighs that the fields are named now, or derived again."""
        old, new = self._asked
        for name in old.keys() - new.keys():
            return Verdict("major", f"the field “{name}” is gone")
        must = [name for name in new.keys() - old.keys() if new[name]]
        if must:
            return Verdict("major", f"people must give “{must[0]}”")
        if new.keys() - old.keys():
            return Verdict("minor", "a new optional field")
        said = "named" if kind == "added" else "derived from templates"
        return Verdict("patch", f"the same fields, {said} now")

    def _pairs_of(
        self, way: Way, kind: Kind, *, own: bool
    ) -> Sequence[tuple[Effective, Effective]]:
        if not own:
            return self._pairs
        document = self._old if kind == "removed" else self._new
        key = stream_key(document, int(way[1]))
        side = 0 if kind == "removed" else 1
        return [pair for pair in self._pairs if pair[side].key == key]


def _part_of(document: Document, way: Way) -> tuple[str, Way, bool]:
    """Return the inherited part a way is in, the way in it, whether in a patch."""
    if way[:1] == ("fieldMapping",):
        return "mapping", way[1:], False
    if way[:1] == ("streams",) and len(way) > 2 and way[2] in PARTS:  # noqa: PLR2004
        return PARTS[way[2]], way[3:], True
    plain = _plain(document, way).split("/")
    if plain[0] == "polling":
        both = way[:2] == ("ingestion", "polling")
        return "polling", way[2:] if both else way[1:], False
    return "", (), False


def _plain(document: Value, way: Sequence[str]) -> str:
    """Return a way as the rules write it."""
    here: Value = document
    parts: list[str] = []
    for part in way:
        inside = isinstance(here, list)
        parts.append("*" if inside else part)
        here = _at(here, (part,))
    if parts[:1] == ["ingestion"]:
        mode = document.get("ingestion") if isinstance(document, dict) else None
        kind = mode.get("mode") if isinstance(mode, dict) else None
        if kind == "polling_and_webhook" and len(parts) > 1:
            return "/".join(parts[1:])
        return "/".join(("webhook" if kind == "webhook" else "polling", *parts[1:]))
    return "/".join(parts)


def _name(document: Document, way: Way) -> str:
    """Return the name of the element, or of the member, that a way leads to."""
    here: Value = document
    found, holder = "", ""
    for part in way:
        inside = isinstance(here, list)
        here = _at(here, (part,))
        if inside:
            plain = here if isinstance(here, str) else ""
            value = None if here is MISSING else here
            found = plain or name_of(holder, value, int(part) if part.isdigit() else 0)
        else:
            holder = part
            found = found if part in {"required", "type", "pattern", "key"} else part
    return found


def _before_list(way: Way) -> tuple[Way, bool]:
    """Return the way as far as no list is entered, and whether one is."""
    for at_, part in enumerate(way):
        if part.isdigit():
            return way[:at_], True
    return way, False


def _types(old: Value, new: Value) -> list[Verdict]:
    """Return what it weighs that other types of signals come from a whole mapping."""
    gone, fresh = _then(old) - _then(new), _then(new) - _then(old)
    found = [
        Verdict("major", f"no signals of type “{name}” any more")
        for name in sorted(map(str, gone))
    ]
    told = [
        Verdict("minor", f"a new signal type “{n}”") for n in sorted(map(str, fresh))
    ]
    return found + told


def _below(value: Value, way: str) -> Value:
    """Return the rules for types in a mapping, or in the part of one that it is."""
    if way == "mapping":
        return _at(value, ("signalTypeRules",))
    return value if way == _RULES else MISSING


def _then(value: Value) -> set[Json]:
    """Return the types that rules lead to."""
    if isinstance(value, dict):
        then = value.get("then")
        return {then} if isinstance(then, str) else set()
    if isinstance(value, list):
        return {name for rule in value for name in _then(rule)}
    return set()


def _at(value: Value, way: Sequence[str]) -> Value:
    here = value
    for part in way:
        if isinstance(here, dict):
            here = here.get(part, MISSING)
        elif isinstance(here, list) and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        else:
            return MISSING
    return here


def _same(one: Value, other: Value) -> bool:
    if one is MISSING or other is MISSING:
        return one is other
    return canonical(one) == canonical(other)


def _sides(kind: Kind, value: Json) -> tuple[Value, Value]:
    return (MISSING, value) if kind == "added" else (value, MISSING)


def _valid(document: Document) -> Connector | None:
    try:
        return validate(document)
    except DescriptorInvalid:
        return None
