"""Events of our own that wait to be sent: an outbox beside the signals.

An event is written in the transaction of the signal that it tells of, once for each
sink. Whoever sends it claims it for a while; what was claimed by a process that died is
sent again, under the same id. After the last attempt it is a dead letter
(`connector_dead_letter`, seed 000, section 7.2) until somebody sends it again.
"""

from collections.abc import Collection, Iterable
from sqlite3 import Connection as Db
from typing import Final, Literal

import msgspec

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.exchange import Json, decode
from ferrule.redaction import live
from ferrule.store.database import Database

EventStatus = Literal["pending", "sent", "dead"]
MOST_ATTEMPTS: Final = 5
CLAIMED_S: Final = 60.0
"""Seconds for which an event is its claimer's."""
_SENT_KEPT: Final = 1000
_ALL: Final = (
    "SELECT id, project, connection, sink, event_id, type, payload, at, status,"
    " attempts, due, error, settled_at, correlation FROM outbound"
)


_PENDING: Final = (
    "status = 'pending' AND project = ? AND (? IS NULL OR sink = ?)"
    " AND sink NOT IN (SELECT value FROM json_each(?))"
)


class NewEvent(msgspec.Struct, frozen=True):
    """An event for one sink; `event_id` is the same in every attempt.

    `correlation` is that of the delivery or the run that it comes of.
    """

    project: str
    connection: str
    sink: str
    event_id: str
    type: str
    payload: bytes
    at: str
    correlation: str = ""


class OutboundEvent(msgspec.Struct, frozen=True):
    """An event as it stands; `due` is when it is sent next, in seconds since 1970."""

    id: int
    project: str
    connection: str
    sink: str
    event_id: str
    type: str
    payload: str
    at: str
    status: EventStatus
    attempts: int
    due: float
    error: str | None
    settled_at: str | None
    correlation: str = ""

    @property
    def pause(self) -> float:
        """Seconds until the next attempt, where this one fails: 1, 2, 4, 8."""
        return 2.0 ** (self.attempts - 1)

    @property
    def message(self) -> dict[str, Json]:
        """Return what is sent (seed 000, section 7.2)."""
        payload = decode(self.payload.encode())
        return {"type": self.type, "workspace_id": self.project, "payload": payload}


def insert(db: Db, events: Iterable[NewEvent]) -> None:
    """Write events down in the transaction of the caller."""
    db.executemany(
        "INSERT INTO outbound (project, connection, sink, event_id, type, payload, at,"
        " correlation, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending')",
        [
            (
                *(one.project, one.connection, one.sink, one.event_id, one.type),
                *(one.payload.decode(), one.at, one.correlation),
            )
            for one in events
        ],
    )


class Outbound:
    """The events of every project in one database."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or SystemClock()

    def claim(
        self, project: str, sink: str | None = None, without: Collection[str] = ()
    ) -> OutboundEvent | None:
        """Return the oldest event that is due, None where none is.

        Nobody else gets it for a while. It is one of `sink`, where that is named; those
        of the sinks `without` are left be.
        """
        now = self._clock.now().timestamp()
        with self._database.writing() as db:
            row = db.execute(
                f"{_ALL} WHERE {_PENDING} AND due <= ? ORDER BY id LIMIT 1",
                (project, sink, sink, _json(without), now),
            ).fetchone()
            if row is None:
                return None
            db.execute(
                "UPDATE outbound SET due = ?, attempts = attempts + 1 WHERE id = ?",
                (now + CLAIMED_S, row[0]),
            )
        found = OutboundEvent(*row)
        return msgspec.structs.replace(found, attempts=found.attempts + 1)

    def next_due(
        self, project: str, sink: str | None = None, without: Collection[str] = ()
    ) -> float | None:
        """Return when the next of them is due, in seconds since 1970; None for none."""
        with self._database.reading() as db:
            row = db.execute(
                f"SELECT min(due) FROM outbound WHERE {_PENDING}",  # noqa: S608  a literal
                (project, sink, sink, _json(without)),
            ).fetchone()
        return None if row[0] is None else float(row[0])

    def sent(self, number: int) -> None:
        """Note that an event was taken by its sink; older sent ones are removed."""
        at = rfc3339(self._clock.now())
        with self._database.writing() as db:
            db.execute(
                "UPDATE outbound SET status = 'sent', settled_at = ?, error = NULL"
                " WHERE id = ? AND status = 'pending'",
                (at, number),
            )
            db.execute(
                "DELETE FROM outbound WHERE status = 'sent' AND id <= ?"
                " AND project = (SELECT project FROM outbound WHERE id = ?)",
                (number - _SENT_KEPT, number),
            )

    def failed(self, one: OutboundEvent, error: str) -> EventStatus:
        """Note that an attempt failed: the next comes after 1, 2, 4, 8 seconds.

        After the last one it is a dead letter.
        """
        now = self._clock.now()
        is_dead = one.attempts >= MOST_ATTEMPTS
        status: EventStatus = "dead" if is_dead else "pending"
        due = now.timestamp() + one.pause
        with self._database.writing() as db:
            db.execute(
                "UPDATE outbound SET status = ?, due = ?, error = ?, settled_at = ?"
                " WHERE id = ? AND status = 'pending'",
                (
                    *(status, due, live.text(error)),
                    *(rfc3339(now) if is_dead else None, one.id),
                ),
            )
        return status

    def list(
        self, project: str, status: EventStatus | None = None, *, limit: int = 100
    ) -> tuple[OutboundEvent, ...]:
        """Return events, newest first."""
        with self._database.reading() as db:
            rows = db.execute(
                f"{_ALL} WHERE project = ? AND (? IS NULL OR status = ?)"
                " ORDER BY id DESC LIMIT ?",
                (project, status, status, limit),
            ).fetchall()
        return tuple(OutboundEvent(*row) for row in rows)

    def counts(self, project: str) -> dict[str, int]:
        """Return how many there are by status."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT status, count(*) FROM outbound WHERE project = ?"
                " GROUP BY status",
                (project,),
            )
            return dict(rows.fetchall())

    def again(self, project: str, numbers: Iterable[int] | None = None) -> int:
        """Let dead letters be sent anew, all of them by default; return how many."""
        chosen = None if numbers is None else _json(numbers)
        with self._database.writing() as db:
            return db.execute(
                "UPDATE outbound SET status = 'pending', attempts = 0, due = 0,"
                " settled_at = NULL WHERE project = ? AND status = 'dead'"
                " AND (? IS NULL OR id IN (SELECT value FROM json_each(?)))",
                (project, chosen, chosen),
            ).rowcount


def _json(values: Iterable[int] | Iterable[str]) -> str:
    return msgspec.json.encode([*values]).decode()
