"""The state of a stateless run: what one run leaves in its file for the next."""

import json
from collections.abc import Mapping
from pathlib import Path

import msgspec

from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.resilience.buckets import Spent


class RunState(msgspec.Struct, frozen=True):
    """Where each stream stands, and what was spent of hours and days."""

    streams: dict[str, dict[str, Json]] = msgspec.field(default_factory=dict)
    spent: Mapping[str, object] = msgspec.field(default_factory=dict)


def read_state(path: Path | None) -> RunState:
    """Return the state in a file, empty when there is no file yet.

    What was spent is only looked at by limits that know their own numbers again.

    Raises:
        UsageError: when the file holds something else.
    """
    if path is None or not path.exists():
        return RunState()
    try:
        found = json.loads(path.read_bytes())
        streams = {str(k): dict(v) for k, v in found["streams"].items()}
        return RunState(streams, dict(found.get("spent", {})))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            f"{path} is not a state file.",
            advice='It holds what the last “state” line of a run said: {"streams": …}.',
        ) from None


def state_of(
    streams: Mapping[str, dict[str, Json]], spent: Mapping[str, Spent]
) -> dict[str, Json]:
    """Return the state as JSON; what was spent is left out where nothing counts."""
    state: dict[str, Json] = {"streams": {**streams}}
    if spent:
        state["spent"] = {key: [*numbers] for key, numbers in spent.items()}
    return state
