"""The values that go into the run tables and come out of them.

Plain frozen values: nothing here knows SQL. Times are RFC 3339 text in UTC.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

import msgspec

from ferrule.exchange import Json
from ferrule.signals import NormalisedSignal

Mode = Literal["full", "incremental"]
Ending = Literal["done", "failed", "interrupted", "stopped", "paused"]
RunStatus = Literal["running", "done", "failed", "interrupted", "stopped", "paused"]


class Counts(msgspec.Struct, frozen=True):
    """What became of items: `processed` is the sum of all but rows swept away.

    `skipped` items were left out by a filter or by `syncFrom`: not processed.
    """

    processed: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.processed + other.processed,
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.deleted + other.deleted,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )


class Lease(msgspec.Struct, frozen=True):
    """The right to write one connection's signals, until a higher `epoch` exists.

    `counts` are those of the run when the lease was taken: zero, unless it `resumed`.
    """

    project: str
    connection: str
    run: int
    epoch: int
    mode: Mode
    resumed: bool
    counts: Counts = msgspec.field(default_factory=Counts)


class FailedItem(NamedTuple):
    """An item that could not be mapped: where, why, and its bytes."""

    item_id: str | None
    field: str
    message: str
    raw: bytes


class Batch(msgspec.Struct, frozen=True):
    """One page, mapped: what `Runs.commit` stores in one transaction.

    `items` are the complete items, in the order of `signals`. `position`
    is where the stream goes on after this page. `requests` were sent for this page, the
    last of them answered within `latency_ms`. `deleted` names items that the service
    says are gone; an id is here or in `signals`. `slices` are the states of slices that
    changed with this page, None where one is needed no more. `skipped` items were left
    out.
    """

    stream: str
    collection_key: str
    signals: Sequence[NormalisedSignal]
    items: Sequence[Json]
    errors: Sequence[FailedItem | tuple[str | None, str, str, bytes]] = ()
    position: Json = None
    page: int = 1
    requests: int = 1
    slices: Mapping[str, Json] = msgspec.field(default_factory=dict)
    deleted: Sequence[str] = ()
    skipped: int = 0
    latency_ms: float | None = None


class PageChanges(NamedTuple):
    """What a page, or the end of a full run, changed: signals, and ids that are gone.

    What a sweep removes has no `stream` of its own where it is not of one.
    """

    stream: str
    collection_key: str
    created: Sequence[NormalisedSignal]
    updated: Sequence[NormalisedSignal]
    removed: Sequence[str]


class DryRun(msgspec.Struct, frozen=True):
    """A run that stored nothing, to be remembered: what it would have done."""

    project: str
    connection: str
    mode: Mode
    status: Ending
    sync_from: str | None
    started_at: datetime
    finished_at: datetime
    pages: int
    counts: Counts
    error: str | None = None
    latency_p50_ms: float | None = None
    latency_p95_ms: float | None = None


class StoredCursor(msgspec.Struct, frozen=True):
    """Where one stream of a connection stands.

    `checkpoint` is what the next incremental run begins from, kept by `run` at `at`.
    `position` and `slices_done` are those of the unfinished run `unfinished`.
    """

    stream: str
    checkpoint: Json = None
    run: int | None = None
    at: str | None = None
    position: Json = None
    slices_done: int = 0
    unfinished: int | None = None


class Sweep(msgspec.Struct, frozen=True):
    """A collection seen whole: what the run did not see is gone at the service.

    With `created_from` only rows created at or after that time are swept; with
    `stream` only the rows which that stream wrote.
    """

    collection_key: str
    created_from: str | None = None
    stream: str | None = None


class StoredRun(msgspec.Struct, frozen=True):
    """One run as it stands in the database; a `dry` one has stored nothing else."""

    id: int
    project: str
    connection: str
    connector_id: str
    version: str
    mode: Mode
    status: RunStatus
    sync_from: str | None
    started_at: str
    finished_at: str | None
    resumptions: int
    pages: int
    requests: int
    counts: Counts
    error: str | None
    latency_p50_ms: float | None = None
    latency_p95_ms: float | None = None
    dry: bool = False


class Mark(NamedTuple):
    """The place of a row in the newest-first order of signals."""

    timestamp: str
    source: int
    external_id: str


class StoredSignal(msgspec.Struct, frozen=True):
    """One stored signal with its complete item; `mark` is where a next page begins."""

    signal: NormalisedSignal
    raw_payload: bytes
    stored_at: str
    first_run: int
    last_run: int
    mark: Mark


class SignalCounts(msgspec.Struct, frozen=True):
    """How many signals are stored, and how many were stored or changed lately."""

    total: int
    last_day: int
    last_week: int


class StoredItemError(msgspec.Struct, frozen=True):
    """One item error of a run, with the item's JSON as it was received."""

    run: int
    stream: str
    page: int
    item_id: str | None
    field: str
    message: str
    raw: bytes


class StoredHealthCheck(msgspec.Struct, frozen=True):
    """What one check of a connection, or the end of one run, said about its health."""

    at: str
    healthy: bool
    latency_ms: float | None
    message: str


Positions = Mapping[str, Json]


def utc_text(text: str) -> str:
    """Return an ISO 8601 time or date as RFC 3339 in UTC; naive means UTC.

    Raises:
        ValueError: when it is not such a time.
    """
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")
