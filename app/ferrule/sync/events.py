"""What a run tells while it goes on: plain values, one JSON line each.

These lines are the progress API: `sync --json` prints them, the window reads them.
"""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, ClassVar, Final

import msgspec

from ferrule.errors import FerruleError
from ferrule.exchange import Json, encode
from ferrule.redaction import live
from ferrule.store.records import Counts, Ending, Mode

_COUNTED: Final = Counts.__struct_fields__

Natural = Annotated[int, msgspec.Meta(ge=0)]
FromOne = Annotated[int, msgspec.Meta(ge=1)]
Amount = Annotated[float, msgspec.Meta(ge=0)]


class Event(msgspec.Struct, frozen=True):
    """One thing that happened in a run."""

    type: ClassVar[str] = ""

    def wire(self) -> dict[str, Json]:
        """Return the event as a JSON object with its `type` first."""
        line: dict[str, Json] = {"type": self.type}
        for name, told in _members(type(self)):
            line[told] = _plain(getattr(self, name))
        return line


_MEMBERS: dict[type[Event], tuple[tuple[str, str], ...]] = {}  # told many times


class RunStarted(Event, frozen=True):
    """A run began, or went on from its last committed cursor.

    `run` is its number, 0 where none is given. With `dry_run` nothing will be stored.
    """

    type: ClassVar[str] = "started"

    run: Natural
    connection: str
    connector: str
    mode: Mode
    streams: tuple[str, ...]
    resumed: bool
    counts: Counts
    dry_run: bool = False


class StreamStarted(Event, frozen=True):
    """A stream is polled from `page` on.

    `slices` is how many slices it has, where that is known before they are read.
    """

    type: ClassVar[str] = "stream"

    stream: str
    page: FromOne
    checkpoint: Json
    slices: Natural | None = None


class BatchStored(Event, frozen=True):
    """A page was committed, or weighed in a dry run; `counts` are the run's so far.

    `slice` tells a person which part of the stream it is, where there are several;
    `slices_done` of `slices` are done then. The page was answered within `latency_ms`.
    """

    type: ClassVar[str] = "batch"

    stream: str
    page: FromOne
    items: Natural
    counts: Counts
    cursor: Json
    mark: Json
    total: int | None
    slice: str | None = None
    slices_done: Natural | None = None
    slices: Natural | None = None
    latency_ms: Amount | None = None


class ItemFailed(Event, frozen=True):
    """An item could not be mapped; the run goes on."""

    type: ClassVar[str] = "item_error"

    stream: str
    page: FromOne
    item_id: str | None
    field: str
    message: str


class Waited(Event, frozen=True):
    """The run waits: for its rate, for a retry, or because it was asked to.

    `until` (RFC 3339) is there where the time is known at which it goes on by itself.
    """

    type: ClassVar[str] = "waiting"

    seconds: Amount
    reason: str
    until: str | None = None


class BudgetTold(Event, frozen=True):
    """The service told what is left: `remaining` requests until `resets_at`.

    `limit` and `resets_at` (RFC 3339) are None where it does not say.
    """

    type: ClassVar[str] = "budget"

    limit: int | None
    remaining: Natural
    resets_at: str | None


class Noticed(Event, frozen=True):
    """Something that a person should know and that does not stop the run."""

    type: ClassVar[str] = "notice"

    stream: str
    message: str


class StreamEnded(Event, frozen=True):
    """A stream was read to its end; `whole` unless a limit cut it short."""

    type: ClassVar[str] = "stream_end"

    stream: str
    pages: Natural
    whole: bool


class RunEnded(Event, frozen=True):
    """The run is over; the last line of every run.

    `pages` and `seconds` are those of this attempt, `counts` those of the whole run,
    `skipped` among them. `failure` is the name of the error. Half of the answers came
    within `latency_p50_ms`, 95 in 100 within `latency_p95_ms`. With `dry_run` nothing
    was stored.
    """

    type: ClassVar[str] = "run"

    run: Natural
    status: Ending
    counts: Counts
    skipped: Natural
    pages: Natural
    seconds: Amount
    checkpoints: dict[str, Json]
    error: str | None
    advice: str | None
    failure: str | None = None
    latency_p50_ms: Amount | None = None
    latency_p95_ms: Amount | None = None
    dry_run: bool = False


def in_turn(emit: Callable[[Event], None]) -> Callable[[Event], None]:
    """Return an `emit` that several threads may call: one event after another."""
    lock = threading.Lock()

    def emit_in_turn(event: Event) -> None:
        with lock:
            emit(event)

    return emit_in_turn


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
    status: Ending,
    counts: Counts,
    skipped: int,
    pages: int,
    seconds: float,
    checkpoints: dict[str, Json],
    failure: FerruleError | None,
    latency_p50_ms: float | None = None,
    latency_p95_ms: float | None = None,
    dry_run: bool = False,
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
        failure=_public_name(failure) if failure else None,
        latency_p50_ms=latency_p50_ms,
        latency_p95_ms=latency_p95_ms,
        dry_run=dry_run,
    )


def _public_name(failure: FerruleError) -> str:
    """Return the name that the tree of errors has for a failure, or for its kind."""
    kinds = type(failure).__mro__
    return next(k.__name__ for k in kinds if k.__module__ == FerruleError.__module__)


def _members(kind: type[Event]) -> tuple[tuple[str, str], ...]:
    """Return the members of a kind of events, and their names on the wire."""
    if kind not in _MEMBERS:
        _MEMBERS[kind] = tuple((name, camel(name)) for name in kind.__struct_fields__)
    return _MEMBERS[kind]


def camel(name: str) -> str:
    """Return a member's name as it stands on the wire."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _plain(value: object) -> Json:
    if isinstance(value, Counts):
        return {name: getattr(value, name) for name in _COUNTED}
    if isinstance(value, tuple):
        return [_plain(element) for element in value]
    return value  # type: ignore[return-value]  # events hold JSON otherwise
