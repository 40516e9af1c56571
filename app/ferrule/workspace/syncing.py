"""Syncing a connection into the store: the same code in a child and in the foreground.

A page commits whole with its cursor, so a run may be ended at any moment and goes on
from its last committed page. Where the database cannot be written (a full disk, say),
the run pauses there; where nobody can be told any more, it goes on untold.
"""

import os
import socket
import threading
from collections.abc import Callable, Mapping

import msgspec

from ferrule.auth import Secrets
from ferrule.clock import Clock, SystemClock
from ferrule.credentials.tokens import TokenKeeper
from ferrule.errors import (
    Cancelled,
    ExchangeError,
    FerruleError,
    KeychainUnavailable,
    RunInterrupted,
    StoreError,
    VaultLocked,
)
from ferrule.exchange import Json
from ferrule.store.connections import Connection
from ferrule.store.faults import UnwritableError
from ferrule.store.records import Batch, Counts, Ending, Lease, StoredRun
from ferrule.store.runs import Runs
from ferrule.sync.events import Event, RunEnded, RunStarted, ended
from ferrule.sync.run import Progress, Run
from ferrule.transport.client import Client, Meter
from ferrule.workspace.halting import Halt
from ferrule.workspace.preparing import Ready, SyncOrder, prepare
from ferrule.workspace.running import look_ahead

HEARTBEAT_SECONDS = 10.0
LEASE_SECONDS = 30.0
_REFUSED_FOR_GOOD = {400, 404, 405, 410, 422}
_VAULT_SHUT = VaultLocked | KeychainUnavailable


class StoreSink(msgspec.Struct):
    """Commits pages under a lease."""

    runs: Runs
    lease: Lease
    clock: Clock
    positions: dict[str, Json] = msgspec.field(default_factory=dict)
    checkpoints: dict[str, Json] = msgspec.field(default_factory=dict)

    def position(self, stream: str) -> Json:
        """Return where this run left the stream, or None."""
        return self.positions.get(stream)

    def checkpoint(self, stream: str) -> Json:
        """Return the stream's checkpoint, or None."""
        return self.checkpoints.get(stream)

    def slices(self, stream: str) -> Mapping[str, Json]:
        """Return the states of the stream's slices that this run stored."""
        return self.runs.slices(self.lease.run, stream)

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
    halt: Halt | None = None,
    clock: Clock | None = None,
    keeper: TokenKeeper | None = None,
    meter: Meter | None = None,
) -> RunEnded:
    """Run one sync of a connection and return how it ended.

    Raises:
        AlreadyRunning: while another run holds the connection.
        FerruleError: before the first request, when it cannot be run at all.
    """
    clock, halt = clock or SystemClock(), halt or Halt()
    began = clock.monotonic()
    ready = prepare(
        *(connection, document, secrets, order),
        emit=emit,
        halt=halt,
        clock=clock,
        keeper=keeper,
        meter=meter,
    )
    plans, orders, emit = ready.plans, ready.orders, ready.emit
    lease = runs.begin(
        connection.project,
        connection.key,
        order.mode,
        owner=f"{socket.gethostname()}:{os.getpid()}",
        now=clock.now(),
        sync_from=orders.sync_from,
        lease_seconds=LEASE_SECONDS,
        fresh=order.fresh,
    )
    ready.client.resume(runs.spending(connection.project, connection.key).kept())
    ready.begin(_started(lease, ready))
    sink = StoreSink(
        runs,
        lease,
        clock,
        runs.positions(lease.run),
        runs.checkpoints(connection.project, connection.key),
    )
    run = Run(plans, ready.client.send, sink, orders, emit, clock, halt.asked)
    run.ahead = look_ahead(ready.connector, plans[0].config, ready.client)
    run.progress.counts = lease.counts
    run.progress.nameless = runs.nameless_errors(lease.run)
    return _Attempt(run, ready.client, runs, lease, began, halt).ended()


def _started(lease: Lease, ready: Ready) -> RunStarted:
    return RunStarted(
        run=lease.run,
        connection=lease.connection,
        connector=f"{ready.connector.id}@v{ready.connector.version}",
        mode=lease.mode,
        streams=tuple(plan.key for plan in ready.plans),
        resumed=lease.resumed,
        counts=lease.counts,
    )


class _Attempt(msgspec.Struct, frozen=True):
    """One go at a run: under its lease, to an end that is stored and told."""

    run: Run
    client: Client
    runs: Runs
    lease: Lease
    began: float
    halt: Halt

    def ended(self) -> RunEnded:
        """Run, store how it ended, and tell it."""
        try:
            failure = self._execute()
        except KeyboardInterrupt:
            self._end("interrupted", FerruleError("The run was ended by Ctrl-C."))
            raise
        return self._end(ending_of(self.run.progress, failure, self.halt), failure)

    def _end(self, status: Ending, failure: FerruleError | None) -> RunEnded:
        progress = self.run.progress
        stored: StoredRun | None = None
        try:
            stored = self._stored(status, failure)
        except (StoreError, RunInterrupted) as error:  # then its end is not stored
            failure = failure or _told_as_pause(error)
            status = ending_of(progress, failure, self.halt)
        counts = progress.counts if stored is None else stored.counts
        last = ended(
            run=self.lease.run,
            status=status,
            counts=counts,
            skipped=counts.skipped,
            pages=progress.pages,
            seconds=self.run.clock.monotonic() - self.began,
            checkpoints=progress.whole if status == "done" else {},
            failure=failure,
            latency_p50_ms=stored.latency_p50_ms if stored else None,
            latency_p95_ms=stored.latency_p95_ms if stored else None,
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
                execute(self.run, self.halt)
        except FerruleError as error:
            return _told_as_pause(error)
        finally:
            over.set()
            beat.join()
        return None

    def _keep_lease(self, over: threading.Event) -> None:
        """Extend the lease during waits; a lost one shows at the next commit."""
        while not over.wait(HEARTBEAT_SECONDS):
            try:
                self.runs.extend(self.lease, self.run.clock.now())
                self._keep_spent()
            except RunInterrupted:
                return
            except FerruleError:
                continue  # the database is busy just now; the next beat comes

    def _keep_spent(self) -> None:
        """Keep what was spent of hours and days: the next process goes on from it.

        Raises:
            StoreError: when the database cannot be written.
        """
        spent = self.client.spent()
        if spent:
            place = self.lease.project, self.lease.connection
            self.runs.spending(*place).keep(spent)

    def _stored(self, status: Ending, failure: FerruleError | None) -> StoredRun | None:
        progress = self.run.progress
        if isinstance(failure, RunInterrupted):
            return None
        done = status == "done"
        self._keep_spent()
        return self.runs.finish(
            self.lease,
            self.run.clock.now(),
            status=status,
            checkpoints=progress.whole if done else {},
            sweep=progress.sweeps if done else (),
            error=failure.message if failure else None,
        )


def execute(run: Run, halt: Halt) -> None:
    """Run to the end, or to where it was asked to halt.

    Raises:
        FerruleError: when the run cannot go on; what was committed stays.
    """
    try:
        run.execute()
    except Cancelled:
        if not halt.asked():
            raise
        run.progress.stopped = True  # it was only waiting


def _told_as_pause(failure: FerruleError) -> FerruleError:
    """Return what a person is told about a run that the database made stop."""
    if not isinstance(failure, UnwritableError):
        return failure
    return UnwritableError(
        f"Paused: {failure.message[:1].lower()}{failure.message[1:]}",
        advice=f"{failure.advice} The next sync goes on after the last page.".strip(),
    )


def _may_pass(failure: ExchangeError) -> bool:
    """Tell whether a failure may be gone another time; a rule's cause says so first."""
    if failure.cause is not None:
        return failure.cause != "config"
    return failure.status not in _REFUSED_FOR_GOOD


def ending_of(progress: Progress, failure: FerruleError | None, halt: Halt) -> Ending:
    """Return how the run ended; what may go better next time is resumed, not failed."""
    if isinstance(failure, ExchangeError) and _may_pass(failure):
        return "interrupted"
    if isinstance(failure, RunInterrupted | UnwritableError | _VAULT_SHUT):
        return "interrupted"
    if failure is not None:
        return "failed"
    if not progress.stopped:
        return "done"
    return "paused" if halt.wish == "pause" else "stopped"
