"""How often a connection's service was asked, how it answered and what was waited.

Counts of a minute, so that the last five minutes can be told, added to by whatever
process sent the requests. Minutes older than two days are folded into the one row of
minute 0: the sums only grow, as those who scrape them expect.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from sqlite3 import Connection as Db
from typing import Any, Final

import msgspec

from ferrule.clock import Clock, SystemClock
from ferrule.store.database import Database

BOUNDS_MS: Final = (25, 50, 100, 250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000)
"""How long answers took at most; one more bucket holds what took longer."""
KEPT: Final = timedelta(days=2)
_BUCKETS: Final = tuple(f"b{number}" for number in range(len(BOUNDS_MS) + 1))
_COUNTS: Final = ("requests", "failures", "backoff_ms", "latency_ms", *_BUCKETS)
_MINUTE: Final = 60


class Traffic(msgspec.Struct, frozen=True):
    """What happened: `buckets` count the answers by how long they took (`BOUNDS_MS`).

    `failures` are requests without a good answer; a service that asks to wait is none,
    and its seconds are in `backoff_ms`. `latency_ms` is the sum of all answers' times.
    """

    requests: int = 0
    failures: int = 0
    backoff_ms: int = 0
    latency_ms: int = 0
    buckets: tuple[int, ...] = (0,) * len(_BUCKETS)

    def __add__(self, other: "Traffic") -> "Traffic":
        return Traffic(
            self.requests + other.requests,
            self.failures + other.failures,
            self.backoff_ms + other.backoff_ms,
            self.latency_ms + other.latency_ms,
            tuple(a + b for a, b in zip(self.buckets, other.buckets, strict=True)),
        )

    def quantile(self, share: float) -> float | None:
        """Return about how many ms `share` (0 to 1) of the answers took at most.

        Interpolated inside a bucket as Prometheus does; None without any answer.
        """
        answers = sum(self.buckets)
        if not answers:
            return None
        wanted, seen = share * answers, 0
        edges = (0, *BOUNDS_MS, 2 * BOUNDS_MS[-1])
        for low, high, many in zip(edges, edges[1:], self.buckets, strict=True):
            if many and seen + many >= wanted:
                return low + (high - low) * (wanted - seen) / many
            seen += many
        return float(edges[-1])


class ConnectionTraffic(msgspec.Struct, frozen=True):
    """The traffic of one connection of one project."""

    project: str
    connection: str
    connector: str
    traffic: Traffic


class Tally(msgspec.Struct, frozen=True):
    """Something to be added: one minute of one connection."""

    connection: str
    minute: int
    traffic: Traffic


class TrafficCounts:
    """The traffic of all connections in one database."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or SystemClock()

    def add(self, project: str, tallies: Sequence[Tally]) -> None:
        """Add to the counts in one transaction.

        Raises:
            StoreError: when the database cannot be written; nothing is added.
        """
        with self._database.writing() as db:
            add(db, project, tallies)

    def totals(self) -> tuple[ConnectionTraffic, ...]:
        """Return all that was ever counted of the connections there are."""
        return self._sums(0)

    def lately(self, within: timedelta) -> tuple[ConnectionTraffic, ...]:
        """Return what was counted in the minutes that began since then."""
        return self._sums(minute_of(self._clock.now() - within) + 1)

    def of(self, project: str, connection: str, within: timedelta) -> Traffic:
        """Return what was counted of one connection in the minutes since then."""
        sums = ", ".join(f"coalesce(sum({name}), 0)" for name in _COUNTS)
        first = minute_of(self._clock.now() - within) + 1
        with self._database.reading() as db:
            row = db.execute(
                f"SELECT {sums} FROM traffic WHERE project = ? AND connection = ?"  # noqa: S608  names above
                " AND minute >= ?",
                (project, connection, first),
            ).fetchone()
        requests, failures, backoff, latency, *buckets = row
        return Traffic(requests, failures, backoff, latency, tuple(buckets))

    def fold(self) -> None:
        """Fold the minutes older than two days into the sum.

        Raises:
            StoreError: when the database cannot be written.
        """
        floor = minute_of(self._clock.now() - KEPT)
        sums = ", ".join(f"sum({name})" for name in _COUNTS)
        names = ", ".join(_COUNTS)
        old = "minute < ? AND minute > 0"
        with self._database.writing() as db:
            rows = db.execute(
                f"SELECT project, connection, {sums} FROM traffic WHERE {old}"  # noqa: S608  names above
                " GROUP BY project, connection",
                (floor,),
            ).fetchall()
            db.executemany(_upsert(names), [(r[0], r[1], 0, *r[2:]) for r in rows])
            db.execute(f"DELETE FROM traffic WHERE {old}", (floor,))  # noqa: S608  literal

    def _sums(self, first: int) -> tuple[ConnectionTraffic, ...]:
        sums = ", ".join(f"sum(traffic.{name})" for name in _COUNTS)
        query = (
            f"SELECT traffic.project, key, connector_id, {sums} FROM traffic"  # noqa: S608  names above
            " JOIN connection ON connection.project = traffic.project"
            " AND connection.key = traffic.connection WHERE minute >= ?"
            " GROUP BY traffic.project, key ORDER BY traffic.project, key"
        )
        with self._database.reading() as db:
            return tuple(map(_read, db.execute(query, (first,))))


def minute_of(moment: datetime) -> int:
    """Return the minute of a moment, counted since 1970."""
    return int(moment.timestamp()) // _MINUTE


def bucket_of(milliseconds: float) -> int:
    """Return the number of the bucket that an answer's time falls into."""
    return next(
        (n for n, bound in enumerate(BOUNDS_MS) if milliseconds <= bound),
        len(BOUNDS_MS),
    )


def add(db: Db, project: str, tallies: Sequence[Tally]) -> None:
    """Add to the counts inside the transaction of the caller."""
    rows = [
        (
            *(project, one.connection, one.minute),
            *(one.traffic.requests, one.traffic.failures),
            *(one.traffic.backoff_ms, one.traffic.latency_ms, *one.traffic.buckets),
        )
        for one in tallies
    ]
    db.executemany(_upsert(", ".join(_COUNTS)), rows)


def _upsert(names: str) -> str:
    marks = ", ".join("?" * (3 + len(_COUNTS)))
    more = ", ".join(f"{name} = {name} + excluded.{name}" for name in _COUNTS)
    return (
        f"INSERT INTO traffic (project, connection, minute, {names}) VALUES ({marks})"  # noqa: S608  names above
        f" ON CONFLICT (project, connection, minute) DO UPDATE SET {more}"
    )


def _read(row: tuple[Any, ...]) -> ConnectionTraffic:
    project, key, connector, requests, failures, backoff, latency, *buckets = row
    found = Traffic(requests, failures, backoff, latency, tuple(buckets))
    return ConnectionTraffic(project, key, connector, found)
