"""What is measured of connections at the moment one asks: for those who scrape it.

Every process writes to the database, and one of them is asked: so numbers are read
from there, and none is kept in memory. Each is one statement over an index.
"""

from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from ferrule.store.connections import HealthState
from ferrule.store.database import Database


class Place(NamedTuple):
    """A connection, by what a metric names it."""

    project: str
    connector: str
    connection: str


class Gauge(msgspec.Struct, frozen=True):
    """One connection: whether it is used, how it is, and when it was last read whole.

    `deliveries` are those that are there, by standing; `delivered` all that ever came,
    by what became of them. `dead` are the dead letters: deliveries that could not be
    mapped, and events that no sink took.
    """

    place: Place
    enabled: bool
    state: HealthState | None
    synced_at: float | None
    deliveries: dict[str, int]
    delivered: dict[str, int]
    dead: int


_EVER: Final = "ever_"


class Gauges:
    """The measures of every connection in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> tuple[Gauge, ...]:
        """Return the measures of every connection, by project and key."""
        with self._database.reading() as db:
            connections = db.execute(
                "SELECT project, connector_id, key, enabled, state, last_health_check"
                " FROM connection ORDER BY project, key"
            ).fetchall()
            synced = db.execute(
                "SELECT project, connection, max(id), finished_at FROM run"
                " WHERE status = 'done' AND dry = 0 GROUP BY project, connection"
            ).fetchall()
            counted = db.execute(
                "SELECT project, connection, what, many FROM delivery_count"
            ).fetchall()
            unsent = db.execute(
                "SELECT project, connection, 'unsent', count(*) FROM outbound"
                " WHERE status = 'dead' GROUP BY project, connection"
            ).fetchall()
        last = {(row[0], row[1]): row[3] for row in synced}
        counts: dict[tuple[str, str], dict[str, int]] = {}
        for project, connection, what, many in (*counted, *unsent):
            counts.setdefault((project, connection), {})[what] = many
        return tuple(
            _gauge(row, last.get((row[0], row[2])), counts.get((row[0], row[2]), {}))
            for row in connections
        )


def _gauge(
    row: tuple[str, str, str, int, HealthState, str | None],
    synced: str | None,
    counts: dict[str, int],
) -> Gauge:
    project, connector, key, enabled, state, checked = row
    now = {k: many for k, many in counts.items() if not k.startswith(_EVER)}
    ever = {k[len(_EVER) :]: many for k, many in counts.items() if k not in now}
    unsent = now.pop("unsent", 0)
    return Gauge(
        Place(project, connector, key),
        bool(enabled),
        state if checked else None,
        datetime.fromisoformat(synced).timestamp() if synced else None,
        now,
        ever,
        now.get("dead", 0) + unsent,
    )
