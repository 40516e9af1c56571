"""The tools that agents are offered: their names, and what is said of them.

A name is the connection's key and the tool's, in the characters and the length that all
clients take. What descriptors and services say is passed on as data (`telling`).
Nothing here knows a protocol.
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
from ferrule.workspace.tools.facts import ToolFacts, ToolOutcome
from ferrule.workspace.tools.listing import all_tools
from ferrule.workspace.tools.telling import (
    LONGEST_TEXT,
    can_be_called,
    line,
    plain,
    plain_json,
    plain_schema,
)
from ferrule.workspace.workspace import Workspace

LONGEST_NAME: Final = 64  # of the clients that take least
LONGEST_RESULT: Final = 400_000
_LONGEST_TITLE: Final = 100
_LONGEST_ERROR: Final = 4_000
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
        told = line(facts.description).rstrip(".")
        parts = [f"{told}." if told else "", _EFFECTS[facts.effect]]
        if facts.asks and not facts.waived:
            parts.append(
                "A person is asked first. Where that takes long the call says so: make "
                "the same call again once it is approved."
            )
        parts.append(f"Connection “{facts.connection}” ({facts.connector_id}).")
        return " ".join(filter(None, parts))

    @property
    def title(self) -> str:
        """Return what a person is shown."""
        return line(f"{self.facts.connection}: {self.facts.name}", _LONGEST_TITLE)

    @property
    def schema(self) -> dict[str, Json]:
        """Return the JSON Schema of its arguments."""
        return plain_schema(self.facts.params)


def offered(
    workspace: Workspace,
    connections: Collection[str] = (),
    *,
    read_only: bool = False,
) -> dict[str, Offered]:
    """Return the tools of enabled connections by the name that agents know.

    Only those of the named `connections`, if some are; with `read_only` only those that
    change nothing. What cannot be run just now, or by no client, is left out.
    """
    found = [
        one
        for one in all_tools(workspace)
        if (not connections or one.connection in connections)
        and not one.trouble
        and can_be_called(one.params)
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
    return plain(" ".join(filter(None, parts)), _LONGEST_ERROR)


def result_told(outcome: ToolOutcome) -> tuple[str, dict[str, Json] | None]:
    """Return a result as text and as one object; a long one is cut, and no object.

    The text is JSON, or the text that the result is.
    """
    result = plain_json(outcome.result)
    raw = encode(result)
    text = result if isinstance(result, str) else live.text(raw.decode())
    if len(text) > LONGEST_RESULT:
        left = len(text) - LONGEST_RESULT
        text = f"{text[:LONGEST_RESULT]}\n… {left:,} characters more were left out."
    if outcome.problem:
        text = f"{text}\n{plain(outcome.problem, LONGEST_TEXT)}"
    if len(raw) > LONGEST_RESULT:
        return text, None
    return text, result if isinstance(result, dict) else {"result": result}
