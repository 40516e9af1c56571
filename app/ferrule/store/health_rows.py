"""The latest checks of each connection: when, whether healthy, how long, what was said.

Every function works inside the transaction of its caller.
"""

from sqlite3 import Connection
from typing import Final

from ferrule.store.records import StoredHealthCheck

KEPT: Final = 100  # of each connection


def note(db: Connection, project: str, key: str, check: StoredHealthCheck) -> None:
    """Write a check down; the oldest beyond the hundredth goes."""
    db.execute(
        "INSERT INTO health_check"
        " (project, connection, at, healthy, latency_ms, message)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (project, key, check.at, check.healthy, check.latency_ms, check.message),
    )
    db.execute(
        "DELETE FROM health_check WHERE project = ? AND connection = ? AND id <="
        " (SELECT id FROM health_check WHERE project = ? AND connection = ?"
        " ORDER BY id DESC LIMIT 1 OFFSET ?)",
        (project, key, project, key, KEPT),
    )


def latest(
    db: Connection, project: str, key: str, limit: int
) -> tuple[StoredHealthCheck, ...]:
    """Return the latest checks of a connection, newest first."""
    rows = db.execute(
        "SELECT at, healthy, latency_ms, message FROM health_check"
        " WHERE project = ? AND connection = ? ORDER BY id DESC LIMIT ?",
        (project, key, limit),
    )
    return tuple(
        StoredHealthCheck(at, bool(healthy), latency, message)
        for at, healthy, latency, message in rows.fetchall()
    )
