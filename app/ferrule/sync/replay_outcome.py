"""What came of a replayed fixture, and where that is not what it expects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from ferrule.exchange import MISSING, Json, Missing
from ferrule.signals import NormalisedSignal

_COUNTED: Final = ("items", "count", "failed", "checkpoint")
_LISTS: Final = frozenset({"failed", "archived", "gone"})
# What tells whose run it was, and what is worked out from the rest.
_ASIDE: Final = frozenset(
    {
        "id",
        "source",
        "projectId",
        "connection",
        "collectionKey",
        "stream",
        "raw",
        "contentHash",
    }
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One place at which something else came; MISSING stands for nothing at all.

    `path` is the member of the expectation (`count`, `signals['42'].summary`).
    """

    path: str
    expected: Json | Missing
    got: Json | Missing

    @property
    def told(self) -> str:
        """Return it as a sentence."""
        if self.got is MISSING:
            return f"{self.path} is missing, recorded is {self.expected!r}."
        if self.expected is MISSING:
            return f"{self.path} is {self.got!r}, recorded is nothing."
        return f"{self.path} is {self.got!r}, recorded is {self.expected!r}."


@dataclass(frozen=True, slots=True)
class Played:
    """A replay: what came of it in the form of an expectation, and the differences.

    `trouble` says why nothing came: a request that is not the recorded one, a fixture
    that has not the documented form.
    """

    found: Mapping[str, Any] | None
    differences: tuple[Difference, ...] = ()
    trouble: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not (self.trouble or self.differences)

    @property
    def problems(self) -> list[str]:
        """What is wrong, a sentence each."""
        if self.trouble:
            return [self.trouble]
        return [difference.told for difference in self.differences]


def essential(signal: NormalisedSignal) -> dict[str, Json]:
    """Return what a fixture expects of a signal: the members that say something."""
    members: dict[str, Json] = msgspec.to_builtins(signal)
    kept = {k: v for k, v in members.items() if k not in _ASIDE}
    return {k: v for k, v in kept.items() if v not in (None, [], {}, False)}


def differences(
    found: Mapping[str, Any], expect: Mapping[str, Any]
) -> Iterator[Difference]:
    """Yield where what was found is not what is expected.

    Raises:
        KeyError: when the expectation lacks a member that it must have.
    """
    if found.get("error") != expect.get("error"):
        yield Difference(
            "error", expect.get("error", MISSING), found.get("error", MISSING)
        )
        return
    if "error" in found:
        return
    if "healthy" in found:
        if found["healthy"] != expect["healthy"]:
            yield Difference("healthy", expect["healthy"], found["healthy"])
        return
    if "result" in found:
        yield from _of_result(found["result"], expect["result"])
        return
    if {"status", "answer", "secret"} & found.keys():
        yield from _of_call(found, expect)
        return
    for member in _COUNTED:
        if found[member] != expect[member]:
            yield Difference(member, expect[member], found[member])
    yield from _of_signals(found["signals"], expect["signals"], whole=found["count"])


def _of_call(
    found: Mapping[str, Any], expect: Mapping[str, Any]
) -> Iterator[Difference]:
    """Yield where a call of a service comes to something else.

    Lists that are empty need not be expected.
    """
    for name in dict.fromkeys([*expect, *found]):
        usual: Json | Missing = [] if name in _LISTS else MISSING
        wanted, got = expect.get(name, usual), found.get(name, usual)
        if name != "signals" and wanted != got:
            yield Difference(name, wanted, got)
    signals = found.get("signals", [])
    yield from _of_signals(signals, expect.get("signals", []), whole=len(signals))


def _of_result(found: Json, expected: Json) -> Iterator[Difference]:
    """Yield where the result of a tool is another: member by member of an object."""
    if not isinstance(found, dict) or not isinstance(expected, dict):
        if found != expected:
            yield Difference("result", expected, found)
        return
    for name in dict.fromkeys([*expected, *found]):
        wanted, got = expected.get(name, MISSING), found.get(name, MISSING)
        if wanted != got:
            yield Difference(f"result.{name}", wanted, got)


def _of_signals(
    found: list[dict[str, Any]], expected: list[dict[str, Any]], *, whole: int
) -> Iterator[Difference]:
    by_id = {signal["externalId"]: signal for signal in found}
    ids = [signal["externalId"] for signal in expected]
    if len(expected) == whole and list(by_id) != ids:
        yield Difference("signal ids", list(ids), list(by_id))
    for wanted in expected:
        name = wanted["externalId"]
        signal = by_id.get(name)
        if signal is None:
            yield Difference(f"signals[{name!r}]", wanted.get("summary", name), MISSING)
            continue
        for member, value in wanted.items():
            # What says nothing is left out of what was found, not of what is expected.
            empty: Json = [] if value == [] else None
            got = signal.get(member, empty)
            if got != value:
                missing = member not in signal
                path = f"signals[{name!r}].{member}"
                yield Difference(path, value, MISSING if missing else got)
