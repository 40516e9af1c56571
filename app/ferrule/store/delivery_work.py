"""Deliveries being mapped, inside the transaction of their caller.

Who takes some has them for a while: a row names its taker and until when. What a taker
found is written only while the row still names it, so nothing is mapped twice, however
late somebody wakes. What a process took that is provably dead is free at once.
"""

from collections import Counter
from collections.abc import Sequence
from sqlite3 import Connection as Db
from typing import Any, Final

import msgspec

from ferrule.exchange import decode, encode
from ferrule.store import delivery_rows
from ferrule.store.delivery_records import (
    Delivery,
    DeliveryStatus,
    Settled,
    Taken,
)
from ferrule.store.liveness import Holder, current, provably_dead

COLUMNS: Final = (
    *("id", "project", "connection", "connector_id", "received_at", "method", "url"),
    *("size", "event_type", "delivery_id", "verdict", "reason", "status", "attempts"),
    *("error", "correlation_id", "outcome", "settled_at", "duplicate_of"),
    *("is_conflict", "replay_of"),
)
ALL: Final = f"SELECT {', '.join(COLUMNS)} FROM delivery"  # noqa: S608  names above
_OUTCOME: Final = COLUMNS.index("outcome")
_CONFLICT: Final = COLUMNS.index("is_conflict")


def read(row: tuple[Any, ...]) -> Delivery:
    """Return the delivery of a row of `ALL`."""
    members = list(row)
    members[_OUTCOME] = decode(row[_OUTCOME].encode()) if row[_OUTCOME] else {}
    members[_CONFLICT] = bool(row[_CONFLICT])
    return Delivery(*members)


class Taker(msgspec.Struct, frozen=True):
    """Who takes deliveries: a process, and which worker of it."""

    holder: Holder
    name: str

    @classmethod
    def named(cls, name: str) -> "Taker":
        """Return a worker of this process."""
        return cls(current(), name)

    def text(self) -> str:
        """Return what a row says of it."""
        return msgspec.json.encode(self).decode()


def take(
    db: Db,
    taker: Taker,
    now: float,
    seconds: float,
    limit: int,
    *,
    project: str | None = None,
) -> list[Taken]:
    """Take the oldest pending deliveries that nobody has, for so many seconds.

    Those of one project alone, where it is named.
    """
    free = [row[0] for row in _holders(db, now) if _is_gone(row[0])]
    marks = ", ".join("?" * len(free))
    rows = db.execute(
        f"{ALL} WHERE status = 'pending' AND (taken_until <= ?"
        f" OR taken_by IN ({marks})) AND (? IS NULL OR project = ?)"
        " ORDER BY id LIMIT ?",
        (now, *free, project, project, limit),
    ).fetchall()
    db.executemany(
        "UPDATE delivery SET taken_by = ?, taken_until = ?, attempts = attempts + 1"
        " WHERE id = ?",
        [(taker.text(), now + seconds, row[0]) for row in rows],
    )
    return [_taken(db, read(row)) for row in rows]


def _taken(db: Db, found: Delivery) -> Taken:
    content = delivery_rows.content(db, found.id, found.size, found.duplicate_of)
    return Taken(msgspec.structs.replace(found, attempts=found.attempts + 1), content)


def _holders(db: Db, now: float) -> list[tuple[str]]:
    return db.execute(
        "SELECT DISTINCT taken_by FROM delivery WHERE status = 'pending'"
        " AND taken_until > ? AND taken_by IS NOT NULL",
        (now,),
    ).fetchall()


def _is_gone(text: str) -> bool:
    try:
        return provably_dead(msgspec.json.decode(text, type=Taker).holder)
    except msgspec.DecodeError:
        return False  # its time decides


def is_held(db: Db, taker: Taker, delivery: int) -> bool:
    """Tell whether a pending delivery is still the taker's."""
    row = db.execute(
        "SELECT 1 FROM delivery WHERE id = ? AND status = 'pending' AND taken_by = ?",
        (delivery, taker.text()),
    ).fetchone()
    return row is not None


def settle(db: Db, delivery: int, found: Settled, at: str) -> Delivery:
    """Write down what became of a delivery that is held, and return it."""
    outcome = encode(dict(found.outcome)).decode() if found.outcome else None
    db.execute(
        "UPDATE delivery SET status = ?, error = ?, outcome = ?, settled_at = ?,"
        " event_type = coalesce(?, event_type), taken_by = NULL, taken_until = 0"
        " WHERE id = ?",
        (found.status, found.error, outcome, at, found.event_type, delivery),
    )
    row = db.execute(f"{ALL} WHERE id = ?", (delivery,)).fetchone()
    one = read(row)
    _moved(db, [("pending", one)])
    return one


def postpone(db: Db, taker: Taker, delivery: int, until: float, error: str) -> None:
    """Give a delivery back, to be taken again from `until` on."""
    db.execute(
        "UPDATE delivery SET taken_by = NULL, taken_until = ?, error = ?"
        " WHERE id = ? AND status = 'pending' AND taken_by = ?",
        (until, error, delivery, taker.text()),
    )


def release(db: Db, taker: Taker) -> None:
    """Give back all that a taker has, as if it had never taken it."""
    db.execute(
        "UPDATE delivery SET taken_by = NULL, taken_until = 0, attempts = attempts - 1"
        " WHERE status = 'pending' AND taken_by = ?",
        (taker.text(),),
    )


def reopen(db: Db, project: str, numbers: Sequence[int]) -> list[int]:
    """Let settled deliveries be mapped once more; return which."""
    reopened = []
    for number in numbers:
        row = db.execute(
            f"{ALL} WHERE id = ? AND project = ?"
            " AND status IN ('mapped', 'ignored', 'skipped', 'dead')",
            (number, project),
        ).fetchone()
        if row is not None:
            db.execute(
                "UPDATE delivery SET status = 'pending', attempts = 0, error = NULL,"
                " outcome = NULL, settled_at = NULL WHERE id = ?",
                (number,),
            )
            was = read(row)
            _moved(db, [(was.status, msgspec.structs.replace(was, status="pending"))])
            reopened.append(number)
    return reopened


def _moved(db: Db, moves: Sequence[tuple[DeliveryStatus, Delivery]]) -> None:
    """Count deliveries under their new standing instead of the one before."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for before, now in moves:
        counted[now.project, now.connection, before] -= 1
        counted[now.project, now.connection, now.status] += 1
    delivery_rows.count(db, counted)
