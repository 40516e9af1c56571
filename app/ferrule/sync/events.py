"""What a run tells while it goes on: plain values, one JSON line each.

These lines are the progress API: `sync --json` prints them, the window reads them.
"""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import ClassVar

import msgspec

from ferrule.errors import FerruleError
from ferrule.exchange import Json, encode
from ferrule.redaction import live
from ferrule.store.records import Counts


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a run."""

    type: ClassVar[str] = ""

    def wire(self) -> dict[str, Json]:
        """Return the event as a JSON object with its `type` first."""
        line: dict[str, Json] = {"type": self.type}
        for member in fields(self):
            value = getattr(self, member.name)
            line[_camel(member.name)] = _plain(value)
        return line


@dataclass(frozen=True, slots=True)
class RunStarted(Event):
    """A run began, or went on from its last committed cursor."""

    type: ClassVar[str] = "started"

    run: int
    connection: str
    connector: str
    mode: str
    streams: tuple[str, ...]
    resumed: bool
    counts: Counts


@dataclass(frozen=True, slots=True)
class StreamStarted(Event):
    """A stream is polled from `page` on."""

    type: ClassVar[str] = "stream"

    stream: str
    page: int
    checkpoint: Json


@dataclass(frozen=True, slots=True)
class BatchStored(Event):
    """A page was committed; `counts` are the run's so far."""

    type: ClassVar[str] = "batch"

    stream: str
    page: int
    items: int
    counts: Counts
    cursor: Json
    mark: Json
    total: int | None


@dataclass(frozen=True, slots=True)
class ItemFailed(Event):
    """An item could not be mapped; the run goes on."""

    type: ClassVar[str] = "item_error"

    stream: str
    page: int
    item_id: str | None
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Waited(Event):
    """The run waits: for its rate, for a retry, or because it was asked to."""

    type: ClassVar[str] = "waiting"

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Noticed(Event):
    """Something that a person should know and that does not stop the run."""

    type: ClassVar[str] = "notice"

    stream: str
    message: str


@dataclass(frozen=True, slots=True)
class StreamEnded(Event):
    """A stream was read to its end; `whole` unless a limit cut it short."""

    type: ClassVar[str] = "stream_end"

    stream: str
    pages: int
    whole: bool


@dataclass(frozen=True, slots=True)
class RunEnded(Event):
    """The run is over; the last line of every run.

    `skipped`, `pages` and `seconds` are those of this attempt, `counts` those of the
    whole run. `failure` is the name of the error.
    """

    type: ClassVar[str] = "run"

    run: int
    status: str
    counts: Counts
    skipped: int
    pages: int
    seconds: float
    checkpoints: dict[str, Json]
    error: str | None
    advice: str | None
    failure: str | None = None


def line_bytes(value: object) -> bytes:
    """Return a value as one JSON line; integers of any size keep their digits."""
    try:
        return encode(value) + b"\n"
    except OverflowError:  # only plain values of that size encode exactly
        plain = msgspec.to_builtins(value, builtin_types=(Decimal,))
        return encode(plain) + b"\n"


def ended(
    *,
    run: int,
    status: str,
    counts: Counts,
    skipped: int,
    pages: int,
    seconds: float,
    checkpoints: dict[str, Json],
    failure: FerruleError | None,
) -> RunEnded:
    """Return the last event of a run, its error told without any secret."""
    return RunEnded(
        run=run,
        status=status,
        counts=counts,
        skipped=skipped,
        pages=pages,
        seconds=round(seconds, 3),
        checkpoints=checkpoints,
        error=live.text(failure.message) if failure else None,
        advice=(live.text(failure.advice) or None) if failure else None,
        failure=type(failure).__name__ if failure else None,
    )


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _plain(value: object) -> Json:
    if isinstance(value, Counts):
        return {member.name: getattr(value, member.name) for member in fields(value)}
    if isinstance(value, tuple):
        return [_plain(element) for element in value]
    return value  # type: ignore[return-value]  # events hold JSON otherwise
