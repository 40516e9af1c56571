"""Syncing a connection into the store: the same code in a child and in the foreground.

A page commits whole with its cursor, so a run may be ended at any moment and goes on
from its last committed page.
"""

import os
import socket
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from ferrule.auth import Secrets
from ferrule.clock import Clock, SystemClock
from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.model import Connector
from ferrule.errors import (
    ExchangeError,
    FerruleError,
    RunInterrupted,
    UsageError,
)
from ferrule.exchange import Json
from ferrule.resilience import RateLimit
from ferrule.store.connections import Connection
from ferrule.store.records import Batch, Counts, Ending, Lease
from ferrule.store.runs import Runs
from ferrule.sync.events import Event, RunEnded, RunStarted, ended
from ferrule.sync.plan import Place, StreamPlan, plan_streams
from ferrule.sync.run import DEFAULT_ERROR_RATIO, Orders, Progress, Run
from ferrule.transport.client import Client
from ferrule.workspace.clients import open_client
from ferrule.workspace.running import read_time, sync_from

HEARTBEAT_SECONDS = 10.0
LEASE_SECONDS = 30.0
_REFUSED_FOR_GOOD = {400, 404, 405, 410, 422}


@dataclass(frozen=True, slots=True)
class SyncOrder:
    """What a sync is asked for; without `full` it is incremental."""

    full: bool = False
    sync_from: str | None = None
    fresh: bool = False
    limit: int | None = None
    allow_http: Collection[str] = ()


@dataclass(slots=True)
class StoreSink:
    """Commits pages under a lease."""

    runs: Runs
    lease: Lease
    clock: Clock
    positions: dict[str, Json] = field(default_factory=dict)
    checkpoints: dict[str, Json] = field(default_factory=dict)

    def position(self, stream: str) -> Json:
        """Return where this run left the stream, or None."""
        return self.positions.get(stream)

    def checkpoint(self, stream: str) -> Json:
        """Return the stream's checkpoint, or None."""
        return self.checkpoints.get(stream)

    def commit(self, batch: Batch) -> Counts:
        """Commit a page and return what became of its items."""
        return self.runs.commit(self.lease, batch, self.clock.now())


def sync(
    connection: Connection,
    document: bytes,
    secrets: Secrets,
    runs: Runs,
    order: SyncOrder,
    *,
    emit: Callable[[Event], None],
    should_stop: Callable[[], bool] = lambda: False,
    clock: Clock | None = None,
) -> RunEnded:
    """Run one sync of a connection and return how it ended.

    Raises:
        AlreadyRunning: while another run holds the connection.
        FerruleError: before the first request, when it cannot be run at all.
    """
    clock = clock or SystemClock()
    began = clock.monotonic()
    connector = read_descriptor(document)
    plans = _plans(connection, connector, secrets, clock)
    orders = _orders(connection, connector, plans[0], order)
    client = _client(connection, connector, plans, order, emit=emit, clock=clock)
    lease = runs.begin(
        connection.project,
        connection.key,
        "full" if orders.full else "incremental",
        owner=f"{socket.gethostname()}:{os.getpid()}",
        now=clock.now(),
        sync_from=orders.sync_from,
        lease_seconds=LEASE_SECONDS,
        fresh=order.fresh,
    )
    emit(_started(lease, connector, plans))
    sink = StoreSink(
        runs,
        lease,
        clock,
        runs.positions(lease.run),
        runs.checkpoints(connection.project, connection.key),
    )
    run = Run(plans, client.send, sink, orders, emit, clock, should_stop)
    run.progress.counts = lease.counts
    run.progress.nameless = runs.nameless_errors(lease.run)
    return _Attempt(run, client, runs, lease, began).ended()


def _client(
    connection: Connection,
    connector: Connector,
    plans: Sequence[StreamPlan],
    order: SyncOrder,
    *,
    emit: Callable[[Event], None],
    clock: Clock,
) -> Client:
    limits = [RateLimit.model_validate(limit) for limit in connection.rate_limits or ()]
    return open_client(
        connector,
        plans[0].config,
        plans,
        allow_http=order.allow_http,
        own_limits=limits,
        emit=emit,
        clock=clock,
    )


def _plans(
    connection: Connection, connector: Connector, secrets: Secrets, clock: Clock
) -> tuple[StreamPlan, ...]:
    if not connection.enabled:
        raise UsageError(
            f"The connection “{connection.key}” is disabled.",
            advice="Enable it first.",
        )
    return plan_streams(
        connector,
        Place(connection.project, connection.key),
        connection.config,
        secrets,
        connection.streams,
        clock=clock,
    )


def _orders(
    connection: Connection, connector: Connector, plan: StreamPlan, order: SyncOrder
) -> Orders:
    since = order.sync_from or connection.sync_from
    if since is not None:
        since = read_time(since)
    since = since or sync_from(connector.sync_from, plan.config)
    ratio = connector.max_item_error_ratio
    return Orders(
        full=order.full,
        sync_from=since,
        limit=order.limit,
        max_item_error_ratio=DEFAULT_ERROR_RATIO if ratio is None else ratio,
    )


def _started(
    lease: Lease, connector: Connector, plans: Sequence[StreamPlan]
) -> RunStarted:
    return RunStarted(
        run=lease.run,
        connection=lease.connection,
        connector=f"{connector.id}@v{connector.version}",
        mode=lease.mode,
        streams=tuple(plan.key for plan in plans),
        resumed=lease.resumed,
        counts=lease.counts,
    )


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One go at a run: under its lease, to an end that is stored and told."""

    run: Run
    client: Client
    runs: Runs
    lease: Lease
    began: float

    def ended(self) -> RunEnded:
        """Run, store how it ended, and tell it."""
        try:
            failure = self._execute()
        except KeyboardInterrupt:
            self._end("interrupted", FerruleError("The run was ended by Ctrl-C."))
            raise
        return self._end(_status(self.run.progress, failure), failure)

    def _end(self, status: Ending, failure: FerruleError | None) -> RunEnded:
        progress = self.run.progress
        counts = self._stored(status, failure)
        last = ended(
            run=self.lease.run,
            status=status,
            counts=counts,
            skipped=progress.skipped,
            pages=progress.pages,
            seconds=self.run.clock.monotonic() - self.began,
            checkpoints=progress.whole if status == "done" else {},
            failure=failure,
        )
        self.run.emit(last)
        return last

    def _execute(self) -> FerruleError | None:
        over = threading.Event()
        beat = threading.Thread(
            target=self._keep_lease, args=(over,), daemon=True, name="lease"
        )
        beat.start()
        try:
            with self.client:
                self.run.execute()
        except FerruleError as error:
            return error
        finally:
            over.set()
            beat.join()
        return None

    def _keep_lease(self, over: threading.Event) -> None:
        """Extend the lease during waits; a lost one shows at the next commit."""
        while not over.wait(HEARTBEAT_SECONDS):
            try:
                self.runs.extend(self.lease, self.run.clock.now())
            except RunInterrupted:
                return
            except FerruleError:
                continue  # the database is busy just now; the next beat comes

    def _stored(self, status: Ending, failure: FerruleError | None) -> Counts:
        progress = self.run.progress
        if isinstance(failure, RunInterrupted):
            return progress.counts
        done = status == "done"
        stored = self.runs.finish(
            self.lease,
            self.run.clock.now(),
            status=status,
            checkpoints=progress.whole if done else {},
            sweep=progress.sweeps if done else (),
            error=failure.message if failure else None,
        )
        return stored.counts


def _status(progress: Progress, failure: FerruleError | None) -> Ending:
    """Return how the run ended; what may go better next time is resumed, not failed."""
    if isinstance(failure, ExchangeError) and failure.status not in _REFUSED_FOR_GOOD:
        return "interrupted"
    if isinstance(failure, RunInterrupted):
        return "interrupted"
    if failure is not None:
        return "failed"
    return "stopped" if progress.stopped else "done"
