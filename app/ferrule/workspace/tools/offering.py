"""The tools that agents are offered: their names, and what is said of them.

A name is the connection's key and the tool's, in the characters and the length that all
clients take. Nothing here knows a protocol.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from ferrule.errors import ExchangeError, FerruleError
from ferrule.exchange import Json, encode
from ferrule.redaction import live
from ferrule.workspace.tools.approvals import LASTS
from ferrule.workspace.tools.facts import ToolFacts, ToolOutcome
from ferrule.workspace.tools.listing import all_tools
from ferrule.workspace.workspace import Workspace

LONGEST_NAME: Final = 64  # of the clients that take least
LONGEST_RESULT: Final = 400_000
_STRANGE: Final = re.compile(r"[^A-Za-z0-9_-]")
_BETWEEN: Final = "__"
_DIGITS: Final = 8
_EFFECTS: Final = {
    "read": "",
    "write": "It changes something there.",
    "destructive": "It destroys something there.",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """A tool under the name by which agents call it."""

    name: str
    facts: ToolFacts

    @property
    def description(self) -> str:
        """Return what an agent is told of it."""
        facts = self.facts
        parts = [facts.description.strip().rstrip(".") + ".", _EFFECTS[facts.effect]]
        if facts.asks and not facts.waived:
            minutes = int(LASTS.total_seconds() // 60)
            parts.append(
                f"A person is asked first: the call waits for up to {minutes} minutes."
            )
        parts.append(f"Connection “{facts.connection}” ({facts.connector_id}).")
        return live.text(" ".join(filter(None, parts)))


def offered(
    workspace: Workspace,
    connections: Collection[str] = (),
    *,
    read_only: bool = False,
) -> dict[str, Offered]:
    """Return the tools of enabled connections by the name that agents know.

    Only those of the named `connections`, if some are; with `read_only` only those that
    change nothing. What cannot be run just now is left out.
    """
    found = [
        one
        for one in all_tools(workspace)
        if (not connections or one.connection in connections)
        and not one.trouble
        and (not read_only or one.reads)
    ]
    names = agent_names([(one.connection, one.name) for one in found])
    return {name: Offered(name, one) for name, one in zip(names, found, strict=True)}


def agent_names(places: Sequence[tuple[str, str]]) -> list[str]:
    """Return a name for each (connection, tool): unique, and the same every time."""
    plain = [_BETWEEN.join(place) for place in places]
    bare = [_STRANGE.sub("_", name) for name in plain]
    often = Counter(bare)
    return [
        _marked(short, place)
        if short != name or often[short] > 1 or len(short) > LONGEST_NAME
        else short
        for name, short, place in zip(plain, bare, places, strict=True)
    ]


def _marked(name: str, place: tuple[str, str]) -> str:
    """Return a name that is cut and told from others by a digest of what it names."""
    digest = hashlib.sha256("\0".join(place).encode()).hexdigest()[:_DIGITS]
    return f"{name[: LONGEST_NAME - _DIGITS - 1]}_{digest}"


def error_text(error: FerruleError) -> str:
    """Return an error for an agent: what happened, what to do, what was answered."""
    parts = [error.message, error.advice]
    if isinstance(error, ExchangeError) and error.snippet:
        parts.append(f"The service said: {error.snippet}")
    return live.text(" ".join(filter(None, parts)))


def result_text(outcome: ToolOutcome) -> str:
    """Return a result as text: JSON, or the text that it is; a long one is cut."""
    result = outcome.result
    whole = result if isinstance(result, str) else encode(result).decode()
    text = live.text(whole)
    if len(text) > LONGEST_RESULT:
        left = len(text) - LONGEST_RESULT
        text = f"{text[:LONGEST_RESULT]}\n… {left:,} characters more were left out."
    return f"{text}\n{outcome.problem}" if outcome.problem else text


def result_object(outcome: ToolOutcome) -> dict[str, Json] | None:
    """Return a result as one object; None where it is too long for a message."""
    result = outcome.result
    if len(encode(result)) > LONGEST_RESULT:
        return None
    return _masked(result) if isinstance(result, dict) else {"result": _text(result)}


def _masked(value: dict[str, Json]) -> dict[str, Json]:
    return {live.text(name): _text(member) for name, member in value.items()}


def _text(value: Json) -> Json:
    if isinstance(value, str):
        return live.text(value)
    if isinstance(value, list):
        return [_text(one) for one in value]
    return _masked(value) if isinstance(value, dict) else value
