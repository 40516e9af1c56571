"""A dry run: everything is fetched, mapped and counted, and nothing is stored.

It begins where a new run would: at the checkpoints, or in full at the start; an
unfinished run stays as it is. It needs no lease, for it writes nothing; only that it
was is written down at its end, where the database lets it.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from ferrule.auth import Secrets
from ferrule.clock import Clock, SystemClock
from ferrule.credentials.tokens import TokenKeeper
from ferrule.errors import FerruleError, StoreError
from ferrule.exchange import Json
from ferrule.store.connections import Connection
from ferrule.store.page_rows import quantile
from ferrule.store.records import Batch, Counts, DryRun, Ending
from ferrule.store.runs import Runs
from ferrule.store.weighing import Weighing
from ferrule.sync.events import Event, RunEnded, RunStarted, ended
from ferrule.sync.run import Run
from ferrule.transport.client import Meter
from ferrule.workspace.accounts import Account
from ferrule.workspace.halting import Halt
from ferrule.workspace.preparing import Ready, SyncOrder, prepare
from ferrule.workspace.running import look_ahead
from ferrule.workspace.syncing import ending_of, execute


@dataclass(slots=True)
class DrySink:
    """Weighs pages; nothing of it is kept."""

    weighing: Weighing
    checkpoints: Mapping[str, Json]
    latencies: Counter[float] = field(default_factory=Counter)

    def position(self, _stream: str) -> Json:
        """Return None: a dry run never goes on in the middle."""
        return None

    def checkpoint(self, stream: str) -> Json:
        """Return the stream's checkpoint, or None."""
        return self.checkpoints.get(stream)

    def slices(self, _stream: str) -> Mapping[str, Json]:
        """Return nothing: no slice was read."""
        return {}

    def commit(self, batch: Batch) -> Counts:
        """Return what would become of the page's items."""
        if batch.latency_ms is not None:
            self.latencies[round(batch.latency_ms, 1)] += 1
        return self.weighing.weigh(batch)


def dry_sync(
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
    """Do what a sync does but store nothing, and return how it ended.

    Raises:
        FerruleError: before the first request, when it cannot be run at all.
    """
    clock, halt = clock or SystemClock(), halt or Halt()
    ready = prepare(
        *(connection, document, secrets, order),
        emit=emit,
        halt=halt,
        clock=clock,
        keeper=keeper,
        meter=meter,
    )
    account = Account.of(connection, runs)
    account.begin(ready.client)
    ready.begin(_started(connection, order, ready))
    checkpoints = runs.checkpoints(connection.project, connection.key)
    with runs.weighing(connection.project, connection.key) as weighing:
        sink = DrySink(weighing, checkpoints)
        run = Run(
            *(ready.plans, ready.client.send, sink, ready.orders, ready.emit, clock),
            should_stop=halt.asked,
        )
        run.ahead = look_ahead(ready.connector, ready.plans[0].config, ready.client)
        attempt = _DryAttempt(connection, order, ready, runs, run, sink, halt)
        try:
            return attempt.ended()
        finally:
            account.keep(ready.client)


def _started(connection: Connection, order: SyncOrder, ready: Ready) -> RunStarted:
    return RunStarted(
        run=0,
        connection=connection.key,
        connector=f"{ready.connector.id}@v{ready.connector.version}",
        mode=order.mode,
        streams=tuple(plan.key for plan in ready.plans),
        resumed=False,
        counts=Counts(),
        dry_run=True,
    )


@dataclass(frozen=True, slots=True)
class _DryAttempt:
    """One dry run, to an end that is told."""

    connection: Connection
    order: SyncOrder
    ready: Ready
    runs: Runs
    run: Run
    sink: DrySink
    halt: Halt

    def ended(self) -> RunEnded:
        """Run, count what would be swept, and tell it."""
        clock = self.run.clock
        began, at = clock.monotonic(), clock.now()
        failure: FerruleError | None = None
        try:
            with self.ready.client:
                execute(self.run, self.halt)
        except FerruleError as error:
            failure = error
        except KeyboardInterrupt:
            told = FerruleError("The run was ended by Ctrl-C.")
            self._end("interrupted", told, at, began)
            raise
        status = ending_of(self.run.progress, failure, self.halt)
        return self._end(status, failure, at, began)

    def _end(
        self, status: Ending, failure: FerruleError | None, at: datetime, began: float
    ) -> RunEnded:
        progress = self.run.progress
        if status == "done":
            swept = sum(map(self.sink.weighing.swept, progress.sweeps))
            progress.counts += Counts(deleted=swept)
        latencies = self._latencies()
        number = self._noted(status, failure, at, latencies)
        last = ended(
            run=number,
            status=status,
            counts=progress.counts,
            skipped=progress.counts.skipped,
            pages=progress.pages,
            seconds=self.run.clock.monotonic() - began,
            checkpoints={},
            failure=failure,
            latency_p50_ms=latencies[0],
            latency_p95_ms=latencies[1],
            dry_run=True,
        )
        self.run.emit(last)
        return last

    def _latencies(self) -> tuple[float | None, float | None]:
        if not self.sink.latencies:
            return None, None
        taken, answers = zip(*sorted(self.sink.latencies.items()), strict=True)
        return quantile(taken, answers, 50), quantile(taken, answers, 95)

    def _noted(
        self,
        status: Ending,
        failure: FerruleError | None,
        at: datetime,
        latencies: tuple[float | None, float | None],
    ) -> int:
        """Write down that the run was; 0 where the database cannot be written."""
        progress = self.run.progress
        one = DryRun(
            project=self.connection.project,
            connection=self.connection.key,
            mode=self.order.mode,
            status=status,
            sync_from=self.run.orders.sync_from,
            started_at=at,
            finished_at=self.run.clock.now(),
            pages=progress.pages,
            counts=progress.counts,
            error=failure.message if failure else None,
            latency_p50_ms=latencies[0],
            latency_p95_ms=latencies[1],
        )
        with suppress(StoreError):
            return self.runs.note_dry(one)
        return 0
