"""Runs: begun under a lease, stored a page at a time, ended once.

Everything of a page (signals, counts, item errors, cursor) stands in one transaction,
and every transaction checks the lease: so a run may be killed at any moment, and the
counts after its resumption equal those of an uninterrupted run. `failed` and `done`
are final; `interrupted`, `stopped` and `paused` runs, and those whose process died, are
resumed. A dry run is weighed, and only that it was is written down.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection

from ferrule.clock import Clock, SystemClock
from ferrule.exchange import Json, decode
from ferrule.store import (
    cursor_rows,
    leases,
    page_rows,
    run_rows,
    signal_rows,
    signals,
)
from ferrule.store.database import Database
from ferrule.store.records import (
    Batch,
    Counts,
    DryRun,
    Ending,
    Lease,
    Mark,
    Mode,
    SignalCounts,
    StoredCursor,
    StoredItemError,
    StoredRun,
    StoredSignal,
    Sweep,
)
from ferrule.store.spending import Spending
from ferrule.store.weighing import Weighing


class Runs:
    """The runs of every connection in one database, and the signals they stored.

    `heard` is told what each page and each sweep changes, in its transaction.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock | None = None,
        heard: signal_rows.Heard | None = None,
    ) -> None:
        self._database = database
        self._clock = clock or SystemClock()
        self._heard = heard

    def begin(
        self,
        project: str,
        connection: str,
        mode: Mode,
        *,
        owner: str,
        now: datetime,
        sync_from: str | None = None,
        lease_seconds: float = 30,
        fresh: bool = False,
    ) -> Lease:
        """Take the connection's lease for a new run, or for its unfinished one.

        An unfinished run of the same mode, version and `sync_from` goes on under its
        own number, unless `fresh`. A lease whose time is over, or whose process is
        provably dead, is taken over.

        Raises:
            AlreadyRunning: while another owner holds the lease.
            NotFound: when there is no such connection.
        """
        with self._database.writing() as db:
            run_rows.connector(db, project, connection)
            epoch = leases.claim(db, project, connection, owner, now)
            run_rows.settle(db, project, connection, now)
            found = None
            if not fresh:
                found = run_rows.unfinished(db, project, connection, mode, sync_from)
            if found is None:
                run = run_rows.insert(
                    db, project, connection, mode=mode, sync_from=sync_from, now=now
                )
                lease = Lease(project, connection, run, epoch, mode, resumed=False)
            else:
                lease = _going_on(db, found, epoch)
            leases.take(db, lease, owner, now, lease_seconds)
        return lease

    def extend(self, lease: Lease, now: datetime) -> None:
        """Keep the lease while the run waits: commits extend it by themselves.

        Raises:
            RunInterrupted: when another run took the lease.
        """
        with self._database.writing() as db:
            leases.extend(db, lease, now)

    def commit(self, lease: Lease, batch: Batch, now: datetime) -> Counts:
        """Store one page whole and return what became of its items.

        Raises:
            RunInterrupted: when another run took the lease; nothing is stored then.
            StoreError: when the database refuses; nothing is stored then.
        """
        with self._database.writing() as db:
            leases.extend(db, lease, now)
            counts = signal_rows.store_page(db, lease, batch, now, self._heard)
            page_rows.note_page(db, lease, batch)
            run_rows.add(db, lease.run, counts, pages=1, requests=batch.requests)
        return counts

    def finish(
        self,
        lease: Lease,
        now: datetime,
        *,
        status: Ending,
        checkpoints: Mapping[str, Json] | None = None,
        sweep: Sequence[Sweep] = (),
        error: str | None = None,
    ) -> StoredRun:
        """End the run: move checkpoints, sweep, release the lease, in one transaction.

        Raises:
            RunInterrupted: when another run took the lease; nothing is changed then.
            ValueError: for a sweep in anything but a full run that is done.
        """
        if sweep and (lease.mode, status) != ("full", "done"):
            raise ValueError("Only a full run that is done may sweep.")
        with self._database.writing() as db:
            leases.release(db, lease)
            run_rows.move_checkpoints(db, lease, checkpoints or {})
            swept = sum(
                signal_rows.sweep(db, lease, wanted, self._heard) for wanted in sweep
            )
            run_rows.add(db, lease.run, Counts(deleted=swept))
            run_rows.end(db, lease.run, status, error, now)
            return run_rows.read(db, lease.run)

    def weighing(self, project: str, connection: str) -> Weighing:
        """Return what counts a connection's pages without storing them."""
        return Weighing(self._database, project, connection)

    def spending(self, project: str, connection: str) -> Spending:
        """Return what a connection has spent of its hours and days."""
        return Spending(self._database, project, connection)

    def note_dry(self, one: DryRun) -> int:
        """Write down that a dry run was, and return its number.

        Raises:
            StoreError: when the database cannot be written.
        """
        with self._database.writing() as db:
            return run_rows.insert_dry(db, one)

    def busy(self, project: str, connection: str) -> bool:
        """Tell whether a run of the connection is under way, in any process."""
        with self._database.reading() as db:
            lease = leases.held(db, project, connection)
            return lease is not None and not lease.free("", self._clock.now())

    def cursors(self, project: str, connection: str) -> dict[str, StoredCursor]:
        """Return where each stream stands that something is kept of."""
        with self._database.reading() as db:
            return cursor_rows.cursors(db, project, connection)

    def forget_cursor(self, project: str, connection: str, stream: str) -> None:
        """Let a stream begin from its start: its checkpoint goes.

        An unfinished run that is gone on with begins anew in that stream too.

        Raises:
            AlreadyRunning: while a run of the connection is under way.
        """
        with self._database.writing() as db:
            leases.claim(db, project, connection, "", self._clock.now())
            cursor_rows.forget(db, project, connection, stream)

    def positions(self, run: int) -> dict[str, Json]:
        """Return where each stream of a run goes on."""
        return self._documents(
            "SELECT stream, position FROM position WHERE run = ?", (run,)
        )

    def slices(self, run: int, stream: str) -> dict[str, Json]:
        """Return the states of a stream's slices in a run, by slice."""
        with self._database.reading() as db:
            return page_rows.slices(db, run, stream)

    def checkpoints(self, project: str, connection: str) -> dict[str, Json]:
        """Return what the next incremental run of each stream starts from."""
        return self._documents(
            "SELECT stream, checkpoint FROM checkpoint"
            " WHERE project = ? AND connection = ?",
            (project, connection),
        )

    def run(self, number: int) -> StoredRun:
        """Return one run; one whose process died reads as interrupted.

        Raises:
            NotFound: when there is none of that number.
        """
        with self._database.reading() as db:
            return run_rows.as_it_is(db, run_rows.read(db, number), self._clock.now())

    def runs(
        self, project: str, connection: str | None = None, *, limit: int = 100
    ) -> list[StoredRun]:
        """Return the latest runs of a project or of one connection, newest first."""
        now = self._clock.now()
        with self._database.reading() as db:
            rows = run_rows.listed(db, project, connection, limit)
            return [run_rows.as_it_is(db, row, now) for row in rows]

    def signals(
        self,
        project: str,
        connection: str,
        *,
        text: str | None = None,
        limit: int = 100,
        after: Mark | None = None,
    ) -> list[StoredSignal]:
        """Return signals newest first, those that hold `text` in summary, type or id.

        `after` is the `mark` of the last row of the page before.
        """
        with self._database.reading() as db:
            numbers = signals.sources(db, project, connection)
            return signals.page(db, numbers, text=text, limit=limit, after=after)

    def count_signals(self, project: str, connection: str) -> SignalCounts:
        """Return how many signals are stored, and how many since a day and a week."""
        with self._database.reading() as db:
            numbers = signals.sources(db, project, connection)
            return signals.count(db, numbers, self._clock.now())

    def item_errors(self, run: int, *, limit: int = 1000) -> list[StoredItemError]:
        """Return the item errors of a run in the order they came."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT run, stream, page, item_id, field, message, raw"
                " FROM item_error WHERE run = ? ORDER BY id LIMIT ?",
                (run, limit),
            ).fetchall()
        return [StoredItemError(*row) for row in rows]

    def nameless_errors(self, run: int) -> int:
        """Return how many items of a run failed without telling their id."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT count(*) FROM item_error WHERE run = ? AND item_id IS NULL",
                (run,),
            ).fetchone()
        return int(row[0])

    def _documents(
        self, statement: str, given: tuple[str | int, ...]
    ) -> dict[str, Json]:
        with self._database.reading() as db:
            rows = db.execute(statement, given).fetchall()
        return {row[0]: decode(row[1].encode()) for row in rows}


def _going_on(db: Connection, found: StoredRun, epoch: int) -> Lease:
    run_rows.reopen(db, found.id)
    return Lease(
        found.project,
        found.connection,
        found.id,
        epoch,
        found.mode,
        resumed=True,
        counts=found.counts,
    )
