"""The lines of a run that are no events: how they look, for the published schema.

`ferrule run` writes signals and states, the command line says `ready` and tells errors.
"""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

from ferrule.exchange import Json
from ferrule.signals import NormalisedSignal
from ferrule.store.records import Mode


class Ready(TypedDict):
    """The process listens, before its slow imports: with `--control stdin`."""


class SignalLine(TypedDict):
    """One mapped item, in `ferrule run`."""

    signal: NormalisedSignal


class DeletedLine(TypedDict):
    """Only in `ferrule run`: an item that the service says is gone."""

    collectionKey: str
    externalId: str


class StreamState(TypedDict):
    """What `ferrule run` keeps of a stream: its checkpoint, or where it goes on."""

    checkpoint: NotRequired[Json]
    mode: NotRequired[Mode]
    position: NotRequired[dict[str, Json]]
    slices: NotRequired[dict[str, Json]]


class State(TypedDict):
    """The streams by their key; two numbers for each hour or day that is limited."""

    streams: dict[str, StreamState]
    spent: NotRequired[dict[str, list[float]]]


class StateLine(TypedDict):
    """What the next `ferrule run` needs."""

    state: State


class ProblemLine(TypedDict):
    """A finding in a descriptor; `column` counts from 1."""

    rule: str
    severity: Literal["error", "warning", "hint"]
    pointer: str
    message: str
    advice: NotRequired[str]
    column: NotRequired[Annotated[int, Meta(ge=1)]]


class ErrorLine(TypedDict):
    """Nothing was begun, and why; last, instead of `run`."""

    error: str
    message: str
    advice: NotRequired[str]
    problems: NotRequired[list[ProblemLine]]
    column: NotRequired[Annotated[int, Meta(ge=1)]]
    url: NotRequired[str]
    status: NotRequired[int]
    snippet: NotRequired[str]


# What TypedDict cannot say: the `type` of each line.
LINES: dict[str, Any] = {
    "ready": Ready,
    "signal": SignalLine,
    "deleted": DeletedLine,
    "state": StateLine,
    "error": ErrorLine,
}
