"""Deliveries: the calls of services, written down before they are answered.

A call, its content and the key that it is told from others by stand in one
transaction. Each delivery is mapped once: a worker takes it for a while, and what it
made of it is written only while that lasts.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from sqlite3 import Connection as Db
from typing import Final, get_args

import msgspec

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.errors import NotFound
from ferrule.redaction import live
from ferrule.store import delivery_rows, delivery_work
from ferrule.store.database import Database
from ferrule.store.delivery_records import (
    Delivery,
    DeliveryContent,
    DeliveryCounts,
    DeliveryStatus,
    Kept,
    NewDelivery,
    Settled,
    Taken,
    WriteSettled,
)
from ferrule.store.delivery_work import Taker

STATUSES: Final[tuple[DeliveryStatus, ...]] = get_args(DeliveryStatus)
TAKEN_FOR: Final = 30.0
"""Seconds for which a worker has what it took."""
_USUAL: Final = frozenset({"pending", "mapped"})


class Deliveries:
    """The deliveries of every connection in one database.

    With `only` those of one project alone are taken to be mapped: another project has
    other connectors.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock | None = None,
        *,
        only: str | None = None,
    ) -> None:
        self._database = database
        self._clock = clock or SystemClock()
        self._only = only

    def keep(self, calls: Sequence[NewDelivery]) -> Sequence[Kept | None]:
        """Write calls down in one durable transaction; see `Kept`.

        None stands for a call of a connection that is gone. Duplicates are told by
        their key, those of the same batch too.

        Raises:
            StoreError: when nothing of it could be written.
        """
        now = self._clock.now().timestamp()
        with self._database.writing(durable=True) as db:
            return delivery_rows.insert(db, calls, now)

    def get(self, project: str, number: int) -> Delivery:
        """Return one delivery.

        Raises:
            NotFound: when the project has none of that number.
        """
        with self._database.reading() as db:
            return _get(db, project, number)

    def content(self, project: str, number: int) -> DeliveryContent:
        """Return what a delivery brought.

        Raises:
            NotFound: when the project has none of that number.
        """
        with self._database.reading() as db:
            found = _get(db, project, number)
            return delivery_rows.content(db, number, found.size, found.duplicate_of)

    def list(
        self,
        project: str,
        *,
        connection: str | None = None,
        statuses: Collection[DeliveryStatus] = (),
        before: int | None = None,
        limit: int = 100,
    ) -> tuple[Delivery, ...]:
        """Return deliveries, newest first: a page of those before a number."""
        where, given = _where(project, connection, statuses)
        if before is not None:
            where, given = f"{where} AND id < ?", (*given, before)
        return self._found(f"{where} ORDER BY id DESC LIMIT ?", (*given, limit))

    def after(
        self,
        project: str,
        number: int,
        *,
        connection: str | None = None,
        limit: int = 500,
    ) -> tuple[Delivery, ...]:
        """Return deliveries after a number, oldest first, to follow what comes."""
        where, given = _where(project, connection, ())
        return self._found(
            f"{where} AND id > ? ORDER BY id LIMIT ?", (*given, number, limit)
        )

    def named(self, project: str, numbers: Iterable[int]) -> tuple[Delivery, ...]:
        """Return those of the numbered deliveries that are there, newest first."""
        asked = tuple(numbers)
        marks = ", ".join("?" * len(asked))
        return self._found(
            f"project = ? AND id IN ({marks}) ORDER BY id DESC", (project, *asked)
        )

    def correlated(self, project: str, correlation: str) -> Delivery | None:
        """Return the latest delivery with that correlation id, None if there is none.

        The newest are looked at first: a line of the log leads to a late one mostly.
        """
        found = self._found(
            "project = ? AND correlation_id = ? ORDER BY id DESC LIMIT 1",
            (project, correlation),
        )
        return found[0] if found else None

    def received_since(self, project: str, moment: datetime) -> int:
        """Return how many calls were accepted or came again since a moment.

        Numbers rise with time, so the first of them is found by halving.
        """
        at = rfc3339(moment)
        with self._database.reading() as db:
            first = _first_since(db, at)
            row = db.execute(
                "SELECT count(*) FROM delivery WHERE project = ? AND id >= ?"
                " AND status <> 'refused' AND replay_of IS NULL AND received_at >= ?",
                (project, first, at),
            ).fetchone()
        return int(row[0])

    def previous(self, project: str, number: int) -> Delivery | None:
        """Return the one before of the same connection and event type, None if none.

        Raises:
            NotFound: when the project has none of that number.
        """
        this = self.get(project, number)
        found = self._found(
            "project = ? AND connection = ? AND id < ? AND event_type IS ?"
            " AND status NOT IN ('refused', 'duplicate') ORDER BY id DESC LIMIT 1",
            (project, this.connection, number, this.event_type),
        )
        return found[0] if found else None

    def counts(self, project: str, connection: str | None = None) -> DeliveryCounts:
        """Return how many there are by standing, of a connection or of all."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT what, sum(many) FROM delivery_count WHERE project = ?"
                " AND (? IS NULL OR connection = ?) GROUP BY what",
                (project, connection, connection),
            )
            found: dict[str, int] = dict(rows.fetchall())
        return DeliveryCounts(
            {status: found.get(status, 0) for status in STATUSES},
            received=found.get("ever_received", 0),
            duplicates=found.get("ever_duplicate", 0),
            conflicts=found.get("ever_conflict", 0),
            refused=found.get("ever_refused", 0),
        )

    def take(
        self, taker: Taker, limit: int = 32, seconds: float = TAKEN_FOR
    ) -> Sequence[Taken]:
        """Take the oldest pending deliveries that nobody has, for so many seconds."""
        now = self._clock.now().timestamp()
        with self._database.writing() as db:
            return delivery_work.take(
                db, taker, now, seconds, limit, project=self._only
            )

    def has_pending(self) -> bool:
        """Tell whether a delivery waits that may be taken now."""
        now = self._clock.now().timestamp()
        with self._database.reading() as db:
            row = db.execute(
                "SELECT 1 FROM delivery WHERE status = 'pending' AND taken_until <= ?"
                " AND (? IS NULL OR project = ?) LIMIT 1",
                (now, self._only, self._only),
            ).fetchone()
        return row is not None

    def settle(
        self, taker: Taker, found: Sequence[tuple[int, WriteSettled]]
    ) -> Sequence[Delivery | Exception | None]:
        """Settle deliveries that were taken, with what belongs to them.

        One transaction for all; what one of them raises undoes what that one wrote and
        stands in its place. None, and nothing is written, where one is no longer the
        taker's.

        Raises:
            StoreError: when nothing of it could be written.
        """
        at = rfc3339(self._clock.now())
        with self._database.writing() as db:
            return [_settled(db, taker, one, write, at) for one, write in found]

    def postpone(self, taker: Taker, number: int, seconds: float, error: str) -> None:
        """Give a delivery back that could not be mapped now, for so many seconds."""
        until = self._clock.now().timestamp() + seconds
        with self._database.writing() as db:
            delivery_work.postpone(db, taker, number, until, live.text(error))

    def release(self, taker: Taker) -> None:
        """Give back all that a taker has."""
        with self._database.writing() as db:
            delivery_work.release(db, taker)

    def reopen(self, project: str, numbers: Iterable[int]) -> Sequence[int]:
        """Let settled deliveries be mapped once more; return which.

        Refused ones, duplicates and those that still wait stay as they are.
        """
        with self._database.writing() as db:
            return delivery_work.reopen(db, project, tuple(numbers))

    def prune(self, before: datetime, limit: int = 1000) -> int:
        """Remove settled deliveries received before a moment; return how many.

        Those that wait or are dead letters stay, and at most `limit` go at once. Keys
        whose time is over go too.
        """
        now = self._clock.now().timestamp()
        with self._database.writing() as db:
            db.execute("DELETE FROM event_dedup WHERE expires <= ?", (now,))
            rows = db.execute(
                "SELECT id, project, connection, status FROM delivery"
                " WHERE received_at < ? AND status NOT IN ('pending', 'dead')"
                " ORDER BY id LIMIT ?",
                (rfc3339(before), limit),
            ).fetchall()
            return delivery_rows.remove(db, rows)

    def _found(self, where: str, given: Sequence[object]) -> tuple[Delivery, ...]:
        with self._database.reading() as db:
            rows = db.execute(f"{delivery_work.ALL} WHERE {where}", tuple(given))
            return tuple(map(delivery_work.read, rows))


def _first_since(db: Db, at: str) -> int:
    """Return a number before which no delivery was received since a moment."""
    low, high = db.execute(
        "SELECT coalesce(min(id), 0), coalesce(max(id), 0) + 1 FROM delivery"
    ).fetchone()
    while low < high:
        middle = (low + high) // 2
        row = db.execute(
            "SELECT id, received_at FROM delivery WHERE id <= ?"
            " ORDER BY id DESC LIMIT 1",
            (middle,),
        ).fetchone()
        if row is None or row[1] < at:
            low = middle + 1
        else:
            high = min(middle, row[0])
    return int(low)


def _get(db: Db, project: str, number: int) -> Delivery:
    row = db.execute(
        f"{delivery_work.ALL} WHERE id = ? AND project = ?", (number, project)
    ).fetchone()
    if row is None:
        raise NotFound(
            f"There is no delivery {number} in project {project!r}.",
            advice="It may have been removed: settled ones are kept for 30 days.",
        )
    return delivery_work.read(row)


def _where(
    project: str, connection: str | None, statuses: Collection[DeliveryStatus]
) -> tuple[str, tuple[object, ...]]:
    where = "project = ?"
    given: tuple[object, ...] = (project,)
    if connection is not None:
        where, given = f"{where} AND connection = ?", (*given, connection)
    if statuses:
        marks = ", ".join("?" * len(statuses))
        where, given = f"{where} AND status IN ({marks})", (*given, *statuses)
        if not _USUAL & set(statuses):  # word for word what the index is limited to
            where += " AND status NOT IN ('pending', 'mapped')"
    return where, given


def _settled(
    db: Db, taker: Taker, number: int, write: WriteSettled, at: str
) -> Delivery | Exception | None:
    if not delivery_work.is_held(db, taker, number):
        return None
    db.execute("SAVEPOINT delivery").close()
    try:
        settled = delivery_work.settle(db, number, _masked(write(db)), at)
    except sqlite3.Error:
        raise
    except Exception as error:  # noqa: BLE001  told to the caller, who knows the others
        db.execute("ROLLBACK TO delivery").close()
        settled_or_error: Delivery | Exception = error
    else:
        settled_or_error = settled
    db.execute("RELEASE delivery").close()
    return settled_or_error


def _masked(found: Settled) -> Settled:
    """Return what is written down, without any secret."""
    outcome = live.json(dict(found.outcome))
    return msgspec.structs.replace(
        found,
        error=None if found.error is None else live.text(found.error),
        outcome=outcome if isinstance(outcome, dict) else {},
    )
