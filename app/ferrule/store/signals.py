"""Signals in the database: a page in, the rows a full run did not see out, and reads.

The hot path is driver-level SQL: one look-up of a page's hashes and one `executemany`
of what really changed. Ids are bound one by one: through `json_each`, which is no
faster, an id ends at its first NUL. The complete item is kept once: a signal's JSON
leaves `raw` out where that is the whole item.
"""

import heapq
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice

import msgspec
from sqlalchemy import Connection

from ferrule.clock import rfc3339
from ferrule.exchange import decode, encode
from ferrule.signals import NormalisedSignal
from ferrule.store.records import (
    Batch,
    Counts,
    Lease,
    Mark,
    SignalCounts,
    StoredSignal,
    Sweep,
    utc_text,
)

Pair = tuple[NormalisedSignal, bytes]

_KNOWN = "SELECT external_id, content_hash FROM signal"
_UPSERT = (
    "INSERT INTO signal (source, external_id, content_hash, stream, type, timestamp,"
    " created_at, archived_at, priority, summary, stored_at, first_run, last_run,"
    " signal, raw_payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (source, external_id) DO UPDATE SET"
    " content_hash = excluded.content_hash, stream = excluded.stream,"
    " type = excluded.type, timestamp = excluded.timestamp,"
    " created_at = excluded.created_at, archived_at = excluded.archived_at,"
    " priority = excluded.priority, summary = excluded.summary,"
    " stored_at = excluded.stored_at, last_run = excluded.last_run,"
    " signal = excluded.signal, raw_payload = excluded.raw_payload"
)
_REMOVE = "DELETE FROM signal"
_SEEN = "INSERT OR IGNORE INTO seen (run, source, external_id) VALUES (?, ?, ?)"
_AT_ONCE = 500  # ids in one statement
# A row that a later run stored is not swept: a full run that was resumed after an
# incremental one has not looked where that one found it.
_SWEEP = (
    "DELETE FROM signal WHERE source = ? AND last_run <= ? AND NOT EXISTS (SELECT 1"
    " FROM seen WHERE seen.run = ? AND seen.source = signal.source"
    " AND seen.external_id = signal.external_id)"
)


def store_page(db: Connection, lease: Lease, batch: Batch, now: datetime) -> Counts:
    """Write one page and return what became of it; an id that comes twice counts once.

    A signal that says it is deleted removes its row; without a row it is unchanged. An
    item that failed counts as seen where its id is known: it is not gone.
    """
    pairs = zip(batch.signals, batch.raws, strict=True)
    latest: dict[str, Pair] = {pair[0].external_id: pair for pair in pairs}
    failed = {error[0] for error in batch.errors if error[0] is not None}
    some = bool(latest or failed)
    source = source_id(db, lease, batch.collection_key) if some else 0
    known = _hashes(db, source, latest)
    gone = [key for key, (signal, _) in latest.items() if signal.deleted]
    changed = [
        pair
        for key, pair in latest.items()
        if not pair[0].deleted and known.get(key) != pair[0].content_hash
    ]
    _write(db, source, lease.run, changed, now)
    deleted = _remove(db, source, [key for key in gone if key in known])
    if lease.mode == "full" and some:
        seen = failed.union(latest)
        db.exec_driver_sql(_SEEN, [(lease.run, source, key) for key in seen])
    created = sum(signal.external_id not in known for signal, _ in changed)
    return Counts(
        processed=len(latest) + len(batch.errors),
        created=created,
        updated=len(changed) - created,
        unchanged=len(latest) - len(changed) - deleted,
        deleted=deleted,
        failed=len(batch.errors),
    )


def source_id(db: Connection, lease: Lease, collection_key: str) -> int:
    """Return the number that stands for (project, connection, collection key)."""
    where = (lease.project, lease.connection, collection_key)
    found = find_source(db, *where)
    if found is None:
        db.exec_driver_sql(
            "INSERT INTO source (project, connection, collection_key) VALUES (?, ?, ?)",
            where,
        )
        found = find_source(db, *where)
    return found or 0


def find_source(
    db: Connection, project: str, connection: str, collection_key: str
) -> int | None:
    """Return the number of a collection, None when nothing was ever stored in it."""
    row = db.exec_driver_sql(
        "SELECT id FROM source WHERE project = ? AND connection = ?"
        " AND collection_key = ?",
        (project, connection, collection_key),
    ).one_or_none()
    return None if row is None else int(row[0])


def sources(db: Connection, project: str, connection: str) -> list[int]:
    """Return the numbers of all collections of a connection."""
    rows = db.exec_driver_sql(
        "SELECT id FROM source WHERE project = ? AND connection = ? ORDER BY id",
        (project, connection),
    )
    return [int(row[0]) for row in rows]


def sweep(db: Connection, lease: Lease, wanted: Sweep) -> int:
    """Delete the rows of a collection that this full run did not see; return how many.

    Times are compared without their Z, so that a fraction sorts after none.
    """
    source = find_source(db, lease.project, lease.connection, wanted.collection_key)
    if source is None:
        return 0
    statement, values = _SWEEP, [source, lease.run, lease.run]
    given: list[int | str] = [*values]
    if wanted.created_from is not None:
        statement += " AND rtrim(created_at, 'Z') >= ?"
        given.append(utc_text(wanted.created_from).rstrip("Z"))
    if wanted.stream is not None:
        statement += " AND stream = ?"
        given.append(wanted.stream)
    return db.exec_driver_sql(statement, tuple(given)).rowcount


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


def count(db: Connection, numbers: Iterable[int], now: datetime) -> SignalCounts:
    """Return how many rows there are, and how many were stored lately."""
    total = day = week = 0
    for number in numbers:
        total += _count(db, number, None)
        day += _count(db, number, now - timedelta(days=1))
        week += _count(db, number, now - timedelta(days=7))
    return SignalCounts(total, day, week)


def _hashes(db: Connection, source: int, keys: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for statement, given in _about(_KNOWN, source, keys):
        found.update(map(tuple, db.exec_driver_sql(statement, given).all()))
    return found


def _about(
    statement: str, source: int, keys: Iterable[str]
) -> Iterator[tuple[str, tuple[int | str, ...]]]:
    """Yield the statement limited to these ids, in as many parts as it takes."""
    rest = iter(keys)
    while some := tuple(islice(rest, _AT_ONCE)):
        places = ", ".join("?" * len(some))
        where = f" WHERE source = ? AND external_id IN ({places})"
        yield statement + where, (source, *some)


def _write(
    db: Connection, source: int, run: int, pairs: list[Pair], now: datetime
) -> None:
    if not pairs:
        return
    at = int(now.timestamp())
    rows = [
        (
            *(source, signal.external_id, signal.content_hash, signal.stream),
            *(signal.type, signal.timestamp, signal.created_at, signal.archived_at),
            *(signal.priority, signal.summary, at, run, run),
            *(_document(signal, raw), raw.decode()),
        )
        for signal, raw in pairs
    ]
    db.exec_driver_sql(_UPSERT, rows)


def _remove(db: Connection, source: int, keys: list[str]) -> int:
    for statement, given in _about(_REMOVE, source, keys):
        db.exec_driver_sql(statement, given)
    return len(keys)


def _document(signal: NormalisedSignal, raw: bytes) -> str:
    """Return the signal's JSON, without `raw` where that is the complete item."""
    if encode(signal.raw) == raw:
        signal = msgspec.structs.replace(signal, raw=None)
    try:
        return encode(signal).decode()
    except OverflowError:  # integers beyond 64 bits: only plain values encode exactly
        return encode(msgspec.to_builtins(signal, builtin_types=(Decimal,))).decode()


def _newest(
    db: Connection, source: int, text: str | None, limit: int, after: Mark | None
) -> Iterator[StoredSignal]:
    where, values = ["source = ?"], [source]
    given: list[int | str] = [*values]
    if after is not None:
        condition, more = _behind(source, after)
        where.append(condition)
        given.extend(more)
    if text:
        where.append("holds(?, summary, type, external_id)")
        given.append(text.casefold())
    rows = db.exec_driver_sql(
        "SELECT source, external_id, timestamp, stored_at, first_run, last_run,"  # noqa: S608  literals only
        f" signal, raw_payload FROM signal WHERE {' AND '.join(where)}"
        " ORDER BY timestamp DESC, external_id DESC LIMIT ?",
        (*given, limit),
    )
    return map(_stored, map(tuple, rows.all()))


def _behind(source: int, mark: Mark) -> tuple[str, tuple[str, ...]]:
    """Return the condition for rows after `mark` in the descending order of marks."""
    if source < mark.source:
        return "timestamp <= ?", (mark.timestamp,)
    if source > mark.source:
        return "timestamp < ?", (mark.timestamp,)
    return "(timestamp, external_id) < (?, ?)", (mark.timestamp, mark.external_id)


def _stored(row: tuple[int, str, str, int, int, int, str, str]) -> StoredSignal:
    source, external_id, timestamp, stored_at, first, last, document, raw = row
    members = decode(document.encode())
    signal = msgspec.convert(members, NormalisedSignal)
    payload = raw.encode()
    if isinstance(members, dict) and "raw" not in members:
        signal = msgspec.structs.replace(signal, raw=decode(payload))
    return StoredSignal(
        signal=signal,
        raw_payload=payload,
        stored_at=rfc3339(datetime.fromtimestamp(stored_at, UTC)),
        first_run=first,
        last_run=last,
        mark=Mark(timestamp, source, external_id),
    )


def _count(db: Connection, source: int, since: datetime | None) -> int:
    floor = 0 if since is None else int(since.timestamp())
    found = db.exec_driver_sql(
        "SELECT count(*) FROM signal WHERE source = ? AND stored_at >= ?",
        (source, floor),
    )
    return int(found.scalar_one())
