"""Who may write the signals of a connection: one row, with an epoch that only grows.

Whoever takes a lease over raises the epoch, and every commit names the epoch it was
given: a run that lost its lease cannot store anything any more, however late it wakes
(a fencing token, as Kafka Connect's KIP-618 has it).
"""

from datetime import datetime
from sqlite3 import Connection

import msgspec

from ferrule.clock import rfc3339
from ferrule.errors import AlreadyRunning, RunInterrupted
from ferrule.store.liveness import Holder, current, provably_dead
from ferrule.store.records import Lease


class Held(msgspec.Struct, frozen=True):
    """A lease as it stands: `run` is None when nobody holds it."""

    run: int | None
    epoch: int
    owner: str
    holder: Holder
    since: str
    expires: float

    def free(self, owner: str, now: datetime) -> bool:
        """Tell whether `owner` may take it: released, its own, expired, or a dead's."""
        if self.run is None or self.owner == owner:
            return True
        return now.timestamp() >= self.expires or provably_dead(self.holder)


def held(db: Connection, project: str, connection: str) -> Held | None:
    """Return the lease of a connection, None when it was never taken."""
    row = db.execute(
        "SELECT run, epoch, owner, host, pid, process_start, since, expires"
        " FROM lease WHERE project = ? AND connection = ?",
        (project, connection),
    ).fetchone()
    if row is None:
        return None
    run, epoch, owner, host, pid, start, since, expires = row
    return Held(run, epoch, owner, Holder(host, pid, start), since, expires)


def claim(
    db: Connection, project: str, connection: str, owner: str, now: datetime
) -> int:
    """Return the epoch to take the lease with.

    Raises:
        AlreadyRunning: while another owner holds it.
    """
    lease = held(db, project, connection)
    if lease is None:
        return 1
    if lease.free(owner, now):
        return lease.epoch + 1
    raise AlreadyRunning(
        f"{connection} is being synced since {lease.since} by process "
        f"{lease.holder.pid} on {lease.holder.host.split()[0]}.",
        advice="Wait until that run ends, or end it.",
    )


def take(
    db: Connection, lease: Lease, owner: str, now: datetime, seconds: float
) -> None:
    """Write the lease down for this process."""
    me = current()
    db.execute(
        "INSERT OR REPLACE INTO lease (project, connection, run, epoch, owner, host,"
        " pid, process_start, since, seconds, expires)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(lease.project, lease.connection, lease.run, lease.epoch, owner),
            *(me.host, me.pid, me.started),
            *(rfc3339(now), seconds, now.timestamp() + seconds),
        ),
    )


def extend(db: Connection, lease: Lease, now: datetime) -> None:
    """Move the expiry on, provided that the lease is still this one.

    Raises:
        RunInterrupted: when another run took it, or the connection was deleted.
    """
    _fenced(db, lease, "expires = ? + seconds", now.timestamp())


def release(db: Connection, lease: Lease) -> None:
    """Give the lease back; its epoch stays, so that nobody gets this one again.

    Raises:
        RunInterrupted: when another run took it, or the connection was deleted.
    """
    _fenced(db, lease, "run = NULL, expires = ?", 0.0)


def _fenced(db: Connection, lease: Lease, change: str, value: float) -> None:
    touched = db.execute(
        f"UPDATE lease SET {change} WHERE project = ? AND connection = ?"  # noqa: S608  two literals above
        " AND run = ? AND epoch = ?",
        (value, lease.project, lease.connection, lease.run, lease.epoch),
    ).rowcount
    if touched != 1:
        raise RunInterrupted(
            f"This run of {lease.connection} lost its lease: another run took it over,"
            " or the connection was removed.",
            advice="Nothing of it was stored after its last page.",
        )
