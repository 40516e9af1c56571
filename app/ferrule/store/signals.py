"""Signals read: newest first a page at a time, and how many there are.

A signal is put together from its columns, its document and, where that is all of `raw`,
the complete item. Documents of schema version 1 hold the whole signal.
"""

import heapq
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from sqlite3 import Connection, Row
from typing import Any, Final

import msgspec

from ferrule.clock import rfc3339
from ferrule.exchange import Json, decode
from ferrule.signals import NormalisedSignal
from ferrule.store.records import Mark, SignalCounts, StoredSignal

_MEMBERS: Final = {  # of a signal, by the column that holds it
    "externalId": "external_id",
    "projectId": "project",
    "connection": "connection",
    "collectionKey": "collection_key",
    "stream": "stream",
    "type": "type",
    "timestamp": "timestamp",
    "createdAt": "created_at",
    "archivedAt": "archived_at",
    "priority": "priority",
    "summary": "summary",
    "contentHash": "content_hash",
}
_READ: Final = (
    f"SELECT signal.source, {', '.join(_MEMBERS.values())}, stored_at, first_run,"  # noqa: S608  literals
    " last_run, signal, raw_payload"
    " FROM signal JOIN source ON source.id = signal.source WHERE "
)


def find_source(
    db: Connection, project: str, connection: str, collection_key: str
) -> int | None:
    """Return the number of a collection, None when nothing was ever stored in it."""
    row = db.execute(
        "SELECT id FROM source WHERE project = ? AND connection = ?"
        " AND collection_key = ?",
        (project, connection, collection_key),
    ).fetchone()
    return None if row is None else int(row[0])


def sources(db: Connection, project: str, connection: str) -> list[int]:
    """Return the numbers of all collections of a connection."""
    rows = db.execute(
        "SELECT id FROM source WHERE project = ? AND connection = ? ORDER BY id",
        (project, connection),
    )
    return [int(row[0]) for row in rows]


def page(
    db: Connection,
    numbers: Iterable[int],
    *,
    text: str | None,
    limit: int,
    after: Mark | None,
) -> list[StoredSignal]:
    """Return rows newest first, those whose summary, type or id holds `text`.

    Each collection is read along its own index; the streams are merged.
    """
    streams = [_newest(db, number, text, limit, after) for number in numbers]
    merged = heapq.merge(*streams, key=lambda row: row.mark, reverse=True)
    return list(islice(merged, limit))


def named(
    db: Connection, source: int, external_ids: Iterable[str]
) -> list[StoredSignal]:
    """Return the rows of those ids that are stored in a collection."""
    asked = [*external_ids]
    cursor = db.cursor()
    cursor.row_factory = Row
    marks = ", ".join("?" * len(asked))
    rows = cursor.execute(
        f"{_READ}signal.source = ? AND external_id IN ({marks})", (source, *asked)
    )
    return [_stored(row) for row in rows]


def count(db: Connection, numbers: Iterable[int], now: datetime) -> SignalCounts:
    """Return how many rows there are, and how many were stored lately."""
    total = day = week = 0
    for number in numbers:
        total += _count(db, number, None)
        day += _count(db, number, now - timedelta(days=1))
        week += _count(db, number, now - timedelta(days=7))
    return SignalCounts(total, day, week)


def _newest(
    db: Connection, source: int, text: str | None, limit: int, after: Mark | None
) -> Iterator[StoredSignal]:
    where, values = ["signal.source = ?"], [source]
    given: list[int | str] = [*values]
    if after is not None:
        condition, more = _behind(source, after)
        where.append(condition)
        given.extend(more)
    if text:
        where.append("holds(?, summary, type, external_id)")
        given.append(text.casefold())
    cursor = db.cursor()
    cursor.row_factory = Row
    rows = cursor.execute(
        f"{_READ}{' AND '.join(where)}"
        " ORDER BY timestamp DESC, external_id DESC LIMIT ?",
        (*given, limit),
    )
    return map(_stored, rows.fetchall())


def _behind(source: int, mark: Mark) -> tuple[str, tuple[str, ...]]:
    """Return the condition for rows after `mark` in the descending order of marks."""
    if source < mark.source:
        return "timestamp <= ?", (mark.timestamp,)
    if source > mark.source:
        return "timestamp < ?", (mark.timestamp,)
    return "(timestamp, external_id) < (?, ?)", (mark.timestamp, mark.external_id)


def _stored(row: Row) -> StoredSignal:
    payload: bytes = row["raw_payload"].encode()
    return StoredSignal(
        signal=_signal(row, payload),
        raw_payload=payload,
        stored_at=rfc3339(datetime.fromtimestamp(row["stored_at"], UTC)),
        first_run=row["first_run"],
        last_run=row["last_run"],
        mark=Mark(row["timestamp"], row["source"], row["external_id"]),
    )


def _signal(row: Row, payload: bytes) -> NormalisedSignal:
    members: dict[str, Any] = {name: row[column] for name, column in _MEMBERS.items()}
    document: Json = decode(row["signal"].encode())
    if isinstance(document, dict):
        members |= document
    if "raw" not in members:
        members["raw"] = decode(payload)
    return msgspec.convert(members, NormalisedSignal)


def _count(db: Connection, source: int, since: datetime | None) -> int:
    floor = 0 if since is None else int(since.timestamp())
    found = db.execute(
        "SELECT count(*) FROM signal WHERE source = ? AND stored_at >= ?",
        (source, floor),
    )
    return int(found.fetchone()[0])
