"""How much a change of a descriptor weighs, as a table, and why.

MAJOR removes a stream, a field or a config field, changes a type or a key, or asks
people for something they did not give; MINOR adds what may be absent, changes what
signals say or where requests go; the rest is PATCH (seed 000: versions are semantic,
and a mapping that follows the vendor is MINOR).

A way is written with `*` for the element of a list and for the name of a member that
the author chose. `polling` and `mapping` stand for what a stream makes of them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from ferrule.descriptor.difference.walk import Kind
from ferrule.exchange import Json, Missing

Level = Literal["none", "patch", "minor", "major"]
LEVELS: Final[tuple[Level, ...]] = ("none", "patch", "minor", "major")
Value = Json | Missing


class Verdict(NamedTuple):
    """How much something weighs, and why in a few words."""

    level: Level
    reason: str


NOTHING: Final = Verdict("none", "")


@dataclass(frozen=True, slots=True)
class _Rule:
    way: re.Pattern[str]
    kinds: frozenset[Kind]
    level: Level
    reason: str
    when: Callable[[Value, Value], bool] | None = None


def heaviest(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the first of the heaviest."""
    return max(verdicts, key=lambda one: LEVELS.index(one.level), default=NOTHING)


def ruled(way: str, kind: Kind, old: Value, new: Value, name: str) -> Verdict | None:
    """Return what the table says of a change, None where it says nothing."""
    for rule in _RULES:
        if kind in rule.kinds and rule.way.fullmatch(way):
            if rule.when is not None and not rule.when(old, new):
                continue
            return Verdict(rule.level, rule.reason.format(name=name))
    return None


def usual(way: str) -> Verdict:
    """Return what a change weighs of which the table says nothing."""
    if way == "version" or way.startswith("annotations"):
        return NOTHING
    if way.startswith("mapping"):
        return Verdict("minor", "items are read in another way")
    return Verdict("patch", "nothing that others rely on")


def _needed(_old: Value, new: Value) -> bool:
    return isinstance(new, dict) and bool(new.get("required")) and "default" not in new


def _on(_old: Value, new: Value) -> bool:
    return new is True


def _stored(old: Value, new: Value) -> bool:
    """Return whether both strategies keep a checkpoint, in forms of their own."""
    kinds = [v.get("type") if isinstance(v, dict) else None for v in (old, new)]
    return "none" not in kinds and None not in kinds


_ANY: Final = ("added", "removed", "changed", "moved")
_FIELDS: Final = (
    "(configFields|auth/config/credentialFields|authOptions/*/config/credentialFields)"
)


def _rule(
    way: str,
    kinds: Sequence[Kind],
    level: Level,
    reason: str,
    when: Callable[[Value, Value], bool] | None = None,
) -> _Rule:
    pattern = way.replace("*", "[^/]+").replace("//", "(/.*)?")
    return _Rule(re.compile(pattern), frozenset(kinds), level, reason, when)


_RULES: Final[tuple[_Rule, ...]] = (
    _rule("id|provider", _ANY, "major", "another key: signals get other ids"),
    _rule("capabilities/*", ("removed",), "major", "it cannot do “{name}” any more"),
    _rule("capabilities/*", ("added",), "minor", "it can do “{name}” now"),
    # fields that people fill in
    _rule(f"{_FIELDS}/*", ("removed",), "major", "the field “{name}” is gone"),
    _rule(f"{_FIELDS}/*", ("added",), "major", "people must give “{name}”", _needed),
    _rule(f"{_FIELDS}/*", ("added",), "minor", "a new optional field “{name}”"),
    _rule(f"{_FIELDS}/*/(type|key)", _ANY, "major", "“{name}” is of another type"),
    _rule(f"{_FIELDS}/*/required", _ANY, "major", "people must give “{name}”", _on),
    _rule(f"{_FIELDS}/*/required", _ANY, "minor", "“{name}” may be left out now"),
    _rule(f"{_FIELDS}/*/options/*", ("removed",), "major", "a choice is gone"),
    _rule(f"{_FIELDS}/*/options/*", ("added",), "minor", "a new choice"),
    _rule(f"{_FIELDS}/*/pattern", ("removed",), "minor", "“{name}” may be any text"),
    _rule(f"{_FIELDS}/*/pattern", _ANY, "major", "values of “{name}” may be refused"),
    # signing in
    _rule("auth", _ANY, "major", "people must sign in another way"),
    _rule("auth/config/grant", _ANY, "major", "people must sign in another way"),
    _rule("auth//scopes/*", ("added",), "minor", "it asks for another permission"),
    _rule("authOptions(/*)?", ("removed",), "major", "a way to sign in is gone"),
    _rule("authOptions(/*)?", ("added",), "minor", "another way to sign in"),
    _rule("authOptions/*", ("changed",), "major", "a way to sign in is another"),
    _rule("authOptions/*/label", _ANY, "major", "connections know it by its name"),
    _rule("permissions/*(/*)?", ("added",), "minor", "it may reach more: {name}"),
    # what comes in
    _rule("streams/*", ("removed",), "major", "the stream “{name}” is gone"),
    _rule("streams/*", ("added",), "minor", "a new stream “{name}”"),
    _rule("streams/*/key", _ANY, "major", "a stream has another key"),
    _rule("streams/*/collectionKey", _ANY, "major", "a stream writes elsewhere"),
    _rule("streams/*/enabledByDefault", _ANY, "minor", "other streams are on at first"),
    _rule("webhook", ("removed",), "major", "it is not called any more"),
    _rule("webhook", ("added",), "minor", "it can be called now"),
    _rule("webhook/verification", _ANY, "major", "calls are verified in another way"),
    _rule("webhook/(eventTypes|events)/*", ("removed",), "major", "an event is gone"),
    _rule("webhook/(eventTypes|events)/*", ("added",), "minor", "a new event"),
    _rule("polling", ("removed",), "major", "it asks for nothing any more"),
    _rule("polling", ("added",), "minor", "it asks by itself now"),
    _rule("polling/delta", _ANY, "major", "checkpoints are of another kind", _stored),
    _rule("polling/delta//", _ANY, "minor", "changes are asked for in another way"),
    _rule("polling/partition//", _ANY, "minor", "it is read in other slices"),
    # what signals say
    _rule("mapping/(idPath|primaryKey//)", _ANY, "major", "records get other ids"),
    _rule(
        "mapping/(participantsPath|tagsPath|relatedItemsPath|createdPath|archivedAtPath"
        "|priorityMapping)",
        ("removed",),
        "major",
        "signals lack “{name}” now",
    ),
    _rule(
        "mapping/(participantsPath|tagsPath|relatedItemsPath|createdPath|archivedAtPath"
        "|priorityMapping)",
        ("added",),
        "minor",
        "signals hold “{name}” now",
    ),
    _rule("mapping/fields(/*)?", ("removed",), "major", "signals lack “{name}” now"),
    _rule("mapping/fields(/*)?", ("added",), "minor", "signals hold “{name}” now"),
    _rule("mapping/fields/*/as", _ANY, "major", "a field is of another type"),
    _rule("mapping/rawFields", ("added",), "major", "signals hold less of the item"),
    _rule("mapping/rawFields", ("removed",), "minor", "signals hold the whole item"),
    _rule("mapping/rawFields/*", ("removed",), "major", "signals lack “{name}” now"),
    # what it can do
    _rule("tools(/*)?", ("removed",), "major", "the tool “{name}” is gone"),
    _rule("tools(/*)?", ("added",), "minor", "a new tool “{name}”"),
    _rule("tools/*/params/*", ("removed",), "major", "“{name}” is taken no more"),
    _rule("tools/*/params/*", ("added",), "major", "a tool needs “{name}”", _needed),
    _rule("tools/*/params/*", ("added",), "minor", "a tool takes “{name}” too"),
    _rule("tools/*/params/*/type", _ANY, "major", "“{name}” is of another type"),
    _rule("tools/*/params/*/required", _ANY, "major", "a tool needs “{name}”", _on),
    _rule("tools/*/params/*/required", _ANY, "minor", "“{name}” may be left out now"),
    _rule("tools/*/params/*/enum/*", ("removed",), "major", "a value is refused now"),
    _rule("tools/*/effect", _ANY, "major", "a tool has another effect"),
    _rule("tools/*/responseMap/*", ("removed",), "major", "a result lacks “{name}”"),
    _rule("tools/*/responseMap/*", _ANY, "minor", "a result says something else"),
    _rule("sinks(/*)?", ("removed",), "major", "the sink “{name}” is gone"),
    _rule("sinks(/*)?", ("added",), "minor", "a new sink “{name}”"),
    _rule("sinks/*/entityType", _ANY, "major", "a sink takes another type"),
    _rule("apiVersions(/*)?", ("removed",), "major", "the API version is gone"),
    _rule("apiVersions(/*)?", ("added",), "minor", "another API version"),
    _rule("apiVersions/*/(default|overrides//)", _ANY, "minor", "another API version"),
)
