"""Deliveries coming in, inside the transaction of their caller.

A batch of calls is a handful of statements, however many there are: that is what makes
one commit for all of them worth it. Of refused calls only the latest stay, shortened,
so that nobody without the secret can fill the disk.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from sqlite3 import Connection as Db
from typing import Final, NamedTuple

import msgspec

from ferrule.store.delivery_records import (
    DeliveryContent,
    DeliveryStatus,
    Kept,
    NewDelivery,
)

REFUSED_KEPT: Final = 200
"""So many refused calls of a connection stay; what came before them is counted."""
REFUSED_BODY: Final = 16 * 1024
"""So many bytes of a refused call's body stay."""

_COLUMNS: Final = (
    *("id", "project", "connection", "connector_id", "received_at", "method", "url"),
    *("size", "event_type", "delivery_id", "verdict", "reason", "status", "error"),
    *("correlation_id", "duplicate_of", "is_conflict", "replay_of"),
)
_INSERT: Final = f"INSERT INTO delivery ({', '.join(_COLUMNS)})"
_INSERT_CONTENT: Final = "INSERT INTO delivery_content"
_INSERT_KEY: Final = "INSERT OR REPLACE INTO event_dedup"
_MOST_ROWS: Final = 32
_ADD_COUNT: Final = (
    "INSERT INTO delivery_count (project, connection, what, many) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (project, connection, what) DO UPDATE SET many = many + excluded.many"
)
Place = tuple[str, str]  # project and connection
Counted = Counter[tuple[str, str, str]]  # with what is counted


class _First(NamedTuple):
    """The delivery that has a key, and the hash of its body."""

    delivery: int
    body_hash: bytes


def insert(db: Db, calls: Sequence[NewDelivery], now: float) -> list[Kept | None]:
    """Write calls down in their order; None where the connection is gone.

    The first with a key stands; those after it are duplicates, of the same batch too.
    """
    alive = {place for place in {_place(one) for one in calls} if _is_there(db, place)}
    batch = _Batch(_last_id(db), _firsts(db, calls, now))
    kept = [batch.add(one) if _place(one) in alive else None for one in calls]
    _insert_all(db, _INSERT, batch.rows)
    _insert_all(db, _INSERT_CONTENT, batch.contents)
    _insert_all(db, _INSERT_KEY, batch.keys)
    count(db, batch.counted)
    for place in batch.refusing:
        _prune_refused(db, place)
    return kept


def _insert_all(db: Db, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows with few statements, of 32, 16, 8, … rows each.

    After each statement a thread gives the interpreter back and waits for its turn, so
    a statement a row would cost as many turns of the event loop.
    """
    done, size = 0, _MOST_ROWS
    while done < len(rows):
        while size > len(rows) - done:
            size //= 2
        part = rows[done : done + size]
        given = [value for row in part for value in row]
        db.execute(_with_values(sql, size, len(part[0])), given).close()
        done += size


@lru_cache(maxsize=64)
def _with_values(sql: str, rows: int, columns: int) -> str:
    one = f"({', '.join('?' * columns)})"
    return f"{sql} VALUES {', '.join([one] * rows)}"


class _Batch:
    """Calls on their way into the tables."""

    def __init__(self, last: int, firsts: dict[tuple[str, str, str], _First]) -> None:
        self._last = last
        self._firsts = firsts
        self.rows: list[tuple[object, ...]] = []
        self.contents: list[tuple[object, ...]] = []
        self.keys: list[tuple[object, ...]] = []
        self.counted: Counted = Counter()
        self.refusing: set[Place] = set()

    def add(self, call: NewDelivery) -> Kept:
        """Give a call its number and its standing."""
        self._last += 1
        kept = self._standing(call)
        self._note(call, kept)
        plain_copy = kept.status == "duplicate" and not kept.conflict
        self.contents.append(_content(call, kept, bare=plain_copy))
        return kept

    def _standing(self, call: NewDelivery) -> Kept:
        if call.key is None:
            return Kept(self._last, call.status)
        place = (call.project, call.connection, call.key)
        body_hash = hashlib.sha256(call.body).digest()
        first = self._firsts.get(place)
        if first is None:
            self._firsts[place] = _First(self._last, body_hash)
            self.keys.append((*place, self._last, body_hash, call.key_until))
            return Kept(self._last, call.status)
        conflict = first.body_hash != body_hash
        return Kept(self._last, "duplicate", first.delivery, conflict)

    def _note(self, call: NewDelivery, kept: Kept) -> None:
        place = _place(call)
        told = (call.event_type, call.delivery_id, call.verdict, call.reason)
        self.rows.append(
            (
                *(kept.id, *place, call.connector_id, call.received_at),
                *(call.method, call.url, len(call.body), *told),
                *(kept.status, call.error, call.correlation_id),
                *(kept.duplicate_of, kept.conflict, call.replay_of),
            )
        )
        self.counted[*place, kept.status] += 1
        self.counted[*place, _ever(kept)] += 1
        if kept.status == "refused":
            self.refusing.add(place)


def _ever(kept: Kept) -> str:
    if kept.conflict:
        return "ever_conflict"
    if kept.status in {"duplicate", "refused"}:
        return f"ever_{kept.status}"
    return "ever_received"


def _content(call: NewDelivery, kept: Kept, *, bare: bool) -> tuple[object, ...]:
    """Return the row of a call's content; the signed text without the body in it."""
    headers = msgspec.json.encode(call.headers).decode()
    if bare:
        return kept.id, headers, None, None, None
    body, before, after = call.body, call.canonical, None
    if before is not None and body and body in before:
        before, _, after = before.partition(body)
    if kept.status == "refused":
        body = body[:REFUSED_BODY]
        if len(body) < len(call.body):
            before = after = None
    return kept.id, headers, body, before, after


def content(db: Db, delivery: int, size: int, first: int | None) -> DeliveryContent:
    """Return what a call brought; the body of a plain duplicate is that of the first.

    Raises:
        LookupError: when nothing is kept of it.
    """
    row = db.execute(
        "SELECT headers, body, signed_before, signed_after FROM delivery_content"
        " WHERE delivery = ?",
        (delivery,),
    ).fetchone()
    if row is None:
        raise LookupError(delivery)
    text, body, before, after = row
    headers = msgspec.json.decode(text, type=tuple[tuple[str, str], ...])
    if body is None:
        body = _body_of(db, first)
    signed = before if after is None else before + body + after
    return DeliveryContent(headers, body, signed, shortened=len(body) < size)


def _body_of(db: Db, delivery: int | None) -> bytes:
    row = db.execute(
        "SELECT body FROM delivery_content WHERE delivery = ?", (delivery,)
    ).fetchone()
    return row[0] if row is not None and row[0] is not None else b""


def count(db: Db, counted: Mapping[tuple[str, str, str], int]) -> None:
    """Add to the counts of connections; less than nothing takes away."""
    db.executemany(_ADD_COUNT, [(*what, many) for what, many in counted.items()])


def remove(db: Db, rows: Iterable[tuple[int, str, str, DeliveryStatus]]) -> int:
    """Remove deliveries: their number, project, connection and standing."""
    found = list(rows)
    numbers = [(row[0],) for row in found]
    db.executemany("DELETE FROM delivery_content WHERE delivery = ?", numbers)
    db.executemany("DELETE FROM delivery WHERE id = ?", numbers)
    gone = Counter(
        (project, connection, what) for _, project, connection, what in found
    )
    count(db, {what: -many for what, many in gone.items()})
    return len(found)


def _prune_refused(db: Db, place: Place) -> None:
    rows = db.execute(
        "SELECT id, project, connection, status FROM delivery"
        " WHERE project = ? AND connection = ? AND status = 'refused'"
        " AND status NOT IN ('pending', 'mapped') ORDER BY id DESC LIMIT -1 OFFSET ?",
        (*place, REFUSED_KEPT),
    ).fetchall()
    remove(db, rows)


def _place(call: NewDelivery) -> Place:
    return call.project, call.connection


def _is_there(db: Db, place: Place) -> bool:
    query = "SELECT 1 FROM connection WHERE project = ? AND key = ?"
    return db.execute(query, place).fetchone() is not None


def _last_id(db: Db) -> int:
    """Return the highest number that was ever given; none comes again."""
    query = "SELECT seq FROM sqlite_sequence WHERE name = 'delivery'"
    row = db.execute(query).fetchone()
    return 0 if row is None else int(row[0])


def _firsts(
    db: Db, calls: Sequence[NewDelivery], now: float
) -> dict[tuple[str, str, str], _First]:
    """Return which of the calls' keys are taken, by whom."""
    asked: dict[Place, list[str]] = {}
    for one in calls:
        if one.key is not None:
            asked.setdefault(_place(one), []).append(one.key)
    found: dict[tuple[str, str, str], _First] = {}
    for place, keys in asked.items():
        rows = db.execute(
            "SELECT key, delivery, body_hash FROM event_dedup WHERE project = ?"
            " AND connection = ? AND key IN (SELECT value FROM json_each(?))"
            " AND expires > ?",
            (*place, msgspec.json.encode(keys).decode(), now),
        )
        found |= {(*place, row[0]): _First(row[1], row[2]) for row in rows}
    return found
