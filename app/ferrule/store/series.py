"""What a connection did lately, hour by hour and day by day: for a small picture.

Counts come from an index alone: a hundred thousand signals take some milliseconds.
"""

from datetime import datetime, timedelta
from sqlite3 import Connection as Db
from typing import Final

import msgspec

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.store import signals
from ferrule.store.database import Database

HOURS: Final = 24
DAYS: Final = 7
_HOUR: Final = 3600
_BAD: Final = ("failed", "interrupted")


class SignalSeries(msgspec.Struct, frozen=True):
    """How many signals were stored or changed, the oldest first.

    `hours` are the 24 hours up to now, `days` the seven days (of 24 hours) up to now.
    """

    total: int
    hours: tuple[int, ...]
    days: tuple[int, ...]

    @property
    def last_day(self) -> int:
        """Return how many in the last 24 hours."""
        return sum(self.hours)

    @property
    def last_week(self) -> int:
        """Return how many in the last seven days."""
        return sum(self.days)


class RunSeries(msgspec.Struct, frozen=True):
    """How many runs there were in each of the last seven days, and how many went bad.

    The oldest day is first; a bad run failed, or was interrupted.
    """

    runs: tuple[int, ...]
    bad: tuple[int, ...]


class Series:
    """The counts of lately of all connections in one database."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or SystemClock()

    def signals(self, project: str, connection: str) -> SignalSeries:
        """Return when a connection's signals were stored or changed."""
        now = self._clock.now()
        with self._database.reading() as db:
            numbers = signals.sources(db, project, connection)
            total = sum(_total(db, number) for number in numbers)
            ages: dict[int, int] = {}
            for number in numbers:
                for age, many in _by_age(db, number, now):
                    ages[age] = ages.get(age, 0) + many
        hours = tuple(ages.get(age, 0) for age in reversed(range(HOURS)))
        days = tuple(
            sum(ages.get(day * HOURS + hour, 0) for hour in range(HOURS))
            for day in reversed(range(DAYS))
        )
        return SignalSeries(total, hours, days)

    def runs(self, project: str, connection: str) -> RunSeries:
        """Return how a connection's runs of the last week ended, day by day."""
        now = self._clock.now()
        runs, bad = [0] * DAYS, [0] * DAYS
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT started_at, status FROM run WHERE project = ?"
                " AND connection = ? AND dry = 0 AND started_at >= ?",
                (project, connection, rfc3339(now - timedelta(days=DAYS))),
            ).fetchall()
        for started, status in rows:
            age = (now - datetime.fromisoformat(started)) // timedelta(days=1)
            if 0 <= age < DAYS:
                runs[-1 - age] += 1
                bad[-1 - age] += status in _BAD
        return RunSeries(tuple(runs), tuple(bad))


def _total(db: Db, source: int) -> int:
    row = db.execute("SELECT count(*) FROM signal WHERE source = ?", (source,))
    return int(row.fetchone()[0])


def _by_age(db: Db, source: int, now: datetime) -> list[tuple[int, int]]:
    """Return how many rows were stored so many whole hours ago, up to a week."""
    moment = int(now.timestamp())
    rows = db.execute(
        "SELECT (? - stored_at) / ?, count(*) FROM signal INDEXED BY signal_by_time"
        " WHERE source = ? AND stored_at > ? GROUP BY 1",
        (moment, _HOUR, source, moment - DAYS * HOURS * _HOUR),
    )
    return [(max(age, 0), many) for age, many in rows.fetchall()]
